"""A shard: one class of trees told apart, one stripe of trees proved to have real roots.

A census of order n in m shards needs nothing from one shard to the next.  Shard c

- makes the keys of all trees of class c (see `polyfam.census.keys`), sorts them, looks for equal
  neighbours, and follows equal keys up with the polynomials themselves;
- adds up their digest, which is a sum over trees and so adds up over shards too;
- proves that all trees of stripe c have real roots (see `polyfam.census.signs`).

Classes and stripes are two ways to divide the same trees into m parts: equal polynomials must meet
in one part, while signs are fastest in rectangles of pairs.

**The digest** of a set of trees is a pair of sums modulo 2^64, written as 32 hexadecimal digits: of
mix(mix(key)) and of mix(key), where mix is the generator SplitMix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import lru_cache
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam.census.keys import SMALL, CompiledKeys, PlainKeys
from polyfam.errors import ArgumentTypeError
from polyfam.family.engine.machine import is_available as compiled
from polyfam.family.roots import is_real_rooted
from polyfam.family.single import beta_row

if TYPE_CHECKING:
    from polyfam.census.signs import Signs
    from polyfam.typing import Array

__all__ = ["METHOD", "Record", "Shard", "digest_of", "survey"]

#: The version of what a record says and of how trees are divided: points, primes, classes, tiles.
METHOD = 1

#: Keys that are looked at together.
_PIECE = 1 << 20

Levels = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shard:
    """Number `index` of the m shards of the free trees on n vertices."""

    n: int
    m: int
    index: int


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a shard.

    Attributes
    ----------
    trees : int
        In the class.
    digest : int
        Of the class, 128 bits.
    collisions : tuple of tuple of level sequences
        The trees that share their polynomial with another, a group for each polynomial.
    coincidences : int
        How many keys belong to more than one polynomial.
    single, double, integers : int
        How many trees of the stripe were proved to have real roots by which numbers.
    not_real_rooted : tuple of level sequences
        The trees of the stripe that have other roots.
    seconds : float
        Processor time.
    method : int
    """

    trees: int
    digest: int
    collisions: tuple[tuple[Levels, ...], ...]
    coincidences: int
    single: int
    double: int
    integers: int
    not_real_rooted: tuple[Levels, ...]
    seconds: float
    method: int = METHOD

    def to_json(self) -> dict[str, Any]:
        """Return the record in types of JSON."""
        return {**asdict(self), "digest": f"{self.digest:032x}"}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Return the record that `to_json` wrote; a KeyError, TypeError or ValueError otherwise."""
        groups = tuple(tuple(tuple(map(int, t)) for t in group) for group in data["collisions"])
        return cls(
            trees=int(data["trees"]),
            digest=int(data["digest"], 16),
            collisions=groups,
            coincidences=int(data["coincidences"]),
            single=int(data["single"]),
            double=int(data["double"]),
            integers=int(data["integers"]),
            not_real_rooted=tuple(tuple(map(int, tree)) for tree in data["not_real_rooted"]),
            seconds=float(data["seconds"]),
            method=int(data["method"]),
        )


def survey(shard: Shard) -> tuple[Shard, Record]:
    """Do everything about a shard.

    Examples
    --------
    >>> shard, record = survey(Shard(10, 3, 0))
    >>> record.trees, record.collisions, record.single + record.double + record.integers
    (8, (), 16)
    """
    started = process_time()
    keys = _keys(shard.n, shard.m).of_class(shard.index)
    digest = digest_of(keys)
    keys.sort()
    trees, repeated = len(keys), _repeated(keys)
    del keys
    collisions, coincidences = _follow_up(shard, repeated) if repeated else ((), 0)
    tally = _signs(shard.n, shard.m).of_stripe(shard.index)
    bad = [tree for tree in tally.left if not is_real_rooted(beta_row(tree))]
    record = Record(
        trees, digest, collisions, coincidences, tally.single, tally.double,
        len(tally.left) - len(bad), tuple(sorted(bad)), round(process_time() - started, 3),
    )  # fmt: skip
    return shard, record


@lru_cache(maxsize=1)
def _keys(n: int, m: int) -> CompiledKeys | PlainKeys:
    """Return what makes the keys; it is kept for the next shard."""
    return CompiledKeys(n, m) if n > SMALL and compiled() else PlainKeys(n, m)


@lru_cache(maxsize=1)
def _signs(n: int, m: int) -> Signs:
    """Return what proves real roots; it is kept for the next shard."""
    from polyfam.census.signs import Signs

    return Signs(n, m)


@checked
def digest_of(keys: Array) -> int:
    """Return the digest of the trees with these keys.

    Parameters
    ----------
    keys : ndarray of uint64

    Returns
    -------
    int
        Below 2^128.

    Examples
    --------
    >>> f"{digest_of(np.array([0], np.uint64)):032x}"
    'a706dd2f4d197e6fe220a8397b1dcdaf'
    """
    if keys.dtype != np.uint64:
        raise ArgumentTypeError(f"Argument 'keys' must hold uint64, not {quoted(keys.dtype)}.")
    high = low = 0
    for start in range(0, len(keys), _PIECE):
        piece = keys[start : start + _PIECE]
        if compiled() and len(keys) > 1 << 12:  # not worth loading the kernels for few
            from polyfam.census.kernels import digest_sums

            more = digest_sums(piece)
        else:
            one = _mix(piece)
            more = (_mix(one).sum(dtype=np.uint64), one.sum(dtype=np.uint64))
        high, low = high + int(more[0]), low + int(more[1])
    return high % 2**64 << 64 | low % 2**64


def _mix(numbers: Array) -> Array:
    """Return the output of SplitMix64 for these states."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ numbers >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ numbers >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed: Array = numbers ^ numbers >> np.uint64(31)
    return mixed


def _repeated(keys: Array) -> set[int]:
    """Return the keys that stand more than once in a sorted array."""
    found: set[int] = set()
    for start in range(0, len(keys) - 1, _PIECE):
        piece = keys[start : start + _PIECE + 1]
        found.update(piece[1:][piece[1:] == piece[:-1]].tolist())
    return found


def _follow_up(shard: Shard, repeated: set[int]) -> tuple[tuple[tuple[Levels, ...], ...], int]:
    """Return the groups of trees with equal polynomials, and the number of mere coincidences."""
    suspects = np.array(sorted(repeated), np.uint64)
    trees: dict[tuple[int, ...], list[Levels]] = defaultdict(list)
    polynomials: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    for found in _keys(shard.n, shard.m).find(shard.index, suspects):
        row = beta_row(found.levels)
        trees[row].append(found.levels)
        polynomials[found.key].add(row)
    groups = sorted(tuple(sorted(group)) for group in trees.values() if len(group) > 1)
    return tuple(groups), sum(len(rows) > 1 for rows in polynomials.values())
