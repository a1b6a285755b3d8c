r"""The memory of any chain of optax, by running its own update under `jax.jvp`.

With a constant gradient the chain makes the steps U^(0), ..., U^(n); the last one is -h F.  To
first order the past is theta_s - theta_n = U^(0) + ... + U^(s-1) - (U^(0) + ... + U^(n-1)), so the
gradient at step s is displaced by H times that.  The chain is run again with these displacements
as tangents of its gradients and of its parameters, and the tangent of its last step is -h^2 M.

The steps are combinations of a few vectors, mostly of one: a product with the Hessian for each.
All of it takes a few runs of n + 1 updates, in memory that does not grow with n.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from polyfam._checks import integer, optional_import, quoted
from polyfam.bridge._correction import MemoryCorrection, Part, Spectrum
from polyfam.bridge._lanczos import ends_of_spectrum, warm_start
from polyfam.errors import DomainError, TaylorError

__all__ = ["jax_correction"]

#: So many vectors may span the steps after a constant gradient.
_VECTORS = 8
#: Displacements for differences of gradients, in units of the root of the rounding error.
_STEPS = (10.0, 1e3, 0.3)
_AGREEMENT = 0.02


def jax_correction(
    params: Any,
    loss_fn: Callable[[Any, Any], Any],
    optimizer: Any,
    batches: Sequence[Any],
    *,
    state: Any,
    step: Any,
    sharpness: bool,
    tolerance: float,
    start: Sequence[Any] | None,
    check: bool,
) -> MemoryCorrection:
    """Return what `polyfam.memory_correction` returns for a tree of arrays."""
    jax = optional_import("jax", "jax")
    names, params = _named(jax, params)
    n = _step(jax, optimizer, params, state, step)
    loss = _Loss(jax, loss_fn, batches, params)
    value, gradient = loss.gradient(params)
    for name, leaf in zip(names, jax.tree.leaves(gradient), strict=True):
        if not np.isfinite(np.asarray(jax.numpy.abs(leaf).max(initial=0.0))):
            raise DomainError(f"The gradient of parameter {quoted(name)} must be finite.")
    run = _compiled_run(optimizer)
    basis = run.basis(params, gradient, n)
    products = [loss.product(params, vector) for vector in basis] if n else []
    if check and products:
        loss.check(params, basis[0], products[0])
    last, moved = run.tangent(params, gradient, n, basis, products)
    spectrum = None
    if sharpness:
        spectrum = _spectrum(jax, loss, params, gradient, tolerance, start)
    parts = [
        Part(name, -u, -du, 1.0, _size([u]), _size([du]))
        for name, u, du in zip(names, jax.tree.leaves(last), jax.tree.leaves(moved), strict=True)
    ]
    return MemoryCorrection(
        optimizer="a chain of optax",
        step=n,
        loss=value,
        parts=tuple(parts),
        penalties=(),
        spectrum=spectrum,
        gradients=loss.gradients,
        products=loss.products,
        checks=loss.checks,
        notes=("a chain hides its step size: F and M are those of h = 1, h being inside",),
    )


def _named(jax: Any, params: Any) -> tuple[list[str], Any]:
    """Return the names of the leaves, and the tree of arrays."""
    found = jax.tree_util.tree_leaves_with_path(params)
    names = [jax.tree_util.keystr(path).strip(".") or "theta" for path, _ in found]
    if not found:
        raise DomainError("Argument 'model' holds no parameters.")
    for name, (_, leaf) in zip(names, found, strict=True):
        dtype = getattr(leaf, "dtype", None)
        if dtype is None or dtype not in (np.float32, np.float64):
            raise DomainError(
                f"Parameter {quoted(name)} must be an array in single or double precision, not "
                f"{quoted(dtype or leaf)}: leave it out of the tree, or convert it."
            )
    return names, jax.tree.map(jax.numpy.asarray, params)


def _step(jax: Any, optimizer: Any, params: Any, state: Any, step: Any) -> int:
    """Return the number of the step, from the counter of the state by default."""
    fresh = optimizer.init(params)
    for path, leaf in jax.tree_util.tree_leaves_with_path(fresh):
        name = jax.tree_util.keystr(path)
        if "rng" in name.lower() or "key" in str(getattr(leaf, "dtype", "")):
            raise DomainError(
                f"The optimizer is random, its state holds {quoted(name)}: leave that "
                "transformation out."
            )
    if step is None:
        raise DomainError(
            "A chain of optax does not show its stationary limit: take a step=n that is long "
            "compared with its memory."
        )
    if step != "state":
        return integer(step, "step", minimum=0)
    if state is None:
        raise DomainError("Give the state=... of the optimizer, whose counter is read, or step=n.")
    counts = [
        int(leaf)
        for path, leaf in jax.tree_util.tree_leaves_with_path(state)
        if "count" in jax.tree_util.keystr(path) and np.ndim(leaf) == 0
    ]
    if not counts:
        raise DomainError("The state of this optimizer has no counter: give step=n.")
    return max(counts)


class _Loss:
    """The mean of a loss over batches, with its gradient and products, counted."""

    def __init__(self, jax: Any, function: Any, batches: Sequence[Any], params: Any) -> None:
        self._jax, self._batches = jax, batches
        self._gradient, self._product = _compiled_loss(function)
        self.gradients = self.products = self.checks = 0
        shape = jax.eval_shape(function, params, batches[0])
        if getattr(shape, "shape", None) != ():
            raise TaylorError(
                "loss_fn(params, batch) must return one number, not "
                f"{quoted(getattr(shape, 'shape', shape))}."
            )

    def _mean(self, function: Callable[[Any], Any]) -> Any:
        """Return the mean over batches of a tree."""
        total = None
        for batch in self._batches:
            found = function(batch)
            total = found if total is None else self._jax.tree.map(lambda a, b: a + b, total, found)
        return self._jax.tree.map(lambda a: a / len(self._batches), total)

    def gradient(self, params: Any) -> tuple[float, Any]:
        """Return the loss and its gradient."""
        self.gradients += len(self._batches)
        value, found = self._mean(lambda batch: self._gradient(params, batch))
        return float(value), found

    def product(self, params: Any, vector: Any) -> Any:
        """Return the Hessian times a vector, forward over reverse."""
        self.products += len(self._batches)
        return self._mean(lambda batch: self._product(params, vector, batch))

    def check(self, params: Any, vector: Any, product: Any) -> None:
        """Raise unless a product agrees with a difference of gradients."""
        leaves = self._jax.tree.leaves
        precision = max(float(np.finfo(x.dtype).eps) for x in leaves(params))
        longest = max(float(abs(x).max(initial=0.0)) for x in leaves(vector))
        if not longest:
            return
        largest = max(1e-3, *(float(abs(x).max(initial=0.0)) for x in leaves(params)))
        differences = []
        for width in _STEPS:
            move = width * precision**0.5 * largest / longest
            self.checks += 2 * len(self._batches)
            above, below = (
                self._mean(partial(self._gradient, at))[1]
                for at in (_moved(self._jax, params, vector, sign * move) for sign in (1, -1))
            )
            quotient = [
                (a - b) / (2 * move) for a, b in zip(leaves(above), leaves(below), strict=True)
            ]
            off = _size([q - p for q, p in zip(quotient, leaves(product), strict=True)])
            scale = max(_size(quotient), 50 * precision * _size(leaves(above)) / move)
            differences.append(off / scale if scale else 0.0)
            if differences[-1] <= _AGREEMENT:
                return
        raise TaylorError(
            "The Hessian-vector product of this loss differs from differences of its gradient by "
            f"{100 * min(differences):.0f} %: look for stop_gradient and custom derivatives, or "
            "take check=False."
        )


@lru_cache(maxsize=8)
def _compiled_loss(function: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Return the compiled gradient (with the value) and product of a loss."""
    jax = optional_import("jax", "jax")

    def product(params: Any, vector: Any, batch: Any) -> Any:
        return jax.jvp(lambda p: jax.grad(function)(p, batch), (params,), (vector,))[1]

    return jax.jit(jax.value_and_grad(function)), jax.jit(product)


