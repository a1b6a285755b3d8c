r"""The invariant manifold of heavy ball in numbers: when it exists, how steep, how attracting.

Let grad L be Lam-Lipschitz on R^d, 0 <= b < 1 and

    h Lam < (1 - sqrt b)^2,

and let r_- < sqrt b < r_+ be the roots of r^2 - (1 + b - h Lam) r + b = 0.  Then the functional
equation g(Phi theta) = grad L(Phi theta) + b g(theta), Phi = id - h g, has exactly one solution
with Lipschitz constant K = (1 - r_+)/h; heavy ball is drawn to it by the factor r_- a step; and if
no eigenvalue of the Hessian is below mu, Phi has the Lipschitz constant r_+(h mu).  All four are
attained by quadratic losses.  With mini-batches the fields from rest have the same constants.

**Errors.**  Take any points theta_n and vectors v_n whatsoever, and put

    rho_n = v_{n+1} - grad L(theta_{n+1}) - b v_n,      eta_n = theta_{n+1} - theta_n + h v_n.

If |v_n - g(theta_n)| <= delta_n, then |v_{n+1} - g(theta_{n+1})| <= delta_{n+1} with

    delta_{n+1} = |rho_n| + r_- (delta_n + K |eta_n|),

and the distance of theta_n from the orbit of Phi grows no faster than
e_{n+1} = r_+(h mu) e_n + h delta_n + |eta_n|.  The proofs are under "Certificates" in
the documentation.  What is returned here is rounded upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from math import inf, nextafter
from typing import Any

import numpy as np

from polyfam._checked import checked
from polyfam._checks import check_step_size
from polyfam.errors import DomainError
from polyfam.optimizers._rules import check_rate
from polyfam.typing import Array

__all__ = [
    "ManifoldBounds",
    "field_errors",
    "initial_error",
    "manifold_bounds",
    "norm_above",
    "orbit_errors",
]

#: Far more than the square root loses where the two roots meet.
_DIGITS, _ALLOWANCE = 80, Decimal("1e-18")


@dataclass(frozen=True)
class ManifoldBounds:
    """The constants of the theorem, each rounded upwards; infinite where there is no manifold.

    `manifold_bounds` finds them.

    Parameters
    ----------
    step_size, momentum, lipschitz : float
        h, b and Lam.
    exists : bool
        Whether h Lam < (1 - sqrt b)^2, decided exactly.
    threshold : float
        (1 - sqrt b)^2, rounded to nearest.
    attraction : float
        The smaller root, the factor by which the distance to the manifold falls in a step.
    field_lipschitz : float
        K, the Lipschitz constant of the field g.
    step_lipschitz : float
        That of a step, id - h g: the larger root at h mu.

    Examples
    --------
    >>> bounds = manifold_bounds(0.075, 0.5, 1.0)
    >>> bounds.exists, round(bounds.attraction, 9)
    (True, 0.625)
    """

    step_size: float
    momentum: float
    lipschitz: float
    exists: bool
    threshold: float
    attraction: float = inf
    field_lipschitz: float = inf
    step_lipschitz: float = inf

    @property
    def product(self) -> float:
        """The product of h and Lam, which the threshold is about."""
        return self.step_size * self.lipschitz

    def __repr__(self) -> str:
        """Return h Lam against the threshold, and the attraction."""
        sign = "<" if self.exists else ">="
        text = f"h Lam = {self.product:.3g} {sign} {self.threshold:.3g} = (1 - sqrt(beta))^2"
        if not self.exists:
            return f"no manifold is certified: {text}"
        return f"{text}: a manifold, attracting by {self.attraction:.4g} a step"


@checked
def manifold_bounds(
    step_size: float, momentum: float, lipschitz: float, curvature: float | None = None
) -> ManifoldBounds:
    """Return whether heavy ball has its manifold, and the constants there.

    Parameters
    ----------
    step_size : float
        h > 0.
    momentum : float or Fraction
        b in [0, 1).
    lipschitz : float
        Lam > 0, a Lipschitz constant of the gradient: no eigenvalue of any Hessian is larger in
        size.
    curvature : float, optional
        mu <= Lam, below which no eigenvalue of any Hessian is; -Lam by default, 0 for a convex
        loss.

    Returns
    -------
    ManifoldBounds

    Raises
    ------
    DomainError
        For a number out of its range.

    Examples
    --------
    >>> manifold_bounds(2e-4, 0.9, 3.33)
    h Lam = 0.000666 < 0.00263 = (1 - sqrt(beta))^2: a manifold, attracting by 0.9065 a step
    >>> manifold_bounds(1e-3, 0.9, 3.33).exists
    False
    """
    check_step_size(step_size)
    check_step_size(lipschitz, "lipschitz")
    check_rate(momentum, "momentum")
    mu = -lipschitz if curvature is None else curvature
    if not -inf < mu <= lipschitz:
        raise DomainError(
            f"Argument 'curvature' must be finite and at most 'lipschitz', not {mu!r}."
        )
    with localcontext(prec=_DIGITS):
        h, b, lam = _decimal(step_size), _decimal(momentum), _decimal(lipschitz)
        root = b.sqrt()
        limit = (1 - root) ** 2
        found = ManifoldBounds(
            float(step_size), float(momentum), float(lipschitz), h * lam < limit, float(limit)
        )
        if not found.exists:
            return found
        larger = _larger_root(h * lam, b, root)
        return replace(
            found,
            attraction=_up(b / larger),
            field_lipschitz=_up(lam * larger / (larger - b)),  # (1 - r)/h without cancellation
            step_lipschitz=_up(_larger_root(h * _decimal(mu), b, root)),
        )


def initial_error(bounds: ManifoldBounds, field: Array, gradient: Array) -> Array:
    """Return a bound of the error of v that needs nothing but the gradient at theta.

    From ``|g(theta)| <= |grad L(theta)|/(1 - r_-)``, which is attained.

    Parameters
    ----------
    bounds : ManifoldBounds
    field, gradient : ndarray, shape (..., d)
        v and grad L(theta).

    Examples
    --------
    >>> bounds = manifold_bounds(0.05, 0.5, 1.0)
    >>> float(initial_error(bounds, np.array([0.0]), np.array([1.0])).round(4))
    2.2984
    """
    if bounds.attraction >= 1:
        return np.full(field.shape[:-1], inf)
    return np.asarray(_upward(norm_above(field) + norm_above(gradient) / (1 - bounds.attraction)))


def field_errors(
    bounds: ManifoldBounds, residuals: Sequence[Any], drifts: Sequence[Any], initial: Any
) -> Array:
    """Return delta_0, ..., delta_N from the sizes of the residuals and of the drifts.

    Parameters
    ----------
    bounds : ManifoldBounds
    residuals, drifts : sequence of N floats or arrays
        The sizes of rho_0, ..., rho_(N-1) and of eta_0, ..., with their rounding on top.
    initial : float or array
        delta_0.

    Examples
    --------
    >>> bounds = manifold_bounds(0.05, 0.5, 1.0)
    >>> field_errors(bounds, [0.0, 0.0], [0.0, 0.0], 1.0).round(4)
    array([1.    , 0.5649, 0.3191])
    """
    errors = [np.asarray(initial, float)]
    for residual, drift in zip(residuals, drifts, strict=True):
        inner = errors[-1] + bounds.field_lipschitz * drift if bounds.exists else inf
        errors.append(_upward(residual + bounds.attraction * inner))
    return np.stack(np.broadcast_arrays(*errors))


def orbit_errors(bounds: ManifoldBounds, errors: Array, drifts: Sequence[Any]) -> Array:
    """Return e_0 = 0, e_1, ..., e_N, the distances of the points from the true orbit.

    Parameters
    ----------
    bounds : ManifoldBounds
    errors : ndarray, shape (N + 1, ...)
        As `field_errors` returns them.
    drifts : sequence of N floats or arrays

    Examples
    --------
    >>> bounds = manifold_bounds(0.05, 0.5, 1.0, curvature=0.0)
    >>> orbit_errors(bounds, np.array([1.0, 1.0, 1.0]), [0.0, 0.0]).round(4)
    array([0.  , 0.05, 0.1 ])
    """
    distances = [np.zeros(errors.shape[1:])]
    for error, drift in zip(errors, drifts, strict=False):
        distances.append(
            _upward(bounds.step_lipschitz * distances[-1] + bounds.step_size * error + drift)
            if bounds.exists
            else np.full(errors.shape[1:], inf)
        )
    return np.stack(distances)


def _larger_root(x: Decimal, b: Decimal, root: Decimal) -> Decimal:
    """Return r_+ of r^2 - (1 + b - x) r + b, x <= (1 - sqrt b)^2; the discriminant is a product."""
    discriminant = ((1 - root) ** 2 - x) * ((1 + root) ** 2 - x)
    return (1 + b - x + discriminant.sqrt()) / 2


def _decimal(value: float | Fraction) -> Decimal:
    """Return a number exactly, or a fraction to eighty digits."""
    number = Fraction(value)
    return Decimal(number.numerator) / Decimal(number.denominator)


def _up(value: Decimal) -> float:
    """Return a float above a positive number known to 1e-18."""
    return nextafter(float(value * (1 + _ALLOWANCE)), inf)


def _upward(value: Any) -> Any:
    """Return a float above the true value of a sum of three products of nonnegative floats."""
    return value * (1 + 8 * np.finfo(float).eps)


def norm_above(vectors: Any) -> Array:
    """Return numbers above the Euclidean norms along the last axis; squares may underflow."""
    vectors = np.asarray(vectors, float)
    rounding = 1 + 2 * (vectors.shape[-1] + 4) * np.finfo(float).eps
    return np.asarray(np.linalg.norm(vectors, axis=-1) * rounding + 1e-150)
