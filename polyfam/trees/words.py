"""Edge words: permutations of the edges of a tree that P_t counts by descents.

Root the tree and number its edges 1, ..., j so that numbers fall away from the root, level by
level.  A word w_1 ... w_j in these numbers is an *edge word* when for every i the letters w_i and
max(w_1, ..., w_i) lie in one component of the forest formed by the edges w_1, ..., w_i.  Then

    P_t(beta) = beta * sum over edge words w of beta^des(w),

whatever the root.  For a star every permutation is an edge word; for a path the Catalan numbers
count them.

Read backwards, a word is a choice: of the letters left, take any one that is connected to the
largest.  Every choice can be completed, and the number of completions is the product of the
numbers of dismantlings of the components, so words are listed, ranked and drawn at random without
looking at any permutation that is not one.

References
----------
[PRW] A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13
(2008), sections 8, 9 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import prod
from random import Random

from polyfam._checks import integer, quoted
from polyfam.errors import DomainError
from polyfam.trees.dismantlings import count_dismantlings
from polyfam.trees.free import FreeTree
from polyfam.trees.rooted import RootedTree

__all__ = [
    "count_descents",
    "count_edge_words",
    "descent_distribution",
    "edge_words",
    "gamma_words",
    "numbered_edges",
    "random_edge_word",
    "rank_edge_word",
    "unrank_edge_word",
]

Word = tuple[int, ...]
Letters = frozenset[int]


def numbered_edges(tree: FreeTree | RootedTree) -> list[tuple[int, int]]:
    """Return the edges (parent, child) that carry the numbers 1, 2, ..., j.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Examples
    --------
    >>> numbered_edges(RootedTree([0, 1, 2, 1]))
    [(1, 2), (0, 3), (0, 1)]
    """
    depths = tree.levels
    return sorted(
        ((parent, child) for child, parent in enumerate(tree.parents()) if child),
        key=lambda edge: (-depths[edge[1]], -edge[1]),
    )


def edge_words(tree: FreeTree | RootedTree) -> Iterator[Word]:
    """Yield the edge words of a tree, in lexicographic order of the words read backwards.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Examples
    --------
    >>> list(edge_words(RootedTree([0, 1, 2, 3])))
    [(3, 2, 1), (2, 3, 1), (1, 3, 2), (2, 1, 3), (1, 2, 3)]
    """
    return _listed(tree, lambda _letter, _suffix: True)


def gamma_words(tree: FreeTree | RootedTree) -> Iterator[Word]:
    """Yield the edge words without double and without final descent.

    Those with i descents are counted by the entry gamma_i of the gamma vector of P_t ([PRW],
    theorem 11.6); that is why it is not negative.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Examples
    --------
    >>> list(gamma_words(RootedTree([0, 1, 2, 3])))
    [(2, 1, 3), (1, 2, 3)]
    """

    def allowed(letter: int, suffix: Word) -> bool:
        """Say whether the letter may stand before the suffix."""
        if not suffix or letter < suffix[0]:
            return True
        return len(suffix) > 1 and suffix[0] < suffix[1]

    return _listed(tree, allowed)


def _listed(tree: FreeTree | RootedTree, allowed: Callable[[int, Word], bool]) -> Iterator[Word]:
    """Yield the edge words in which every letter is allowed before the letters after it."""
    edges = numbered_edges(tree)

    def extend(left: Letters, suffix: Word) -> Iterator[Word]:
        if not left:
            yield suffix
            return
        for letter in _choices(edges, left):
            if allowed(letter, suffix):
                yield from extend(left - {letter}, (letter, *suffix))

    return extend(_all_letters(edges), ())


def count_edge_words(tree: FreeTree | RootedTree) -> int:
    """Return the number of edge words, which is P_t(1), for trees of any size.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Examples
    --------
    >>> count_edge_words(RootedTree([0, 1, 2, 3])), count_edge_words(FreeTree([0] + [1] * 6))
    (5, 720)
    """
    return count_dismantlings(tree)


def descent_distribution(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the numbers of edge words with 0, 1, ..., j - 1 descents, by listing them.

    Parameters
    ----------
    tree : FreeTree or RootedTree

    Returns
    -------
    tuple of int
        The row c_1, ..., c_j of P_t; (1,) for one vertex.

    Examples
    --------
    >>> descent_distribution(RootedTree([0, 1, 2, 2, 1]))
    (1, 8, 8, 1)
    """
    row = [0] * max(1, tree.order - 1)
    for word in edge_words(tree):
        row[count_descents(word)] += 1
    return tuple(row)


