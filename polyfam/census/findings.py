"""What is found out about a set of trees, in numbers that add up.

Findings about disjoint sets of trees of one order are combined by ``+``, in any order, so that the
findings about a family do not depend on how it was cut; ``Findings()`` is about no tree.  Trees
that break a conjecture are kept by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import add
from typing import Any

__all__ = ["Findings"]

Levels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """Counts and extremes over some trees with j edges; N = ceil(j/2).

    Attributes
    ----------
    trees : int
        Their number.
    minima, maxima, sums : tuple of int
        Over the coefficients of beta^1, ..., beta^N.
    bits_at_one : Counter
        The number of trees by the bit length of P_t(1).
    by_points : int
        How many have real roots by changes of sign at common points, and so needed no Sturm chain.
    beyond_words : int
        How many have a coefficient of 2^64 or more.
    not_real_rooted, not_log_concave : tuple of tuple of int
        The level sequences of the exceptions, ascending.
    """

    trees: int = 0
    minima: tuple[int, ...] = ()
    maxima: tuple[int, ...] = ()
    sums: tuple[int, ...] = ()
    bits_at_one: Counter[int] = field(default_factory=Counter)
    by_points: int = 0
    beyond_words: int = 0
    not_real_rooted: tuple[Levels, ...] = ()
    not_log_concave: tuple[Levels, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        if not (self.trees and other.trees):
            return self if self.trees else other
        return Findings(
            trees=self.trees + other.trees,
            minima=tuple(map(min, self.minima, other.minima)),
            maxima=tuple(map(max, self.maxima, other.maxima)),
            sums=tuple(map(add, self.sums, other.sums)),
            bits_at_one=self.bits_at_one + other.bits_at_one,
            by_points=self.by_points + other.by_points,
            beyond_words=self.beyond_words + other.beyond_words,
            not_real_rooted=tuple(sorted(self.not_real_rooted + other.not_real_rooted)),
            not_log_concave=tuple(sorted(self.not_log_concave + other.not_log_concave)),
        )

    def sum_at_one(self, j: int) -> int:
        """Return the sum of P_t(1) over the trees.

        Examples
        --------
        >>> Findings(1, (1, 8), (1, 8), (1, 8), Counter({5: 1})).sum_at_one(4)
        18
        """
        return sum(self.sums) + sum(self.sums[: j // 2])

    def to_json(self) -> dict[str, Any]:
        """Return the findings in types of JSON, integers of any size as decimal strings.

        Examples
        --------
        >>> findings = Findings(1, (1, 8), (1, 8), (1, 8), Counter({5: 1}))
        >>> Findings.from_json(findings.to_json()) == findings
        True
        """
        return {
            "trees": self.trees,
            "minima": list(map(str, self.minima)),
            "maxima": list(map(str, self.maxima)),
            "sums": list(map(str, self.sums)),
            "bits_at_one": {str(bits): count for bits, count in sorted(self.bits_at_one.items())},
            "by_points": self.by_points,
            "beyond_words": self.beyond_words,
            "not_real_rooted": list(map(list, self.not_real_rooted)),
            "not_log_concave": list(map(list, self.not_log_concave)),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Findings:
        """Return the findings that `to_json` wrote."""
        return cls(
            trees=data["trees"],
            minima=_integers(data["minima"]),
            maxima=_integers(data["maxima"]),
            sums=_integers(data["sums"]),
            bits_at_one=Counter({int(bits): n for bits, n in data["bits_at_one"].items()}),
            by_points=data["by_points"],
            beyond_words=data["beyond_words"],
            not_real_rooted=tuple(map(tuple, data["not_real_rooted"])),
            not_log_concave=tuple(map(tuple, data["not_log_concave"])),
        )


def _integers(texts: Sequence[str]) -> tuple[int, ...]:
    """Return integers from decimal strings."""
    return tuple(map(int, texts))
