"""A truncated series in the step size, evaluated: its terms, their sizes, their sum.

The expansions of momentum are asymptotic: for a fixed step size the terms c_j h^j fall, and then
they may grow without bound.  The best order keeps the terms before the smallest one, whose size
estimates the error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.errors import DomainError

__all__ = ["Terms"]


@dataclass(frozen=True, eq=False)
class Terms:
    """The sum of c_j h^j over j < order, with everything it was made of.

    Parameters
    ----------
    coefficients : ndarray, shape (R, ..., d), or (R, ...) for scalars
        c_0, ..., c_(R-1).
    step_size : float, optional
        h; without it there are coefficients only, see `at`.
    is_vector : bool, default True
        Whether the last axis holds the components of one vector.
    order : int or ndarray of int, shape (...), optional
        How many terms are summed, at each point; all of them by default.

    Examples
    --------
    >>> field = Terms(np.array([[2.0], [1.0], [0.5], [4.0]]), step_size=0.5)
    >>> field.value, field.sizes
    (array([3.125]), array([2.   , 0.5  , 0.125, 0.5  ]))
    >>> best = field.optimal()
    >>> int(best.order), best.value, float(best.error)
    (2, array([2.5]), 0.125)
    """

    coefficients: np.ndarray[Any, Any]
    step_size: float | None = None
    is_vector: bool = True
    order: Any = None

    def __post_init__(self) -> None:
        if self.order is None:
            object.__setattr__(self, "order", len(self.coefficients))

    def at(self, step_size: float) -> Terms:
        """Return the same series, all its terms, at another step size.

        Examples
        --------
        >>> Terms(np.array([[2.0], [1.0]])).at(0.5).value
        array([2.5])
        """
        return Terms(self.coefficients, step_size, self.is_vector)

    @property
    def terms(self) -> np.ndarray[Any, Any]:
        """The terms c_j h^j, in the shape of the coefficients."""
        if self.step_size is None:
            raise DomainError("These terms have no step size yet: take them at(h).")
        return np.stack([c * self.step_size**j for j, c in enumerate(self.coefficients)])

    @property
    def sizes(self) -> np.ndarray[Any, Any]:
        """The Euclidean norms of the terms, shape (R, ...)."""
        return np.asarray(
            np.linalg.norm(self.terms, axis=-1) if self.is_vector else abs(self.terms)
        )

    @property
    def value(self) -> np.ndarray[Any, Any]:
        """The sum of the first `order` terms."""
        terms = self.terms
        order = np.expand_dims(self.order, -1) if self.is_vector else np.asarray(self.order)
        number = np.arange(len(terms)).reshape(-1, *[1] * (terms.ndim - 1))
        return np.asarray(np.sum(terms, axis=0, where=number < order))

    @property
    def error(self) -> np.ndarray[Any, Any]:
        """The size of the first term left out, shape (...): an estimate; nan where none is."""
        sizes = self.sizes
        padded = np.concatenate([sizes, np.full_like(sizes[:1], np.nan)])
        index = np.broadcast_to(self.order, sizes.shape[1:])[None]
        return np.asarray(np.take_along_axis(padded, index, axis=0)[0])

    def optimal(self) -> Terms:
        """Return the same series cut before its smallest term, at each point by itself.

        The first term is always kept.  With one term there is nothing to compare.
        """
        if len(self.coefficients) == 1:
            return self
        order = 1 + self.sizes[1:].argmin(axis=0)
        return Terms(self.coefficients, self.step_size, self.is_vector, order)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        """Return the value, so that numpy takes the expansion for it."""
        return np.asarray(self.value, dtype=dtype)
