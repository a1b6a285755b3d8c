"""Runs of an optimizer of optax with a constant gradient, and their tangents, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import hypot, isfinite
from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.errors import DomainError

__all__ = [
    "Runs",
    "compiled",
    "compiled_runs",
    "divided",
    "finite",
    "largest",
    "norm",
    "norms",
    "settings_of",
]

#: So many vectors may span the steps after a constant gradient.
_VECTORS = 8


@lru_cache(maxsize=8)
def compiled_runs(optimizer: Any) -> Runs:
    """Return the runs of an optimizer, compiled once."""
    return Runs(optional_import("jax", "jax"), optimizer)


class Runs:
    """What an optimizer does with a constant gradient, n + 1 times.

    `settings` are those that a state holds, see `settings_of`.
    """

    def __init__(self, jax: Any, optimizer: Any) -> None:
        self._jax, self._optimizer, self.update = jax, optimizer, optimizer.update
        self._first = jax.jit(self._first_step)
        self._farthest = jax.jit(self._farthest_step)
        self._tangent = jax.jit(self._tangent_step)

    def basis(self, params: Any, gradient: Any, n: int, settings: Any) -> list[Any]:
        """Return orthonormal vectors that span all steps, to rounding."""
        leaves = self._jax.tree.leaves
        precision = max(float(np.finfo(x.dtype).eps) for x in leaves(params))
        first = self._first(params, gradient, settings)
        size = norm(leaves(first))
        if not isfinite(size):
            raise DomainError(
                "The first step of this chain after a constant gradient is not finite: one of its "
                "settings is out of range, such as a decay of 1."
            )
        basis = [compiled(divided)(first, size)] if size else []
        for _ in range(_VECTORS):
            share, vector = self._farthest(params, gradient, n, settings, basis)
            if float(share) <= 64 * precision:
                return basis or [first]
            size = norm(leaves(vector))
            basis.append(compiled(divided)(vector, size))
        if float(self._farthest(params, gradient, n, settings, basis)[0]) > precision**0.5:
            raise DomainError(
                f"After a constant gradient the {n + 1} steps of this chain are no combination of "
                f"{_VECTORS} vectors: take a step=n for which it has settled, or a smaller one."
            )
        return basis

    def tangent(
        self,
        params: Any,
        gradient: Any,
        n: int,
        settings: Any,
        basis: list[Any],
        products: list[Any],
    ) -> tuple[Any, Any]:
        """Return the last step, and its tangent.

        Where the gradient vanishes the root of its square has no derivative; what is meant there is
        the limit of a vanishing gradient.
        """
        jnp, tree = self._jax.numpy, self._jax.tree
        if not n:
            last = self._first(params, gradient, settings)
            return last, tree.map(jnp.zeros_like, last)
        last, moved = self._tangent(params, gradient, n, settings, basis, products)
        if not finite(moved):
            near = tree.map(lambda g: jnp.where(g == 0, _vanishing(g.dtype), g), gradient)
            _, limit = self._tangent(params, near, n, settings, basis, products)
            moved = tree.map(lambda m, x, g: jnp.where(g == 0, x, m), moved, limit, gradient)
            if not finite(moved):
                raise DomainError(
                    "The correction of this chain is not finite: its update has no derivative at "
                    "these parameters, so leave out what is not smooth there."
                )
        return last, moved

    def start(self, params: Any, settings: Any) -> Any:
        """Return the state at rest, as its own update returns it."""
        return _begun(self._jax, self._optimizer, params, settings)

    def _first_step(self, params: Any, gradient: Any, settings: Any) -> Any:
        return self.update(gradient, self.start(params, settings), params)[0]

    def _farthest_step(self, params: Any, gradient: Any, n: Any, settings: Any, basis: Any) -> Any:
        """Return the largest rest of a step beside the basis, as a share of all, and that rest."""
        jnp, tree = self._jax.numpy, self._jax.tree

        def body(_: Any, carry: Any) -> Any:
            largest, rest, total, state = carry
            update, state = self.update(gradient, state, params)
            size, left = _dot(tree, update, update), update
            for _ in range(2):  # twice is enough
                for vector in basis:
                    share = _dot(tree, left, vector)
                    left = tree.map(lambda a, v, s=share: a - s * v, left, vector)
            far = _dot(tree, left, left)
            rest = tree.map(lambda a, b: jnp.where(far > largest, a, b), left, rest)
            return jnp.maximum(far, largest), rest, jnp.maximum(total, size), state

        zero = tree.map(jnp.zeros_like, params)
        none = jnp.zeros_like(_dot(tree, zero, zero))
        carry = (none, zero, none, self.start(params, settings))
        far, rest, total, _ = self._jax.lax.fori_loop(0, n + 1, body, carry)
        return jnp.sqrt(far / jnp.where(total > 0, total, 1)), rest

    def _tangent_step(
        self, params: Any, gradient: Any, n: Any, settings: Any, basis: Any, products: Any
    ) -> tuple[Any, Any]:
        jnp, tree = self._jax.numpy, self._jax.tree
        zero = tree.map(jnp.zeros_like, params)

        def shares(update: Any) -> Any:
            sizes = [_dot(tree, v, v) for v in basis]
            return jnp.stack(
                [
                    _dot(tree, update, v) / jnp.where(s > 0, s, 1)
                    for v, s in zip(basis, sizes, strict=True)
                ]
            )

        def total_body(_: Any, carry: Any) -> Any:
            update, state = self.update(gradient, carry[1], params)
            return carry[0] + shares(update), state

        none = jnp.zeros_like(shares(zero))
        total, _ = self._jax.lax.fori_loop(0, n, total_body, (none, self.start(params, settings)))

        def body(_: Any, carry: Any) -> Any:
            _, _, state, tangents, so_far = carry
            weights = so_far - total
            moved = [_combined(tree, weights, vectors, zero) for vectors in (products, basis)]
            update, d_update, state, tangents = self.dual(
                gradient, state, params, moved[0], tangents, moved[1]
            )
            return update, d_update, state, tangents, so_far + shares(update)

        state = self.start(params, settings)
        tangents = self.still(state)
        carry = (zero, zero, state, tangents, none)
        found = self._jax.lax.fori_loop(0, n + 1, body, carry)
        return found[0], found[1]

    def still(self, state: Any) -> list[Any]:
        """Return the tangents of a state that does not move."""
        return [self._jax.numpy.zeros_like(x) for x in self.split(state)[0]]

    def split(self, state: Any) -> tuple[list[Any], Any]:
        """Return the leaves of a state that have tangents, and what puts them back."""
        leaves, form = self._jax.tree.flatten(state)
        inexact = [self._jax.numpy.issubdtype(x.dtype, self._jax.numpy.inexact) for x in leaves]

        def merged(parts: list[Any]) -> Any:
            rest = iter(parts)
            both = [next(rest) if own else x for x, own in zip(leaves, inexact, strict=True)]
            return self._jax.tree.unflatten(form, both)

        return [x for x, own in zip(leaves, inexact, strict=True) if own], merged

    def dual(
        self, gradient: Any, state: Any, params: Any, moved: Any, tangents: Any, drift: Any
    ) -> tuple[Any, Any, Any, Any]:
        """Return one update of the chain and its tangent."""
        parts, merged = self.split(state)

        def update(g: Any, own: Any, p: Any) -> Any:
            found, following = self.update(g, merged(own), p)
            return (found, self.split(following)[0]), following

        (found, _), (d_found, d_parts), following = self._jax.jvp(
            update, (gradient, parts, params), (moved, tangents, drift), has_aux=True
        )
        return found, d_found, following, d_parts


def _vanishing(dtype: Any) -> float:
    """Return a number whose square, times what optimizers weigh it with, is not yet zero."""
    return float(1e3 * np.sqrt(np.finfo(dtype).tiny))


def _combined(tree: Any, weights: Any, vectors: Any, zero: Any) -> Any:
    """Return a combination of trees."""
    total = zero
    for i, vector in enumerate(vectors):
        total = tree.map(lambda a, v, w=weights[i]: a + (w * v).astype(a.dtype), total, vector)
    return total


def _dot(tree: Any, first: Any, second: Any) -> Any:
    """Return the inner product of two trees."""
    return sum(tree.leaves(tree.map(lambda a, b: (a * b).sum(), first, second)))


@lru_cache(maxsize=64)
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of trees, compiled as a whole: entry by entry it takes much longer."""
    found: Callable[..., Any] = optional_import("jax", "jax").jit(function)
    return found


