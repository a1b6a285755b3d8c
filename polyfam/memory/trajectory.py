"""Trajectories: an optimizer as it runs, and the updates without memory that stand for it.

    theta_{n+1} = theta_n - h direction_n.

A run that diverges is reported, not thrown away: the points up to there are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam._checks import shown, warn
from polyfam._frames import frame
from polyfam._html import preformatted, table
from polyfam._plots import axes
from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.losses.derivatives.points import check_gradient
from polyfam.typing import Array

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "DivergenceWarning",
    "Trajectory",
    "check_length",
    "iterate",
    "losses_from_rest",
    "losses_of_steps",
]

#: Memory that the points of a run may take, in bytes, and what each takes beside its numbers.
_MEMORY, _BESIDE = 1 << 32, 128


class DivergenceWarning(RuntimeWarning):
    """Iterates left the range of the floats; the trajectory says where."""


@dataclass(frozen=True, eq=False, repr=False)
class Trajectory:
    """What a run went through.

    Parameters
    ----------
    points : ndarray, shape (steps + 1, ..., d)
        theta_0, theta_1, ...; fewer rows when all runs diverge before the end.
    directions : ndarray, as many rows
        Row n + 1 led from point n to point n + 1; the first is nan.  Of heavy ball it is the
        momentum.
    diverged : ndarray of int, shape (...)
        The first step n at which the gradient or the next point is not finite, -1 where there is
        none; from row n + 1 on the points are nan.
    certifier : callable, optional
        What `certify` asks: a function of its keywords.
    step_size, optimizer, loss : float, Optimizer, Loss or tuple, optional
        What ran: h, the optimizer, and the loss, or a tuple of one loss for each step.

    Examples
    --------
    >>> from polyfam.losses import Quadratic
    >>> from polyfam.memory import run
    >>> from polyfam.optimizers import HeavyBall
    >>> run(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], steps=2, step_size=0.5)
    Trajectory(HeavyBall(beta=0.5), h = 0.5: 2 steps of points of shape (1,))
    """

    points: Array
    directions: Array
    diverged: Array
    certifier: Callable[..., Any] | None = None
    step_size: float | None = None
    optimizer: Any = None
    loss: Any = None

    def certify(self, **keywords: Any) -> Any:
        """Return certified bounds of the distances from the true run: heavy ball's has them.

        Parameters
        ----------
        **keywords
            As of `polyfam.memory.certify`: `lipschitz`, `curvature`, `radius`.

        Returns
        -------
        polyfam.memory.ErrorBound
            With batches for one step fewer: each step is judged by the gradient of the next.

        Raises
        ------
        DomainError
            For other runs, also that of the optimizer itself: it is the truth.

        Examples
        --------
        >>> from polyfam.losses import Quadratic
        >>> from polyfam.memory import run
        >>> from polyfam.optimizers import HeavyBall
        >>> options = {"steps": 100, "step_size": 0.01, "step": 0}
        >>> run(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], order=3, **options).certify()
        believe it: h Lam = 0.01 < 0.086; 3 terms are right to 9.4e-05, 100 steps to 0.00026
        """
        if self.certifier is None:
            raise DomainError(
                "No error bound is known for this run, only for the update of heavy ball without "
                "memory, of a fixed order, stationary or from rest (step=0), without a window."
            )
        return self.certifier(**keywords)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def values(self) -> Array:
        """The loss at every point, shape (steps + 1, ...); of the next step's, if they differ."""
        if not self._has_values():
            raise DomainError("The loss of this run has no method 'value'; look at the points.")
        losses = self.loss if isinstance(self.loss, tuple) else (self.loss,) * len(self)
        with np.errstate(all="ignore"):
            last = (losses[-1],) * (len(self) - len(losses))
            pairs = zip((*losses, *last), self.points, strict=False)
            return np.array([each.value(points) for each, points in pairs])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the loss against the steps; the size of the direction where there is no loss.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; by default a new figure.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        MissingExtraError
            Without matplotlib.
        """
        ax = axes(ax)
        steps = np.arange(len(self))
        if self._has_values():
            ys, label = self.values, "loss"
        else:
            ys, label = np.linalg.norm(self.directions, axis=-1), "size of the direction"
        ax.plot(steps, ys.reshape(len(steps), -1))
        if np.all(ys[np.isfinite(ys)] > 0):
            ax.set_yscale("log")
        ax.set(xlabel="step", ylabel=label, title=self._title())
        return ax

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame of a single run, one row a step.

        Returns
        -------
        pandas.DataFrame
            With the columns ``step``, ``loss`` (if there is one to ask) and ``theta[0]``, ...

        Raises
        ------
        DomainError
            For many runs at once.
        MissingExtraError
            Without pandas.

        Examples
        --------
        >>> from polyfam.losses import Quadratic
        >>> from polyfam.memory import run
        >>> from polyfam.optimizers import HeavyBall
        >>> ran = run(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], steps=2, step_size=0.5)
        >>> ran.to_pandas()["theta[0]"].tolist()
        [1.0, 0.5, 0.0]
        """
        if self.points.ndim != 2:
            raise DomainError(
                f"A frame holds one run, not points of shape {self.points.shape[1:]}; run each "
                "start by itself."
            )
        columns = {"step": np.arange(len(self))}
        if self._has_values():
            columns["loss"] = self.values
        columns |= {f"theta[{i}]": column for i, column in enumerate(self.points.T)}
        return frame(zip(*columns.values(), strict=True), columns)

    def _has_values(self) -> bool:
        """Say whether the loss can be asked for its value."""
        return hasattr(self.loss[0] if isinstance(self.loss, tuple) else self.loss, "value")

    def _title(self) -> str:
        """Return what ran."""
        name = " ".join(repr(self.optimizer).split())
        name = name if len(name) <= 60 else type(self.optimizer).__name__
        return "" if self.step_size is None else f"{name}, h = {self.step_size:g}"

    def _repr_html_(self) -> str:
        """Show the ends of the run in a notebook, if there are few points."""
        if self.points.ndim > 2 or self.points.shape[-1] > 6:
            return preformatted(repr(self))
        ends = [0, 1, len(self) - 2, len(self) - 1] if len(self) > 4 else range(len(self))
        rows = [(n, *(f"{x:.6g}" for x in self.points[n])) for n in ends]
        heads = ("step", *(f"theta[{i}]" for i in range(self.points.shape[-1])))
        return preformatted(repr(self)) + table(rows, heads)

    def __repr__(self) -> str:
        title = f"{self._title()}: ".removeprefix(": ")
        lost = int((self.diverged >= 0).sum())
        many = f", {lost} of {self.diverged.size} diverged" if lost else ""
        shape = self.points.shape[1:]
        bound = "" if self.certifier is None else "; certify() bounds its error"
        return f"Trajectory({title}{len(self) - 1} steps of points of shape {shape}{many}{bound})"


