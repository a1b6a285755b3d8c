r"""What an elementwise chain of optax penalises, from its answers to a few gradients.

Let u(x) be the step n after a constant gradient x, from zero parameters, and u' its tangent if the
Hessian is 1.  There are two kinds with a penalty,

    u = -c x              the weight of |grad L|^2/2 is u'/u,
    u = -c x/R(|x|)       the weight of |grad L|_1 is -u' x c/u^2,     R(x) = sqrt(x^2 + a) + b,

as for the optimizers of torch.  Each leaf is asked with one entry, in double precision, for some
hundred sizes x at once; whatever answers otherwise has no penalty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from polyfam._checks import optional_import
from polyfam.bridge._chain_runs import Runs, compiled, compiled_runs
from polyfam.bridge._chain_trace import SIGNS
from polyfam.bridge._correction import Penalised
from polyfam.typing import Array

__all__ = ["TINY", "Answers", "Leaf", "answers", "double", "one_entry", "penalties"]

#: A gradient that is nothing beside epsilon, whose square is still a number.
TINY = 1e-60
#: The sizes that show what R is; beside the last ones it is nothing.
_SIZES = np.array([TINY, *10.0 ** np.arange(-20, 9, 0.5), 1e10, 1e12])
#: The weights are looked at for so many sizes of the gradient.
_BETWEEN = 256
#: So many entries of each leaf are compared with the true step.
_ENTRIES = 8
_EQUAL = 1e-6

UNKNOWN = (
    "no penalties and thresholds: the step after a constant gradient g is neither -c g nor "
    "-c g/R with R = sqrt(g^2 + a) + b"
)
STILL = "no penalties and thresholds: this step moves nothing; is the learning rate 0?"
SHAPED = "no penalties and thresholds: the chain holds arrays of the parameters' shapes"


class Leaf(NamedTuple):
    """What a leaf answers: c, a and b (none if it is linear), and the weights of its penalty."""

    most: float
    linear: bool
    start: float
    epsilon: float
    weights: Array

    def divisor(self, size: Any) -> Any:
        """Return R of |g|, or 1."""
        return 1.0 if self.linear else (size * size + self.start) ** 0.5 + self.epsilon


class Answers(NamedTuple):
    """What a chain answers, leaf by leaf (None for those that do not move), and the sizes asked.

    The columns of `measures` are the number of entries of a leaf's gradient, their least and
    largest size, the sum of the sizes, and that of the squares.
    """

    leaves: list[Leaf | None]
    sizes: Array
    measures: Array


def answers(
    jax: Any, optimizer: Any, params: Any, gradient: Any, last: Any, *, n: int, settings: Any
) -> Answers | str:
    """Return what an elementwise chain answers, or why that is nothing known.

    Parameters
    ----------
    jax : module
    optimizer : optax.GradientTransformation
    params, gradient, last : tree of arrays
        The last step is what the answers must agree with.
    n : int
    settings : list
        Of `polyfam.bridge._chain_runs.settings_of`.
    """
    try:
        with jax.enable_x64(True):
            measures = np.array(compiled(_measures)(jax.tree.leaves(gradient)), float)
            sizes = _between(measures)
            asked = np.concatenate([_SIZES, sizes])
            found = _asked(optimizer)(one_entry(jax, params), asked, n, double(jax, settings))
            few = compiled(_entries)(*(jax.tree.leaves(x) for x in (params, gradient, last)))
    except (TypeError, ValueError):
        return SHAPED
    leaves: list[Leaf | None] = []
    for step, tangent, true in zip(*(np.asarray(x).T for x in found), few, strict=True):
        if not true.size or not (step.any() or true[2].any()):
            leaves.append(None)
            continue
        leaf = _leaf(asked, step, tangent, n)
        if isinstance(leaf, str):
            return leaf
        theta, g, u = np.asarray(true, float)
        if not _agrees(leaf, theta, g, u, precision=float(np.finfo(true.dtype).eps)):
            return UNKNOWN
        leaves.append(leaf)
    return Answers(leaves, sizes, measures) if any(leaves) else STILL


def one_entry(jax: Any, params: Any) -> Any:
    """Return zeros in double precision, one for each leaf, with as many axes."""
    return jax.tree.map(lambda x: jax.numpy.zeros((1,) * x.ndim, float), params)


def double(jax: Any, settings: Any) -> Any:
    """Return settings in double precision."""
    number = jax.numpy.inexact
    return jax.tree.map(
        lambda x: jax.numpy.asarray(x, float if jax.numpy.issubdtype(x.dtype, number) else None),
        jax.tree.map(jax.numpy.asarray, settings),
    )


def _measures(leaves: Sequence[Any]) -> list[list[Any]]:
    """Return the measures of the leaves of a gradient."""
    sizes = [abs(g) for g in leaves]
    return [
        [x.size, x.min(initial=np.inf), x.max(initial=0.0), x.sum(), (x * x).sum()] for x in sizes
    ]


def _between(measures: Array) -> Array:
    """Return sizes between those of the smallest and the largest entry."""
    low = max(float(measures[:, 1].min()), TINY)  # the limit of a vanishing gradient
    high = max(low, float(measures[:, 2].max()))
    sizes = np.exp(np.linspace(np.log(low), np.log(high), _BETWEEN))
    sizes[[0, -1]] = low, high
    return sizes


def _entries(*lists: Sequence[Any]) -> list[Any]:
    """Return a few entries of leaves, in one array for each leaf."""
    jnp, found = optional_import("jax", "jax").numpy, []
    for leaves in zip(*lists, strict=True):
        size = leaves[0].size
        places = np.unique(np.linspace(0, size - 1, _ENTRIES if size else 0).astype(int))
        found.append(jnp.stack([x.reshape(-1)[places] for x in leaves]))
    return found


@lru_cache(maxsize=8)
def _asked(optimizer: Any) -> Any:
    """Return the function that gives u and u' of every leaf, for many sizes."""
    jax, runs = optional_import("jax", "jax"), compiled_runs(optimizer)
    alone = jax.vmap(lambda *given: _alone(jax, runs, *given), in_axes=(None, 0, None, None))
    return jax.jit(alone)


