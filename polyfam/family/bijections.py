"""Bijections between edge words and their relatives, each with its inverse.

**Words and maximal nested sets** ([PRW], section 8).  The last letter of a word is the edge that
is removed first; it splits the tree, and the letters of each piece, in the order of the word, say
how to go on.  Back again, take as the last letter of the word, again and again, the top edge of
the piece that holds the largest letter left.  The descents of the word are the places where a
lower edge of the nested set has a larger number than the edge above it.

**Stars and permutations.**  All edges of a star meet, so every permutation is an edge word.

**Paths and Dyck words.**  The edges of a path rooted at its end are numbered from the far end.  A
word removes its last letter e, which leaves the smaller letters L and the larger letters R, and
goes to the Dyck word U L D R.  Descents become peaks but one.

References
----------
[PRW] A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13
(2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polyfam._checks import quoted
from polyfam.errors import DomainError
from polyfam.trees.dyck_words import check_dyck_word
from polyfam.trees.free import FreeTree
from polyfam.trees.rooted import RootedTree
from polyfam.trees.words import numbered_edges, rank_edge_word

__all__ = [
    "dyck_word_of_path_word",
    "nested_set_of_word",
    "path_word_of_dyck_word",
    "permutation_of_star_word",
    "star_word_of_permutation",
    "word_of_nested_set",
]

#: A maximal nested set in numbers: for every edge the edge removed just before it, None at the top.
NestedSet = dict[int, int | None]


def nested_set_of_word(tree: FreeTree | RootedTree, word: Sequence[int]) -> NestedSet:
    """Return the maximal nested set of an edge word, as a map from each edge to the edge above.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.
    word : sequence of int
        An edge word of the tree.

    Raises
    ------
    DomainError
        When the word is not an edge word of the tree.

    Examples
    --------
    >>> nested_set_of_word(RootedTree([0, 1, 2, 3]), (1, 3, 2))
    {2: None, 3: 2, 1: 2}
    """
    rank_edge_word(tree, word)  # raises unless it is one
    edges = numbered_edges(tree)
    group = {vertex: None for edge in edges for vertex in edge}  # top edge above each vertex
    above: NestedSet = {}
    for position in range(len(word) - 1, -1, -1):
        letter = word[position]
        above[letter] = group[edges[letter - 1][0]]
        below = [edges[other - 1] for other in word[:position]]
        for end in edges[letter - 1]:
            for vertex in _reached(below, end):
                group[vertex] = letter
    return above


def word_of_nested_set(
    tree: FreeTree | RootedTree, above: Mapping[int, int | None]
) -> tuple[int, ...]:
    """Return the edge word of a maximal nested set: the inverse of `nested_set_of_word`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.
    above : mapping
        For every edge number the number of the edge removed just before it, None at the top.

    Raises
    ------
    DomainError
        When this is not a maximal nested set of the tree.

    Examples
    --------
    >>> word_of_nested_set(RootedTree([0, 1, 2, 3]), {2: None, 3: 2, 1: 2})
    (1, 3, 2)
    """
    below: dict[int | None, list[int]] = {}
    for letter, upper in above.items():
        below.setdefault(upper, []).append(letter)
    tops = list(below.get(None, []))
    word: tuple[int, ...] = ()
    while tops:
        largest = {top: _largest_below(top, below) for top in tops}
        top = max(tops, key=largest.__getitem__)
        tops.remove(top)
        tops += below.get(top, [])
        word = (top, *word)
    try:
        is_nested_set = nested_set_of_word(tree, word) == dict(above)
    except DomainError:
        is_nested_set = False
    if not is_nested_set:
        raise DomainError(f"Argument 'above' must be a maximal nested set, not {quoted(above)}.")
    return word


def _largest_below(top: int, below: Mapping[int | None, Sequence[int]]) -> int:
    """Return the largest letter at or below an edge of a nested set."""
    reached = [top]
    for letter in reached:  # grows while it is read
        reached.extend(below.get(letter, []))
    return max(reached)


def _reached(edges: Sequence[tuple[int, int]], vertex: int) -> set[int]:
    """Return the vertices that edges connect to a vertex."""
    reached = {vertex}
    grown = True
    while grown:
        new = {end for edge in edges if not reached.isdisjoint(edge) for end in edge}
        grown = not new <= reached
        reached |= new
    return reached


def permutation_of_star_word(word: Sequence[int]) -> tuple[int, ...]:
    """Return the permutation that an edge word of a star, rooted at its centre, is.

    Examples
    --------
    >>> permutation_of_star_word((2, 3, 1))
    (2, 3, 1)
    """
    if sorted(word) != list(range(1, len(word) + 1)):
        raise DomainError(
            f"Argument 'word' must hold each of 1, ..., {len(word)} once, not {quoted(word)}."
        )
    return tuple(word)


def star_word_of_permutation(permutation: Sequence[int]) -> tuple[int, ...]:
    """Return the edge word of a star that a permutation is: every one is.

    Examples
    --------
    >>> star_word_of_permutation((2, 3, 1))
    (2, 3, 1)
    """
    return permutation_of_star_word(permutation)


def dyck_word_of_path_word(word: Sequence[int]) -> str:
    """Return the Dyck word of an edge word of a path rooted at its end.

    A word with d descents goes to a Dyck word with d + 1 peaks.

    Parameters
    ----------
    word : sequence of int
        An edge word of ``RootedTree(range(n))``, of any length n - 1 >= 1.

    Raises
    ------
    DomainError
        When it is none.

    Examples
    --------
    >>> dyck_word_of_path_word((1, 3, 2))
    'UUDDUD'
    """
    rank_edge_word(RootedTree(range(len(word) + 1)), word)  # raises unless it is one

    def spell(letters: tuple[int, ...]) -> str:
        if not letters:
            return ""
        *rest, last = letters
        smaller = tuple(letter for letter in rest if letter < last)
        larger = tuple(letter for letter in rest if letter > last)
        return f"U{spell(smaller)}D{spell(larger)}"

    return spell(tuple(word))


def path_word_of_dyck_word(dyck_word: str) -> tuple[int, ...]:
    """Return the edge word of a Dyck word: the inverse of `dyck_word_of_path_word`.

    Parameters
    ----------
    dyck_word : str
        In letters U and D, not empty.

    Examples
    --------
    >>> path_word_of_dyck_word("UUDDUD")
    (1, 3, 2)
    """
    check_dyck_word(dyck_word)
    above: NestedSet = {}
    # U L D R on letters low, low + 1, ...: the edge of this U is the letter after those of L.
    tasks: list[tuple[str, int, int | None]] = [(dyck_word, 1, None)]
    while tasks:
        word, low, upper = tasks.pop()
        if not word:
            continue
        close = _matching(word)
        letter = low + (close - 1) // 2
        above[letter] = upper
        tasks.append((word[1:close], low, letter))
        tasks.append((word[close + 1 :], letter + 1, letter))
    return word_of_nested_set(RootedTree(range(len(dyck_word) // 2 + 1)), above)


def _matching(word: str) -> int:
    """Return the position of the D that closes the first U."""
    height = 0
    for position, letter in enumerate(word):
        height += 1 if letter == "U" else -1
        if height == 0:
            return position
    raise AssertionError("a Dyck word closes what it opens")
