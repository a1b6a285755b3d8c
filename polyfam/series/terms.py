"""A truncated series in the step size: its terms, their sizes, their sum, their validity.

The expansions of memory are asymptotic: for a fixed step size the terms c_j h^j fall, and then
they may grow without bound.  The best order keeps the terms before the smallest one, whose size
estimates the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam._checked import checked
from polyfam._checks import check_step_size, warn
from polyfam._frames import frame
from polyfam._plots import axes
from polyfam.errors import DomainError
from polyfam.typing import Array

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Terms", "ValidityWarning"]


class ValidityWarning(UserWarning):
    """An expansion in the step size is used where it cannot converge."""


@checked
@dataclass(frozen=True, eq=False, repr=False)
class Terms:
    """The sum of c_j h^j over j < order, with everything it is made of.

    A sequence of its coefficients: ``F, M = memoryless(optimizer, loss, theta, order=2)``.

    Parameters
    ----------
    coefficients : ndarray, shape (R, ..., d), or (R, ...) for scalars
        c_0, ..., c_(R-1).
    step_size : float, optional
        h; without it there are coefficients only, and `at` takes it.
    is_vector : bool, default True
        Whether the last axis holds the components of one vector.
    order : int or ndarray of int, shape (...), optional
        How many terms are summed, at each point; all of them by default.
    name : str
        What it is, for print.
    certifier : callable, optional
        What `certify` asks: a function of the step size, the order and its keywords.

    Examples
    --------
    >>> field = Terms(np.array([[2.0], [1.0], [0.5], [4.0]]), step_size=0.5)
    >>> field.value, field.sizes
    (array([3.125]), array([2.   , 0.5  , 0.125, 0.5  ]))
    >>> best = field.optimal()
    >>> int(best.order), best.value, float(best.error)
    (2, array([2.5]), 0.125)
    >>> print(best)
    terms at h = 0.5, sum of 2 of 4
      term       size      share
      1             2       100%  kept
      h           0.5        25%  kept
      h^2       0.125      6.25%  the first left out: estimates the error
      h^3         0.5        25%  left out
    """

    coefficients: Array
    step_size: float | None = None
    is_vector: bool = True
    order: Any = None
    name: str = "terms"
    certifier: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if self.order is None:
            object.__setattr__(self, "order", len(self.coefficients))

    def __len__(self) -> int:
        return len(self.coefficients)

    def __getitem__(self, index: Any) -> Array:
        """Return the coefficient of a power of h, or several."""
        found: Array = self.coefficients[index]
        return found

    def __iter__(self) -> Iterator[Array]:
        return iter(self.coefficients)

    @property
    def terms(self) -> Array:
        """The terms c_j h^j, in the shape of the coefficients."""
        h = np.float64(self._step_size())
        with np.errstate(over="ignore"):  # a term that is too large is infinite
            return np.stack([_times_power(c, h, j) for j, c in enumerate(self.coefficients)])

    @property
    def sizes(self) -> Array:
        """The Euclidean norms of the terms, shape (R, ...)."""
        return _norms(self.terms) if self.is_vector else np.abs(self.terms)

    @property
    def ratios(self) -> Array:
        """The size of each term against the one before, shape (R - 1, ...)."""
        sizes = self.sizes
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sizes[1:] / sizes[:-1])

    @property
    def value(self) -> Array:
        """The sum of the first `order` terms."""
        terms = self.terms
        order = np.expand_dims(self.order, -1) if self.is_vector else np.asarray(self.order)
        number = np.arange(len(terms)).reshape(-1, *[1] * (terms.ndim - 1))
        return np.asarray(np.sum(terms, axis=0, where=number < order))

    @property
    def error(self) -> Array:
        """The size of the first term left out, shape (...): an estimate; nan where none is."""
        sizes = self.sizes
        padded = np.concatenate([sizes, np.full_like(sizes[:1], np.nan)])
        index = np.broadcast_to(self.order, sizes.shape[1:])[None]
        return np.asarray(np.take_along_axis(padded, index, axis=0)[0])

    @property
    def valid(self) -> Array:
        """Whether no term is larger than the first one (of a loss: than the first correction).

        bool ndarray, shape (...).  Of a series cut by `optimal`, only the terms that are summed
        and the one after are looked at.
        """
        sizes = self.sizes
        leading = 0 if self.is_vector else 1  # a loss may have any value, also 0
        later = np.arange(len(sizes)).reshape(-1, *[1] * (sizes.ndim - 1))
        looked_at = (later > leading) & (later <= self.order)
        reference = sizes[min(leading, len(sizes) - 1)]
        return np.asarray(~np.any(looked_at & ~(sizes <= reference), axis=0))

    def at(self, step_size: float) -> Terms:
        """Return the same series, all its terms, at a step size, and warn when terms grow.

        Parameters
        ----------
        step_size : float
            h > 0.

        Returns
        -------
        Terms

        Warns
        -----
        ValidityWarning
            When a term is larger than the first one.

        Examples
        --------
        >>> Terms(np.array([[2.0], [1.0], [0.5]])).at(0.5).value
        array([2.625])
        """
        here = replace(self, step_size=check_step_size(step_size), order=len(self))
        here.warn_if_growing()
        return here

    def optimal(self) -> Terms:
        """Return the same series cut before its smallest term, at each point by itself.

        The first term is always kept.  With one term there is nothing to compare.
        """
        if len(self) == 1:
            return self
        return replace(self, order=1 + self.sizes[1:].argmin(axis=0))

    def certify(self, **keywords: Any) -> Any:
        """Return a certified bound of what the sum leaves out: heavy ball's field has one.

        Parameters
        ----------
        **keywords
            As of `polyfam.memory.certify`: `lipschitz`, `radius`, `steps`.

        Returns
        -------
        polyfam.memory.ErrorBound

        Raises
        ------
        DomainError
            For other series, without a step size, or when the order differs from point to point.

        Examples
        --------
        >>> from polyfam.losses import Quadratic
        >>> from polyfam.memory import memoryless
        >>> from polyfam.optimizers import HeavyBall
        >>> bowl = Quadratic([[1.0]])
        >>> memoryless(HeavyBall(0.5), bowl, [1.0], order=3, step_size=0.01).certify()
        believe it: h Lam = 0.01 < 0.086; 3 terms are right to 9.4e-05
        """
        if self.certifier is None:
            raise DomainError(
                f"No error bound is known for the {self.name}, only for the stationary update of "
                "heavy ball without memory; error estimates it by the first term left out."
            )
        if np.ndim(self.order):
            raise DomainError(
                "One order for all points can be certified: call at(step_size) first."
            )
        return self.certifier(step_size=self._step_size(), order=int(self.order), **keywords)

    def warn_if_growing(self) -> None:
        """Give the ValidityWarning that is due, at the user's line."""
        if not np.all(self.valid):
            many = (
                f" at {np.sum(~self.valid)} of {self.valid.size} points" if self.valid.ndim else ""
            )
            first = "first one" if self.is_vector else "first correction"
            cut = ", and order='auto' cuts before the smallest term" if len(self) > 2 else ""
            warn(
                f"The {self.name} of order {len(self)} has a term that is larger than the {first}"
                f"{many}, so h = {self.step_size:g} is too large for it: the sum means nothing "
                f"there; take h smaller{cut}.",
                ValidityWarning,
            )

    def _step_size(self) -> float:
        """Return the step size, or say that there is none."""
        if self.step_size is None:
            raise DomainError(
                "These terms have no step size: call at(step_size), or give step_size= when they "
                "are computed."
            )
        return self.step_size

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Return the term, the size, the share and the verdict of each power of h."""
        powers = ["1", "h", *(f"h^{j}" for j in range(2, len(self)))][: len(self)]
        if self.step_size is None:
            norms = _norms(self.coefficients) if self.is_vector else None
            sizes = np.abs(self.coefficients) if norms is None else norms
        else:
            sizes = self.sizes
        largest = sizes.reshape(len(self), -1).max(axis=1) if sizes.ndim > 1 else sizes
        order = int(np.max(self.order))
        rows = []
        for j, (power, size) in enumerate(zip(powers, largest.tolist(), strict=True)):
            share = f"{100 * size / largest[0]:.3g}%" if largest[0] else "-"
            rows.append((power, f"{size:.4g}", share, self._verdict(j, largest, order)))
        return rows

    def _verdict(self, j: int, sizes: Array, order: int) -> str:
        """Return what there is to say about a term."""
        if self.step_size is None:
            return ""
        if j > order:
            return "left out"
        if j == order:
            return "the first left out: estimates the error"
        leading = 0 if self.is_vector else 1
        if j > leading and sizes[j] > sizes[leading]:
            return "larger than the first: not to be believed"
        if j > leading and j > 0 and sizes[j] > sizes[j - 1]:
            return "kept, and larger than the one before"
        return "kept"

    def _title(self) -> str:
        """Return the line above the table."""
        h = "coefficients" if self.step_size is None else f"at h = {self.step_size:g}"
        points = self.coefficients.shape[1 : -1 if self.is_vector else None]
        many = f", the largest over points of shape {points}" if points else ""
        orders = np.unique(self.order)
        order = f"{orders[0]}" if len(orders) == 1 else f"{orders[0]} to {orders[-1]}"
        summed = "" if self.step_size is None else f", sum of {order} of {len(self)}"
        return f"{self.name} {h}{summed}{many}"

    def __str__(self) -> str:
        rows = [("term", "size", "share", ""), *self._rows()]
        lines = [f"  {a:5} {b:>10} {c:>10}  {d}".rstrip() for a, b, c, d in rows]
        return "\n".join([self._title(), *lines])

    __repr__ = __str__

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the size of each term, on a logarithmic scale; those left out are hollow.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        DomainError
            Without a step size.
        MissingExtraError
            Without matplotlib.
        """
        sizes = self.sizes.reshape(len(self), -1).max(axis=1)
        ax, powers = axes(ax), np.arange(len(self))
        ax.plot(powers, sizes, "o-", color="C0", markerfacecolor="none")
        kept = powers < np.max(self.order)
        ax.plot(powers[kept], sizes[kept], "o", color="C0")
        if np.any(sizes > 0):
            ax.set_yscale("log")
        ax.set(xlabel="power of h", ylabel="size of the term", title=self._title())
        ax.set_xticks(powers)
        return ax

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame: the largest size of each term over all points.

        Returns
        -------
        pandas.DataFrame
            One row a power of h, with the columns ``power``, ``size`` and ``kept``.

        Raises
        ------
        DomainError
            Without a step size.
        MissingExtraError
            Without pandas.

        Examples
        --------
        >>> from polyfam import HeavyBall, memoryless
        >>> from polyfam.losses import Quadratic
        >>> terms = memoryless(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], order=3, step_size=0.01)
        >>> terms.to_pandas()["size"].round(4).tolist()
        [2.0, 0.04, 0.0024]
        """
        sizes = self.sizes.reshape(len(self), -1).max(axis=1).tolist()
        order = int(np.max(self.order))
        rows = ((j, size, j < order) for j, size in enumerate(sizes))
        return frame(rows, ("power", "size", "kept"))

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        cells = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in [("term", "size", "share", ""), *self._rows()]
        )
        return f"<table><caption>{escape(self._title())}</caption>{cells}</table>"


def _times_power(coefficient: Array, h: np.float64, j: int) -> Array:
    """Return c h^j, also where h^j alone is beyond the doubles."""
    power = float(h**j)  # as Python's floats the powers leave single precision alone
    if 0 < power < np.inf:
        return np.asarray(coefficient * power)
    for _ in range(j):
        coefficient = coefficient * float(h)
    return np.asarray(coefficient)


def _norms(vectors: Array) -> Array:
    """Return Euclidean norms along the last axis; no square overflows or vanishes."""
    largest = np.abs(vectors).max(axis=-1, keepdims=True, initial=0)
    _, order = np.frexp(np.where(np.isfinite(largest), largest, 1))
    unit = np.ldexp(np.ones_like(largest), np.maximum(order, -1000))
    return np.asarray(np.linalg.norm(vectors / unit, axis=-1) * unit[..., 0])