def _alone(jax: Any, runs: Runs, zero: Any, size: Any, n: Any, settings: Any) -> Any:
    """Return u and u', one entry for each leaf.

    The gradient at step s is displaced by U^(0) + ... + U^(s-1) less the same sum to n.
    """
    tree = jax.tree
    gradient = tree.map(lambda x: jax.numpy.full_like(x, size), zero)
    start = runs.start(zero, settings)

    def added(first: Any, second: Any, sign: float = 1.0) -> Any:
        return tree.map(lambda a, b: a + sign * b, first, second)

    def total_body(_: Any, carry: Any) -> Any:
        update, state = runs.update(gradient, carry[1], zero)
        return added(carry[0], update), state

    total, _ = jax.lax.fori_loop(0, n, total_body, (zero, start))

    def body(_: Any, carry: Any) -> Any:
        _, _, state, tangents, so_far = carry
        moved = added(so_far, total, -1.0)
        update, d_update, state, tangents = runs.dual(gradient, state, zero, moved, tangents, zero)
        return update, d_update, state, tangents, added(so_far, update)

    carry = (zero, zero, start, runs.still(start), zero)
    found = jax.lax.fori_loop(0, n + 1, body, carry)
    return tuple(jax.numpy.stack([x.sum() for x in tree.leaves(found[i])]) for i in (0, 1))


def _leaf(sizes: Array, step: Array, moved: Array, n: int) -> Leaf | str:
    """Return what a leaf's answers to these sizes mean, or why nothing."""
    if not (np.isfinite(step).all() and np.isfinite(moved).all() and (step < 0).all()):
        return UNKNOWN
    few = len(_SIZES)
    slope, most = -step[0] / sizes[0], -step[few - 1]
    if np.allclose(-step / sizes, slope, rtol=_EQUAL, atol=0):
        return _linear(slope, step, moved) or UNKNOWN
    roots = most * sizes / -step
    start, epsilon = _root(sizes[:few], roots[:few])
    weights = -moved * sizes * most / step**2
    off = abs(weights[few - 3 : few - 1] - weights[few - 1])
    settled = (off <= _EQUAL * abs(weights).max()).all()
    if settled and np.allclose(np.sqrt(sizes**2 + start) + epsilon, roots, rtol=_EQUAL, atol=0):
        if n and not start and not epsilon and not moved.any():
            return SIGNS
        return Leaf(float(most), False, start, epsilon, weights[few:])
    seen = sizes <= sizes[-1]  # clipping that does not act shows beyond these
    if np.allclose(-step[seen] / sizes[seen], slope, rtol=_EQUAL, atol=0):
        return _linear(slope, step[seen], moved[seen]) or UNKNOWN
    return UNKNOWN


