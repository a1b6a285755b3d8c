"""An optimizer as a recursion on arrays, whether they hold numbers or power series in h.

The state is taken apart into its arrays and its step counters and put together again, so that the
memory of every optimizer can be handled alike.  What an optimizer must not do is found out here,
with its name in the message: change its arguments in place, or compute what has no Taylor series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor
from polyfam.optimizers._protocol import check_elementwise, check_optimizer, is_elementwise
from polyfam.typing import Array

__all__ = ["Recursion", "coefficient", "recursion", "series"]


@dataclass(frozen=True, eq=False)
class Recursion:
    """An optimizer whose state is a list of arrays and of counters.

    Parameters
    ----------
    optimizer : object
        With ``init`` and ``update``.
    rebuild : callable
        From the list to the optimizer's own state.
    start : list
        The state before the first step.
    shape : tuple of int
        Of theta, and of every array that the optimizer sees.
    """

    optimizer: Any
    rebuild: Callable[[Sequence[Any]], Any]
    start: list[Any]
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        """The name of the optimizer."""
        return type(self.optimizer).__name__

    @property
    def arrays(self) -> list[int]:
        """The places of the arrays in the list; the others are counters."""
        return [i for i, leaf in enumerate(self.start) if isinstance(leaf, np.ndarray)]

    def update(self, state: Sequence[Any], gradient: Any, theta: Any) -> tuple[list[Any], Any]:
        """Return the next state and the direction, or say what the optimizer may not do."""
        arguments = [_frozen(x) for x in (*state, gradient, theta)]
        try:
            with np.errstate(all="ignore"):  # 0/0 is looked for and named where it matters
                if _vanishes_and_returns(gradient):
                    self._step([_extended(x) for x in arguments])
                found = self._step(arguments)
        except ValueError as error:
            if "read-only" in str(error):
                raise DomainError(
                    f"The update of {self.name} changes its arguments in place ({error}): "
                    "it must return new arrays, m = beta * m + g and not m *= beta."
                ) from error
            vanishing = np.argwhere(getattr(gradient, "coefficients", gradient[None])[0] == 0)
            if isinstance(error, DomainError) and len(vanishing):
                raise DomainError(
                    f"The update of {self.name} has no Taylor series where the gradient vanishes, "
                    f"at coordinate {vanishing[0, -1]}: take epsilon > 0 inside the root "
                    "(epsilon_inside=True), or leave that coordinate out."
                ) from error
            raise
        pair = isinstance(found, tuple) and len(found) == 2
        shape, axes = np.shape(found[1]) if pair else (), len(self.shape)
        if not shape or shape[max(len(shape) - axes, 0) :] != self.shape:
            raise DomainError(
                f"The update of {self.name} must return a pair, the state and a direction of "
                f"theta's shape {self.shape}."
            )
        return _leaves(found[0]), found[1]

    def coefficients(
        self, state: Sequence[Any], gradient: Any, theta: Any, m: int, count: int
    ) -> tuple[Array, Array]:
        """Return the coefficients of h^m of the c state arrays and of the direction at all labels.

        Parameters
        ----------
        state, gradient, theta
            Arrays and Taylor arrays whose points have a leading axis of labels, or have none where
            all labels share them.
        m : int
        count : int
            The number of labels.

        Returns
        -------
        arrays : ndarray, shape (c, labels, ..., d)
        direction : ndarray, shape (labels, ..., d)

        Notes
        -----
        Only an optimizer that is declared elementwise sees all labels at once: any other would
        mix them in its sums, norms and slices, and sees one label after the other.
        """
        arguments = [*state, gradient, theta]
        if is_elementwise(self.optimizer):
            found = [self.update(state, gradient, theta)]
            shape: tuple[int, ...] = (count, *self.shape)
        else:
            labels = ([self._label(x, k) for x in arguments] for k in range(count))
            found = [self.update(x[:-2], *x[-2:]) for x in labels]
            shape = self.shape
        arrays = np.zeros((len(self.arrays), len(found), *shape))
        direction = np.zeros((len(found), *shape))
        for k, (after, turned) in enumerate(found):
            direction[k] = coefficient(turned, m)
            for place, i in enumerate(self.arrays):
                arrays[place, k] = coefficient(after[i], m)
        rows = (count, *self.shape)
        return arrays.reshape(len(arrays), *rows), direction.reshape(rows)

    def _label(self, x: Any, k: int) -> Any:
        """Return an argument at one label, with theta's shape."""
        if isinstance(x, Taylor):
            return Taylor(np.stack([self._label(c, k) for c in x.coefficients]))
        if isinstance(x, np.ndarray) and x.ndim > len(self.shape):
            return np.broadcast_to(x[k], self.shape)
        return x

    def _step(self, arguments: list[Any]) -> tuple[Any, Any]:
        """Update the state, gradient and point in the list."""
        found: tuple[Any, Any] = self.optimizer.update(
            self.rebuild(arguments[:-2]), *arguments[-2:]
        )
        return found


