r"""What the memory of an optimizer penalises: its first-order correction, split into penalties.

An optimizer that treats every coordinate alike moves along F = phi(g) + lambda theta when the
gradient is constant, and its correction is  M = a * H F,  a the mean age of the gradients in F,
each weighed by how F depends on it.  With P = g/phi(g), the diagonal by which it divides,

    P M = kappa * [grad Psi + lambda grad(grad L . theta - L)],      kappa = P a,
    Psi(theta) = sum_i psi(g_i(theta)),      psi' = phi:

Psi is a multiple of |grad L|^2/2 for momentum, the perturbed one-norm |grad L|_{1,eps}, the sum of
sqrt(g_i^2 + eps), for Adam, Lion and their kin, and K(-grad L) for LionK.  What has kappa > 0 is
penalised, what has kappa < 0 anti-penalised.  If kappa is constant, L + h kappa (Psi + ...) is a
modified loss; if not, P M may fail to be a gradient, and then there is no modified loss.

kappa is not looked up: the optimizer is run on a loss with gradient g and Hessian 1.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from polyfam._checked import checked
from polyfam._html import preformatted
from polyfam.bias._adaptive_noise import has_closed_noise
from polyfam.bias.batch_noise import batch_variance, expected_correction, noise_weights
from polyfam.errors import DomainError
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory._arguments import question
from polyfam.memory._closed_form import at
from polyfam.memory._memoryless import by_recursion, memoryless
from polyfam.memory.trajectory import losses_of_steps
from polyfam.optimizers._protocol import is_elementwise
from polyfam.optimizers.lionk import LionK
from polyfam.typing import Array, Loss

__all__ = ["Penalty", "Perturbation", "ages", "perturbation"]

#: Up to this dimension the Jacobian of the correction is computed.
_CHECKED = 64
#: Beyond so many coordinates the closed form is used, and run on a few of them.
_MANY = 4096
#: An asymmetry below this is rounding, and these are the steps of the difference quotients.
_SYMMETRIC = 1e-6
_WIDTHS = 10.0 ** np.arange(-3, -8, -1)
#: Weights that differ by less than this are equal.
_EQUAL = 1e-6


@dataclass(frozen=True, eq=False)
class Penalty:
    """One term of the correction: weight * gradient of a function.

    Parameters
    ----------
    name, formula : str
    value : float or None
        The function at the point, where it is known.
    gradient : ndarray, shape (d,)
    weight : ndarray, shape (d,)
        In the modified loss the function counts h times its weight.

    Examples
    --------
    >>> Penalty("squared norm", "|grad L|^2/2", 0.5, np.array([1.0]), np.array([90.0])).verdict
    'penalised'
    """

    name: str
    formula: str
    value: float | None
    gradient: Array
    weight: Array

    @property
    def verdict(self) -> str:
        """Whether it is "penalised", "anti-penalised", "mixed" or "absent"."""
        signs = np.sign(self.weight[(self.gradient != 0) & (np.abs(self.weight) > 1e-15)])
        if signs.size == 0:
            return "absent"
        if signs.min() == signs.max():
            return "penalised" if signs[0] > 0 else "anti-penalised"
        return "mixed"

    def __str__(self) -> str:
        low, high = self.weight.min(), self.weight.max()
        equal = high - low <= _EQUAL * max(abs(low), abs(high))
        weight = f"{low:.4g}" if equal else f"{low:.4g} to {high:.4g}"
        value = "" if self.value is None else f" = {self.value:.4g}"
        verdict = self.verdict
        if verdict == "mixed":
            verdict = f"anti-penalised in {np.sum(self.weight < 0)} of {self.weight.size}"
        return f"{self.name}, {self.formula}{value}\n    weight {weight} h: {verdict}"


@dataclass(frozen=True, eq=False)
class Perturbation:
    """The first-order correction of an optimizer at a point, and what it means.

    Parameters
    ----------
    optimizer : object
    direction, correction : ndarray, shape (d,)
        F and M of theta <- theta - h (F + h M).
    scale : ndarray, shape (d,), or None
        P; None for an optimizer that mixes coordinates, whose correction is not split.
    penalties : tuple of Penalty
    is_gradient : bool or None
        Whether P M is a gradient there; None where it is too costly to know.
    reason : str
        How that was found out.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import HeavyBall
    >>> found = perturbation(HeavyBall(0.5), Quadratic([[2.0]]), [1.0])
    >>> found.direction, found.correction, found.is_gradient
    (array([4.]), array([16.]), True)
    """

    optimizer: Any
    direction: Array
    correction: Array
    scale: Array | None
    penalties: tuple[Penalty, ...]
    is_gradient: bool | None
    reason: str

    def __str__(self) -> str:
        sizes = np.linalg.norm(self.direction), np.linalg.norm(self.correction)
        gradient = {True: "yes", False: "no", None: "unknown"}[self.is_gradient]
        return "\n".join(
            [
                type(self.optimizer).__name__,
                "  theta <- theta - h (F + h M), |F| = {:.4g}, |M| = {:.4g}".format(*sizes),
                *(f"  {penalty}" for penalty in self.penalties),
                f"  a gradient there: {gradient}, {self.reason}",
            ]
        )

    def _repr_html_(self) -> str:
        """Show it as print does in a notebook."""
        return preformatted(str(self))


@checked
def perturbation(
    optimizer: Any,
    loss: Loss | None,
    theta: ArrayLike,
    *,
    step: int | None = None,
    batches: Sequence[Any] | None = None,
) -> Perturbation:
    """Split the first-order correction into penalties, and say whether it is a gradient.

    Parameters
    ----------
    optimizer : object
    loss : object
        With ``gradient(theta)``; with `value` the penalties get their values.
    theta : array_like, shape (d,)
        One point.
    step : int, optional
        The step n; by default the stationary limit.
    batches : sequence of losses, optional
        For an optimizer that is linear in the gradients: the losses of which one is drawn at each
        step, independently.  The correction is then the expected one.

    Returns
    -------
    Perturbation

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.optimizers import Adam, HeavyBall
    >>> bowl = Quadratic([[2.0, 1.0], [1.0, 3.0]])
    >>> print(perturbation(HeavyBall(0.9), bowl, [1.0, 1.0]))
    HeavyBall
      theta <- theta - h (F + h M), |F| = 50, |M| = 1.622e+04
      squared norm, |grad L|^2/2 = 12.5
        weight 90 h: penalised
      a gradient there: yes, its weight is constant
    >>> perturbation(Adam(epsilon=1.0), bowl, [1.0, 1.0]).penalties[0].verdict
    'anti-penalised'
    """
    loss = _Remembered(loss)
    theta, g = at(loss, theta, step)
    if theta.ndim != 1:
        raise DomainError(f"Argument 'theta' must be one point of shape (d,), not {theta.shape}.")
    direction, correction = memoryless(optimizer, loss, theta, order=2, step=step)
    if not is_elementwise(optimizer) and _mixes(optimizer, g, step):
        return _unsplit(optimizer, loss, theta, step, direction, correction)
    scale, weight = ages(optimizer, g, step)
    decay = getattr(optimizer, "weight_decay", 0.0)
    slopes = [hessian_vector(loss, theta, direction - decay * theta)]
    penalties = [_potential(optimizer, g, slopes[0], scale, weight)]
    if decay:
        slopes.append(decay * hessian_vector(loss, theta, theta))
        value = decay * float(g @ theta - loss.value(theta)) if hasattr(loss, "value") else None
        formula = "lambda (grad L . theta - L)"
        penalties.append(Penalty("weight decay", formula, value, slopes[1], weight))
    split = weight * sum(slopes)
    if not np.allclose(split, scale * correction, rtol=1e-7, atol=1e-9 * abs(split).max()):
        return _unsplit(optimizer, loss, theta, step, direction, correction)
    if batches is not None:
        batches = [_Remembered(batch) for batch in losses_of_steps(batches)]
        value, slope = batch_variance(batches, theta)
        if has_closed_noise(optimizer):
            noise = expected_correction(optimizer, batches, theta, step=step).noise
        else:  # without the products of the full batch, which are known
            noise = noise_weights(optimizer, len(batches), step)[1] * slope
        share = scale * (noise @ slope) / max(slope @ slope, 1e-300)
        formula = "E|grad L_B - grad L|^2/2"
        penalties.append(Penalty("batch variance", formula, float(value), slope, share))
        correction = correction + noise
    if _constant(np.stack([weight, ages(optimizer, 2 * g, step)[1]])):
        verdict: tuple[bool | None, str] = True, "its weight is constant"
    else:
        verdict = _symmetry(optimizer, loss, theta, step)
    return Perturbation(optimizer, direction, correction, scale, tuple(penalties), *verdict)


def ages(optimizer: Any, gradient: Any, step: int | None = None) -> tuple[Array, Array]:
    """Return P and kappa of an optimizer for a gradient, elementwise.

    Parameters
    ----------
    optimizer : object
    gradient : array_like, shape (d,)
    step : int, optional
        The step n; by default the stationary limit.

    Examples
    --------
    Adam, kappa = tau_1 - tau_2 g^2/(g^2 + epsilon):

    >>> from polyfam.optimizers import Adam
    >>> scale, weight = ages(Adam(0.5, 0.75, epsilon=1.0), [0.0, 1.0])
    >>> scale.round(6), weight.round(6)
    (array([1.      , 1.414214]), array([ 1. , -0.5]))
    """
    g = np.asarray(gradient)
    g = np.where(g == 0, 1e-100, g)  # the limit g -> 0
    if getattr(optimizer, "weight_decay", 0.0):
        optimizer = replace(optimizer, weight_decay=0.0)
    if len(g) > _MANY and hasattr(optimizer, "first_order"):
        return _closed_ages(optimizer, g, step)
    # not by its closed form: a wrong one would show
    direction, aged = by_recursion(
        question(optimizer, _UnitHessian(g), np.zeros_like(g), order=2, step=step)
    )
    return g / direction, g / direction**2 * aged


def _closed_ages(optimizer: Any, g: Array, step: int | None) -> tuple[Array, Array]:
    """Return P and kappa by the optimizer's closed form, if that agrees on some coordinates."""
    direction, aged = optimizer.first_order(g, np.zeros_like(g), lambda v: v, step)
    found = g / direction, g / direction**2 * aged
    some = np.linspace(0, len(g) - 1, _CHECKED).astype(int)
    for ours, run in zip(found, ages(optimizer, g[some], step), strict=True):
        if not np.allclose(ours[some], run, rtol=1e-6, atol=1e-9 * abs(run).max()):
            raise DomainError(
                f"The closed form of {type(optimizer).__name__} does not agree with its update: "
                "take its method first_order away."
            )
    return found


