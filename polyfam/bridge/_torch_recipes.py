r"""The optimizers of torch.optim, read: their settings and counters become a `Recipe`.

One function an optimizer, named like its class; they restate what ``step`` of torch 2.13 does.
Epsilon stands outside the root in all of them.  The step n is the number of steps already made: the
next direction has seen n + 1 gradients.

SGD's first buffer is the gradient itself, without dampening.  NAdam warms its momentum up.  Where
RMSprop subtracts the square of a mean, the root of a constant gradient is that of
(1 - q) q g^2, q = alpha^(n+1), which vanishes in the limit.  RMSprop with momentum averages
directions that have different roots; only its limit has a closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np

from polyfam.bridge._lags import Lags, exponential
from polyfam.bridge._recipe import Recipe
from polyfam.errors import DomainError
from polyfam.typing import Array

__all__ = ["RECIPES", "has_counter"]

#: So many weights are summed one by one.
_FEW = 4096


def _decay(group: dict[str, Any], decoupled: bool = False) -> dict[str, Any]:
    """Return what all optimizers share."""
    name = "decoupled" if decoupled else "coupled"
    return {
        name: float(group.get("weight_decay", 0.0)),
        "sign": -1 if group.get("maximize") else 1,
        "step_size": float(group["lr"]),
    }


def _memory(group: dict[str, Any], name: str) -> float:
    """Return how much of the past an optimizer keeps at each step, for which torch has no bound."""
    kept = float(group[name])
    if not kept < 1:
        raise DomainError(
            f"A memory must fade: {name} = {kept:g} is not below 1, and no update without memory "
            f"describes that (take {name}=0.9, say)."
        )
    return kept


def _averaged(beta: float, step: int | None) -> Lags:
    """Return the lags of an exponential average that is divided by its total weight."""
    if step is None:
        return Lags(beta / (1 - beta))

    def weights() -> Array:
        found = exponential(beta, step)
        return np.asarray(found / found.sum())

    if step < _FEW:  # where the closed form below would cancel
        return Lags.of(weights())
    power = beta**step
    age = beta * (1 - (step + 1) * power + step * power * beta) / (1 - beta)
    return Lags(age / (1 - power * beta), weights)


def _ball(beta: float) -> tuple[float, float]:
    """Return the thresholds of h lambda for heavy ball."""
    return (1 - sqrt(beta)) ** 2, 2 * (1 + beta)


def _look_ahead(beta: float) -> tuple[float, float]:
    """Return them for Nesterov's momentum."""
    return ((1 - beta) / (1 + beta)) ** 2, 2 * (1 + beta) / (1 + 2 * beta)


def _scaled(pair: tuple[float, float], factor: float) -> tuple[float, float]:
    """Return thresholds for gradients that count less."""
    return (pair[0] / factor, pair[1] / factor) if factor > 0 else (np.inf, np.inf)