def recursion(optimizer: Any, theta: Array) -> Recursion:
    """Return an optimizer as a recursion that starts at rest.

    Parameters
    ----------
    optimizer : object
        With ``init`` and ``update``; its state is an array of theta's shape, or such arrays and
        integers in tuples, named tuples, lists and dicts, one in another or not.
    theta : ndarray, shape (..., d)

    Examples
    --------
    >>> from polyfam.optimizers import Adam
    >>> recursion(Adam(), np.zeros(2)).arrays
    [0, 1]
    """
    check_optimizer(optimizer)
    check_elementwise(optimizer, theta)
    state = optimizer.init(theta)
    for name, leaf in _named(state):
        if isinstance(leaf, int) and not isinstance(leaf, bool):
            continue
        if not isinstance(leaf, np.ndarray) or leaf.shape != theta.shape:
            raise ArgumentTypeError(
                f"The state of {type(optimizer).__name__} must hold arrays of theta's shape "
                f"{theta.shape} and integers, and field {name!r} does not: keep a number as that "
                "number times ones_like(theta)."
            )

    def rebuild(leaves: Sequence[Any]) -> Any:
        return _rebuilt(state, iter(leaves))

    return Recursion(optimizer, rebuild, _leaves(state), theta.shape)


def _parts(state: Any) -> list[tuple[Any, Any]]:
    """Return the names and values of the parts of a state; of a leaf none."""
    if isinstance(state, dict):
        return [(key, state[key]) for key in sorted(state, key=str)]
    if isinstance(state, tuple | list):
        return list(zip(getattr(state, "_fields", range(len(state))), state, strict=True))
    return []


def _named(state: Any) -> list[tuple[Any, Any]]:
    """Return the leaves of a state, by the names of the fields that they are in."""
    if not isinstance(state, dict | tuple | list):
        return [(0, state)]
    found = []
    for name, part in _parts(state):
        if isinstance(part, dict | tuple | list):
            found += [(f"{name}.{inner}", leaf) for inner, leaf in _named(part)]
        else:
            found.append((name, part))
    return found


def _leaves(state: Any) -> list[Any]:
    """Return the leaves of a state."""
    return [leaf for _, leaf in _named(state)]


def _rebuilt(like: Any, leaves: Iterator[Any]) -> Any:
    """Return a state of the form of another one."""
    if not isinstance(like, dict | tuple | list):
        return next(leaves)
    parts = {name: _rebuilt(part, leaves) for name, part in _parts(like)}
    if isinstance(like, dict):
        return {key: parts[key] for key in like}
    return getattr(type(like), "_make", type(like))(parts.values())


def _frozen(x: Any) -> Any:
    """Return a read-only view of an array, and anything else as it is."""
    if isinstance(x, np.ndarray):
        x = x.view()
        x.flags.writeable = False
    return x


def _vanishes_and_returns(gradient: Any) -> bool:
    """Say whether a coordinate of a gradient is 0 at h = 0, but not beyond.

    Its square may then be 0 in all terms kept, and its root is not: more terms show that.
    """
    if not isinstance(gradient, Taylor):
        return False
    first, *rest = gradient.coefficients
    return bool(((first == 0) & np.any(rest, axis=0)).any()) if rest else False


def _extended(x: Any) -> Any:
    """Return a series with twice as many terms, the new ones 0."""
    if not isinstance(x, Taylor):
        return x
    return Taylor(np.concatenate([x.coefficients, np.zeros_like(x.coefficients)]))


def series(coefficients: Array) -> Any:
    """Return the array of one coefficient, or the Taylor array of several."""
    return coefficients[0] if len(coefficients) == 1 else Taylor(coefficients)


def coefficient(x: Any, m: int) -> Any:
    """Return the coefficient of h^m of a Taylor array, or of a constant."""
    if isinstance(x, Taylor):
        return x.coefficients[m]
    return 0.0 if m else x
