r"""What mini-batches add to the first-order correction of elementwise optimizers.

Independent batches, the stationary limit, everything elementwise but the Hessians; g_i, H_i belong
to the batch of step i, g, H are their means, xi = g_B - g, Xi = H_B - H, E is over one batch B.
The correction is

    M = sum_{k>=1} dF^(n)/dg_j * H_j sum_{s=j..n-1} F^(s),      j = n - k,

a sum of products over at most three steps; the mean of a product depends on which of its steps
coincide, and the weights of each case are sums over the memory.

*Division by a mean square* (Adam, AdamW, NAdam, RMSProp).  With weights w of the gradients and v of
their squares, F^(s) = sum_l w_l g_{s-l}/R + lambda theta, where R is a root of a long average.  It
concentrates: replace it by its mean R^2 = E g_B^2 + epsilon.  (The relative error is that of an
average over (1 + beta_2)/(1 - beta_2) batches.)  Then, with y_B = g_B/R, y its mean,

    E M = 1/R [ A H F + A_0 E Xi (y_B - y) ]
        - q/R [ sum over the cases of  b * E g_j g_p (H_j y_i) + B lambda E g_j g_p H_j theta ].

With C_k(i) = sum of w_{s-i} over s = j..n-1, s >= i, the five cases of the steps j, p and i are

    i = j = p     b = sum_k v_k w_k C_k(j)            g_B^2 H_B y_B
    j = p         b = sum_k v_k w_k (k - C_k(j))      g_B^2 H_B y
    i = j         b = sum_k v_k (1 - w_k) C_k(j)      g * g_B H_B y_B
    i = p         b = sum_k v_k sum_{i != j} w_i C_k(i)   g_B g_B' H_B y_B'
    all differ    b = what is left of B = sum_k k v_k     g * g_B H_B y

where q is 1/R^2 for epsilon inside the root and 1/(R s) outside, s^2 = E g_B^2.  A large noise
makes E g_B^2 large: the anti-penalty of B falls like 1/R^4 sooner than the penalty of A, and the
term with A_0 penalises; so the sign can turn with the batch size.

*A function of a mixture* (Lion, Signum, smooth sign f).  With c_s = sum_l w_l g_{s-l},
F^(s) = f(c_s) + lambda theta, expand in xi to second order: with gamma_t = sum_l w_l w_{l+t},
A = sum_k k w_k and everything taken at g,

    E M = A f' H F + A_0 f' E Xi (f' xi) + sum_k k w_k^2 f'' E xi Xi F
        + sum_k w_k sum_{t=1..k} gamma_t f'' E xi H (f' xi)
        + gamma_0/2 A ( f''' E xi^2 H F + f' H (f'' E xi^2) ).

References
----------
[NOISE] Cattaneo & Shigida, The Effect of Mini-Batch Noise on the Implicit Bias of Adam,
arXiv:2602.01642.
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.losses.derivatives.points import as_points
from polyfam.optimizers._adaptive import Adaptive
from polyfam.optimizers._mixture import Mixture
from polyfam.optimizers._protocol import finite_gradient
from polyfam.optimizers.lion import Lion
from polyfam.optimizers.signum import Signum
from polyfam.typing import Array

__all__ = ["Cases", "coincidences", "has_closed_noise", "noisy_correction", "stationary_weights"]

#: The longest past whose weights are listed; weights end where they fall below rounding.
_LONGEST = 100_000
_ROUNDING = 1e-17


def has_closed_noise(optimizer: Any) -> bool:
    """Say whether the expected correction over independent batches is known in closed form."""
    return isinstance(optimizer, Adaptive | Lion | Signum)


class Cases(NamedTuple):
    """The weights of the five cases of coinciding steps j, p, i; they sum to B."""

    all_same: float
    j_is_p: float
    i_is_j: float
    i_is_p: float
    all_differ: float


def stationary_weights(beta: float, first: float, second: float) -> Array:
    """Return first, second, second beta, second beta^2, ..., until they are lost in rounding.

    Examples
    --------
    >>> stationary_weights(0.5, 0.5, 0.25)[:4]
    array([0.5   , 0.25  , 0.125 , 0.0625])
    """
    if beta == 0 or second == 0:
        return np.array([first, second]) if second else np.array([first])
    count = min(int(np.ceil(np.log(_ROUNDING) / np.log(beta))) + 2, _LONGEST)
    return np.append(first, second * beta ** np.arange(count))


def coincidences(w: Array, v: Array) -> Cases:
    """Return the weights of the five cases, for weights w of gradients and v of their squares.

    Parameters
    ----------
    w, v : ndarray, shape (K,)
        Newest first; w sums to 1.

    Examples
    --------
    With two steps there is one pair (j, s) = (n - 1, n - 1), and F^(n-1) = (g_{n-1} + g_{n-2})/2:

    >>> half = np.array([0.5, 0.5])
    >>> coincidences(half, half)
    Cases(all_same=0.125, j_is_p=0.125, i_is_j=0.125, i_is_p=0.0, all_differ=0.125)
    """
    count = max(len(w), len(v))
    w, v = (np.pad(x, (0, count - len(x))) for x in (w, v))
    ages, own = np.arange(count), _own(w)
    # S_k = sum_q w_q C_k(q), where q = n - i and C_k(q) = sum of w_l, q - min(q, k) <= l < q; one
    # more step to k adds w_q w_{q-k} for all q >= k, the autocorrelation
    correlation = _correlations(w)
    meets = np.append(0.0, np.cumsum(correlation[1:]))
    all_same = float(np.sum(v * w * own))
    j_is_p = float(np.sum(v * w * (ages - own)))
    i_is_j = float(np.sum(v * (1 - w) * own))
    i_is_p = float(np.sum(v * (meets - w * own)))
    rest = float(np.sum(v * ages)) - all_same - j_is_p - i_is_j - i_is_p
    return Cases(all_same, j_is_p, i_is_j, i_is_p, rest)


def _own(w: Array) -> Array:
    """Return C_k(j), the sum of w_0, ..., w_{k-1}."""
    return np.append(0.0, np.cumsum(w)[:-1])


def _correlations(w: Array) -> Array:
    """Return sum_l w_l w_{l+t} for t = 0, 1, ..., by the fast Fourier transform."""
    transform = np.fft.rfft(w, 2 * len(w))
    return np.fft.irfft(np.abs(transform) ** 2, 2 * len(w))[: len(w)]


def noisy_correction(optimizer: Any, losses: Sequence[Any], theta: Any) -> tuple[Array, Array]:
    """Return M of the mean loss, and what independent batches add to it in expectation.

    Parameters
    ----------
    optimizer : Adam, AdamW, NAdam, RMSProp, Lion or Signum
    losses : sequence of m losses
    theta : array_like, shape (..., d)

    Returns
    -------
    full, noise : ndarray, shape (..., d)
        It takes m^2 products with Hessians of batches; for Lion and Signum 4 m.
    """
    theta = as_points(losses[0], theta)
    gradients = np.stack([finite_gradient(loss, theta) for loss in losses])
    mean = gradients.mean(axis=0)

    def product(vector: Array) -> Array:
        return np.asarray(np.mean([hessian_vector(b, theta, vector) for b in losses], axis=0))

    if isinstance(optimizer, Adaptive) and optimizer.epsilon == 0 and np.any(mean == 0):
        raise DomainError(
            f"The correction of {type(optimizer).__name__} is 0/0 where a mean gradient vanishes: "
            "take epsilon > 0."
        )
    full = optimizer.first_order(mean, theta, product, None).correction
    if isinstance(optimizer, Adaptive):
        noisy = _divided(optimizer, losses, theta, gradients)
    else:
        noisy = _turned(optimizer, losses, theta, gradients)
    return full, noisy - full


def _divided(optimizer: Any, losses: Sequence[Any], theta: Array, gradients: Array) -> Array:
    """Return E M where the denominators stand at their mean."""
    beta1, beta2 = optimizer.beta1, optimizer.beta2
    old = optimizer.means(None).age * (1 - beta1)  # w_1 + w_2 + ...
    w = stationary_weights(beta1, 1 - old, old * (1 - beta1))
    v = stationary_weights(beta2, 1 - beta2, (1 - beta2) * beta2)
    square = np.mean(gradients**2, axis=0)
    scale, share = optimizer._root(square)
    moments = _moments(losses, theta, gradients, gradients / scale)
    first = (np.arange(len(w)) @ w) * moments.steady + _own(w) @ w * moments.noise
    second = sum(c * x for c, x in zip(coincidences(w, v), moments.products, strict=True))
    if optimizer.weight_decay:
        decay = optimizer.weight_decay * theta
        along = np.stack([hessian_vector(loss, theta, decay) for loss in losses])
        ages = np.arange(len(v))
        met = float(np.sum((ages * v)[: len(w)] * w[: len(v)]))
        apart = float(ages @ v) - met
        first = first + (np.arange(len(w)) @ w) * along.mean(axis=0)
        second = second + met * np.mean(gradients**2 * along, axis=0)
        second = second + apart * gradients.mean(axis=0) * np.mean(gradients * along, axis=0)
    return np.asarray((first - share / np.where(square > 0, square, 1) * second) / scale)


class _Moments(NamedTuple):
    """H y, E Xi (y_B - y), and the means that belong to the five cases."""

    steady: Array
    noise: Array
    products: list[Array]


def _moments(losses: Sequence[Any], theta: Array, gradients: Array, y: Array) -> _Moments:
    """Return the means over batches of products of gradients and H_B y_B'."""
    mean = gradients.mean(axis=0)
    rows = []
    for i, (loss, g) in enumerate(zip(losses, gradients, strict=True)):
        moved = hessian_vector(loss, theta[None], y)  # H_B y_B' for all B'
        same, steady = moved[i], moved.mean(axis=0)
        crossed = g * np.mean(gradients * moved, axis=0)
        products = [g**2 * same, g**2 * steady, mean * g * same, crossed, mean * g * steady]
        rows.append([steady, same - steady, *products])
    steady, noise, *means = (np.mean(column, axis=0) for column in zip(*rows, strict=True))
    return _Moments(steady, noise, means)


