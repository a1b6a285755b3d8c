r"""What mini-batches add to the first-order correction, in expectation.

With one of m losses L_B at each step and g = grad L, L the mean of the L_B, the correction M of
theta <- theta - h (F + h M) depends on the batches of the past.  For a direction that is a weighted
sum of gradients, F^(s) = sum_i W_si g_i, its expectation is

    E M = sum_{j,i} Q_ji (H g + c_ji C),      Q_ji = W_nj sum_{s=j..n-1} W_si,
    C = E[H_B (g_B - g)] = grad E|g_B - g|^2/2,

where c_ji is 1 for i = j, and off the diagonal 0 for independent batches and -1/(m - 1) for two
steps of the same epoch when batches are reshuffled.  For heavy ball and n -> infinity these are the
closed forms of `polyfam.series.minibatch_reshuffling`: independent batches add
h beta/(2 (1 - beta)^2 (1 + beta)) E|grad L_B - grad L|^2 to the modified loss.

For elementwise optimizers, Adam and its kin, Lion and Signum, there are closed forms in the
stationary limit (`polyfam.bias._adaptive_noise`).  For any other optimizer the expectation is taken
by Monte Carlo, with its standard error.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[SDBD21] Smith, Dherin, Barrett & De, On the Origin of Implicit Regularization in SGD, ICLR (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import integer
from polyfam.bias._adaptive_noise import has_closed_noise, noisy_correction
from polyfam.errors import DomainError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory._closed_form import at
from polyfam.memory._memoryless import memoryless
from polyfam.memory.nodes import MOST_WEIGHTS, check_steps
from polyfam.memory.recursion import recursion
from polyfam.memory.trajectory import losses_of_steps
from polyfam.typing import Array

__all__ = [
    "BatchCorrection",
    "batch_variance",
    "expected_correction",
    "sampled_terms",
]

#: The longest past whose weights are listed.
_LONGEST = 100_000


class BatchCorrection(NamedTuple):
    """The expected M: what the full batch gives, and what the noise adds.

    Parameters
    ----------
    full, noise : ndarray, shape (..., d)
        Their sum is the expected correction.

    Examples
    --------
    >>> sum(BatchCorrection(np.array([32.0]), np.array([2.5])))
    array([34.5])
    """

    full: Array
    noise: Array


def batch_variance(losses: Sequence[Any], theta: Any) -> tuple[Array, Array]:
    """Return E|g_B - g|^2/2 and its gradient C, for a batch drawn uniformly.

    Parameters
    ----------
    losses : sequence
        The losses of the m batches.
    theta : array_like, shape (..., d)

    Returns
    -------
    value : ndarray, shape (...)
    gradient : ndarray, shape (..., d)

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> value, gradient = batch_variance([Quadratic([[1.0]]), Quadratic([[3.0]])], [2.0])
    >>> float(value), gradient
    (2.0, array([2.]))
    """
    losses = losses_of_steps(losses)
    gradients = np.stack([at(loss, theta, None)[1] for loss in losses])
    noise = gradients - gradients.mean(axis=0)
    value = np.sum(noise**2, axis=-1).mean(axis=0) / 2
    pairs = zip(losses, noise, strict=True)
    return value, np.mean([hessian_vector(loss, theta, e) for loss, e in pairs], axis=0)


def expected_correction(
    optimizer: Any,
    losses: Sequence[Any],
    theta: Any,
    *,
    step: int | None = None,
    reshuffled: bool = False,
) -> BatchCorrection:
    """Return the expected M over random batches, in closed form.

    Parameters
    ----------
    optimizer : object
        Heavy ball, Nesterov and other weighted sums of gradients, for which it is exact.  In the
        stationary limit, over independent batches, also Adam, AdamW, NAdam and RMSProp, whose
        denominators are replaced by their mean (relative error about 1 - beta_2), and Lion and
        Signum, to second order in the noise.
    losses : sequence
        The losses of the m batches; L is their mean.
    theta : array_like, shape (..., d)
    step : int, optional
        n; the first epoch begins at step 0.  By default the stationary limit, for independent
        batches.
    reshuffled : bool
        Whether every epoch takes each batch once, in random order, or batches are independent.

    Returns
    -------
    BatchCorrection

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> losses = [Quadratic([[1.0]]), Quadratic([[3.0]])]
    >>> full, noise = expected_correction(HeavyBall(0.5), losses, [2.0])
    >>> full.round(9), noise.round(9)  # 4 H g and V C = 4/3 * 2
    (array([32.]), array([2.66666667]))

    The noise of Adam's batches turns an anti-penalty into a penalty:

    >>> from polyfam.optimizers import Adam
    >>> losses = [Quadratic([[1.0]], [b]) for b in (-20.0, 20.0)]
    >>> full, noise = expected_correction(Adam(0.9, 0.95), losses, [1.0])
    >>> full.round(2), (full + noise).round(4)
    (array([-10.]), array([0.0194]))
    """
    losses = losses_of_steps(losses)
    if has_closed_noise(optimizer):
        if step is not None or reshuffled:
            raise DomainError(
                f"The expected correction of {type(optimizer).__name__} is known in the stationary "
                "limit, over independent batches: leave out 'step' and 'reshuffled', or use "
                "sampled_terms."
            )
        return BatchCorrection(*noisy_correction(optimizer, losses, theta))
    total, noise = noise_weights(optimizer, len(losses), step, reshuffled)
    mean = np.mean([at(loss, theta, step)[1] for loss in losses], axis=0)
    full = np.mean([hessian_vector(loss, theta, mean) for loss in losses], axis=0)
    return BatchCorrection(total * full, noise * batch_variance(losses, theta)[1])


def noise_weights(
    optimizer: Any, batches: int, step: int | None = None, reshuffled: bool = False
) -> tuple[float, float]:
    """Return what H g and the gradient of the variance are multiplied by in the expected M.

    Parameters
    ----------
    optimizer : object
        Linear in the gradients.
    batches, step, reshuffled
        As in `expected_correction`; `batches` is their number m.

    Examples
    --------
    >>> from polyfam.optimizers import HeavyBall
    >>> total, noise = noise_weights(HeavyBall(0.5), 2)
    >>> round(total, 9), round(noise, 9)
    (4.0, 1.333333333)
    """
    if step is None:
        if reshuffled:
            raise DomainError(
                "Argument 'step' must be given for reshuffled batches, as the place in the epoch "
                "matters."
            )
        return _limits(optimizer)
    weights = _weights(optimizer, integer(step, "step", minimum=0))
    later = np.cumsum(weights[::-1], axis=0)[::-1] - weights[-1]  # sum of W_s over s = j..n-1
    pairs = weights[-1][:, None] * later
    return float(pairs.sum()), float(np.sum(pairs * _correlation(step + 1, batches, reshuffled)))


def _limits(optimizer: Any) -> tuple[float, float]:
    """Return the total of Q and its trace for n -> infinity, from the weights w_k of the past."""
    _weights(optimizer, 2)  # refuses what is not linear
    rule = recursion(optimizer, np.zeros(1))
    state = [leaf if i in rule.arrays else inf for i, leaf in enumerate(rule.start)]
    weights: list[float] = []
    for k in range(_LONGEST):
        state, direction = rule.update(state, np.array([float(k == 0)]), np.zeros(1))
        weights.append(direction.item())
        if abs(weights[-1]) <= 1e-18 * abs(weights[0]):
            break
    w = np.array(weights)
    return float(np.arange(len(w)) @ w * w.sum()), float(w @ (np.cumsum(w) - w))


def _weights(optimizer: Any, step: int) -> Array:
    """Return W: row s is the direction of step s when the gradients are unit vectors."""
    check_steps(step)
    unit = np.eye(step + 1)
    rows = []
    for scale in (1.0, 2.0):
        state, zero = optimizer.init(unit[0] * 0), unit[0] * 0
        for gradient in unit:
            state, direction = optimizer.update(state, scale * gradient, zero)
            rows.append(direction / scale)
    weights, again = np.stack(rows).reshape(2, step + 1, step + 1)
    if not np.allclose(weights, again, rtol=1e-12):
        raise DomainError(
            f"{type(optimizer).__name__} is not linear in the gradients: use sampled_terms."
        )
    return weights


def _correlation(count: int, batches: int, reshuffled: bool) -> Array:
    """Return c_ji, the correlation of the batches of the steps j and i."""
    if not reshuffled:
        return np.eye(count)
    epoch = np.arange(count) // batches
    same = epoch == epoch[:, None]
    return np.asarray(np.eye(count) - (same & ~np.eye(count, dtype=bool)) / max(batches - 1, 1))


def sampled_terms(
    optimizer: Any,
    losses: Sequence[Any],
    theta: Any,
    *,
    order: int,
    step: int,
    samples: int,
    seed: int,
    reshuffled: bool = False,
) -> tuple[Array, Array]:
    """Estimate the expected terms F_0, ..., F_{R-1} at step n over random batches.

    Parameters
    ----------
    optimizer : object
        Any optimizer.
    losses : sequence
        The losses of the m batches; L is their mean.
    theta : array_like, shape (..., d)
    order : int
        R, as in `memoryless`.
    step : int
        n; the first epoch begins at step 0.
    samples : int
        How many sequences of batches are drawn, at least 2.
    seed : int
        The same seed draws the same sequences.
    reshuffled : bool, default False
        As in `expected_correction`.

    Returns
    -------
    mean, error : ndarray, shape (R, ..., d)
        The error is the standard error of the mean.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> losses = [Quadratic([[1.0]]), Quadratic([[3.0]])]
    >>> exact = sum(expected_correction(HeavyBall(0.5), losses, [2.0], step=8))
    >>> mean, error = sampled_terms(
    ...     HeavyBall(0.5), losses, [2.0], order=2, step=8, samples=100, seed=1
    ... )
    >>> bool(abs(mean[1] - exact) < 3 * error[1])
    True
    """
    losses = losses_of_steps(losses)
    samples = integer(samples, "samples", minimum=2)
    check_steps(integer(step, "step", minimum=0), MOST_WEIGHTS)
    random = np.random.default_rng(seed)
    draws = []
    for _ in range(samples):
        indices = _sequence(random, len(losses), step + 1, reshuffled)
        batches = [losses[i] for i in indices]
        terms = memoryless(optimizer, None, theta, order=order, step=step, batches=batches)
        draws.append(terms.coefficients)
    return np.mean(draws, axis=0), np.std(draws, axis=0, ddof=1) / np.sqrt(samples)


def _sequence(random: np.random.Generator, batches: int, count: int, reshuffled: bool) -> Array:
    """Draw the batches of so many steps."""
    if not reshuffled:
        return random.integers(batches, size=count)
    epochs = [random.permutation(batches) for _ in range(-(-count // batches))]
    return np.concatenate(epochs)[:count]