def _mixes(optimizer: Any, g: Array, step: int | None) -> bool:
    """Say whether a coordinate of an optimizer's direction or age looks at another one.

    Half of the gradient is changed: nothing may change in the other half.
    """
    g = np.where(g == 0, 1.0, g)
    half = np.arange(len(g)) % 2 == 0
    for kept in (half, ~half):
        one, other = (ages(optimizer, x, step) for x in (g, np.where(kept, g, -3 * g)))
        for a, b in zip(one, other, strict=True):
            if not np.allclose(a[kept], b[kept], rtol=1e-9, atol=0):
                return True
    return False


class _Remembered:
    """A loss that is asked once for its gradient at a point and for a product there."""

    products_are_checked = True  # those of the loss itself are

    def __init__(self, loss: Any) -> None:
        self._loss, self._known = loss, dict[tuple[str, tuple[int, ...], bytes], Array]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loss, name)

    def gradient(self, theta: Any) -> Any:
        """Return grad L."""
        return self._once("gradient", theta, lambda: self._loss.gradient(theta))

    def hessian_vector(self, theta: Any, vector: Any) -> Any:
        """Return H v."""
        both = np.stack(np.broadcast_arrays(theta, vector))
        return self._once("product", both, lambda: hessian_vector(self._loss, theta, vector))

    def _once(self, what: str, key: Any, work: Callable[[], Any]) -> Any:
        if not isinstance(key, np.ndarray) or key.dtype.kind != "f":
            return work()
        name = what, key.shape, key.tobytes()
        if name not in self._known:
            if len(self._known) > 3:
                self._known.clear()
            self._known[name] = work()
        return self._known[name]


