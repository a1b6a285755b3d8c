r"""Error bars one can trust: how far R terms are from the true field, and a run from the truth.

The residual of a run costs one more gradient a step,

    rho_n = v_{n+1} - grad L(theta_{n+1}) - b v_n,      v_n the field of R terms at theta_n,

and the recursions of `polyfam.memory.manifold_bounds` make of it a bound of |v_n - g(theta_n)|,
g the true field, and of the distance between the memoryless run and the true one.  From rest the
first field, grad L_0(theta_0), is exact, and the true run is heavy ball itself, step by step, with
mini-batches too.  In the stationary regime the past of theta_0 is followed until what is not known
of its far end has been forgotten; the true run is the one on the manifold.

**Rounding.**  The sizes of rho_n and of eta_n = theta_{n+1} - theta_n + h v_n are raised by what
rounding can have hidden: 4 u (|v_{n+1}| + |grad| + b |v_n|) and 2 u (|theta_{n+1}| + h |v_n|), u
the unit roundoff, which is proved; and by `gradient_error` (|grad| + Lam |theta|) for the gradient
itself, which is the one assumption: a relative error of that size in the gradient and in theta.

**A ball.**  Where the gradient is Lam-Lipschitz on a ball only, it is continued to all of space
with the same constant (Kirszbraun).  From rest nothing notices as long as heavy ball stays in the
ball, and it does while the run does by more than its distance from heavy ball.  In the stationary
regime the past must be there, too, and the field is that of the continuation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf, log, log10
from typing import Any

import numpy as np

from polyfam._checked import checked
from polyfam._checks import integer
from polyfam._html import preformatted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses._smoothness import smoothness
from polyfam.losses.derivatives.hessians import leading_eigenpairs
from polyfam.losses.derivatives.points import as_points, gradient_at
from polyfam.memory.linear import field_terms, linear
from polyfam.memory.manifold import past_of_point
from polyfam.memory.manifold_bounds import (
    ManifoldBounds,
    field_errors,
    initial_error,
    manifold_bounds,
    norm_above,
    orbit_errors,
)
from polyfam.memory.trajectory import check_length, losses_from_rest
from polyfam.optimizers import HeavyBall
from polyfam.typing import Array

__all__ = ["ErrorBound", "certify", "certify_run"]

#: The relative error of a gradient that is taken for granted.
_GRADIENT_ERROR = 64 * float(np.finfo(float).eps)
#: The longest past that is followed, and the most numbers that its points may hold.
_LONGEST, _NUMBERS = 1 << 14, 1 << 25


@dataclass(frozen=True, eq=False)
class ErrorBound:
    """What is certified about a memoryless run of heavy ball.

    `certify` finds it.

    Parameters
    ----------
    bounds : ManifoldBounds
        The constants of the manifold.
    order : int
        R, the number of terms.
    points : ndarray, shape (N + 1, ..., d)
        theta_0, ..., theta_N, the memoryless run.
    fields : ndarray, shape (N + 1, ..., d)
        The field of R terms at each.
    field_errors : ndarray, shape (N + 1, ...)
        Bounds of the distances to the true field; infinite where nothing is certified.
    point_errors : ndarray, shape (N + 1, ...)
        Bounds of the distances to the true run.
    missing : str
        What is missing where nothing is certified, and what can be said instead; else empty.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> found = certify(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step_size=0.01, order=3)
    >>> found.holds, found.relative_error < 9.4e-5
    (True, True)
    """

    bounds: ManifoldBounds
    order: int
    points: Array
    fields: Array
    field_errors: Array
    point_errors: Array
    missing: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything is certified."""
        return not self.missing

    @property
    def relative_error(self) -> float:
        """The largest bound of the field's error in units of the field, over points and steps."""
        sizes = np.linalg.norm(self.fields, axis=-1)
        ratios = np.divide(self.field_errors, sizes, out=np.full_like(sizes, inf), where=sizes > 0)
        return float(np.max(np.where(self.field_errors == 0, 0.0, ratios)))

    def _repr_html_(self) -> str:
        """Say it in a notebook."""
        return preformatted(repr(self))

    def __repr__(self) -> str:
        """Say in one line whether to believe it."""
        if self.missing:
            return self.missing
        b = self.bounds
        terms = f"{self.order} terms are" if self.order > 1 else "1 term is"
        line = (
            f"believe it: h Lam = {b.product:.2g} < {b.threshold:.2g}; "
            f"{terms} right to {_rounded_up(self.relative_error)}"
        )
        if len(self.points) == 1:
            return line
        return f"{line}, {len(self.points) - 1} steps to {_rounded_up(self.point_errors.max())}"