def check_length(steps: int, theta: Array) -> None:
    """Raise when the points of a run would not fit into memory.

    Examples
    --------
    >>> check_length(10**9, np.zeros(1))
    Traceback (most recent call last):
        ...
    polyfam.errors.ResourceError: A run of 1000000000 steps from points of shape (1,) would take 126
    GiB, and 4 is the limit: take fewer steps, or fewer points at once.
    """
    size = steps * (theta.nbytes + _BESIDE)
    if size > _MEMORY:
        raise ResourceError(
            f"A run of {shown(steps)} steps from points of shape {theta.shape} would take "
            f"{shown(size >> 30)} GiB, and {_MEMORY >> 30} is the limit: take fewer steps, or "
            "fewer points at once."
        )


def losses_of_steps(batches: Iterable[Any], count: int | None = None) -> list[Any]:
    """Return the losses of the first `count` steps, or all of them.

    Raises
    ------
    DomainError
        When there are fewer, none at all, or something else than losses.
    """
    try:
        losses = list(islice(batches, count))
    except TypeError:
        raise ArgumentTypeError(
            f"Argument 'batches' must be a sequence of losses, not {type(batches).__name__}."
        ) from None
    if len(losses) < (1 if count is None else count):
        wanted = "at least one loss" if count is None else f"{count} losses"
        raise DomainError(f"Argument 'batches' must hold {wanted}, not {len(losses)}.")
    for loss in losses:
        check_gradient(loss)
    return losses


def losses_from_rest(
    batches: Iterable[Any] | None, step: int | None, count: int | None = None
) -> list[Any] | None:
    """Return the losses of a run whose first step has this number, None for one loss."""
    if batches is not None and step != 0:
        raise DomainError("Argument 'batches' needs step=0: their steps are counted from rest.")
    return None if batches is None else losses_of_steps(batches, count)


def iterate(
    direction: Callable[[int, Array], Array],
    theta: Array,
    steps: int,
    step_size: float,
    **what: Any,
) -> Trajectory:
    """Return the trajectory of theta_{n+1} = theta_n - h direction(n, theta_n).

    Parameters
    ----------
    direction : callable
        Of the step n and the points, shape (..., d).  Runs that have diverged wait at their last
        finite point, so that it never sees a number that is not finite.
    theta : ndarray, shape (..., d)
    steps : int
    step_size : float
    **what
        The optimizer and the loss, to be kept.

    Warns
    -----
    DivergenceWarning
    """
    points, directions = [theta], [np.full_like(theta, np.nan)]
    diverged = np.full(theta.shape[:-1], -1)
    for n in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):
            directions.append(direction(n, theta))
            following = theta - step_size * directions[-1]
        finite = np.isfinite(following).all(axis=-1) & (diverged < 0)
        diverged = np.where(finite | (diverged >= 0), diverged, n)
        theta = np.where(finite[..., None], following, theta)
        points.append(np.where(finite[..., None], following, np.nan))
        if not finite.any():
            break
    if (diverged >= 0).any():
        warn(
            f"{(diverged >= 0).sum()} of {diverged.size} runs diverged, the first at step "
            f"{diverged[diverged >= 0].min()}; the points before are kept.",
            DivergenceWarning,
        )
    return Trajectory(np.stack(points), np.stack(directions), diverged, None, step_size, **what)