class _UnitHessian:
    """A loss with gradient g at 0 and with Hessian 1."""

    def __init__(self, gradient: Array) -> None:
        self._gradient = gradient

    def gradient(self, theta: Any) -> Any:
        """Return g + theta."""
        return theta + self._gradient


def _constant(weights: Array) -> bool:
    """Say whether all weights are equal."""
    return bool(np.ptp(weights) <= _EQUAL * abs(weights).max())


def _potential(optimizer: Any, g: Array, slope: Array, scale: Array, weight: Array) -> Penalty:
    """Return Psi, named after the P by which it shows itself."""
    epsilon = getattr(optimizer, "epsilon", None)
    if isinstance(optimizer, LionK):
        return Penalty("convex function", "K(-grad L)", None, slope, weight)
    if epsilon is None and _constant(scale):
        half = float(g @ g) / 2
        return Penalty("squared norm", "|grad L|^2/2", half, slope * scale, weight / scale)
    if epsilon == 0 and np.allclose(scale, abs(g)):
        return Penalty("one-norm", "|grad L|_1", float(abs(g).sum()), slope, weight)
    if epsilon and np.allclose(scale, np.sqrt(g * g + epsilon)):
        return Penalty("perturbed one-norm", "|grad L|_{1,eps}", float(scale.sum()), slope, weight)
    if epsilon and np.allclose(scale, abs(g) + epsilon):
        value = float(np.sum(abs(g) - epsilon * np.log1p(abs(g) / epsilon)))
        formula = "sum |g_i| - eps log(1 + |g_i|/eps)"
        return Penalty("perturbed one-norm", formula, value, slope, weight)
    return Penalty("potential of the direction", "Psi", None, slope, weight)


