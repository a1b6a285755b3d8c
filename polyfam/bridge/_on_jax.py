r"""The memory of any chain of optax, by running its own update under `jax.jvp`.

With a constant gradient the chain makes the steps U^(0), ..., U^(n); the last one is -h F.  To
first order the past is theta_s - theta_n = U^(0) + ... + U^(s-1) - (U^(0) + ... + U^(n-1)), so the
gradient at step s is displaced by H times that.  The chain is run again with these displacements
as tangents of its gradients and of its parameters, and the tangent of its last step is -h^2 M.

The steps are combinations of a few vectors, mostly of one: a product with the Hessian for each.
All of it takes a few runs of n + 1 updates, in memory that does not grow with n.  What an
elementwise chain penalises is looked for when it is read (`polyfam.bridge._chain`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial
from math import inf, isfinite
from typing import Any

import numpy as np

from polyfam._checks import integer, optional_import, quoted
from polyfam.bridge._chain import Answers, answers, penalties
from polyfam.bridge._chain_limits import Limits, limits
from polyfam.bridge._chain_runs import (
    compiled,
    compiled_runs,
    divided,
    largest,
    norm,
    norms,
    settings_of,
)
from polyfam.bridge._chain_trace import obstacle
from polyfam.bridge._correction import Late, MemoryCorrection, Part, Penalised, Spectrum
from polyfam.bridge._lanczos import ends_of_spectrum, warm_start
from polyfam.errors import DomainError, TaylorError

__all__ = ["jax_correction"]

#: Displacements for differences of gradients, in units of the root of the rounding error.
_STEPS = (10.0, 1e3, 0.3)
_AGREEMENT = 0.02
_HIDDEN = "a chain hides its step size: F and M are those of h = 1, h being inside"


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
    for name, most in zip(names, largest(jax.tree.leaves(gradient)), strict=True):
        if not isfinite(most):
            raise DomainError(f"The gradient of parameter {quoted(name)} must be finite.")
    settings = _settings(jax, optimizer, params, state)
    run = compiled_runs(optimizer)
    basis = run.basis(params, gradient, n, settings)
    products = [loss.product(params, vector) for vector in basis] if n else []
    if check and products:
        loss.check(params, basis[0], products[0])
    last, moved = run.tangent(params, gradient, n, settings, basis, products)
    chain = _Chain(jax, optimizer, params, gradient, last, n=n, settings=settings)
    spectrum, reason = None, None
    if sharpness:
        spectrum, reason = _spectrum(jax, loss, chain, tolerance, start)
    leaves = [*jax.tree.leaves(last), *jax.tree.leaves(moved)]
    sizes, leaves = norms(leaves), compiled(_negative)(leaves)
    half = len(names)
    parts = [
        Part(name, leaves[i], leaves[half + i], 1.0, sizes[i], sizes[half + i])
        for i, name in enumerate(names)
    ]
    return MemoryCorrection(
        optimizer="a chain of optax",
        step=n,
        loss=value,
        parts=tuple(parts),
        penalties=Late(chain.penalties),
        spectrum=spectrum,
        gradients=loss.gradients,
        products=loss.products,
        checks=loss.checks,
        notes=Late(lambda: [_HIDDEN, *chain.reasons(), *([reason] if reason else [])]),
    )


class _Chain:
    """A chain at a point, and what it shows of itself when it is asked."""

    def __init__(
        self,
        jax: Any,
        optimizer: Any,
        params: Any,
        gradient: Any,
        last: Any,
        *,
        n: int,
        settings: Any,
    ) -> None:
        self._jax, self._optimizer, self.params = jax, optimizer, params
        self._gradient, self._last, self._n, self._settings = gradient, last, n, settings

    @cached_property
    def _answers(self) -> Answers | str:
        """What it answers, or why that is nothing known."""
        reason = obstacle(self._jax, self._optimizer, self.params)
        return reason or answers(
            self._jax,
            self._optimizer,
            self.params,
            self._gradient,
            self._last,
            n=self._n,
            settings=self._settings,
        )

    def penalties(self) -> list[Penalised]:
        """Return what its memory penalises."""
        found = self._answers
        return [] if isinstance(found, str) else penalties(self._jax, found, self._gradient)

    def reasons(self) -> list[str]:
        """Return why it penalises nothing that is known."""
        return [self._answers] if isinstance(self._answers, str) else []

    def limits(self) -> Limits | str:
        """Return its thresholds, or why there are none."""
        if isinstance(self._answers, str):
            return ""
        return limits(
            self._jax,
            self._optimizer,
            self.params,
            self._gradient,
            self._answers,
            n=self._n,
            settings=self._settings,
        )


def _settings(jax: Any, optimizer: Any, params: Any, state: Any) -> list[Any]:
    """Return the settings that the state holds now, or those of the beginning."""
    fresh = settings_of(jax, jax.eval_shape(optimizer.init, params))
    if not fresh:
        return []
    if state is None:
        return settings_of(jax, optimizer.init(params))
    found = settings_of(jax, state)
    if jax.tree.structure(found) != jax.tree.structure(fresh):
        raise DomainError("Argument 'state' must be the state of this optimizer.")
    return found


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
    fresh = jax.eval_shape(optimizer.init, params)
    if any(_largest_of_equals(x) for x in jax.tree.leaves(fresh, is_leaf=_largest_of_equals)):
        raise DomainError(
            "AMSGrad divides by the largest mean square so far; after a constant gradient they are "
            "all equal in optax, and the largest has no derivative: take adam."
        )
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


def _largest_of_equals(node: Any) -> bool:
    """Say whether a node of a state is that of AMSGrad."""
    return type(node).__name__ == "ScaleByAmsgradState"


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
            total = found if total is None else compiled(_sum)(total, found)
        count = len(self._batches)
        return total if count == 1 else compiled(divided)(total, count)

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
        longest = max(largest(leaves(vector)))
        if not longest:
            return
        most = max(1e-3, *largest(leaves(params)))
        differences = []
        for width in _STEPS:
            move = width * precision**0.5 * most / longest
            self.checks += 2 * len(self._batches)
            above, below = (
                self._mean(partial(self._gradient, compiled(_moved)(params, vector, sign * move)))[
                    1
                ]
                for sign in (1, -1)
            )
            quotient, rest = compiled(_quotient)(
                *(leaves(x) for x in (above, below, product)), 2 * move
            )
            scale = max(norm(quotient), 50 * precision * norm(leaves(above)) / move)
            differences.append(norm(rest) / scale if scale else 0.0)
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


def _sum(first: Any, second: Any) -> Any:
    """Return the sum of two trees."""
    return optional_import("jax", "jax").tree.map(lambda a, b: a + b, first, second)


def _moved(params: Any, vector: Any, by: Any) -> Any:
    """Return theta + by v."""
    tree = optional_import("jax", "jax").tree
    return tree.map(lambda p, v: p + (by * v).astype(p.dtype), params, vector)


def _quotient(
    above: list[Any], below: list[Any], product: list[Any], width: Any
) -> tuple[list[Any], list[Any]]:
    """Return a difference quotient of gradients, and how far it is from a product."""
    quotient = [(a - b) / width for a, b in zip(above, below, strict=True)]
    return quotient, [q - p for q, p in zip(quotient, product, strict=True)]


def _negative(leaves: list[Any]) -> list[Any]:
    return [-x for x in leaves]


def _joined(leaves: list[Any]) -> Any:
    """Return all entries in one array."""
    return optional_import("jax", "jax").numpy.concatenate([x.reshape(-1) for x in leaves])


def _parted(vector: Any, like: list[Any]) -> list[Any]:
    """Return the entries of one array in arrays like others."""
    ends = np.cumsum([x.size for x in like])
    return [
        vector[end - x.size : end].reshape(x.shape).astype(x.dtype)
        for end, x in zip(ends, like, strict=True)
    ]


def _spectrum(
    jax: Any, loss: _Loss, chain: _Chain, tolerance: float, start: Sequence[Any] | None
) -> tuple[Spectrum, str]:
    """Return both ends of the spectrum, of the Hessian or with divisors, and what is missing."""
    leaves, form = jax.tree.flatten(chain.params)
    count, kind = sum(x.size for x in leaves), jax.numpy.result_type(*leaves)
    # drawn here, since a compiled generator takes seconds for each shape
    random = np.random.default_rng(0).standard_normal(count, dtype=kind)
    start = warm_start([jax.numpy.asarray(random)], start)
    found = chain.limits()
    reason, limit = (found, None) if isinstance(found, str) else ("", found)
    thresholds = (inf, inf) if limit is None else (limit.oscillation, limit.stability)
    half, what = None, "eigenvalues of H"
    if limit is not None and limit.scales is not None:
        what = "eigenvalues of D H, where D g is the step after many gradients g"
        half = compiled(_joined)(limit.scales) ** 0.5

    def product(vector: list[Any]) -> list[Any]:
        scaled = vector[0] if half is None else half * vector[0]
        parted = jax.tree.unflatten(form, compiled(_parted)(scaled, leaves))
        moved = compiled(_joined)(jax.tree.leaves(loss.product(chain.params, parted)))
        return [moved if half is None else half * moved]

    ends = ends_of_spectrum(product, start, tolerance)
    return Spectrum(
        ends.smallest, ends.largest, *thresholds, what, ends.products, ends.vector
    ), reason
