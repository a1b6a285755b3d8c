r"""Where a chain of optax begins to oscillate and where it becomes unstable.

Under gradients that are nothing beside epsilon the steps are sums of past gradients.  One impulse
shows the weights w_0, w_1, ... in the long run, with learning rates as they are now; divide them by
their sum.  A curvature lambda then oscillates or is unstable beyond

    max over 0 < z < 1 of (1 - z)/(sum of w_k z^-k),      2/(sum of w_k (-1)^k).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import optional_import
from polyfam.bridge._chain import TINY, Answers, Leaf, double, one_entry
from polyfam.bridge._chain_runs import compiled, compiled_runs
from polyfam.typing import Array

__all__ = ["Limits", "limits"]

#: So many steps before the impulse, in which averages forget how they began, and after it.
_STEPS = 4096
#: Counters of schedules, which stay as they are.
_SCHEDULES = ("ScaleByScheduleState", "WrappedScheduleState")
#: Counters by which averages are divided by their total weight.
_COUNTERS = (
    "EmaState",
    "ScaleByAdamState",
    "ScaleByBeliefState",
    "ScaleByRmsWithCountState",
    "ScaleByRStdDevWithCountState",
)
_EQUAL = 1e-6

UNKNOWN = "no thresholds: this chain counts in a manner that is unknown"
LONG = f"no thresholds: a gradient is remembered for more than {_STEPS} steps"
SEVERAL = "no thresholds: the leaves have memories of several kinds"


class Limits(NamedTuple):
    """Factors of the Hessian's rows, None for 1, and the two thresholds."""

    scales: list[Any] | None
    oscillation: float
    stability: float


def limits(
    jax: Any, optimizer: Any, params: Any, gradient: Any, found: Answers, *, n: int, settings: Any
) -> Limits | str:
    """Return the thresholds, or why there are none.

    Parameters
    ----------
    jax : module
    optimizer : optax.GradientTransformation
    params, gradient : tree of arrays
    found : Answers
    n : int
    settings : list
        Of `polyfam.bridge._chain_runs.settings_of`.
    """
    moving = [i for i, leaf in enumerate(found.leaves) if leaf is not None]
    with jax.enable_x64(True):
        small = one_entry(jax, params)
        state = compiled_runs(optimizer).start(small, double(jax, settings))
        if not _known(jax, state):
            return UNKNOWN
        rests = _begins_at_rest(jax, state)
        sizes = np.asarray(_impulse(optimizer)(small, n, double(jax, settings)))
    with np.errstate(over="ignore"):  # a memory that grows: refused in the next line
        weights = -sizes[_STEPS:, moving] / TINY
    if not np.isfinite(weights).all() or not moving or (weights.sum(axis=0) <= 0).any():
        return UNKNOWN
    if (abs(weights[-1]) > 1e-8 * abs(weights).max(axis=0)).any():
        return LONG
    totals = weights.sum(axis=0)
    shape = weights[:, 0] / totals[0]
    if not np.allclose(weights / totals, shape[:, None], rtol=0, atol=_EQUAL):
        return SEVERAL
    alternating = float(shape @ (-1.0) ** np.arange(len(shape)))
    if alternating <= 0:
        return UNKNOWN
    scaled = dict(zip(moving, totals, strict=True))
    if not rests and any(not _keeps(found.leaves[i], total) for i, total in scaled.items()):
        return UNKNOWN
    return _scaled(jax, gradient, found, scaled, shape)


def _keeps(leaf: Leaf | None, total: float) -> bool:
    """Say whether what was not zero in the beginning is still in the divisor in the limit."""
    return leaf is not None and bool(
        np.isclose(leaf.most / leaf.divisor(0.0), total, rtol=_EQUAL, atol=0)
    )


def _scaled(
    jax: Any, gradient: Any, found: Answers, totals: dict[int, float], shape: Array
) -> Limits:
    """Return the limits of weights of this shape."""
    oscillation, stability = _oscillation(shape), 2 / float(shape @ (-1.0) ** np.arange(len(shape)))
    first = float(next(iter(totals.values())))
    linear = all(leaf is not None and leaf.linear for leaf in found.leaves)
    if linear and np.allclose(list(totals.values()), first, rtol=_EQUAL):
        return Limits(None, oscillation / first, stability / first)
    rows = [_row(leaf, totals.get(i, 0.0)) for i, leaf in enumerate(found.leaves)]
    scales = compiled(_scales)(jax.tree.leaves(gradient), rows)
    return Limits(scales, oscillation, stability)