def _turned(optimizer: Mixture, losses: Sequence[Any], theta: Array, gradients: Array) -> Array:
    """Return E M of a smooth sign of a mixture, to second order in the noise."""
    epsilon = optimizer.epsilon
    beta1, beta2 = optimizer.beta1, optimizer.beta2
    w = stationary_weights(beta2, 1 - beta1, beta1 * (1 - beta2))
    ages = np.arange(len(w))
    gamma = _correlations(w)
    g, xi = gradients.mean(axis=0), gradients - gradients.mean(axis=0)
    optimizer.slope(g, g)  # refuses a hard sign in a sentence
    r = np.sqrt(g * g + epsilon)
    f1, f2 = epsilon / r**3, -3 * epsilon * g / r**5
    f3 = epsilon * (12 * g * g - 3 * epsilon) / r**7
    direction, variance = optimizer.turned(g) + optimizer.weight_decay * theta, np.mean(xi**2, 0)

    def mean(vector: Array) -> Array:
        return np.asarray(np.mean([hessian_vector(b, theta, vector) for b in losses], axis=0))

    age, moved = float(ages @ w), mean(direction)
    pairs = list(zip(losses, xi, strict=True))
    mixed = np.mean([hessian_vector(b, theta, f1 * x) for b, x in pairs], axis=0)  # E Xi (f' xi)
    tilted = np.mean([x * hessian_vector(b, theta, direction) for b, x in pairs], axis=0)
    spread = np.mean([x * mean(f1 * x) for x in xi], axis=0)
    later = np.append(0.0, np.cumsum(gamma[1:]))
    return np.asarray(
        age * f1 * moved
        + (_own(w) @ w) * f1 * mixed
        + (ages @ w**2) * f2 * tilted
        + (w @ later) * f2 * spread
        + gamma[0] / 2 * age * (f3 * variance * moved + f1 * mean(f2 * variance))
    )
