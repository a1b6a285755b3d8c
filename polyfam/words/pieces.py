"""Pieces of a tree with numbered edges, as integers whose bits are the letters.

Root the tree and number its edges 1, ..., j so that numbers fall away from the root, level by
level; from here on the edges are *letters*.  A piece, a connected set of edges, is the integer with
these bits.  Its largest letter is its highest bit, so that disjoint pieces compare as integers as
their largest letters do.

The *shadow* of a letter consists of itself and the letters below it.  Removing a letter from a
piece leaves its shadow (what hangs below) and the rest (which holds together at the vertex of the
piece nearest to the root): two operations on integers.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush

from polyfam._checks import instance
from polyfam.errors import DomainError
from polyfam.trees import FreeTree, RootedTree
from polyfam.trees.base import Tree
from polyfam.words.permutations import check_permutation

__all__ = [
    "check_tree",
    "cut",
    "letters_above",
    "letters_of",
    "numbered_edges",
    "removals",
    "shadows",
    "word_of_dismantling",
]

#: Words of the largest trees are counted in a second, and ranked in a minute.
_MOST_VERTICES = 500


def check_tree(tree: FreeTree | RootedTree) -> FreeTree | RootedTree:
    """Return the tree, or say why its edges cannot be letters.

    Examples
    --------
    >>> check_tree(FreeTree(range(2000)))
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: Argument 'tree' must have at most 500 vertices, not 2000.
    """
    instance(tree, Tree, "tree", "a FreeTree or a RootedTree (parse_tree reads texts)")
    if tree.order > _MOST_VERTICES:
        raise DomainError(
            f"Argument 'tree' must have at most {_MOST_VERTICES} vertices, not {tree.order}."
        )
    return tree


def numbered_edges(tree: FreeTree | RootedTree) -> list[tuple[int, int]]:
    """Return the edges (parent, child) that carry the numbers 1, 2, ..., j.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Returns
    -------
    list of (int, int)
        The edge with number 1 first.

    Examples
    --------
    >>> numbered_edges(RootedTree([0, 1, 2, 1]))
    [(1, 2), (0, 3), (0, 1)]
    """
    depths = check_tree(tree).levels
    return sorted(
        ((parent, child) for child, parent in enumerate(tree.parents()) if child),
        key=lambda edge: (-depths[edge[1]], -edge[1]),
    )


def letters_above(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the letter above each letter, at its index: 0 for the edges at the root, and for 0.

    Examples
    --------
    >>> letters_above(RootedTree([0, 1, 2, 1]))
    (0, 3, 0, 0)
    """
    edges = numbered_edges(tree)
    number = {child: letter for letter, (_, child) in enumerate(edges, start=1)}
    return (0, *(number.get(parent, 0) for parent, _ in edges))


def shadows(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the shadow of each letter, at its index; at index 0 the set of all letters.

    Examples
    --------
    >>> [list(letters_of(shadow)) for shadow in shadows(RootedTree([0, 1, 2, 1]))]
    [[3, 2, 1], [1], [2], [3, 1]]
    """
    above = letters_above(tree)
    sets = [0, *(1 << letter for letter in range(1, len(above)))]
    for letter in range(1, len(above)):  # what is below has a smaller number, and is complete
        sets[above[letter]] |= sets[letter]
    return tuple(sets)


def cut(pieces: Sequence[int], letter: int, shadows: Sequence[int]) -> list[int]:
    """Return the pieces, ascending, after a letter has been removed from the last of them.

    Examples
    --------
    >>> [bin(piece) for piece in cut([0b1110], 3, [0b1110, 0b10, 0b100, 0b1010])]
    ['0b10', '0b100']
    """
    *left, piece = pieces
    shadow = piece & shadows[letter]
    for part in (shadow ^ 1 << letter, piece ^ shadow):
        if part:
            insort(left, part)
    return left


def letters_of(piece: int) -> Iterator[int]:
    """Yield the letters of a piece, largest first.

    Examples
    --------
    >>> list(letters_of(0b1010))
    [3, 1]
    """
    while piece:
        letter = piece.bit_length() - 1
        yield letter
        piece ^= 1 << letter


def removals(tree: FreeTree | RootedTree, word: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the letters of an edge word, the last one first, with the pieces they are removed from.

    Raises
    ------
    DomainError
        When the word is not an edge word of the tree.

    Examples
    --------
    >>> [(letter, bin(piece)) for letter, piece in removals(RootedTree([0, 1, 2]), (2, 1))]
    [(1, '0b110'), (2, '0b100')]
    """
    sets, word = shadows(tree), check_permutation(word)
    if len(word) != len(sets) - 1:
        raise DomainError(
            f"Argument 'word' must have {len(sets) - 1} letters, one for each edge of the tree, "
            f"not {len(word)}."
        )
    pieces: Sequence[int] = sets[:1]
    for letter in reversed(word):
        if not pieces[-1] >> letter & 1:
            raise DomainError(
                f"Argument 'word' is no edge word of the tree: letter {letter} is not connected "
                f"to {pieces[-1].bit_length() - 1} by the letters up to it."
            )
        yield letter, pieces[-1]
        pieces = cut(pieces, letter, sets)


def word_of_dismantling(above: Mapping[int, int | None]) -> tuple[int, ...]:
    """Return the word whose letters go, last one first, in an order that keeps each below another.

    Of the letters that may go next, it is the one with the largest letter at or below it.

    Examples
    --------
    >>> word_of_dismantling({2: None, 3: 2, 1: 2})
    (1, 3, 2)
    """
    below: dict[int | None, list[int]] = {}
    for letter, upper in above.items():
        below.setdefault(upper, []).append(letter)
    top_down = list(below.get(None, ()))
    for letter in top_down:  # grows while it is read
        top_down.extend(below.get(letter, ()))
    largest: dict[int, int] = {}  # of the letters at and below each
    for letter in reversed(top_down):
        largest[letter] = max([letter, *(largest[lower] for lower in below.get(letter, ()))])
    word: list[int] = []
    tops = [(-largest[letter], letter) for letter in below.get(None, ())]
    while tops:
        letter = heappop(tops)[1]
        word.append(letter)
        for lower in below.get(letter, ()):
            heappush(tops, (-largest[lower], lower))
    return tuple(reversed(word))