def divided(tree: Any, number: Any) -> Any:
    """Return a tree over a number."""
    return optional_import("jax", "jax").tree.map(lambda a: a / number, tree)


def norms(leaves: Sequence[Any]) -> list[float]:
    """Return the Euclidean norms of arrays."""
    return [float(x) ** 0.5 for x in compiled(_squares)(list(leaves))]


def norm(leaves: Sequence[Any]) -> float:
    """Return the Euclidean norm of a list of arrays."""
    return hypot(*norms(leaves))


def largest(leaves: Sequence[Any]) -> list[float]:
    """Return the largest entries of arrays, in absolute value."""
    return [float(x) for x in compiled(_largest)(list(leaves))]


def finite(tree: Any) -> bool:
    """Say whether all entries are finite."""
    return all(map(isfinite, largest(optional_import("jax", "jax").tree.leaves(tree))))


def _squares(leaves: list[Any]) -> list[Any]:
    return [(x * x).sum() for x in leaves]


def _largest(leaves: list[Any]) -> list[Any]:
    return [abs(x).max(initial=0.0) for x in leaves]


def settings_of(jax: Any, state: Any) -> list[Any]:
    """Return the settings that a state holds (`optax.inject_hyperparams`), outermost first."""
    return [node.hyperparams for node in _injected(jax, state)]


def _injected(jax: Any, state: Any) -> list[Any]:
    """Return the nodes of a state that hold settings, those within others included."""
    nodes = jax.tree.leaves(state, is_leaf=_holds)
    found = [[node, *_injected(jax, node.inner_state)] for node in nodes if _holds(node)]
    return [node for nodes in found for node in nodes]


def _holds(node: Any) -> bool:
    """Say whether a node of a state holds settings."""
    return hasattr(node, "hyperparams") and hasattr(node, "_replace")


def _begun(jax: Any, optimizer: Any, params: Any, settings: Any) -> Any:
    """Return the state at rest with the settings that another state holds."""
    following = iter(settings)

    def settled(node: Any) -> Any:
        if not _holds(node):
            return node
        mine = next(following)
        inner = jax.tree.map(settled, node.inner_state, is_leaf=_holds)
        return node._replace(hyperparams=mine, inner_state=inner)

    state = jax.tree.map(settled, optimizer.init(params), is_leaf=_holds)
    return jax.tree.map(jax.numpy.asarray, state)
