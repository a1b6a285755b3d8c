r"""The modified loss: the function whose gradient is the memoryless update, where there is one.

    L_h = L_0 + h L_1 + h^2 L_2 + ...,      grad L_h = F_0 + h F_1 + h^2 F_2 + ...

Weights w_k = p beta^k, heavy ball's and its averages', have one to every order, and it is computed
without any tree (`polyfam.memory.linear`).  Every other linear memory has one to first order,

    L_h = W L + h (W/2) sum_k k w_k |grad L|^2 + ...,      W = sum_k w_k,

and none beyond, in general.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from polyfam.errors import DomainError
from polyfam.losses import Quadratic
from polyfam.memory._arguments import Question
from polyfam.memory._memoryless import memoryless_coefficients
from polyfam.memory._verb import verb
from polyfam.memory.exact import exact_loss
from polyfam.memory.linear import loss_terms, values_at
from polyfam.optimizers._protocol import finite_gradient
from polyfam.typing import Array

__all__ = ["modified_loss"]


@verb("modified loss", exact_loss, is_vector=False)
def modified_loss(asked: Question) -> Array:
    """Return the modified loss L_h, whose gradient is the memoryless update, term by term.

    The optimizer is a linear memory; batches are for HeavyBall and AveragedMomentum only.

    Returns
    -------
    Terms
        Of scalars, coefficients of shape (R, ...).  Without a loss an `Expansion`, exact.

    Raises
    ------
    DomainError
        When there is no modified loss of that order, or for that optimizer.

    Warns
    -----
    ValidityWarning
        When a later correction is larger than the first one.

    References
    ----------
    M. D. Cattaneo, B. Shigida, Modified Loss of Momentum Gradient Descent: Fine-Grained Analysis,
    arXiv:2509.08483.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> modified_loss(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], order=3).coefficients
    array([ 1.,  2., 12.])
    >>> print(modified_loss(HeavyBall, order=2))
    L_h = sum of
      1/(1 - beta) times
        L       1
      h/(1 - beta)^3 times
        g . g   1/2*beta
    """
    memory, corrected = asked.memory, getattr(asked.optimizer, "bias_correction", False)
    if memory is None:
        raise DomainError(
            f"{type(asked.optimizer).__name__} is not a weighted sum of gradients, and its "
            "correction is in general no gradient: perturbation() says what it penalises and "
            "whether there is a modified loss."
        )
    if memory.scale is not None and not (corrected and asked.step is not None):
        ball = memory.unscaled()
        found = loss_terms(ball, asked.losses, asked.theta, asked.terms, asked.step)
        if ball is memory:
            return found
        powers = memory.scale ** np.arange(1, asked.terms + 1)
        powers = powers.reshape(-1, *[1] * (asked.theta.ndim - 1))
        return np.asarray(powers * found).astype(found.dtype, copy=False)
    if len(asked.losses) > 1:
        raise DomainError(
            f"Argument 'batches' is for HeavyBall and its averages: no modified loss of "
            f"{memory.name} is known for given batches."
        )
    terms = 2 if asked.order == "auto" else asked.terms
    if terms > 2:
        raise DomainError(
            f"The update of {memory.name} is the gradient of a loss to first order in h only: "
            f"order=2 is the largest, not {asked.terms}."
        )
    return _first_order(asked, terms)


def _first_order(asked: Question, terms: int) -> Array:
    """Return W L and half of M . grad L, for one loss."""
    (value,) = values_at([asked.loss], asked.theta)
    gradient = finite_gradient(asked.loss, asked.theta)
    # on a parabola a linear memory has F_0 = W and M = W w
    parabola = replace(asked, losses=[Quadratic([[1.0]])], theta=np.ones(1), order=terms)
    unit = memoryless_coefficients(parabola)[:, 0]
    square = np.sum(gradient * gradient, axis=-1) / 2
    return np.stack([unit[0] * value, unit[1] * square][:terms] if terms > 1 else [unit[0] * value])
