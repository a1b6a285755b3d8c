r"""A function of a symmetric matrix, times a vector, from products with the matrix alone.

Lanczos finds an orthonormal basis V of b, A b, ..., A^(m-1) b in which A is the small matrix
T = V* A V, and then

    f(A) b  =  |b| V f(T) e_1  +  error.

Every new vector is made orthogonal to all before it, twice, so that eigenvalues do not come back;
complex symmetric matrices, Hessians at complex points, have an upper Hessenberg T and go the same
way.

*How large the error is.*  Many functions, the factor of the principal flow among them, are a
mixture of resolvents that begins at a branch point c:

    f(x) = int_c^inf mu(t)/(t - x) dt,      mu of one sign.

For each t the vector |b| V (t - T)^(-1) e_1 solves (t - A) y = b up to a multiple of the next basis
vector of size |b| prod_j b_j/(t - theta_j), where theta_j are the eigenvalues of T (*Ritz values*)
and b_j its off-diagonal entries, the last one included.  That falls in t beyond the largest
theta_j.  So if no eigenvalue of A exceeds x < c,

    |error| <= |b| |f(x)| prod_j b_j/(c - theta_j).

The largest Ritz value with its residual stands for x.  For other functions, and beyond the branch
point, the change over the last few dimensions stands for the error.

References
----------
[SAAD] Saad, Analysis of some Krylov subspace approximations to the matrix exponential operator,
SIAM J. Numer. Anal. 29 (1992).
[FGS14] Frommer, Guettel & Schweitzer, Convergence of restarted Krylov subspace methods for
Stieltjes functions of matrices, SIAM J. Matrix Anal. Appl. 35 (2014).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam.errors import DomainError, ResourceError
from polyfam.losses.derivatives.points import as_points
from polyfam.typing import Array

__all__ = ["FunctionTimesVector", "check_tolerance", "function_times_vector"]

#: The most products, and basis vectors to keep.
_MOST = 1000
#: Over how many dimensions the approximation must not change, where there is no bound.
_STILL = 3
_ROUNDING = float(np.finfo(float).eps)


class FunctionTimesVector(NamedTuple):
    """An approximation of f(A) b.

    `function_times_vector` finds it.

    Parameters
    ----------
    value : ndarray, shape (d,)
    error : float
        The estimate of its distance to f(A) b, in the Euclidean norm.
    products : int
        How many products with A it took.
    ritz : ndarray
        The eigenvalues of A that b sees, as far as they are found.
    residuals : ndarray
        How far each of them may be from an eigenvalue of A.

    Examples
    --------
    >>> found = function_times_vector(np.exp, lambda v: 2 * v, [1.0, 0.0])
    >>> found.products, found.ritz
    (1, array([2.]))
    """

    value: Array
    error: float
    products: int
    ritz: Array
    residuals: Array


def check_tolerance(tolerance: float) -> None:
    """Raise unless a relative error is in (0, 1)."""
    if not 0 < tolerance < 1:
        raise DomainError(f"Argument 'tolerance' must be in (0, 1), not {tolerance!r}.")


@checked
def function_times_vector(
    function: Callable[[Array], Array],
    product: Callable[[Array], Array],
    vector: ArrayLike,
    *,
    tolerance: float = 1e-10,
    branch: float | None = None,
) -> FunctionTimesVector:
    """Return f(A) b from products with a symmetric matrix A.

    Parameters
    ----------
    function : callable
        f, of an array of eigenvalues.
    product : callable
        From v to A v, both of shape (d,).
    vector : array_like, shape (d,)
        b, real or complex.
    tolerance : float, default 1e-10
        The error asked for, relative to the result, in (0, 1).
    branch : float, optional
        The c of a function that is a mixture of resolvents 1/(t - x), t >= c: while all eigenvalues
        are below it, the error is bounded and not only estimated.

    Returns
    -------
    FunctionTimesVector

    Raises
    ------
    DomainError
        For a tolerance out of range, or a product that is not finite.
    ResourceError
        When 1,000 products do not reach the tolerance.

    Notes
    -----
    What b does not see is not looked at: an eigenvector orthogonal to b has no part in f(A) b.

    Examples
    --------
    >>> matrix = np.diag([0.1, 0.2, 0.4])
    >>> found = function_times_vector(np.exp, lambda v: matrix @ v, [1.0, 1.0, 1.0])
    >>> found.value.round(6), found.products
    (array([1.105171, 1.221403, 1.491825]), 3)

    ln(1 - x)/x begins at 1:

    >>> matrix = np.diag(np.linspace(0.01, 0.5, 400))
    >>> f = lambda x: np.log1p(-x) / x
    >>> found = function_times_vector(f, lambda v: matrix @ v, np.ones(400), branch=1.0)
    >>> true = f(np.diag(matrix))
    >>> bool(np.linalg.norm(found.value - true) < found.error < 1e-8), found.products
    (True, 14)
    """
    check_tolerance(tolerance)
    b = as_points(None, vector, "vector")
    if b.ndim != 1:
        raise DomainError(f"Argument 'vector' must have shape (d,), not {b.shape}.")
    size = float(np.linalg.norm(b))
    if size == 0:
        return FunctionTimesVector(b.copy(), 0.0, 0, np.empty(0), np.empty(0))
    basis, small = _Basis(b / size), np.zeros((0, 0))
    before: list[Array] = []
    while True:
        small, following, gap = _extended(basis, small, product)
        m = len(basis)
        ends = gap <= _ROUNDING * m * np.abs(small).max() or m == len(b)
        if ends or m < 12 or m % (m // 6) == 0:
            found = _Small(function, small, 0.0 if ends else gap)
            before.append(size * found.coefficients)
            error = size * found.bound(branch) if branch is not None else np.inf
            if not np.isfinite(error):
                error = _change(before)
            scale = float(np.linalg.norm(before[-1]))
            if ends or error <= tolerance * scale:
                floor = _ROUNDING * m * scale
                with np.errstate(invalid="ignore"):  # f may be infinite
                    value = before[-1] @ basis.rows
                return FunctionTimesVector(
                    value, floor if ends else max(floor, error), m, found.ritz, found.residuals
                )
        if m >= _MOST:
            raise ResourceError(
                f"After {m:,} products the function of the Hessian is known to {error:.1e} only: "
                "take a smaller step size, or a larger tolerance."
            )
        basis.append(following)


class _Basis:
    """Orthonormal rows, in a block of memory that doubles when it is full."""

    def __init__(self, first: Array) -> None:
        self._block, self._count = first[None].copy(), 1

    def __len__(self) -> int:
        return self._count

    @property
    def rows(self) -> Array:
        """The vectors so far."""
        return self._block[: self._count]

    def append(self, row: Array) -> None:
        """Take in one more vector."""
        kind = np.result_type(self._block, row)
        if self._count == len(self._block) or kind != self._block.dtype:
            wider = np.empty((2 * self._count, len(row)), kind)
            wider[: self._count] = self.rows
            self._block = wider
        self._block[self._count] = row
        self._count += 1


def _extended(
    basis: _Basis, small: Array, product: Callable[[Array], Array]
) -> tuple[Array, Array, float]:
    """Return T with one more row and column, the next basis vector, and the entry that leads there.

    The last entry of T below the diagonal is the one that led to the last vector of the basis.
    """
    rows = basis.rows
    new = np.asarray(product(rows[-1]))
    if new.shape != rows[-1].shape:
        raise DomainError(
            f"Argument 'product' must return the shape {rows[-1].shape} that it takes, "
            f"not {new.shape}."
        )
    if not np.isfinite(new).all():
        raise DomainError("The product of the Hessian with a vector must be finite.")
    m = len(basis)
    column = np.zeros(m, np.result_type(new, rows))
    for _ in range(2):  # twice is enough, and once is not
        part = rows.conj() @ new
        column, new = column + part, new - part @ rows
    size = float(np.linalg.norm(new))
    wider = np.zeros((m + 1, m), np.result_type(small, column))
    wider[: len(small), : small.shape[1]] = small
    wider[:m, -1] = column
    wider[m, -1] = size
    return wider, new / (size or 1.0), size


class _Small:
    """f of the small matrix, with what is known of its error in units of |b|."""

    def __init__(self, function: Callable[[Array], Array], wider: Array, gap: float) -> None:
        matrix = wider[:-1]
        turned = matrix.conj().T
        if np.abs(matrix - turned).max() <= 1e-10 * np.abs(matrix).max():  # A is real
            self.ritz, vectors = np.linalg.eigh((matrix + turned) / 2)
            first = vectors[0].conj()
        else:
            self.ritz, vectors = np.linalg.eig(matrix)
            first = np.linalg.solve(vectors, np.eye(len(matrix))[:, 0])
        with np.errstate(invalid="ignore"):
            self.coefficients = vectors @ (np.asarray(function(self.ritz)) * first)
        self.residuals = gap * np.abs(vectors[-1])
        self._function = function
        self._links = np.append(np.diag(wider, -1)[:-1].real, gap)

    def bound(self, branch: float) -> float:
        """Return the bound of the theorem, or infinity where it does not hold."""
        top = (self.ritz.real + self.residuals).max()
        if np.iscomplexobj(self.ritz) or top >= branch or self._links[-1] == 0:
            return np.inf
        power = float(np.sum(np.log(self._links) - np.log(branch - self.ritz)))
        return float(np.exp(power) * np.abs(self._function(np.array([top])))[0])


def _change(before: list[Array]) -> float:
    """Return the largest change over the last few approximations."""
    last, largest = before[-1], 0.0
    for each in reversed(before[:-1]):
        beyond = np.linalg.norm(last[len(each) :])
        largest = max(largest, float(np.hypot(np.linalg.norm(last[: len(each)] - each), beyond)))
        if len(each) <= len(last) - _STILL:
            return largest
    return np.inf
