"""Edge words: permutations of the edges of a tree that P_t counts by descents.

Root the tree and number its edges 1, ..., j so that numbers fall away from the root, level by
level.  A word w_1 ... w_j in these numbers is an *edge word* when for every i the letters w_i and
max(w_1, ..., w_i) lie in one component of the forest formed by the edges w_1, ..., w_i.  Then

    P_t(beta) = beta * sum over edge words w of beta^des(w),

whatever the root.  For a star every permutation is an edge word; for a path the Catalan numbers
count them.

Read backwards, a word is a choice: of the letters left, take any one in the piece that holds the
largest.  Every choice can be completed, for instance by the letters left in ascending order.  So
words are listed without a wrong turn.

References
----------
[PRW] A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13
(2008), sections 8, 9 and 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from polyfam._checked import checked
from polyfam.trees import FreeTree, RootedTree
from polyfam.words.pieces import cut, letters_of, shadows
from polyfam.words.ranking import check_few

__all__ = [
    "count_descents",
    "descent_distribution",
    "edge_words",
    "gamma_words",
    "is_gamma_word",
]

Word = tuple[int, ...]


def edge_words(tree: FreeTree | RootedTree) -> Iterator[Word]:
    """Yield the edge words of a tree, in lexicographic order of the words read backwards.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices; a free tree is rooted at its centroid.

    Returns
    -------
    iterator of tuple of int

    Notes
    -----
    The search chooses one letter a step and has no dead ends, so it takes at most one step for each
    letter of the words listed.  As words share their ends it takes far fewer: for stars fewer than
    e = 2.718... a word, and for no tree with at most 10 vertices, from whatever root, more than 4.

    Examples
    --------
    >>> list(edge_words(RootedTree([0, 1, 2, 3])))
    [(3, 2, 1), (2, 3, 1), (1, 3, 2), (2, 1, 3), (1, 2, 3)]
    """
    return _search(tree, lambda *_: True)


def gamma_words(tree: FreeTree | RootedTree) -> Iterator[Word]:
    """Yield the edge words without double and without final descent, in the order of `edge_words`.

    Those with i descents are counted by the entry gamma_i of the gamma vector of P_t ([PRW],
    theorem 11.6); that is why it is not negative.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        With at most 500 vertices; a free tree is rooted at its centroid.

    Returns
    -------
    iterator of tuple of int

    Notes
    -----
    There are no dead ends here either.  Put 0 after the last letter; then a word must not have a
    double descent.  Where a letter rises to the next one, the letters left in ascending order
    complete the word: they may end with a descent, but with one only.  Where it falls, a smaller
    letter must come before it, if any does: there is one to choose or there is none.

    Examples
    --------
    >>> list(gamma_words(RootedTree([0, 1, 2, 3])))
    [(2, 1, 3), (1, 2, 3)]
    """

    def allowed(letter: int, following: int, second: int, left: Sequence[int]) -> bool:
        """Say whether a letter may stand before two others when these pieces are left."""
        if letter < following:
            return True
        smaller = (1 << letter) - 1
        return following <= second and (not left or bool(left[-1] & smaller))

    return _search(tree, allowed)


def _search(
    tree: FreeTree | RootedTree, allowed: Callable[[int, int, int, list[int]], bool]
) -> Iterator[Word]:
    """Return the edge words in which every letter is allowed before the two that follow."""
    sets = shadows(tree)

    def words() -> Iterator[Word]:
        word = [0] * (len(sets) + 1)  # 0 and 0 follow the last letter
        stack: list[tuple[int, int, Sequence[int]]] = [(len(sets) - 1, 0, sets[:1])]
        while stack:
            place, word[place], pieces = stack.pop()
            if place == 0:
                yield tuple(word[:-2])
                continue
            for letter in letters_of(pieces[-1]):
                left = cut(pieces, letter, sets)
                if allowed(letter, word[place], word[place + 1], left):
                    stack.append((place - 1, letter, left))

    return words()


def descent_distribution(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the numbers of edge words with 0, 1, ..., j - 1 descents, by listing them.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.

    Returns
    -------
    tuple of int
        The row c_1, ..., c_j of P_t; (1,) for one vertex.

    Raises
    ------
    ResourceError
        When there are more than ten million words; `beta_polynomial` needs none of them.

    Examples
    --------
    >>> descent_distribution(RootedTree([0, 1, 2, 2, 1]))
    (1, 8, 8, 1)
    """
    check_few(tree, "beta_polynomial(tree).row is the same row")
    row = [0] * max(1, tree.order - 1)
    for word in edge_words(tree):
        row[count_descents(word)] += 1
    return tuple(row)


@checked
def count_descents(word: Sequence[int]) -> int:
    """Return the number of places where a letter is larger than the next.

    Parameters
    ----------
    word : sequence of int
        Any integers.

    Returns
    -------
    int

    Examples
    --------
    >>> count_descents((2, 3, 1))
    1
    """
    return sum(here > there for here, there in pairwise(word))


@checked
def is_gamma_word(word: Sequence[int]) -> bool:
    """Say whether a word has no double and no final descent.

    Parameters
    ----------
    word : sequence of int
        Any integers.

    Returns
    -------
    bool

    Examples
    --------
    >>> [is_gamma_word(word) for word in ((2, 1, 3), (1, 3, 2), (3, 2, 1, 4))]
    [True, False, False]
    """
    falls = [here > there for here, there in pairwise(word)]
    return not any(falls[-1:]) and not any(a and b for a, b in pairwise(falls))