def certify(
    optimizer: HeavyBall,
    loss: Any,
    theta: Any,
    *,
    step_size: float,
    order: int,
    lipschitz: float | None = None,
    steps: int = 0,
    step: int | None = None,
    batches: Iterable[Any] | None = None,
    curvature: float | None = None,
    radius: float | None = None,
    gradient_error: float = _GRADIENT_ERROR,
) -> ErrorBound:
    """Run the memoryless iteration of heavy ball and certify its field and its points.

    Parameters
    ----------
    optimizer : HeavyBall
    loss : object
        With `gradient`.
    theta : array_like, shape (..., d)
        Where the run starts.
    step_size : float
        h.
    order : int
        R, the number of terms.
    lipschitz : float, optional
        A Lipschitz constant of the gradient, of every batch if there are batches; by default what
        `polyfam.losses.smoothness` proves, with a radius on that ball.
    steps : int, default 0
        N; 0 certifies the field at theta alone.
    step : int, optional
        The number of the first step, 0 for a start from rest; by default the run is the stationary
        one, on the manifold.
    batches : iterable of losses, optional
        The losses of steps 0, ..., N; they need ``step=0``, and `loss` is not looked at then.
    curvature : float, optional
        A number below all eigenvalues of the Hessians: 0 for convex losses.  It makes the bounds of
        the points better, and is not used with a radius.
    radius : float, optional
        `lipschitz` holds on the ball of this radius around theta only.
    gradient_error : float, default 64 units of rounding
        The relative error to assume of computed gradients.

    Returns
    -------
    ErrorBound

    Raises
    ------
    ArgumentTypeError
        When the optimizer is not heavy ball, or for a loss without a constant.
    DomainError
        For a number out of its range, and a first step n > 0: what came before it is not known.

    References
    ----------
    [MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> bowl = Quadratic([[1.0]])
    >>> certify(HeavyBall(0.5), bowl, [1.0], step_size=0.01, order=3)
    believe it: h Lam = 0.01 < 0.086; 3 terms are right to 9.4e-05
    >>> certify(HeavyBall(0.5), bowl, [1.0], step_size=0.1, order=3, lipschitz=1.0).holds
    False
    """
    if not isinstance(optimizer, HeavyBall):
        raise ArgumentTypeError(
            f"Only heavy ball can be certified, not {type(optimizer).__name__}: the theorem is "
            "about its invariant manifold."
        )
    theta = np.asarray(as_points(loss, theta), float)
    steps, order = integer(steps, "steps", minimum=0), integer(order, "order", minimum=1)
    check_length(steps, theta)
    from_rest = step is not None
    if step is not None and integer(step, "step", minimum=0):
        raise DomainError(
            f"Argument 'step' must be 0, a start from rest, or None, the manifold, not {step}: "
            "nothing is known of the steps before."
        )
    shared = batches is None
    losses = losses_from_rest(batches, step, steps + 1) or [loss] * (steps + 1)
    if lipschitz is None:
        ball_or_none = {} if radius is None else {"center": theta, "radius": radius}
        lipschitz = max(smoothness(each, **ball_or_none) for each in dict.fromkeys(losses))
    bounds = manifold_bounds(step_size, float(optimizer.beta), lipschitz, curvature)
    if radius is not None:
        bounds = _on_a_ball(bounds, radius)
    points, fields = _run(losses, theta, bounds, order, from_rest, shared)
    ball = (theta, inf if radius is None else radius)
    missing, initial = "", np.zeros(theta.shape[:-1])
    if not bounds.exists:
        missing, initial = _too_large(bounds, loss, theta), initial + inf
    elif not from_rest:
        initial = _error_at_start(bounds, loss, fields[0], ball, gradient_error)
    errors, distances = certify_run(
        bounds, losses, points, fields, initial=initial, ball=ball, gradient_error=gradient_error
    )
    if not missing and not np.isfinite(distances).all():
        missing = _left_the_ball(distances, ball[1])
    return ErrorBound(bounds, order, points, fields, errors, distances, missing)