def _row(leaf: Leaf | None, total: float) -> tuple[float, ...]:
    """Return m, p, a and b of the step m/(sqrt(p g^2 + a) + b) after many gradients, over them."""
    if leaf is None or leaf.linear:
        return float(total), 0.0, 1.0, 0.0
    return float(total * leaf.divisor(0.0)), 1.0, leaf.start, leaf.epsilon


def _scales(leaves: list[Any], rows: list[Any]) -> list[Any]:
    """Return what the rows say, at every entry."""
    return [m / ((p * g * g + a) ** 0.5 + b) for g, (m, p, a, b) in zip(leaves, rows, strict=True)]


def _counts(node: Any) -> bool:
    """Say whether a node of a state has a counter whose meaning is known."""
    return type(node).__name__ in (*_SCHEDULES, *_COUNTERS) or hasattr(node, "hyperparams")


def _recounted(jax: Any, state: Any, change: Callable[[Any], Any]) -> Any:
    """Return a state with other known counters, those within others included."""

    def changed(node: Any) -> Any:
        if not _counts(node):
            return node
        parts = {"count": change(node)}
        for name in ("hyperparams_states", "inner_state"):
            if hasattr(node, name):
                parts[name] = _recounted(jax, getattr(node, name), change)
        return node._replace(**parts)

    return jax.tree.map(changed, state, is_leaf=_counts)


def _known(jax: Any, state: Any) -> bool:
    """Say whether all counters of a state are those of schedules or of averages."""
    rest = jax.tree.leaves(_recounted(jax, state, lambda _: 0.0))
    return all(jax.numpy.issubdtype(jax.numpy.result_type(x), jax.numpy.inexact) for x in rest)


def _begins_at_rest(jax: Any, state: Any) -> bool:
    """Say whether all averages begin at zero."""
    held = jax.tree.map(
        lambda node: node._replace(hyperparams={}) if hasattr(node, "hyperparams") else node,
        _recounted(jax, state, lambda _: 0.0),
        is_leaf=lambda node: hasattr(node, "hyperparams"),
    )
    return not any(np.asarray(x).any() for x in jax.tree.leaves(held))


@lru_cache(maxsize=8)
def _impulse(optimizer: Any) -> Any:
    """Return the function that gives the steps before and after a tiny gradient."""
    jax, runs = optional_import("jax", "jax"), compiled_runs(optimizer)
    jnp, tree = jax.numpy, jax.tree

    def steps(small: Any, n: Any, settings: Any) -> Any:
        def now(node: Any) -> Any:
            running = type(node).__name__ in _COUNTERS
            return node.count if running else jnp.full_like(node.count, n)

        def step(state: Any, size: Any) -> Any:
            gradient = tree.map(lambda x: jnp.full_like(x, size), small)
            update, state = runs.update(gradient, state, small)
            return _recounted(jax, state, now), jnp.stack([u.sum() for u in tree.leaves(update)])

        start = _recounted(jax, runs.start(small, settings), now)
        inputs = jnp.zeros(2 * _STEPS).at[_STEPS].set(TINY)
        return jax.lax.scan(step, start, inputs)[1]

    return jax.jit(steps)


def _oscillation(weights: Array) -> float:
    """Return the largest curvature with a root between 0 and 1, where nothing oscillates."""
    from scipy.optimize import minimize_scalar

    if weights.min() < 0:
        return float("inf")
    weights = np.trim_zeros(weights, "b")

    def curvature(z: Any) -> Any:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.nan_to_num((1 - z) / np.polynomial.polynomial.polyval(1 / z, weights))

    grid = np.linspace(0, 1, 1025)
    grid[0] = 1e-9
    place = int(np.argmax(curvature(grid)))
    bounds = grid[max(place - 1, 0)], grid[min(place + 1, len(grid) - 1)]
    best = minimize_scalar(
        lambda z: -float(curvature(z)), bounds=bounds, method="bounded", options={"xatol": 1e-10}
    )
    return max(-float(best.fun), float(curvature(grid[place])))