@lru_cache(maxsize=8)
def _compiled_run(optimizer: Any) -> _Run:
    """Return the runs of an optimizer, compiled once."""
    return _Run(optional_import("jax", "jax"), optimizer)


class _Run:
    """What an optimizer does with a constant gradient, n + 1 times."""

    def __init__(self, jax: Any, optimizer: Any) -> None:
        self._jax, self._optimizer = jax, optimizer
        self._last = jax.jit(self._last_step)
        self._farthest = jax.jit(self._farthest_step)
        self._tangent = jax.jit(self._tangent_step)

    def basis(self, params: Any, gradient: Any, n: int) -> list[Any]:
        """Return orthonormal vectors that span all steps, to rounding."""
        leaves = self._jax.tree.leaves
        precision = max(float(np.finfo(x.dtype).eps) for x in leaves(params))
        last = self._last(params, gradient, n)
        basis: list[Any] = []
        for _ in range(_VECTORS):
            share, vector = self._farthest(params, gradient, n, last, basis)
            if float(share) <= 64 * precision:
                return basis or [last]
            size = _size(leaves(vector))
            basis.append(self._jax.tree.map(lambda a, s=size: a / s, vector))
        if float(self._farthest(params, gradient, n, last, basis)[0]) > precision**0.5:
            raise DomainError(
                f"After a constant gradient the {n + 1} steps of this chain are no combination of "
                f"{_VECTORS} vectors: take a step=n for which it has settled, or a smaller one."
            )
        return basis

    def tangent(
        self, params: Any, gradient: Any, n: int, basis: list[Any], products: list[Any]
    ) -> tuple[Any, Any]:
        """Return the last step, and its tangent.

        Where the gradient vanishes the root of its square has no derivative; what is meant there is
        the limit of a vanishing gradient.
        """
        jnp, tree = self._jax.numpy, self._jax.tree
        if not n:
            last = self._last(params, gradient, n)
            return last, tree.map(jnp.zeros_like, last)
        last, moved = self._tangent(params, gradient, n, basis, products)
        if not all(bool(jnp.isfinite(x).all()) for x in tree.leaves(moved)):
            near = tree.map(lambda g: jnp.where(g == 0, _vanishing(g.dtype), g), gradient)
            _, limit = self._tangent(params, near, n, basis, products)
            moved = tree.map(lambda m, x, g: jnp.where(g == 0, x, m), moved, limit, gradient)
            if not all(bool(jnp.isfinite(x).all()) for x in tree.leaves(moved)):
                raise DomainError(
                    "The correction of this chain is not finite: its update has no derivative at "
                    "these parameters, so leave out what is not smooth there."
                )
        return last, moved

    def _start(self, params: Any) -> Any:
        """Return the state at rest, as its own update returns it."""
        return self._jax.tree.map(self._jax.numpy.asarray, self._optimizer.init(params))

    def _last_step(self, params: Any, gradient: Any, n: Any) -> Any:
        def body(_: Any, carry: Any) -> Any:
            update, state = self._optimizer.update(gradient, carry[1], params)
            return update, state

        zero = self._jax.tree.map(self._jax.numpy.zeros_like, params)
        return self._jax.lax.fori_loop(0, n + 1, body, (zero, self._start(params)))[0]

    def _farthest_step(self, params: Any, gradient: Any, n: Any, last: Any, basis: Any) -> Any:
        """Return the largest rest of a step beside the basis, as a share of all, and that rest."""
        jnp, tree = self._jax.numpy, self._jax.tree

        def body(_: Any, carry: Any) -> Any:
            largest, rest, total, state = carry
            update, state = self._optimizer.update(gradient, state, params)
            size, left = _dot(tree, update, update), update
            for _ in range(2):  # twice is enough
                for vector in basis:
                    share = _dot(tree, left, vector)
                    left = tree.map(lambda a, v, s=share: a - s * v, left, vector)
            far = _dot(tree, left, left)
            rest = tree.map(lambda a, b: jnp.where(far > largest, a, b), left, rest)
            return jnp.maximum(far, largest), rest, jnp.maximum(total, size), state

        none = jnp.zeros_like(_dot(tree, last, last))
        carry = (none, tree.map(jnp.zeros_like, last), none, self._start(params))
        far, rest, total, _ = self._jax.lax.fori_loop(0, n + 1, body, carry)
        return jnp.sqrt(far / jnp.where(total > 0, total, 1)), rest

    def _tangent_step(
        self, params: Any, gradient: Any, n: Any, basis: Any, products: Any
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
            update, state = self._optimizer.update(gradient, carry[1], params)
            return carry[0] + shares(update), state

        none = jnp.zeros_like(shares(zero))
        total, _ = self._jax.lax.fori_loop(0, n, total_body, (none, self._start(params)))

        def body(_: Any, carry: Any) -> Any:
            _, _, state, tangents, so_far = carry
            weights = so_far - total
            moved = [_combined(tree, weights, vectors, zero) for vectors in (products, basis)]
            update, d_update, state, tangents = self._dual(
                gradient, state, params, moved[0], tangents, moved[1]
            )
            return update, d_update, state, tangents, so_far + shares(update)

        state = self._start(params)
        tangents = [jnp.zeros_like(x) for x in self._split(state)[0]]
        carry = (zero, zero, state, tangents, none)
        found = self._jax.lax.fori_loop(0, n + 1, body, carry)
        return found[0], found[1]

    def _split(self, state: Any) -> tuple[list[Any], Any]:
        """Return the leaves of a state that have tangents, and what puts them back."""
        leaves, form = self._jax.tree.flatten(state)
        inexact = [self._jax.numpy.issubdtype(x.dtype, self._jax.numpy.inexact) for x in leaves]

        def merged(parts: list[Any]) -> Any:
            rest = iter(parts)
            both = [next(rest) if own else x for x, own in zip(leaves, inexact, strict=True)]
            return self._jax.tree.unflatten(form, both)

        return [x for x, own in zip(leaves, inexact, strict=True) if own], merged

    def _dual(
        self, gradient: Any, state: Any, params: Any, moved: Any, tangents: Any, drift: Any
    ) -> tuple[Any, Any, Any, Any]:
        """Return one update of the chain and its tangent."""
        parts, merged = self._split(state)

        def update(g: Any, own: Any, p: Any) -> Any:
            found, following = self._optimizer.update(g, merged(own), p)
            return (found, self._split(following)[0]), following

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


def _moved(jax: Any, params: Any, vector: Any, by: float) -> Any:
    """Return theta + by v."""
    return jax.tree.map(lambda p, v: p + by * v, params, vector)


def _size(leaves: Sequence[Any]) -> float:
    """Return the Euclidean norm of a list of arrays."""
    return float(np.sqrt(sum(float((abs(x) ** 2).sum()) for x in leaves)))


def _spectrum(
    jax: Any,
    loss: _Loss,
    params: Any,
    gradient: Any,
    tolerance: float,
    start: Sequence[Any] | None,
) -> Spectrum:
    """Return both ends of the spectrum of the Hessian; a chain has no known threshold."""
    leaves, form = jax.tree.flatten(gradient)
    keys = jax.random.split(jax.random.key(0), len(leaves))
    random = [jax.random.normal(k, x.shape, x.dtype) for k, x in zip(keys, leaves, strict=True)]
    start = warm_start(random, start)

    def product(vector: list[Any]) -> list[Any]:
        found: list[Any] = jax.tree.leaves(loss.product(params, jax.tree.unflatten(form, vector)))
        return found

    ends = ends_of_spectrum(product, start, tolerance)
    unknown = float("inf")
    return Spectrum(
        ends.smallest,
        ends.largest,
        unknown,
        unknown,
        "eigenvalues of H",
        ends.products,
        ends.vector,
    )