@checked
def certify_run(
    bounds: ManifoldBounds,
    losses: Sequence[Any],
    points: Array,
    fields: Array,
    *,
    initial: Any,
    ball: tuple[Array, float] | None = None,
    gradient_error: float = _GRADIENT_ERROR,
) -> tuple[Array, Array]:
    """Return bounds for any points and any vectors there: of the field, and of the orbit.

    Parameters
    ----------
    bounds : ManifoldBounds
    losses : sequence of N + 1 losses
    points, fields : ndarray, shape (N + 1, ..., d)
        theta_n and v_n, taken as they are: nothing is assumed of where they come from.
    initial : float or ndarray
        A bound of the distance of v_0 from g(theta_0).
    ball : pair of ndarray and float, optional
        The centre and the radius of the ball on which the bounds are known; bounds are infinite
        from the step on at which the run may be outside.
    gradient_error : float

    Returns
    -------
    field_errors, point_errors : ndarray, shape (N + 1, ...)

    Examples
    --------
    Heavy ball itself, with its momenta for the vectors, is drawn to the manifold by 0.565 a step.

    >>> from polyfam.losses import Quadratic
    >>> theta, m = np.array([[1.0], [0.95]]), np.array([[1.0], [1.45]])
    >>> bounds = manifold_bounds(0.05, 0.5, 1.0)
    >>> certify_run(bounds, [Quadratic([[1.0]])] * 2, theta, m, initial=1.3)[0].round(3)
    array([1.3  , 0.734])
    """
    h, b = bounds.step_size, bounds.momentum
    unit = float(np.finfo(float).eps) / 2
    residuals, drifts = [], []
    for n, loss in enumerate(losses[1 : len(points)]):
        theta, following, v = points[n], points[n + 1], fields[n]
        with np.errstate(over="ignore", invalid="ignore"):
            gradient = gradient_at(loss, following)
            sizes = norm_above(fields[n + 1]) + norm_above(gradient) + b * norm_above(v)
            hidden = 4 * unit * sizes + gradient_error * (
                norm_above(gradient) + bounds.lipschitz * norm_above(following)
            )
            residuals.append(norm_above(fields[n + 1] - gradient - b * v) + hidden)
            moved = 2 * unit * (norm_above(following) + norm_above(theta) + h * norm_above(v))
            drifts.append(norm_above(following - theta + h * v) + moved)
    errors = field_errors(bounds, residuals, drifts, initial)
    distances = orbit_errors(bounds, errors, drifts)
    if ball is not None and ball[1] < inf:
        outside = norm_above(points - ball[0]) + distances > ball[1]
        outside = np.logical_or.accumulate(outside, axis=0)
        errors, distances = np.where(outside, inf, errors), np.where(outside, inf, distances)
    return errors, distances


def _on_a_ball(bounds: ManifoldBounds, radius: float) -> ManifoldBounds:
    """Return the constants for a continuation that need not be a gradient: Lip(Phi) <= 1 + hK."""
    if not radius > 0:
        raise DomainError(f"Argument 'radius' must be positive, not {radius!r}.")
    step = (1 + bounds.step_size * bounds.field_lipschitz) * (1 + 1e-15)
    return replace(bounds, step_lipschitz=step)


