r"""How large the Hessian of a net's loss can be on a ball, by norms from layer to layer.

For the inputs A of a layer, as functions of all parameters before it, let a, J, S bound the norms
of A, of its derivative and of its second derivative, and w that of the layer's matrix.  Then
z = W A has the bounds

    w a,      sqrt(a^2 + (w J)^2),      J + w S,

since the layer's own parameters are orthogonal to those before, and the units f(z) have

    |f(z)|,   f' J_z,                   f' S_z + f'' J_z^2.

The Hessian of a sample's loss l(z) is at most  l'' J_z^2 + l' S_z.  Without hidden layers the
bound is the largest eigenvalue of l'' times the second moments of the inputs, on the whole space.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.losses._smoothness import Ball, largest_eigenvalue, spectral_norm

__all__ = ["network_bound"]


def network_bound(loss: Any, ball: Ball | None) -> float | None:
    """Return a bound of the norm of the Hessian of a `Network`, None where there is none."""
    moments = loss.inputs @ loss.inputs.T / loss.size
    if len(loss.shapes) == 1:
        return float(loss.output.curvature * largest_eigenvalue(moments) + loss.ridge)
    if ball is None:
        return None
    unit, matrices = loss.hidden_activation, loss.matrices(ball.center)
    size = np.linalg.norm(loss.inputs, axis=0)  # of A, for every sample
    first, second = np.zeros_like(size), np.zeros_like(size)
    for level, matrix in enumerate(matrices):
        norm = spectral_norm(matrix) + ball.radius
        size, first, second = norm * size, np.hypot(size, norm * first), first + norm * second
        if level < len(matrices) - 1:
            second = unit.slope * second + unit.curvature * first**2
            first = unit.slope * first
            root = np.sqrt(len(matrix))
            size = np.minimum(root * unit.start + size, root * unit.largest)
            size = np.hypot(size, loss.bias)
    steepest = size + np.linalg.norm(loss.targets, axis=0)
    steepest = np.minimum(steepest, loss.output.steepest)
    bounds = loss.output.curvature * first**2 + steepest * second
    return float(bounds.mean()) + float(loss.ridge)
