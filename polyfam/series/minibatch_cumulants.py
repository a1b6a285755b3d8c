r"""Heavy ball on independent random batches: exact coefficients of cumulants and moments.

In every step a batch B is drawn anew, and its loss L_B has the mean L.  Take the expectation of
the modified loss at a fixed point theta, over all batches, in the stationary regime.  Vertices of
a tree that stand for the same step share their batch.  For a partition pi of the vertices put

    moment(t, pi)   = lattice sum of t over labels k_v that are equal exactly within blocks of pi,
    cumulant(t, pi) = the same over labels equal within blocks, whatever happens between blocks.

Then E L_h is the sum over t of h^j/sigma(t) times the sum over pi of moment(t, pi) times the
product over blocks of the joint moment of the derivatives of L_B at their vertices; and the same
with cumulant(t, pi) and joint cumulants, for which a block of one vertex is the full batch.

**Theorem.**  Contract each block to a point: the edges of t remain, loops and parallel ones among
them.  A *tube* is a nonempty connected set T of edges, e(T) the number of vertices of t in the
blocks that T touches, less the number of edges of T.  Then

    cumulant(t, pi) = product over blocks B of 1/(1 - beta^|B|)
                      * sum over nested sets of tubes that hold the tube of all edges
                        of the product over their tubes T of beta^e(T)/(1 - beta^e(T)).

With r blocks and j >= 1 edges, cumulant(1/beta) = (-1)^(r + j) beta^j cumulant(beta).  The
partition into single vertices gives P_t/(1 - beta)^(2j + 1).  The one into a single block gives the
same for all trees of one order.  Moebius inversion leads from cumulants to moments.

The proof is that of the full batch; the reciprocity is Stanley's, for the cone of labels [S74].

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
[S74] Stanley, Combinatorial reciprocity theorems, Adv. Math. 14 (1974).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from math import factorial, prod
from typing import Any

from polyfam._checks import few_vertices, instance, quoted
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.series.rational import BETA, FIELD, unpacked
from polyfam.trees import FreeTree

__all__ = ["cumulant_coefficient", "moment_coefficient", "nested_exponents", "set_partitions"]

#: The block of each vertex, blocks numbered in the order of their first vertices.
Colours = tuple[int, ...]
Edges = frozenset[tuple[int, int]]
#: beta^a over the product of 1 - beta^e for all e of a tuple: a, and the tuple.
Term = tuple[int, tuple[int, ...]]

#: Up to this many edges, their sets are listed.
_MOST_EDGES = 9


def set_partitions(n: int) -> Iterator[Colours]:
    """Yield the partitions of n things: for each thing, the number of its block.

    Examples
    --------
    >>> list(set_partitions(3))
    [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1), (0, 1, 2)]
    """
    if n == 0:
        yield ()
        return
    for colours in set_partitions(n - 1):
        for colour in range(max(colours, default=-1) + 2):
            yield (*colours, colour)


def cumulant_coefficient(tree: FreeTree, blocks: Iterable[Iterable[int]]) -> Any:
    """Return cumulant(t, pi), an element of the field of rational functions of beta.

    Parameters
    ----------
    tree : FreeTree
        With at most 10 vertices.
    blocks : iterable of iterables of int
        A partition of the vertices, in preorder numbers.

    Returns
    -------
    rational function of beta

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> edge = FreeTree([0, 1])
    >>> text(cumulant_coefficient(edge, [[0], [1]])), text(cumulant_coefficient(edge, [[0, 1]]))
    ('beta/(1 - beta)^3', 'beta/((1 - beta)^2*(1 + beta))')
    """
    return _sum(_terms(tree, _colours(tree, blocks)))


def moment_coefficient(tree: FreeTree, blocks: Iterable[Iterable[int]]) -> Any:
    """Return moment(t, pi), an element of the field of rational functions of beta.

    Parameters
    ----------
    tree : FreeTree
        With at most 10 vertices.
    blocks : iterable of iterables of int
        A partition of the vertices, in preorder numbers.

    Returns
    -------
    rational function of beta

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> text(moment_coefficient(FreeTree([0, 1]), [[0], [1]]))
    '2*beta^2/((1 - beta)^3*(1 + beta))'
    """
    colours = _colours(tree, blocks)
    terms: Counter[Term] = Counter()
    for merging in set_partitions(max(colours) + 1):
        sizes = Counter(merging).values()
        sign = prod((-1) ** (m - 1) * factorial(m - 1) for m in sizes)
        for term, count in _terms(tree, tuple(merging[colour] for colour in colours)).items():
            terms[term] += sign * count
    return _sum(terms)


@lru_cache(maxsize=1 << 14)
def _terms(tree: FreeTree, colours: Colours) -> Counter[Term]:
    """Return the cumulant as a sum of terms, nested set by nested set."""
    sizes = Counter(colours).values()
    terms: Counter[Term] = Counter()
    for exponents, count in nested_exponents(tree, colours).items():
        terms[sum(exponents), tuple(sorted([*exponents, *sizes]))] += count
    return terms


def _sum(terms: Counter[Term]) -> Any:
    """Return the sum of terms, brought to one denominator before it is reduced once.

    On the way polynomials are integers, their values at 2^width, which are quick to multiply; a
    product of s factors 1 - beta^e has coefficients of absolute sum at most 2^s.
    """
    poles = {term: Counter(term[1]) for term, count in terms.items() if count}
    most: Counter[int] = Counter()
    for exponents in poles.values():
        most |= exponents
    bound = sum(map(abs, terms.values())) << most.total()
    width = bound.bit_length() + 1
    factors = [
        [(1 - (1 << width * e)) ** m for m in range(most[e] + 1)] for e in range(max(most) + 1)
    ]
    packed = sum(
        (terms[term] << width * term[0])
        * prod(factors[e][m - exponents[e]] for e, m in most.items())
        for term, exponents in poles.items()
    )
    beta = BETA.numer
    denominator = prod(((1 - beta**e) ** m for e, m in most.items()), start=beta**0)
    return FIELD.new(unpacked(packed, width), denominator)


def nested_exponents(tree: FreeTree, colours: Colours) -> Counter[tuple[int, ...]]:
    """Count the nested sets that hold all edges as a tube by the exponents e(T) of their tubes.

    By recursion: without the largest tube, each piece of what is left.

    Examples
    --------
    For a path, the middle vertex 0 and an end in one block; tubes are one edge, or both.

    >>> nested_exponents(FreeTree([0, 1, 1]), (0, 0, 1))
    Counter({(1,): 1, (1, 1): 1, (1, 2): 1})
    """
    size = Counter(colours)
    kept: dict[Edges, Counter[tuple[int, ...]]] = {}

    def count(tube: Edges) -> Counter[tuple[int, ...]]:
        if tube not in kept:
            touched = {colours[v] for edge in tube for v in edge}
            exponent = sum(size[colour] for colour in touched) - len(tube)
            found: Counter[tuple[int, ...]] = Counter()
            for few in range(len(tube)):
                for smaller in combinations(sorted(tube), few):
                    choices: Counter[tuple[int, ...]] = Counter({(exponent,): 1})
                    for piece in _pieces(smaller, colours):
                        choices = _multiply(choices, count(piece))
                    found += choices
            kept[tube] = found
        return kept[tube]

    edges = frozenset(tree.edges())
    return count(edges) if edges else Counter({(): 1})


def _pieces(edges: Sequence[tuple[int, int]], colours: Colours) -> Iterator[Edges]:
    """Yield the tubes that a set of edges consists of."""
    left = set(edges)
    while left:
        piece: set[tuple[int, int]] = set()
        reached = {colours[next(iter(left))[0]]}
        while grown := {e for e in left if not reached.isdisjoint(colours[v] for v in e)}:
            piece |= grown
            left -= grown
            reached |= {colours[v] for e in grown for v in e}
        yield frozenset(piece)


def _multiply(a: Counter[tuple[int, ...]], b: Counter[tuple[int, ...]]) -> Counter[tuple[int, ...]]:
    """Return the counts of all unions of a multiset from a and one from b."""
    product: Counter[tuple[int, ...]] = Counter()
    for left, x in a.items():
        for right, y in b.items():
            product[tuple(sorted(left + right))] += x * y
    return product


def _colours(tree: FreeTree, blocks: Iterable[Iterable[int]]) -> Colours:
    """Return the block of each vertex, or say why the blocks are no partition."""
    instance(tree, FreeTree, "tree", "a FreeTree")
    few_vertices(tree, _MOST_EDGES + 1, "all sets of its edges are listed")
    try:
        listed = [sorted(block) for block in blocks]
    except TypeError:
        raise ArgumentTypeError(
            f"Argument 'blocks' must be lists of vertices, not {quoted(blocks)}."
        ) from None
    if sorted(v for block in listed for v in block) != list(range(tree.order)) or [] in listed:
        raise DomainError(
            f"Argument 'blocks' must be a partition of the vertices 0 to {tree.order - 1}, "
            f"not {quoted(listed)}."
        )
    number = {v: colour for colour, block in enumerate(sorted(listed)) for v in block}
    return tuple(number[v] for v in range(tree.order))
