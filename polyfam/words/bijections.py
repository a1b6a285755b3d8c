"""Bijections between edge words and their relatives, each with its inverse.

**Words and maximal nested sets** ([PRW], section 8).  The last letter of a word is the edge that
is removed first; it splits the tree, and the letters of each piece, in the order of the word, say
how to go on.  Back again, take as the last letter of the word, again and again, the top edge of
the piece that holds the largest letter left.  The descents of the word are the places where a
lower edge of the nested set has a larger number than the edge above it.

**Stars.**  All edges of a star meet, so that its edge words are all permutations.

**Paths and Dyck words.**  The edges of a path rooted at its end are numbered from the far end.  The
last letter e of a word splits the path into smaller and larger letters, and all the smaller ones
come first: the word is L R e, the postorder of a binary search tree, and goes to U L' D R'.
Descents end the nonempty R, peaks come from the empty L, and of j letters j - 1 are the tops of a
nonempty L or R; so there is one peak more than there are descents.

**Planting.**  A rooted tree is planted when it hangs on a new root by a new edge, whose number is
the largest.  The words of the tree are the words of the planted tree that end with this letter,
with the same descents.  Hence P_t <= P_{t + leaf}, coefficient by coefficient: root t + leaf at the
new leaf.

References
----------
[PRW] A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13
(2008).

R. P. Stanley, Catalan Numbers, Cambridge University Press 2015.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polyfam._checked import checked
from polyfam._checks import instance, quoted
from polyfam.errors import DomainError
from polyfam.trees import FreeTree, RootedTree
from polyfam.words.dyck import check_dyck_word
from polyfam.words.permutations import check_permutation
from polyfam.words.pieces import check_tree, letters_of, removals, word_of_dismantling

__all__ = [
    "dyck_word_of_path_word",
    "nested_set_of_word",
    "path_word_of_dyck_word",
    "plant",
    "plant_word",
    "unplant_word",
    "word_of_nested_set",
]

#: A maximal nested set in numbers: for every edge the edge removed just before it, None at the top.
NestedSet = dict[int, int | None]
Word = tuple[int, ...]


def nested_set_of_word(tree: FreeTree | RootedTree, word: Sequence[int]) -> NestedSet:
    """Return the maximal nested set of an edge word, as a map from each edge to the edge above.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.
    word : sequence of int
        An edge word of the tree.

    Returns
    -------
    dict of int to int or None
        The edge above each edge; None at the top.

    Raises
    ------
    DomainError
        When the word is not an edge word of the tree.

    Examples
    --------
    >>> nested_set_of_word(RootedTree([0, 1, 2, 3]), (1, 3, 2))
    {2: None, 3: 2, 1: 2}
    """
    above: NestedSet = {}
    # The last edge removed from the piece of each edge:
    word = check_permutation(word)
    latest: NestedSet = dict.fromkeys(word)
    for letter, piece in removals(tree, word):
        above[letter] = latest[letter]
        latest.update(dict.fromkeys(letters_of(piece), letter))
    return above


def word_of_nested_set(tree: FreeTree | RootedTree, above: Mapping[int, int | None]) -> Word:
    """Return the edge word of a maximal nested set: the inverse of `nested_set_of_word`.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        A free tree is rooted at its centroid.
    above : mapping
        For every edge number the number of the edge removed just before it, None at the top.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        When this is not a maximal nested set of the tree.

    Examples
    --------
    >>> word_of_nested_set(RootedTree([0, 1, 2, 3]), {2: None, 3: 2, 1: 2})
    (1, 3, 2)
    """
    check_tree(tree)
    instance(above, Mapping, "above", "a mapping from edges to edges")
    try:
        word = word_of_dismantling(above)
        if nested_set_of_word(tree, word) == dict(above):
            return word
    except (DomainError, TypeError):
        pass
    raise DomainError(f"Argument 'above' must be a maximal nested set, not {quoted(above)}.")


def dyck_word_of_path_word(word: Sequence[int]) -> str:
    """Return the Dyck word of an edge word of a path rooted at its end.

    A word with d descents goes to a Dyck word with d + 1 peaks.

    Parameters
    ----------
    word : sequence of int
        An edge word of ``RootedTree(range(n))``, for any n.

    Returns
    -------
    str
        In letters U and D.

    Raises
    ------
    DomainError
        When it is none.

    Examples
    --------
    >>> dyck_word_of_path_word((1, 3, 2))
    'UUDDUD'
    """
    subtrees: list[tuple[int, int, str]] = []  # first and last letter, and Dyck word
    for letter in check_permutation(word):
        first = last = letter
        left = right = ""
        if subtrees and subtrees[-1][0] == letter + 1:
            _, last, right = subtrees.pop()
        if subtrees and subtrees[-1][1] == letter - 1:
            first, _, left = subtrees.pop()
        subtrees.append((first, last, f"U{left}D{right}"))
    if len(subtrees) > 1:
        raise DomainError(
            "Argument 'word' must be an edge word of a path rooted at its end (no letters c, a, b "
            f"in this order with a < b < c), not {quoted(word)}."
        )
    return "".join(spelling for _, _, spelling in subtrees)


def path_word_of_dyck_word(dyck_word: str) -> Word:
    """Return the edge word of a Dyck word: the inverse of `dyck_word_of_path_word`.

    Parameters
    ----------
    dyck_word : str
        In letters U and D.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        When it is not a Dyck word.

    Examples
    --------
    >>> path_word_of_dyck_word("UUDDUD")
    (1, 3, 2)
    """
    word: list[int] = []
    waiting: list[int] = []  # 0 for a U that is open, then its letter until all larger are written
    letter = 0
    for step in check_dyck_word(dyck_word):
        if step == "U":
            waiting.append(0)
            continue
        while waiting[-1]:
            word.append(waiting.pop())
        letter += 1
        waiting[-1] = letter
    return (*word, *reversed(waiting))


def plant(tree: RootedTree) -> RootedTree:
    """Return a rooted tree hung on a new root by a new edge.

    Parameters
    ----------
    tree : RootedTree

    Returns
    -------
    RootedTree
        With one vertex more.

    Examples
    --------
    >>> plant(RootedTree([0, 1, 1]))
    RootedTree((0, 1, 2, 2))
    """
    instance(tree, RootedTree, "tree", "a RootedTree")
    return RootedTree([0, *(level + 1 for level in tree.levels)])


@checked
def plant_word(word: Sequence[int]) -> Word:
    """Return the word of the planted tree that an edge word becomes: the new edge goes first.

    It is an injection that keeps the number of descents.

    Parameters
    ----------
    word : sequence of int
        An edge word of any rooted tree.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        When it is not a permutation.

    Examples
    --------
    >>> plant_word((2, 1))
    (2, 1, 3)
    """
    return (*check_permutation(word), len(word) + 1)


def unplant_word(word: Sequence[int]) -> Word:
    """Return the word of a tree from one of the planted tree: the inverse of `plant_word`.

    Parameters
    ----------
    word : sequence of int
        An edge word of a planted tree that ends with its largest letter.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        When it ends with another letter.

    Examples
    --------
    >>> unplant_word((2, 1, 3))
    (2, 1)
    """
    word = check_permutation(word)
    if word[-1:] != (len(word),):
        raise DomainError(
            f"Argument 'word' must end with its largest letter, {len(word)}, not {quoted(word)}."
        )
    return word[:-1]
