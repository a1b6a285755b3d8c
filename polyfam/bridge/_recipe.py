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
    def straight(self) -> bool:
        """Whether all directions after a constant gradient are spanned by g/R and theta."""
        return self.step is None or not callable(self.square_totals)

    @property
    def total(self) -> float:
        """C at this step."""
        return self._now(self.totals)

    def memories(self) -> list[Lags]:
        """Return the weights that have memory."""
        squares = None if self.square_totals is None else self.squares
        return [lags for lags in (self.means, squares) if lags is not None and lags.age]

    def scale(self, gradient: Any) -> Any:
        """Return R_n, or 1."""
        if self.square_totals is None:
            return 1.0
        return self._root(abs(gradient), self._now(self.square_totals))

    def direction(self, gradient: Any, theta: Any, size: Any = None) -> Any:
        """Return F of an effective gradient at theta; its absolute value may be at hand."""
        if self.square_totals is None:
            found = self.total * gradient
        else:
            size = abs(gradient) if size is None else size
            found = gradient / self._root(size, self._now(self.square_totals))
            if self.total != 1.0:
                found *= self.total
        return found + self.decoupled * theta if self.decoupled else found

    def factor(self, gradient: Any, first: float, second: float) -> Any:
        """Return first f_1 + second f_2."""
        if self.square_totals is None:
            return first
        size = abs(gradient)
        root = self._root(size, self._now(self.square_totals))
        if not second:
            return first / root
        slope = -second * self.share * self.total
        if self.start:
            found = size * size / (root - self.epsilon)
        else:
            found, slope = size, slope * self._now(self.square_totals) ** -0.5  # |g|/s
        found = found / root
        found *= slope
        if first:
            found += first
        found /= root
        return found

    def shares(self, lags: Lags, whole: bool = True) -> tuple[float, float]:
        """Return the amounts of g/R and of lambda theta in the past of a straight optimizer.

        It has seen as many steps as there are lags, if they are `whole`.
        """
        if self.step is None or (self.steady and whole):
            return lags.age * self.total, lags.age
        drift, rule = self._rule(lags.tails[: self.step], 1.0)
        return sum(weight for _, weight in rule), drift

    def accumulated(self, lags: Lags, gradient: Any, theta: Any, rounding: float) -> Any:
        """Return h times the sum of T_k F^(n-k) over the lags that this optimizer has seen.

        Parameters
        ----------
        lags : Lags
        gradient, theta : array
        rounding : float
            The relative error that is as good as none.
        """
        if self.straight:
            amount, drift = self.shares(lags, whole=False)
            found = (self.step_size * amount) * gradient / self.scale(gradient)
        else:
            key = (id(lags), rounding)  # the lags are kept, so that their id stays theirs
            if key not in self._rules:
                self._rules[key] = lags, self._rule(lags.tails[: self.step], rounding)
            drift, rule = self._rules[key][1]
            found = self._summed(abs(gradient), rule)
            found *= gradient
        decay = self.step_size * self.decoupled * drift
        return found + decay * theta if decay else found

    def _summed(self, size: Any, rule: list[tuple[float, float]]) -> Any:
        """Return h times the sum of weight/R over the nodes of a rule, all nodes at once."""
        if not rule:
            return 0.0 * size
        array = getattr(size, "new_tensor", np.asarray)  # of torch or numpy
        squares, weights = (array(column) for column in zip(*rule, strict=True))
        if self.start:
            roots = squares[:, None] * (size * size).reshape(1, -1) + self.start
            roots **= 0.5
        else:
            roots = (squares**0.5)[:, None] * size.reshape(1, -1)
        roots += self.epsilon
        roots **= -1
        return ((self.step_size * weights) @ roots).reshape(size.shape)

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

    def _root(self, size: Any, total: float) -> Any:
        """Return sqrt(d g^2 + a) + epsilon for |g|."""
        if self.start:
            return (total * size * size + self.start) ** 0.5 + self.epsilon
        if total == 1.0:
            return size + self.epsilon
        root = total**0.5 * size
        root += self.epsilon
        return root
