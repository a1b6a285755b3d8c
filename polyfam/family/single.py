"""The polynomial of one tree of any size: the lattice sum, packed into long integers.

For a rooted tree with label k at its root write B_k for the product of C_k over its branches; the
edge to a branch with function B contributes C_k = sum_{i=1..k} sum_{l>=0} beta^l B_{i+l}.  In the
end the sum of beta^k B_k is P_t/(1 - beta)^(2j+1).

P_t is palindromic, so the first N = ceil(j/2) coefficients suffice, and with them k <= N and B_k
modulo beta^(N+1-k).  The factors 1 - beta are spent as soon as they do good: d + 1 of them where
d branches meet make C_k a polynomial in beta of lower degree than the branch has vertices.  With
the numbers y_m of dismantlings of the branch and its edge, in which m removals touch the root,

    sum of the |coefficients| of C_k  <=  sum over m >= 1 of y_m 2^(m-1) binom(k - 1 + m, m),

so small branches are packed tightly (`polyfam.family.packed`).  For, with the normal form
A(s) = (s + beta) E(s) of the hung tree (`polyfam.family.identities.chain`), E_n >= 0,

    sum over k of C_k q^k  =  q/(1 - q)  sum over n of E_n(beta) (q - beta)^n / (1 - q)^(n+1),

which is largest when q - beta is replaced by q + beta; at beta = 1 the E_n add up to
sum of E_n(1) s^n = sum of y_m (1 + s)^(m-1), and s = (1 + q)/(1 - q).

The coefficients of P_t are bounded by their sum P_t(1) = sum of all y_m, which is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from polyfam._checks import instance
from polyfam.errors import ResourceError
from polyfam.family import packed
from polyfam.family.polynomial import BetaPolynomial
from polyfam.trees import FreeTree, RootedTree
from polyfam.trees.dismantlings import glued, hung
from polyfam.trees.levels import parents_from_levels, sizes_from_parents

__all__ = ["beta_polynomial", "beta_row", "half_row"]

#: Memory that one polynomial may take, in bytes.
_MEMORY = 1 << 30


def beta_polynomial(tree: FreeTree | RootedTree) -> BetaPolynomial:
    """Return P_t(beta) of a tree of any size, exactly; of a rooted tree the root is forgotten.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        300 vertices take a second or two (a third with the extra `bigint`), 1000 minutes: the time
        grows like n^4.

    Returns
    -------
    BetaPolynomial
        Which knows the tree.

    Raises
    ------
    ArgumentTypeError
        For what is no tree.
    ResourceError
        Beyond some 2500 vertices, before any memory is taken.

    Examples
    --------
    >>> beta_polynomial(FreeTree([0, 1, 1, 1, 1])).row
    (1, 11, 11, 1)
    """
    if isinstance(tree, RootedTree):
        tree = tree.free()
    instance(tree, FreeTree, "tree", "a FreeTree or a RootedTree (parse_tree reads texts)")
    row = beta_row(tree.levels)
    return BetaPolynomial._trusted((0, *row) if tree.order > 1 else row, tree)


def beta_row(levels: Sequence[int]) -> tuple[int, ...]:
    """Return the coefficients of beta^1, ..., beta^j from any level sequence; (1,) for a vertex.

    Examples
    --------
    >>> beta_row((0, 1, 2, 3, 4))
    (1, 6, 6, 1)
    """
    half = half_row(levels)
    j = len(levels) - 1
    return tuple(half + half[: j // 2][::-1])


def half_row(levels: Sequence[int]) -> list[int]:
    """Return the first half of the coefficients of beta^1, ..., beta^j, ceil(j/2) of them.

    Examples
    --------
    >>> half_row((0, 1, 2, 3, 4))
    [1, 6]
    """
    j = len(levels) - 1
    if j == 0:
        return [1]
    half = (j + 1) // 2
    # A function is half^2/2 numbers of at least 2j bits, the Catalan number's; two are held.
    size = half * half * 2 * j // 8
    if size > _MEMORY:
        raise ResourceError(
            f"The polynomial of a tree on {j + 1} vertices would take {size >> 30} GiB of memory "
            f"or more, and {_MEMORY >> 30} is the limit; trees of up to 2000 vertices fit."
        )
    shapes = _shapes(_well_rooted(parents_from_levels(levels)))
    total = sum(shapes[-1].dismantlings)  # P_t(1), of which c_i is a part
    cap = -(-(total.bit_length() + 1) // 8) * 8
    digits = int(_packed_sum(shapes, half, cap))
    mask = (1 << cap) - 1
    row = [(digits >> (cap * power)) & mask for power in range(1, half + 1)]
    if 2 * sum(row) - j % 2 * row[-1] != total:
        raise ArithmeticError(f"The coefficients of the tree {levels} do not sum up to P(1).")
    return row


def _well_rooted(parents: Sequence[int]) -> Sequence[int]:
    """Return the parents with the root moved to where little is left to multiply.

    At a centroid the largest functions meet, and their product is most of the work.  So it goes
    on along the largest branches while they have n/8 vertices; if that takes few steps, since at
    each a function of full size is hung on an edge.
    """
    order = len(parents)
    if order < 50:
        return parents
    sizes = sizes_from_parents(parents)
    around: list[list[int]] = [[] for _ in parents]
    for vertex in range(1, order):
        around[parents[vertex]].append(vertex)
    root, steps, centroid = 0, 0, 0
    while around[root]:
        largest = max(around[root], key=sizes.__getitem__)
        if 8 * sizes[largest] < order:
            break
        root = largest
        if 2 * sizes[root] > order:
            centroid = root
        else:
            steps += 1
    if 8 * steps > order:
        root = centroid
    if root == 0:
        return parents
    for vertex in range(1, order):
        around[vertex].append(parents[vertex])
    moved = [-1]
    waiting = [(vertex, root, 0) for vertex in around[root]]
    while waiting:
        vertex, before, parent = waiting.pop()
        waiting += [(v, vertex, len(moved)) for v in around[vertex] if v != before]
        moved.append(parent)
    return moved


class _Shape(NamedTuple):
    """A rooted tree; trees that hang in several places are computed once."""

    branches: tuple[int, ...]  #: places of its branches in the list of shapes
    vertices: int
    dismantlings: list[int]  #: the numbers y_m of `polyfam.trees.dismantlings`


def _shapes(parents: Sequence[int]) -> list[_Shape]:
    """Return the shapes of the subtrees, branches first and the whole tree last."""
    places: dict[tuple[int, ...], int] = {}
    shapes: list[_Shape] = []
    below: list[list[int]] = [[] for _ in parents]
    for vertex in range(len(parents) - 1, -1, -1):
        branches = tuple(sorted(below[vertex]))
        if branches not in places:
            places[branches] = len(shapes)
            y = [1]
            for place in branches:
                y = glued(y, hung(shapes[place].dismantlings))
            vertices = 1 + sum(shapes[place].vertices for place in branches)
            shapes.append(_Shape(branches, vertices, y))
        if vertex:
            below[parents[vertex]].append(places[branches])
    return shapes


def _packed_sum(shapes: Sequence[_Shape], half: int, cap: int) -> int:
    """Return P_t modulo beta^(half + 1) at beta = 2^cap, the last shape being t."""
    uses = Counter(place for shape in shapes for place in set(shape.branches))
    functions: dict[int, packed.Function] = {}
    for number, shape in enumerate(shapes):
        bound = _bound(shape.dismantlings, half)
        function = packed.one(half, cap)
        branches = sorted((functions[place] for place in shape.branches), key=_size)
        for count, branch in enumerate(branches, start=1):
            last = bound if count == len(branches) else 0
            function = packed.product(function, branch, cap, last) if count > 1 else branch
        for place in set(shape.branches):
            uses[place] -= 1
            if not uses[place]:
                del functions[place]
        if number < len(shapes) - 1:
            functions[number] = packed.hung(function, len(branches), shape.vertices, bound, cap)
    function = packed.widened(function, cap)
    total = sum(value << (cap * k) for k, value in enumerate(function.values))
    length = cap * (half + 1)
    total = packed.times_one_minus_beta(total, len(branches) + 1, cap, length)
    return total & ((1 << length) - 1)


def _size(function: packed.Function) -> int:
    """Return the number of bits of a value."""
    return function.digits * function.width


def _bound(dismantlings: Sequence[int], half: int) -> int:
    """Return the bound on the coefficients of C_k for k up to N, given y_m without the edge."""
    bound, weight = 0, half
    for m, y in enumerate(hung(dismantlings)[1:], start=1):
        bound += y * weight  # 2^(m - 1) binom(N - 1 + m, m)
        weight = weight * 2 * (half + m) // (m + 1)
    return bound