def _linear(slope: float, step: Array, moved: Array) -> Leaf | None:
    """Return a leaf whose step is -c g, if its past steps are too."""
    weights = moved / step
    middle = float(np.median(weights))
    if not np.allclose(weights, middle, rtol=_EQUAL, atol=0):
        return None
    return Leaf(float(slope), True, 0.0, 0.0, np.full(_BETWEEN, middle))


def _root(sizes: Array, roots: Array) -> tuple[float, float]:
    """Return a and b of R(x) = sqrt(x^2 + a) + b, from R at 0 and where x is about that."""
    least = float(roots[0])
    if least <= sizes[0]:
        return 0.0, 0.0
    place = int(np.argmin(abs(np.log(sizes / least))))
    x, root = sizes[place], roots[place]
    if root <= least:
        return 0.0, least
    b = float(np.clip((root**2 - x**2 - least**2) / (2 * (root - least)), 0.0, least))
    b, inside = (0.0, least) if b < _EQUAL * least else (b, least - b)
    return (0.0, least) if inside < _EQUAL * least else (inside**2, b)


def _agrees(leaf: Leaf, theta: Array, g: Array, step: Array, *, precision: float) -> bool:
    """Say whether the true step has these answers, but for a multiple of the parameters."""
    rest = step + leaf.most * g / leaf.divisor(abs(g))
    if theta.any():
        rest = rest - theta * (theta @ rest) / (theta @ theta)
    return bool(abs(rest).max() <= precision**0.4 * abs(step).max())


def penalties(jax: Any, found: Answers, gradient: Any) -> list[Penalised]:
    """Return what the memory penalises, for each set of leaves with equal answers."""
    groups: list[tuple[Leaf, list[int]]] = []
    for i, leaf in enumerate(found.leaves):
        if leaf is None:
            continue
        for other, members in groups:
            if _alike(leaf, other):
                members.append(i)
                break
        else:
            groups.append((leaf, [i]))
    gradients = jax.tree.leaves(gradient)
    with jax.enable_x64(True):  # whatever the mode was when the gradient was taken
        return [
            _penalty(leaf, [gradients[i] for i in members], found.measures[members], found.sizes)
            for leaf, members in groups
        ]


def _alike(first: Leaf, second: Leaf) -> bool:
    """Say whether two leaves answer the same."""
    ours, theirs = (
        [float(leaf.linear), leaf.most, leaf.divisor(0.0), *leaf.weights]
        for leaf in (first, second)
    )
    return np.allclose(ours, theirs, rtol=_EQUAL, atol=0)


def _penalty(leaf: Leaf, members: list[Any], measures: Array, sizes: Array) -> Penalised:
    """Return the penalty of some leaves' gradients."""
    count, least, most, total, squares = measures.T
    number, weights = int(count.sum()), leaf.weights
    if leaf.linear:
        weight = float(weights[0])
        value = float(squares.sum()) / 2
        return Penalised("|grad L|^2/2", value, weight, weight, float(weight < 0), number)
    low = max(float(least.min()), TINY)
    ends = np.interp(np.log([low, max(low, most.max())]), np.log(sizes), weights)
    seen = np.append(weights[(sizes >= low) & (sizes <= most.max())], ends)
    negative = number if weights[-1] < 0 else 0
    for i in np.flatnonzero((weights[1:] < 0) != (weights[:-1] < 0)):
        below = int(compiled(_below)(members, float(np.sqrt(sizes[i] * sizes[i + 1]))))
        negative += below if weights[i] < 0 else -below
    lowest, highest = float(seen.min()), float(seen.max())
    return Penalised("|grad L|_1", float(total.sum()), lowest, highest, negative / number, number)


def _below(leaves: list[Any], size: Any) -> Any:
    """Return the number of entries that are smaller than a size."""
    return sum((abs(g) < size).sum() for g in leaves)
