"""Permutations of 1, ..., j and their statistics.

Descents and excedances are both counted by the Eulerian numbers A008292 [P].

References
----------
[P] T. K. Petersen, Eulerian Numbers, Birkhauser 2015.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["count_excedances", "count_permutation_peaks", "foata"]


def count_excedances(word: Sequence[int]) -> int:
    """Return the number of places i with w_i > i, places counted from 1.

    Examples
    --------
    >>> count_excedances((2, 3, 1))
    2
    """
    return sum(letter > place for place, letter in enumerate(word, start=1))


def count_permutation_peaks(word: Sequence[int]) -> int:
    """Return the number of inner letters that are larger than both neighbours.

    Examples
    --------
    >>> count_permutation_peaks((1, 3, 2, 4))
    1
    """
    return sum(a < b > c for a, b, c in zip(word, word[1:], word[2:], strict=False))


def foata(word: Sequence[int]) -> tuple[int, ...]:
    """Return the permutation whose excedances are the descents of the word: Foata's bijection.

    The word is cut before each left-to-right maximum, and the pieces, read backwards, are cycles:
    a letter goes to the one before it, and the first, which is the largest, to the last.

    Parameters
    ----------
    word : sequence of int
        A permutation of 1, ..., j.

    Examples
    --------
    >>> foata((2, 3, 1)), count_excedances(foata((2, 3, 1)))
    ((3, 2, 1), 1)
    """
    image = [0] * len(word)
    cycle: list[int] = []
    for letter in [*word, len(word) + 1]:
        if cycle and letter > max(cycle):
            for here, there in zip(cycle, cycle[1:] + cycle[:1], strict=True):
                image[there - 1] = here
            cycle = []
        cycle.append(letter)
    return tuple(image)