def _unsplit(
    optimizer: Any, loss: Any, theta: Array, step: int | None, direction: Array, correction: Array
) -> Perturbation:
    """Return the perturbation of an optimizer whose correction is not kappa H F."""
    verdict = _symmetry(optimizer, loss, theta, step, scaled=False)
    return Perturbation(optimizer, direction, correction, None, (), *verdict)


def _symmetry(
    optimizer: Any, loss: Any, theta: Array, step: int | None, scaled: bool = True
) -> tuple[bool | None, str]:
    """Say whether the Jacobian of P M, or of M, is symmetric.

    It is a difference quotient, whose best step depends on epsilon: an asymmetry that is real is
    there at every step.
    """
    d = len(theta)
    if d > _CHECKED:
        return None, f"since a Jacobian of {d} parameters was not computed"
    asymmetries = []
    for width in _WIDTHS * max(1.0, abs(theta).max()):
        points = theta + width * np.concatenate([np.eye(d), -np.eye(d)])
        field = memoryless(optimizer, loss, points, order=2, step=step)[1]
        if scaled:
            field = field * ages(optimizer, at(loss, points, step)[1], step)[0]
        jacobian = field[:d] - field[d:]
        size = max(float(np.linalg.norm(jacobian)), 1e-300)
        asymmetries.append(np.linalg.norm(jacobian - jacobian.T) / size)
    asymmetry = min(asymmetries)
    return bool(asymmetry < _SYMMETRIC), f"the asymmetry of its Jacobian is {asymmetry:.1g}"