def sgd(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of SGD, with momentum, dampening and Nesterov's variant."""
    beta, fresh = _memory(group, "momentum"), 1 - float(group["dampening"])
    shared = _decay(group)
    if not beta:
        return Recipe(step=step, means=Lags(0.0), totals=1.0, **shared)
    ahead = bool(group["nesterov"])
    limits = _look_ahead(beta) if ahead else _scaled(_ball(beta), fresh)

    def totals(s: Array) -> Array:
        buffer = fresh * (1 - beta**s) / (1 - beta) + beta**s
        return 1 + beta * buffer if ahead else buffer

    if step is None:
        age = fresh * beta / (1 - beta) ** 2 * (beta if ahead else 1)
        return Recipe(step=None, means=Lags(age), totals=totals, thresholds=limits, **shared)
    weights = exponential(beta, step)
    weights[:step] *= fresh
    if ahead:
        weights = beta * weights  # the newest gradient counts once more, which has no lag
    return Recipe(step=step, means=Lags.of(weights), totals=totals, thresholds=limits, **shared)


def adam(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of Adam, and of AdamW, whose decay is decoupled."""
    if group.get("amsgrad"):
        raise DomainError(
            "AMSGrad divides by the largest mean square so far: around a constant gradient it is "
            "Adam for step sizes far below beta2^n, and beyond these it never forgets, so no "
            "update without memory describes it (take amsgrad=False)."
        )
    beta1, beta2 = (float(b) for b in group["betas"])
    return Recipe(
        step=step,
        means=_averaged(beta1, step),
        totals=1.0,
        squares=_averaged(beta2, step),
        square_totals=1.0,
        epsilon=float(group["eps"]),
        thresholds=_scaled(_ball(beta1), 1 - beta1),
        **_decay(group, bool(group.get("decoupled_weight_decay"))),
    )


def nadam(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of NAdam, whose momentum warms up."""
    (beta1, beta2), psi = (float(b) for b in group["betas"]), float(group["momentum_decay"])
    shared = _decay(group, bool(group.get("decoupled_weight_decay")))
    shared |= {
        "squares": _averaged(beta2, step),
        "square_totals": 1.0,
        "epsilon": float(group["eps"]),
        "thresholds": _scaled(_look_ahead(beta1), 1 - beta1),
    }
    if step is None:
        return Recipe(step=None, means=Lags(beta1**2 / (1 - beta1)), totals=1.0, **shared)
    momentum = beta1 * (1 - 0.5 * 0.96 ** (psi * np.arange(1, step + 3)))  # of steps 1, ..., n + 2
    product = np.cumprod(momentum)
    old, new = momentum[1:] / (1 - product[1:]), (1 - momentum[:-1]) / (1 - product[:-1])

    def totals(s: Array) -> Array:
        s = s.astype(int)
        return np.asarray(old[s] * (1 - beta1 ** (s + 1)) + new[s])

    weights = old[step] * (1 - beta1) * exponential(beta1, step)
    return Recipe(step=step, means=Lags.of(weights), totals=totals, **shared)


def rmsprop(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of RMSprop, centred or with momentum too."""
    alpha, beta = _memory(group, "alpha"), _memory(group, "momentum")
    shared = _decay(group) | {"epsilon": float(group["eps"])}
    age = alpha / (1 - alpha)
    if group["centered"]:
        return _centred(group, step, shared)
    if beta:
        if step is not None and alpha ** (step + 1) > 1e-16:
            raise DomainError(
                "RMSprop with momentum has a closed form in the stationary limit only: take "
                "step=None."
            )
        return Recipe(
            step=None,
            means=Lags(beta / (1 - beta) ** 2),
            totals=1 / (1 - beta),
            squares=Lags(age + beta / (1 - beta)),
            square_totals=1.0,
            thresholds=_ball(beta),
            **shared,
        )
    squares = Lags(age) if step is None else Lags.of((1 - alpha) * exponential(alpha, step))
    return Recipe(
        step=step,
        means=Lags(0.0),
        totals=1.0,
        squares=squares,
        square_totals=lambda s: 1 - alpha ** (s + 1),
        thresholds=_ball(0.0),
        **shared,
    )


def _centred(group: dict[str, Any], step: int | None, shared: dict[str, Any]) -> Recipe:
    """Return the recipe of RMSprop that subtracts the square of the mean gradient."""
    alpha = float(group["alpha"])
    left = 0.0 if step is None else alpha ** (step + 1)
    if group["momentum"] or left < 1e-12:
        raise DomainError(
            "Centred RMSprop divides by the deviation of the gradients from their mean, which "
            "vanishes for a constant gradient: an update without memory exists for finite steps "
            "and without momentum only, as long as alpha^(n+1) > 1e-12 (take centered=False)."
        )

    def deviation(s: Array) -> Array:
        q = alpha ** (s + 1)
        return q * (1 - q)

    return Recipe(
        step=step,
        means=Lags(0.0),
        totals=1.0,
        squares=Lags.of((1 - alpha) * exponential(alpha, step)),
        square_totals=deviation,
        share=left,
        thresholds=_ball(0.0),
        **shared,
    )


def adagrad(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of Adagrad, which never forgets and has no limit."""
    if step is None:
        raise DomainError(
            "Adagrad never forgets a gradient: there is no stationary limit, only finite steps n "
            "(step='state' reads the counter)."
        )
    slower = float(group["lr_decay"])
    shared = _decay(group)
    shared["step_size"] /= 1 + step * slower
    return Recipe(
        step=step,
        means=Lags(0.0),
        totals=1.0,
        squares=Lags.of(np.ones(step + 1)),
        square_totals=lambda s: s + 1.0,
        start=float(group.get("initial_accumulator_value", 0.0)),
        epsilon=float(group["eps"]),
        past_step_sizes=(lambda s: (1 + step * slower) / (1 + s * slower)) if slower else None,
        thresholds=_ball(0.0),
        **shared,
    )


def adamax(group: dict[str, Any], step: int | None) -> Recipe:
    """Return the recipe of Adamax: the largest fading gradient is the newest one."""
    beta1 = float(group["betas"][0])
    return Recipe(
        step=step,
        means=_averaged(beta1, step),
        totals=1.0,
        square_totals=1.0,
        epsilon=float(group["eps"]),
        thresholds=_scaled(_ball(beta1), 1 - beta1),
        **_decay(group),
    )


#: By the names of the classes in torch.optim.
RECIPES: dict[str, Callable[[dict[str, Any], int | None], Recipe]] = {
    "SGD": sgd,
    "Adam": adam,
    "AdamW": adam,
    "NAdam": nadam,
    "RMSprop": rmsprop,
    "Adagrad": adagrad,
    "Adamax": adamax,
}


def has_counter(name: str) -> bool:
    """Say whether an optimizer of this name counts its steps."""
    return name != "SGD"
