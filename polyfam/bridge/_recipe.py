r"""An elementwise optimizer in numbers: what it does with a constant gradient, and its first order.

After the gradient g has come n + 1 times the direction is

    F^(n) = c_n g/R_n + lambda theta,      R_n = sqrt(d_n g^2 + a) + epsilon     (or R_n = 1),

of a sum of gradients over the root of a sum of squares, and the correction is

    h M = f_1 H V_1 + f_2 H V_2,      f_1 = 1/R_n,      f_2 = -c_n g^2/(s R_n^2),

s the root alone and V_1, V_2 the sums of `polyfam.bridge._lags` for the two weights, with the step
sizes of the parameters in them.  Everything is + * / and roots of the caller's arrays: numpy, torch
on any device, or JAX.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import asinh, ceil, log, pi
from typing import Any, TypeAlias

import numpy as np

from polyfam.bridge._lags import Lags, compressed
from polyfam.typing import Array

__all__ = ["Recipe", "Totals"]

#: A number, or a function of an array of steps where it depends on them.
Totals: TypeAlias = float | Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Recipe:
    """The scalars of an optimizer at step n.

    Parameters
    ----------
    step : int or None
        n; None for the stationary limit.
    step_size : float
        h of this step.
    means : Lags
        Of the gradients.
    totals : float or callable
        c, or c_s of an array of steps s.
    squares : Lags or None
        Of the squares; None where they have no memory.
    square_totals : float, callable or None
        d, or d_s; None for an optimizer that does not divide.
    start, epsilon : float
        a and epsilon.
    share : float
        A factor of f_2: 1, or less where the square of a mean is subtracted.
    coupled, decoupled : float
        Weight decay that is added to the gradient, and to the direction.
    sign : int
        -1 for an optimizer that maximises.
    past_step_sizes : callable or None
        The step sizes of an array of steps in units of h, where a rule of the optimizer changes
        them.
    thresholds : (float, float)
        h lambda_max beyond which it oscillates, and beyond which it is unstable.
    """

    step: int | None
    step_size: float
    means: Lags
    totals: Totals
    squares: Lags | None = None
    square_totals: Totals | None = None
    start: float = 0.0
    epsilon: float = 0.0
    share: float = 1.0
    coupled: float = 0.0
    decoupled: float = 0.0
    sign: int = 1
    past_step_sizes: Callable[[Array], Array] | None = None
    thresholds: tuple[float, float] = (1.0, 2.0)
    _rules: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def steady(self) -> bool:
        """Whether a constant gradient always gives the same direction."""
        changing = (self.totals, self.square_totals, self.past_step_sizes)
        return self.step is None or not any(callable(x) for x in changing)

    @property
    def total(self) -> float:
        """C at this step."""
        return self._now(self.totals)

    def scale(self, gradient: Any) -> Any:
        """Return R_n, or 1."""
        if self.square_totals is None:
            return 1.0
        return self._root(gradient, self._now(self.square_totals))

    def direction(self, gradient: Any, theta: Any) -> Any:
        """Return F of an effective gradient at theta."""
        if self.square_totals is None:
            found = self.total * gradient
        else:
            found = gradient / self.scale(gradient)
            if self.total != 1.0:
                found *= self.total
        return found + self.decoupled * theta if self.decoupled else found

    def factors(self, gradient: Any) -> list[tuple[Lags, Any]]:
        """Return the weights that have memory, each with its f."""
        inverse, found = 1.0 / self.scale(gradient), []
        if self.means.age:
            found.append((self.means, inverse))
        if self.squares is not None and self.squares.age and self.square_totals is not None:
            ratio = self._now(self.square_totals) ** -0.5  # |g|/s
            if self.start:
                ratio = abs(gradient) / (self.scale(gradient) - self.epsilon)
            f = abs(gradient) * inverse
            f *= inverse
            f *= -(self.share * self.total) * ratio
            found.append((self.squares, f))
        return found

    def accumulated(self, lags: Lags, gradient: Any, theta: Any, rounding: float) -> Any:
        """Return h times the sum of T_k F^(n-k) over the lags that this optimizer has seen.

        Parameters
        ----------
        lags : Lags
        gradient, theta : array
        rounding : float
            The relative error that is as good as none.
        """
        if self.step is None or lags.tails is None:
            return self.step_size * lags.age * self.direction(gradient, theta)
        key = (id(lags.tails), rounding)
        if key not in self._rules:  # the tails are kept, so that their id stays theirs
            self._rules[key] = lags.tails, self._rule(lags.tails[: self.step], rounding)
        drift, rule = self._rules[key][1]
        if self.square_totals is None:
            found = (self.step_size * sum(weight for _, weight in rule)) * gradient
        else:
            found = 0.0 * gradient
            for total, weight in rule:
                root = self._root(gradient, total)
                found += (self.step_size * weight) / root
            found *= gradient
        return (
            found + (self.step_size * self.decoupled * drift) * theta if self.decoupled else found
        )

    def _rule(self, tails: Array, rounding: float) -> tuple[float, list[tuple[float, float]]]:
        """Return the sum of the tails, and pairs (d, weight) for the sum of c_s/R_s."""
        if not len(tails) or self.step is None:
            return 0.0, []
        steps = self.step - 1 - np.arange(len(tails))
        weights = tails if self.past_step_sizes is None else tails * self.past_step_sizes(steps)
        drift = float(weights.sum())
        weights = weights * (self.totals(steps) if callable(self.totals) else self.totals)
        if not callable(self.square_totals):
            return drift, [(self.square_totals or 1.0, float(weights.sum()))]
        logs = np.log(self.square_totals(steps))
        # 1/R is analytic in log d within pi (2 pi without a): Gauss converges like an ellipse there
        reach = (pi if self.start else 2 * pi) / max(float(np.ptp(logs)) / 2, 1e-9)
        count = ceil(-log(rounding) / (2 * asinh(reach))) + 2
        logs, weights = compressed(logs, weights, count)
        return drift, [(float(np.exp(x)), float(w)) for x, w in zip(logs, weights, strict=True)]

    def _now(self, totals: Totals) -> float:
        """Return a total at this step."""
        if not callable(totals):
            return totals
        return float(totals(np.asarray([np.inf if self.step is None else self.step]))[0])

    def _root(self, gradient: Any, total: float) -> Any:
        if self.start:
            return (total * gradient * gradient + self.start) ** 0.5 + self.epsilon
        root = abs(gradient)
        if total != 1.0:
            root *= total**0.5
        root += self.epsilon
        return root