def _run(
    losses: Sequence[Any],
    theta: Array,
    bounds: ManifoldBounds,
    order: int,
    from_rest: bool,
    shared: bool,
) -> tuple[Array, Array]:
    """Return the points and the fields of the memoryless run."""
    points, fields = [theta], []
    memory = linear(HeavyBall(bounds.momentum))
    assert memory is not None
    for n in range(len(losses)):
        past = losses[n : n + 1] if shared or not from_rest else losses[n::-1]
        terms = field_terms(memory, past, points[-1], order, n if from_rest else None)
        fields.append(sum(term * bounds.step_size**j for j, term in enumerate(terms)))
        points.append(points[-1] - bounds.step_size * fields[-1])
    return np.stack(points[:-1]), np.stack(fields)


def _error_at_start(
    bounds: ManifoldBounds,
    loss: Any,
    field: Array,
    ball: tuple[Array, float],
    gradient_error: float,
) -> Array:
    """Return a bound of |v_0 - g(theta_0)| in the stationary regime, from the past of theta_0."""
    theta, radius = ball
    simple = initial_error(bounds, field, gradient_at(loss, theta))
    r, steps = bounds.attraction, 2
    if bounds.momentum:  # the past grows like r_+^-k, r_- r_+ = b, and is forgotten like r_-^k
        forgotten = min(r * r / bounds.momentum, 1 - 1e-3)
        longest = min(_LONGEST, _NUMBERS // max(1, theta.size))  # a shorter past is valid, too
        steps = max(2, min(longest, ceil(log(1e-17) / log(forgotten))))
    past = past_of_point(loss, theta, bounds.step_size, bounds.momentum, steps)
    if past is None:
        return simple
    inside = norm_above(past.past - theta).reshape(steps + 1, -1).max(axis=1) <= radius
    length = steps + 1 if inside.all() else int(inside.argmin())
    points, momenta = past.past[:length][::-1], past.momenta[:length][::-1]
    end = initial_error(bounds, momenta[0], gradient_at(loss, points[0]))
    found, _ = certify_run(
        bounds, [loss] * length, points, momenta, initial=end, gradient_error=gradient_error
    )
    return np.asarray(
        np.minimum(simple, (norm_above(field - past.field) + found[-1]) * (1 + 1e-15))
    )


def _too_large(bounds: ManifoldBounds, loss: Any, theta: Array) -> str:
    """Say that h is beyond the threshold, and what can be said instead."""
    b = bounds
    here = b.step_size * float(np.max(np.abs(leading_eigenpairs(loss, theta, 1, by_size=True)[0])))
    start = (
        f"nothing is certified: h Lam = {b.product:.2g} is not below (1 - sqrt(beta))^2 = "
        f"{b.threshold:.2g}; take h below {b.threshold / b.lipschitz:.2g}"
    )
    if here < b.threshold:
        return (
            f"{start}, or name a ball with radius= and a smaller constant there: at theta itself "
            f"h |lambda|max is only {here:.2g}"
        )
    return f"{start}: at theta itself h |lambda|max is {here:.2g}, where the series cannot converge"


def _left_the_ball(distances: Array, radius: float) -> str:
    """Say at which step the run may have left the ball."""
    finite = np.isfinite(distances).reshape(len(distances), -1).all(axis=1)
    return (
        f"certified up to step {int(finite.argmin()) - 1} only: after that the run may leave the "
        f"ball of radius {radius:g}, where the Lipschitz constant is not known; take a larger "
        "radius, with its constant, or fewer steps"
    )


def _rounded_up(value: float) -> str:
    """Return two digits, not below the value."""
    if not 0 < value < inf:
        return f"{value:g}"
    scale = 10.0 ** (floor(log10(value)) - 1)
    return f"{ceil(value / scale * (1 - 1e-12)) * scale:.2g}"
