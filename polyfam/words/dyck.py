"""Dyck words: as many U as D, and from the left never more D than U.

Counted by the Catalan numbers A000108; by peaks UD, by the Narayana numbers A001263.

A Dyck word walks around a tree with ordered branches: U goes down an edge and D comes back.  So
the words with n letters U are the level sequences on n + 1 vertices, and peaks are leaves.  The
notation ``dyck`` of `parse_tree` reads and writes the same words.

References
----------
R. P. Stanley, Catalan Numbers, Cambridge University Press 2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from polyfam._checks import instance, integer, quoted
from polyfam.errors import DomainError
from polyfam.trees.levels import check_levels
from polyfam.trees.notation._text import write_nesting

__all__ = [
    "check_dyck_word",
    "count_peaks",
    "dyck_word_of_levels",
    "dyck_words",
    "levels_of_dyck_word",
]


#: Letters U of the longest words.
_LONGEST = 10**6


def dyck_words(n: int) -> Iterator[str]:
    """Yield the Dyck words with n letters U, in descending lexicographic order (U before D).

    Parameters
    ----------
    n : int
        Between 0 and a million.

    Returns
    -------
    iterator of str

    Notes
    -----
    The last U that does not start from height 0 becomes D, and then come all letters U that are
    left.

    Examples
    --------
    >>> list(dyck_words(3))
    ['UUUDDD', 'UUDUDD', 'UUDDUD', 'UDUUDD', 'UDUDUD']
    """
    n = integer(n, "n", minimum=0, maximum=_LONGEST)

    def words() -> Iterator[str]:
        word: str | None = "U" * n + "D" * n
        while word is not None:
            yield word
            word = _following(word)

    return words()


def _following(word: str) -> str | None:
    """Return the next Dyck word in descending order, None after the last."""
    height = 0  # before the place, as seen from the end
    for place in range(len(word) - 1, -1, -1):
        height += 1 if word[place] == "D" else -1
        if word[place] == "U" and height > 0:
            ups = word.count("U", place)
            return f"{word[:place]}D{'U' * ups}".ljust(len(word), "D")
    return None


def count_peaks(word: str) -> int:
    """Return the number of peaks UD of a Dyck word.

    Parameters
    ----------
    word : str
        A Dyck word.

    Returns
    -------
    int

    Examples
    --------
    >>> count_peaks("UUDUDD")
    2
    """
    return check_dyck_word(word).count("UD")


def check_dyck_word(word: str) -> str:
    """Return the word, or say at which position it fails to be a Dyck word.

    Parameters
    ----------
    word : str
        In letters U and D.

    Returns
    -------
    str
        The same word.

    Examples
    --------
    >>> check_dyck_word("UDDU")
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: 'UDDU' is no Dyck word: at position 2 there are more D than U.
    """
    instance(word, str, "word", "a text of U and D")
    height = 0
    for position, letter in enumerate(word):
        if letter not in ("U", "D"):
            raise DomainError(
                f"{quoted(word)} is no Dyck word: {letter!r} at position {position} is not U or D."
            )
        height += 1 if letter == "U" else -1
        if height < 0:
            raise DomainError(
                f"{quoted(word)} is no Dyck word: at position {position} there are more D than U."
            )
    if height:
        raise DomainError(f"{quoted(word)} is no Dyck word: it ends with {height} U not closed.")
    return word


def dyck_word_of_levels(levels: Iterable[int]) -> str:
    """Return the Dyck word of a level sequence.

    Parameters
    ----------
    levels : iterable of int
        The depths of the vertices in preorder, branches in any order; the root first, with 0.

    Returns
    -------
    str
        In letters U and D.

    Raises
    ------
    InvalidTreeError
        When it is not a level sequence.

    Examples
    --------
    >>> dyck_word_of_levels((0, 1, 1, 2))
    'UDUUDD'
    """
    return write_nesting(check_levels(levels), "U", "D")[1:-1]


def levels_of_dyck_word(word: str) -> tuple[int, ...]:
    """Return the level sequence of a Dyck word: the inverse of `dyck_word_of_levels`.

    Parameters
    ----------
    word : str
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
    >>> levels_of_dyck_word("UDUUDD")
    (0, 1, 1, 2)
    """
    level, levels = 0, [0]
    for letter in check_dyck_word(word):
        level += 1 if letter == "U" else -1
        if letter == "U":
            levels.append(level)
    return tuple(levels)
