"""A look at the memory of an optimizer every so many steps of a training loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polyfam._checks import integer, optional_import
from polyfam.bridge._correction import MemoryCorrection
from polyfam.bridge._verb import memory_correction
from polyfam.errors import DomainError

__all__ = ["Watch", "watch"]


class Watch:
    """What `watch` returns: call it once in every step of a training loop.

    Parameters
    ----------
    model, loss_fn, optimizer : object
    every : int
    **options
        Of `memory_correction`.

    Attributes
    ----------
    history : list of (int, MemoryCorrection)
        The calls that were looked at, counted from 0; the tensors of all but the last are dropped.

    Examples
    --------
    >>> Watch(None, lambda p, _: p, None, 100).history
    []
    """

    def __init__(
        self,
        model: Any,
        loss_fn: Callable[[Any, Any], Any],
        optimizer: Any,
        every: int,
        **options: Any,
    ) -> None:
        self._model, self._loss_fn, self._optimizer = model, loss_fn, optimizer
        self._every, self._options, self._calls = integer(every, "every", minimum=1), options, 0
        self.history: list[tuple[int, MemoryCorrection]] = []

    def __call__(
        self, batch: Any = None, *, params: Any = None, state: Any = None
    ) -> MemoryCorrection | None:
        """Return the correction at every so manyth call, and None at the others.

        Parameters
        ----------
        batch : object
        params, state : object
            Of JAX, where both are new after each step.
        """
        call, self._calls = self._calls, self._calls + 1
        if call % self._every:
            return None
        options = dict(self._options)
        if self.history:
            last = self.history[-1][1]
            options.setdefault("check", False)
            if last.spectrum is not None:
                options.setdefault("start", last.spectrum.vector)
        if state is not None:
            options["state"] = state
        model = self._model if params is None else params
        found = memory_correction(model, self._loss_fn, self._optimizer, batch, **options)
        if self.history:
            self.history[-1] = (self.history[-1][0], self.history[-1][1].light())
        self.history.append((call, found))
        return found

    def plot(self, ax: Any = None) -> Any:
        """Draw h |M|/|F|, and the curvature against its threshold, over the steps.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        if not self.history:
            raise DomainError("There is nothing to draw yet: call the watch in the training loop.")
        if ax is None:
            pyplot = optional_import("matplotlib.pyplot", "plot")
            _, ax = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
        calls = [call for call, _ in self.history]
        ax.plot(calls, [found.ratio for _, found in self.history], "o-", label="h |M| / |F|")
        seen = [(call, f.spectrum) for call, f in self.history if f.spectrum is not None]
        limited = [
            (call, s.largest / s.stability) for call, s in seen if s.stability < float("inf")
        ]
        if limited:
            label = "curvature / edge of stability"
            ax.plot(*zip(*limited, strict=True), "s--", label=label)
        ax.axhline(1.0, color="grey", linewidth=0.8)
        ax.set_yscale("log")
        ax.set_xlabel("step")
        ax.legend()
        return ax


def watch(
    model: Any,
    loss_fn: Callable[[Any, Any], Any],
    optimizer: Any,
    *,
    every: int = 100,
    **options: Any,
) -> Watch:
    """Return a function to be called in every step of a training loop with its batch.

    The loss is checked at the first look only, and each search for the curvature starts where the
    last one ended.

    Parameters
    ----------
    model, loss_fn, optimizer : object
        As in `memory_correction`; a tree of JAX is given at each call, ``params=...``.
    every : int, default 100
        How often to look.
    **options
        Of `memory_correction`.

    Returns
    -------
    Watch

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from typing import NamedTuple
    >>> class Descent(NamedTuple):  # in the manner of optax
    ...     init: object = lambda params: 0.0 * params
    ...     update: object = lambda g, m, params: (-0.01 * (0.5 * m + g), 0.5 * m + g)
    >>> look = watch(None, lambda p, _: (p**2).sum(), Descent(), every=2, step=40, check=False)
    >>> for _ in range(4):
    ...     found = look(params=jnp.ones(2))
    >>> [call for call, _ in look.history]
    [0, 2]
    """
    return Watch(model, loss_fn, optimizer, every, **options)
