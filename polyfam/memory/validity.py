r"""For which step sizes momentum is gradient descent on something, and when the series converges.

Along an eigenvector of the Hessian with eigenvalue lambda heavy ball multiplies by a root of

    r^2 - (1 + beta - x) r + beta = 0,      x = h lambda.

The roots are real and positive up to x = (1 - sqrt(beta))^2, a complex pair with |r| = sqrt(beta)
up to (1 + sqrt(beta))^2, real and negative beyond, and one leaves the unit circle at 2 (1 + beta).
The first branch point is also where the expansion in h stops converging for chains (paths rooted
at an end): |x| < (1 - sqrt(beta))^2, for eigenvalues of either sign.  The trees with branches have
no such bound: the terms of the whole series grow without limit in the end, however small h is.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._checks import check_step_size, warn
from polyfam.errors import ArgumentTypeError
from polyfam.losses.derivatives.hessians import leading_eigenpairs
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers._rules import check_rate
from polyfam.series.terms import Terms as Terms
from polyfam.series.terms import ValidityWarning as ValidityWarning
from polyfam.typing import Array

__all__ = [
    "Thresholds",
    "check_validity",
    "converges",
    "regime",
    "sharpness",
    "thresholds",
]


class Thresholds(NamedTuple):
    """The values of h lambda at which heavy ball changes its ways.

    Parameters
    ----------
    convergence : float
        (1 - sqrt(beta))^2: below it a quadratic loss has a real field, whose series converges.
    oscillation : float
        (1 + sqrt(beta))^2: the complex pair becomes two negative roots.
    stability : float
        2 (1 + beta): the iteration diverges beyond.

    Examples
    --------
    >>> thresholds(0.25)
    Thresholds(convergence=0.25, oscillation=2.25, stability=2.5)
    """

    convergence: float
    oscillation: float
    stability: float


@checked
def thresholds(momentum: float) -> Thresholds:
    """Return the three thresholds of h lambda.

    Parameters
    ----------
    momentum : float
        beta in [0, 1).

    Returns
    -------
    Thresholds

    Examples
    --------
    >>> [round(x, 5) for x in thresholds(0.7)]
    [0.02668, 3.37332, 3.4]
    """
    check_rate(momentum, "momentum")
    root = sqrt(momentum)
    return Thresholds((1 - root) ** 2, (1 + root) ** 2, 2 * (1 + momentum))


@checked
def converges(step_size: float, momentum: float, sharpness: ArrayLike) -> Any:
    """Say whether the expansion of chains converges: h abs(lambda) < (1 - sqrt(beta))^2.

    Parameters
    ----------
    step_size, momentum : float
    sharpness : float or ndarray
        The eigenvalue of the Hessian that is largest in size.

    Returns
    -------
    bool or ndarray of bool
        Of the shape of the sharpness.

    Examples
    --------
    >>> converges(0.01, 0.5, sharpness=8.0), converges(0.01, 0.9, sharpness=8.0)
    (True, False)
    """
    below = float(step_size) * np.abs(sharpness) < thresholds(momentum).convergence
    return below if np.ndim(below) else bool(below)


@checked
def regime(step_size: float, momentum: float, sharpness: float) -> str:
    """Name what heavy ball does along an eigenvector.

    "monotone" up to (1 - sqrt(beta))^2, "oscillating" up to (1 + sqrt(beta))^2, "alternating" up
    to 2 (1 + beta), and "unstable".

    Parameters
    ----------
    step_size, momentum : float
    sharpness : float
        lambda; negative ones are unstable for every step size, as they are for the gradient flow.

    Returns
    -------
    str

    Examples
    --------
    >>> [regime(h, 0.7, 1.0) for h in (0.02, 1.0, 3.38, 3.5)]
    ['monotone', 'oscillating', 'alternating', 'unstable']
    """
    x, limits = step_size * sharpness, thresholds(momentum)
    if x < 0 or x > limits.stability:
        return "unstable"
    if x <= limits.convergence:
        return "monotone"
    return "oscillating" if x < limits.oscillation else "alternating"


def sharpness(loss: Any, theta: Any) -> Array:
    """Return the largest eigenvalue of the Hessian at each point.

    Parameters
    ----------
    loss : object
        With `gradient`; `hessian_vector` is used where there is one.
    theta : array_like, shape (..., d)

    Returns
    -------
    ndarray, shape (...)

    References
    ----------
    Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability,
    ICLR (2021).

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> float(sharpness(Quadratic([[1.0, 0.0], [0.0, 3.0]]), [5.0, 5.0]))
    3.0
    """
    return np.asarray(leading_eigenpairs(loss, theta, 1)[0][..., -1])


def check_validity(optimizer: Any, loss: Any, theta: Any, *, step_size: float) -> bool:
    """Say whether the expansion can converge at these points, and warn where it cannot.

    Parameters
    ----------
    optimizer : HeavyBall or another linear memory
    loss : object
    theta : array_like, shape (..., d)
    step_size : float
        h > 0.

    Returns
    -------
    bool
        Whether ``h |lambda|`` is below the threshold at both ends of the spectrum, at every point.

    Raises
    ------
    ArgumentTypeError
        For an optimizer that is no linear memory: no threshold is known.

    Warns
    -----
    ValidityWarning
        With h lambda and its threshold.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> check_validity(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=0.05)
    True
    """
    if not isinstance(optimizer, LinearMemory):
        raise ArgumentTypeError(
            f"No threshold is known for {type(optimizer).__name__}, only for linear memories: "
            "memoryless(..., order='auto', step_size=h) measures the terms."
        )
    h, limit = check_step_size(step_size), optimizer.convergence
    product = h * float(np.max(np.abs(leading_eigenpairs(loss, theta, 1, by_size=True)[0])))
    if product >= limit:
        warn(
            f"The expansion cannot converge: h |lambda| = {product:.3g} and the threshold is "
            f"{limit:.3g}; take h below {h * limit / product:.3g}.",
            ValidityWarning,
        )
    return bool(product < limit)