def rank_edge_word(tree: FreeTree | RootedTree, word: Sequence[int]) -> int:
    """Return the place of an edge word, from 0, in the order of `edge_words`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
    word : sequence of int

    Raises
    ------
    DomainError
        When the word is not an edge word of the tree.

    Examples
    --------
    >>> rank_edge_word(RootedTree([0, 1, 2, 3]), (1, 3, 2))
    2
    """
    edges = numbered_edges(tree)
    left = _all_letters(edges)
    if sorted(word) != sorted(left):
        raise DomainError(
            f"Argument 'word' must hold each of 1, ..., {len(edges)} once, not {quoted(word)}."
        )
    rank = 0
    for letter in reversed(word):
        choices = _choices(edges, left)
        if letter not in choices:
            raise DomainError(
                f"Argument 'word' is no edge word of the tree: letter {letter} is not connected "
                f"to {max(left)} by the letters up to it."
            )
        rank += sum(_completions(edges, left - {other}) for other in choices if other < letter)
        left -= {letter}
    return rank


def unrank_edge_word(tree: FreeTree | RootedTree, k: int) -> Word:
    """Return the edge word in place k of the order of `edge_words`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
    k : int
        Between 0 and ``count_edge_words(tree) - 1``.

    Examples
    --------
    >>> unrank_edge_word(RootedTree([0, 1, 2, 3]), 2)
    (1, 3, 2)
    """
    k = integer(k, "k", minimum=0, maximum=count_edge_words(tree) - 1)
    edges = numbered_edges(tree)
    left = _all_letters(edges)
    word: Word = ()
    while left:
        for letter in _choices(edges, left):
            count = _completions(edges, left - {letter})
            if k < count:
                break
            k -= count
        word = (letter, *word)
        left -= {letter}
    return word


def random_edge_word(tree: FreeTree | RootedTree, seed: int | None = None) -> Word:
    """Return an edge word, every one exactly equally likely.

    Parameters
    ----------
    tree : FreeTree or RootedTree
    seed : int, optional
        The same seed gives the same word.

    Examples
    --------
    >>> word = random_edge_word(RootedTree(range(40)), seed=1)
    >>> sorted(word) == list(range(1, 40))
    True
    """
    return unrank_edge_word(tree, Random(seed).randrange(count_edge_words(tree)))


def count_descents(word: Sequence[int]) -> int:
    """Return the number of places where a letter is larger than the next.

    Examples
    --------
    >>> count_descents((2, 3, 1))
    1
    """
    return sum(here > there for here, there in pairwise(word))


def _all_letters(edges: Sequence[tuple[int, int]]) -> Letters:
    """Return the letters 1, ..., j."""
    return frozenset(range(1, len(edges) + 1))


def _choices(edges: Sequence[tuple[int, int]], left: Letters) -> list[int]:
    """Return the letters that may come last in a word of the letters left, ascending."""
    return sorted(_component(edges, left, max(left)))


def _component(edges: Sequence[tuple[int, int]], present: Letters, letter: int) -> Letters:
    """Return the letters among those present that are connected to one letter."""
    at: dict[int, list[int]] = {}
    for other in present:
        for vertex in edges[other - 1]:
            at.setdefault(vertex, []).append(other)
    found, open_letters = {letter}, [letter]
    for reached in open_letters:  # grows while it is read: breadth first
        for vertex in edges[reached - 1]:
            for other in at.pop(vertex, ()):
                if other not in found:
                    found.add(other)
                    open_letters.append(other)
    return frozenset(found)


def _completions(edges: Sequence[tuple[int, int]], left: Letters) -> int:
    """Return the number of words of the letters left: one factor for each component."""
    factors = []
    while left:
        component = _component(edges, left, max(left))
        factors.append(_dismantlings(frozenset(edges[letter - 1] for letter in component)))
        left -= component
    return prod(factors)


@lru_cache(maxsize=1 << 14)
def _dismantlings(edges: frozenset[tuple[int, int]]) -> int:
    """Return the number of full dismantlings of the tree with these edges."""
    return count_dismantlings(FreeTree.from_edges(sorted(edges)))
