"""Dyck words: as many U as D, and never more D than U from the left.

Counted by the Catalan numbers A000108; by peaks UD, by the Narayana numbers A001263.  A Dyck word
is also a level sequence: U opens a vertex and D closes it, below a root that is not written.

References
----------
R. P. Stanley, Catalan Numbers, Cambridge University Press 2015.
"""

from __future__ import annotations

from collections.abc import Iterator

from polyfam._checks import integer, quoted
from polyfam.errors import DomainError
from polyfam.trees.rooted import RootedTree

__all__ = ["check_dyck_word", "count_peaks", "dyck_word_of_levels", "dyck_words"]


def dyck_words(n: int) -> Iterator[str]:
    """Yield the Dyck words with n letters U, in descending lexicographic order (U before D).

    Parameters
    ----------
    n : int
        At least 0.

    Examples
    --------
    >>> list(dyck_words(3))
    ['UUUDDD', 'UUDUDD', 'UUDDUD', 'UDUUDD', 'UDUDUD']
    """
    n = integer(n, "n", minimum=0)

    def extend(word: str, opened: int, closed: int) -> Iterator[str]:
        if closed == n:
            yield word
            return
        if opened < n:
            yield from extend(word + "U", opened + 1, closed)
        if closed < opened:
            yield from extend(word + "D", opened, closed + 1)

    return extend("", 0, 0)


def count_peaks(word: str) -> int:
    """Return the number of peaks UD of a Dyck word.

    Examples
    --------
    >>> count_peaks("UUDUDD")
    2
    """
    return word.count("UD")


def check_dyck_word(word: str) -> str:
    """Return the word, or say at which position it fails to be a Dyck word.

    Examples
    --------
    >>> check_dyck_word("UDDU")
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: 'UDDU' is no Dyck word: at position 2 there are more D than U.
    """
    height = 0
    for position, letter in enumerate(word):
        if letter not in "UD":
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


def dyck_word_of_levels(tree: RootedTree) -> str:
    """Return the Dyck word of the branches of a rooted tree, the root itself not written.

    Parameters
    ----------
    tree : RootedTree

    Examples
    --------
    >>> dyck_word_of_levels(RootedTree([0, 1, 2, 1]))
    'UUDDUD'
    """
    levels = tree.levels[1:]
    closing = (level - after + 1 for level, after in zip(levels, [*levels[1:], 1], strict=False))
    return "".join("U" + "D" * count for count in closing)
