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

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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

    @cached_property
    def total(self) -> float:
        """C at this step."""
        return self._now(self.totals)

    @cached_property
    def square_total(self) -> float:
        """D at this step, 1 for an optimizer that does not divide."""
        return 1.0 if self.square_totals is None else self._now(self.square_totals)

    def memories(self) -> list[Lags]:
        """Return the weights that have memory."""
        squares = None if self.square_totals is None else self.squares
        return [lags for lags in (self.means, squares) if lags is not None and lags.age]

    def scale(self, gradient: Any) -> Any:
        """Return R_n, or 1."""
        if self.square_totals is None:
            return 1.0
        total = self.square_total
        return (total * gradient * gradient + self.start) ** 0.5 + self.epsilon

    def direction(self, gradient: Any, theta: Any, out: Any) -> Any:
        """Return F of an effective gradient at theta, in an array like it."""
        library = _library(gradient)
        if self.square_totals is None:
            library.multiply(gradient, self.total, out=out)
        else:
            total = self.square_total
            root = self._root(library.abs(gradient, out=out), total, out)
            library.true_divide(gradient, root, out=out)
            if self.total != total**0.5:
                out *= self.total * total**-0.5
        if self.decoupled:
            _add(out, self.decoupled, theta)
        return out

    def factor(self, gradient: Any, first: float, second: float, spare: Sequence[Any]) -> Any:
        """Return first f_1 + second f_2: a number, or an array; two like the gradient to spare."""
        if self.square_totals is None:
            return first
        library, (size, root), total = _library(gradient), spare, self.square_total
        library.abs(gradient, out=size)
        self._root(size, total, root)
        if not second:
            return library.true_divide(first * total**-0.5, root, out=size)
        if self.start:
            size *= size
            size /= root - self.epsilon * total**-0.5
        size /= root
        size *= -second * self.share * self.total * total**-1.5
        if first:
            size += first * total**-0.5
        size /= root
        return size

    def shares(self, lags: Lags, whole: bool = True) -> tuple[float, float]:
        """Return the amounts of g/R and of lambda theta in the past of a straight optimizer.

        It has seen as many steps as there are lags, if they are `whole`.
        """
        if self.step is None or (self.steady and whole):
            return lags.age * self.total, lags.age
        drift, rule = self._rule(lags.tails[: self.step], 1.0)
        return sum(weight for _, weight in rule), drift

    def accumulated(
        self,
        lags: Lags,
        gradient: Any,
        theta: Any,
        rounding: float,
        *,
        unit: float = 1.0,
        out: Any,
        spare: Sequence[Any],
    ) -> Any:
        """Return h times the sum of T_k F^(n-k) over the lags that this optimizer has seen.

        Parameters
        ----------
        lags : Lags
        gradient, theta : array
        rounding : float
            The relative error that is as good as none.
        unit : float
            What the result is divided by.
        out : array
            Like the gradient, where the result goes.
        spare : sequence of arrays
            Two like the gradient.
        """
        step_size = self.step_size / unit
        if self.straight:
            amount, drift = self.shares(lags, whole=False)
            self.direction(gradient, 0.0 * gradient if self.decoupled else 0.0, out)
            out *= step_size * amount / (self.total or 1.0)
        else:
            key = (id(lags), rounding)  # the lags are kept, so that their id stays theirs
            if key not in self._rules:
                self._rules[key] = lags, self._rule(lags.tails[: self.step], rounding)
            drift, rule = self._rules[key][1]
            library, (size, root) = _library(gradient), spare
            library.abs(gradient, out=size)
            for i, (total, weight) in enumerate(rule):
                term, above = root if i else out, step_size * weight * total**-0.5
                self._root(size, total, term)
                if i:
                    _add_quotient(out, above, term)
                else:
                    library.true_divide(above, term, out=term)
            library.multiply(gradient, out if rule else 0.0, out=out)
        decay = step_size * self.decoupled * drift
        if decay:
            _add(out, decay, theta)
        return out

    def _rule(self, tails: Array, rounding: float) -> tuple[float, list[tuple[float, float]]]:
        """Return the sum of the tails, and pairs (d, weight) for the sum of c_s/R_s."""
        if not len(tails) or self.step is None:
            return 0.0, []
        steps = self.step - 1 - np.arange(len(tails))
        weights = tails if self.past_step_sizes is None else tails * self.past_step_sizes(steps)
        drift = float(weights.sum())
        weights = weights * (self.totals(steps) if callable(self.totals) else self.totals)
        if not weights.any():
            return drift, []
        if not callable(self.square_totals):
            return drift, [(self.square_totals or 1.0, float(weights.sum()))]
        nodes, weights = self._nodes(np.log(self.square_totals(steps)), weights, rounding)
        return drift, [(float(np.exp(x)), float(w)) for x, w in zip(nodes, weights, strict=True)]

    def _nodes(self, logs: Array, weights: Array, rounding: float) -> tuple[Array, Array]:
        """Return as few nodes in log d as give the sum of weight/R for all sizes of a gradient.

        1/R is analytic in log d within pi (2 pi without a), so Gauss converges like an ellipse
        there; when most weight is near one end, as it mostly is, fewer nodes do.
        """
        reach = (pi if self.start else 2 * pi) / max(float(np.ptp(logs)) / 2, 1e-9)
        most = ceil(-log(rounding) / (2 * asinh(reach))) + 2
        # about where the root passes from a constant to |g|
        sizes = np.exp(np.linspace(-12, 12, 49)) * ((self.start**0.5 + self.epsilon) or 1.0)
        squares, before = (sizes * sizes)[:, None], np.zeros(())
        found = logs, weights
        for rule in compressed(logs, weights, most):
            roots = (np.exp(rule[0]) * squares + self.start) ** 0.5 + self.epsilon
            now = np.asarray((1 / roots) @ rule[1])
            if abs(before / now - 1).max() <= rounding / 2:
                break
            found, before = rule, now
        return found

    def _now(self, totals: Totals) -> float:
        """Return a total at this step."""
        if not callable(totals):
            return totals
        return float(totals(np.asarray([np.inf if self.step is None else self.step]))[0])

    def _root(self, size: Any, total: float, out: Any) -> Any:
        """Return R/sqrt(d) of |g|, in an array like it."""
        library, shift = _library(size), self.epsilon * total**-0.5
        if self.start:
            library.multiply(size, size, out=out)
            out += self.start / total
            library.sqrt(out, out=out)
            out += shift
        else:
            library.add(size, shift, out=out)
        return out


def _library(array: Any) -> Any:
    """Return numpy or torch, whose operations into given memory have the same names."""
    return np if isinstance(array, np.ndarray) else sys.modules["torch"]


def _add(out: Any, number: float, array: Any) -> None:
    """Add a multiple of an array."""
    if isinstance(out, np.ndarray):
        out += number * array
    else:
        out.add_(array, alpha=number)


def _add_quotient(out: Any, above: float, below: Any) -> None:
    """Add a number over an array, in one pass where the library can."""
    if isinstance(out, np.ndarray):
        out += above / below
    else:
        out.addcdiv_(below.new_ones(()), below, value=above)
