"""The number of edge words, their ranks, and random words, without listing any.

Read backwards, an edge word takes the tree apart; from each place on, the number of completions is
the product of the numbers of dismantlings of the pieces that are left.  Words are ranked by it.  A
random word comes from a random dismantling: the letters of different pieces are put together in
the one order that makes a word.
"""

from __future__ import annotations

from collections.abc import Sequence

from polyfam._checks import integer, readable
from polyfam.errors import ResourceError
from polyfam.trees import FreeTree, RootedTree
from polyfam.trees.dismantlings import count_dismantlings, first_removals, random_dismantling
from polyfam.trees.sampling import generator
from polyfam.words.pieces import (
    check_tree,
    cut,
    letters_above,
    letters_of,
    numbered_edges,
    removals,
    shadows,
    word_of_dismantling,
)

__all__ = [
    "check_few",
    "count_edge_words",
    "random_edge_word",
    "rank_edge_word",
    "unrank_edge_word",
]

Word = tuple[int, ...]

#: So many words are listed and counted in about a minute.
_MOST_LISTED = 10**7


def count_edge_words(tree: FreeTree | RootedTree) -> int:
    """Return the number of edge words, which is P_t(1), without listing any.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices.

    Returns
    -------
    int

    Examples
    --------
    >>> count_edge_words(RootedTree([0, 1, 2, 3])), count_edge_words(FreeTree([0] + [1] * 6))
    (5, 720)
    """
    return count_dismantlings(check_tree(tree).parents())


def rank_edge_word(tree: FreeTree | RootedTree, word: Sequence[int]) -> int:
    """Return the place of an edge word, from 0, in the order of `edge_words`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices; a free tree is rooted at its centroid.
    word : sequence of int

    Returns
    -------
    int

    Raises
    ------
    DomainError
        When the word is not an edge word of the tree.

    Examples
    --------
    >>> rank_edge_word(RootedTree([0, 1, 2, 3]), (1, 3, 2))
    2
    """
    above = letters_above(tree)
    rank, completions = 0, count_edge_words(tree)
    for letter, piece in removals(tree, word):
        counts = _removal_counts(piece, above)
        elsewhere = completions // sum(counts.values())
        rank += elsewhere * sum(count for other, count in counts.items() if other < letter)
        completions = elsewhere * counts[letter]
    return rank


def unrank_edge_word(tree: FreeTree | RootedTree, k: int) -> Word:
    """Return the edge word in place k of the order of `edge_words`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices; a free tree is rooted at its centroid.
    k : int
        Between 0 and ``count_edge_words(tree) - 1``.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> unrank_edge_word(RootedTree([0, 1, 2, 3]), 2)
    (1, 3, 2)
    """
    completions = count_edge_words(tree)
    k = integer(k, "k", minimum=0, maximum=completions - 1)
    above = letters_above(tree)
    sets = shadows(tree)
    word: list[int] = []
    pieces: Sequence[int] = sets[:1]
    while len(word) < len(above) - 1:
        counts = _removal_counts(pieces[-1], above)
        elsewhere = completions // sum(counts.values())
        for letter in sorted(counts):
            completions = elsewhere * counts[letter]
            if k < completions:
                break
            k -= completions
        word.append(letter)
        pieces = cut(pieces, letter, sets)
    return tuple(reversed(word))


def _removal_counts(piece: int, above: Sequence[int]) -> dict[int, int]:
    """Return, for every letter of a piece, how many dismantlings of the piece begin with it."""
    letters = list(letters_of(piece))
    vertex = {letter: v for v, letter in enumerate(letters, start=1)}
    parents = [-1, *(vertex.get(above[letter], 0) for letter in letters)]
    return dict(zip(letters, first_removals(parents), strict=True))


def random_edge_word(tree: FreeTree | RootedTree, seed: int | None = None) -> Word:
    """Return an edge word, every one exactly equally likely.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices; a free tree is rooted at its centroid.  Four hundred
        vertices take a tenth of a second.
    seed : int, optional
        The same seed gives the same word.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> word = random_edge_word(RootedTree(range(40)), seed=1)
    >>> sorted(word) == list(range(1, 40))
    True
    """
    check_tree(tree)
    above = random_dismantling(tree.parents(), generator(seed))
    number = {child: letter for letter, (_, child) in enumerate(numbered_edges(tree), start=1)}
    return word_of_dismantling({number[v]: number.get(above[v]) for v in number})


def check_few(tree: FreeTree | RootedTree, remedy: str) -> None:
    """Refuse to list the edge words of a tree, or its dismantlings, when they are too many."""
    count = count_edge_words(tree)
    if count > _MOST_LISTED:
        raise ResourceError(
            f"The tree has {readable(count)} edge words, too many to list; {remedy}."
        )
