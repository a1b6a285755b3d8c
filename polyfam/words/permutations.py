"""Permutations of 1, ..., j, as words, and their statistics.

Descents and excedances are both counted by the Eulerian numbers A008292, peaks by A008303.
Foata's bijection turns the one into the other.

References
----------
D. Foata, M.-P. Schuetzenberger, Theorie geometrique des polynomes euleriens, Springer 1970.

T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
"""

from __future__ import annotations

from collections.abc import Sequence

from polyfam._checked import checked
from polyfam._checks import integers, quoted, text
from polyfam.errors import DomainError

__all__ = [
    "check_permutation",
    "count_excedances",
    "count_permutation_peaks",
    "foata",
    "foata_inverse",
]


def check_permutation(word: Sequence[int], name: str = "word") -> tuple[int, ...]:
    """Return a word that holds each of 1, ..., j once, or say that it does not.

    Parameters
    ----------
    word : sequence of int
        What should be a permutation.
    name : str, default "word"
        The argument, for the message.

    Returns
    -------
    tuple of int
        The same letters.

    Examples
    --------
    >>> check_permutation([2, 3, 1])
    (2, 3, 1)
    >>> check_permutation([2, 2, 1])
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: Argument 'word' must hold each of 1, ..., 3 once, not '[2, 2, 1]'.
    """
    name = text(name, "name")[:40]
    letters = integers(word, name)
    if set(letters) != set(range(1, len(letters) + 1)):
        raise DomainError(
            f"Argument '{name}' must hold each of 1, ..., {len(letters)} once, not {quoted(word)}."
        )
    return letters


@checked
def count_excedances(permutation: Sequence[int]) -> int:
    """Return the number of places i with w_i > i, places counted from 1.

    Parameters
    ----------
    permutation : sequence of int
        A permutation of 1, ..., j.

    Returns
    -------
    int

    Examples
    --------
    >>> count_excedances((2, 3, 1))
    2
    """
    return sum(letter > place for place, letter in enumerate(permutation, start=1))


@checked
def count_permutation_peaks(permutation: Sequence[int]) -> int:
    """Return the number of inner letters that are larger than both neighbours.

    Parameters
    ----------
    permutation : sequence of int
        A permutation of 1, ..., j.

    Returns
    -------
    int

    Examples
    --------
    >>> count_permutation_peaks((1, 3, 2, 4))
    1
    """
    return sum(
        left < letter > right
        for left, letter, right in zip(permutation, permutation[1:], permutation[2:], strict=False)
    )


def foata(word: Sequence[int]) -> tuple[int, ...]:
    """Return the permutation whose excedances are the descents of a word: Foata's bijection.

    The word is cut before each letter that is larger than all before it, and the pieces are cycles
    read backwards: each letter goes to the one before it, and the first to the last.

    Parameters
    ----------
    word : sequence of int
        A permutation of 1, ..., j.

    Returns
    -------
    tuple of int
        The images of 1, ..., j.

    Raises
    ------
    DomainError
        When it is not a permutation.

    Examples
    --------
    >>> foata((2, 3, 1)), count_excedances(foata((2, 3, 1)))
    ((3, 2, 1), 1)
    """
    word = check_permutation(word)
    image = [0] * len(word)
    largest = last = 0
    for letter in word:
        if letter > largest:
            largest = image[letter - 1] = letter  # a cycle of its own, so far
        else:
            image[letter - 1], image[largest - 1] = last, letter
        last = letter
    return tuple(image)


def foata_inverse(permutation: Sequence[int]) -> tuple[int, ...]:
    """Return the word whose descents are the excedances of a permutation: the inverse of `foata`.

    Parameters
    ----------
    permutation : sequence of int
        A permutation of 1, ..., j.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        When it is not a permutation.

    Examples
    --------
    >>> foata_inverse((3, 2, 1))
    (2, 3, 1)
    """
    image = check_permutation(permutation, "permutation")
    word: list[int] = []
    for largest in range(1, len(image) + 1):
        cycle = [image[largest - 1]]
        while cycle[-1] < largest:
            cycle.append(image[cycle[-1] - 1])
        if cycle[-1] == largest:  # otherwise the cycle comes up at its largest letter
            word.extend(reversed(cycle))
    return tuple(word)
