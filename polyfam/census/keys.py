r"""Keys that tell polynomials apart, class by class.

**The key** of a polynomial is its value at one point modulo each of two primes,

    key = (P(314159265) mod 2^30 - 35) 2^30 + (P(271828182) mod 2^30 - 41).

Different keys prove different polynomials.  A key costs two dot products of residues, of at most
(n + 2)/2 terms each: the coefficients of P are never made (see `polyfam.census.algebra`).

**The class** of a tree is its number S of connected vertex sets modulo m.  Since the second
coefficient of P is S - 2j - 1, equal polynomials have equal classes, so the classes can be compared
one by one and nothing passes between them.  With R sets that contain the root and N that do not, a
pair of halves has

    S = N_A + N_B + R_A R_B.

For a given A and a given class the wanted B are therefore m cells (R_B mod m, N_B mod m), one for
each residue of R_B, and of each of these cells the B that A may meet are the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from polyfam.census.algebra import Residues, Stock, reach, residues_dot
from polyfam.trees.counting import count_free_trees
from polyfam.trees.halves import Kind, kinds
from polyfam.typing import Array

__all__ = [
    "DEFICITS",
    "LANES",
    "POINTS",
    "PRIMES",
    "SMALL",
    "CompiledKeys",
    "PlainKeys",
    "key_of",
    "most_keys",
    "padded",
]

#: Up to this order numpy is done before numba is loaded, which takes half a second.
SMALL = 13

DEFICITS = (35, 41)
PRIMES = (2**30 - 35, 2**30 - 41)
POINTS = (314159265, 271828182)
#: B that the compiled loops take together.
LANES = 8
#: Keys that are looked through together.
_PIECE = 1 << 20
#: A that numpy takes together, and pairs: so few that all stays in the cache.
_GROUP, _PAIRS = 32, 1 << 14
_MODULI = np.array(PRIMES)[:, None, None]


def padded(levels: int) -> int:
    """Return the length of the vectors in the compiled loops: a multiple of four.

    Examples
    --------
    >>> padded(13)
    16
    """
    return -(-levels // 4) * 4


def most_keys(n: int, m: int) -> int:
    """Return how many keys there is room for: a twentieth, and a million, beyond the mean class.

    Examples
    --------
    >>> most_keys(12, 1)
    1049154
    """
    return count_free_trees(n) * 21 // (20 * m) + (1 << 20)


def key_of(values: tuple[int, int]) -> int:
    """Return the key of a polynomial from its values at the two points.

    Examples
    --------
    >>> from polyfam import beta_polynomial, star
    >>> polynomial = beta_polynomial(star(12))
    >>> key_of(tuple(polynomial(x) for x in POINTS)) in PlainKeys(12, 1).of_class(0)
    True
    """
    first, second = (value % prime for value, prime in zip(values, PRIMES, strict=True))
    return first << 30 | second


class Half(NamedTuple):
    """The halves of one kind: residues of shape (count, 2, levels), and R and N modulo m."""

    residues: Array
    rooted: Array
    others: Array


class Cells(NamedTuple):
    """The halves B of one kind in the order of the compiled loops.

    ``blocks`` are their residues, LANES at a time, and ``cells[r m + s]`` is the first block of the
    cell (r, s); ``places`` and ``residues`` are the place and N modulo m of every B, by R modulo m,
    then by place, and ``slabs[r]`` is where r begins.
    """

    blocks: Array
    cells: Array
    places: Array
    residues: Array
    slabs: Array


class Found(NamedTuple):
    """A tree, as a pair of halves of some kind, and its key."""

    kind: Kind
    a: int
    b: int
    key: int

    @property
    def levels(self) -> tuple[int, ...]:
        """The level sequence of the tree."""
        return tuple(self.kind.tree(self.a, self.b))


class Pairs(NamedTuple):
    """Pairs of some A and B: their places, the keys, shape (B, A), and which of them are trees."""

    kind: Kind
    a: Array
    b: Array
    keys: Array
    inside: Array


class Classes(NamedTuple):
    """The halves of one kind for numpy.

    ``runs`` are the A by cells (R_A mod m, N_A mod m), in each cell by the number of B that they
    may meet; ``order`` are the B by cells, and ``starts[r m + s]`` is where the cell (r, s) begins.
    """

    kind: Kind
    left: Half
    right: Half
    runs: list[Array]
    order: Array
    starts: Array


class PlainKeys:
    """The keys of the free trees on n vertices by classes modulo m, in numpy.

    Parameters
    ----------
    n, m : int

    Examples
    --------
    >>> [len(PlainKeys(10, 3).of_class(c)) for c in range(3)]
    [8, 55, 43]
    """

    def __init__(self, n: int, m: int) -> None:
        self.m, self.classes = m, [_classes(*halves, m) for halves in _halves(n, m)]

    def of_class(self, wanted: int) -> Array:
        """Return the keys of all trees of a class, in no meaningful order."""
        found = [pairs.keys[pairs.inside] for pairs in self.pairs(wanted)]
        return np.concatenate([np.empty(0, np.uint64), *found])

    def find(self, wanted: int, suspects: Array) -> Iterator[Found]:
        """Yield the trees of a class that have one of some keys."""
        for pairs in self.pairs(wanted):
            found = np.nonzero(np.isin(pairs.keys, suspects) & pairs.inside)
            for b, a in zip(*(each.tolist() for each in found), strict=True):
                yield Found(pairs.kind, int(pairs.a[a]), int(pairs.b[b]), int(pairs.keys[b, a]))

    def pairs(self, wanted: int) -> Iterator[Pairs]:
        """Yield all trees of a class with their keys, the A of one cell together."""
        for each in self.classes:
            last = each.kind.last - each.kind.first
            for run in each.runs:
                met = self._met(each, int(run[0]), wanted)
                for group in (run[i : i + _GROUP] for i in range(0, len(run), _GROUP)):
                    some = met[: np.searchsorted(met, last[group[-1]])]
                    size = _PAIRS // len(group)
                    for b in (some[i : i + size] for i in range(0, len(some), size)):
                        keys = _dots(each.left.residues[group], each.right.residues[b])
                        inside = b[:, None] < last[group]
                        yield Pairs(each.kind, group, b + each.kind.first, keys, inside)

    def _met(self, classes: Classes, a: int, wanted: int) -> Array:
        """Return the B that make trees of a class with an A, ascending, whether it may meet them.

        They are the same for all A of a cell.
        """
        rooted, others = int(classes.left.rooted[a]), int(classes.left.others[a])
        cells = [r * self.m + (wanted - others - rooted * r) % self.m for r in range(self.m)]
        order, starts = classes.order, classes.starts
        return np.sort(np.concatenate([order[starts[c] : starts[c + 1]] for c in cells]))


class CompiledKeys:
    """The keys of the free trees on n vertices by classes modulo m, in machine code.

    Parameters
    ----------
    n, m : int
    """

    def __init__(self, n: int, m: int) -> None:
        self.m = m
        # made once: only what the largest class fills will ever be memory
        self._room = np.empty(most_keys(n, m), np.uint64)
        self._kinds: list[tuple[Half, Array, Cells]] = []
        self._orders: list[tuple[Kind, Array]] = []
        for kind, left, right in _halves(n, m):
            order = np.argsort(kind.last, kind="stable")
            order = order[kind.last[order] > kind.first]
            last = (kind.last[order] - kind.first).astype(np.int32)
            left = Half(*(np.ascontiguousarray(each[order]) for each in left))
            self._kinds.append((left, last, _cells(right, m)))
            self._orders.append((kind, order))

    def count(self, wanted: int) -> int:
        """Return the number of trees of a class."""
        from polyfam.census.kernels import count_keys

        return sum(
            count_keys(left.rooted, left.others, last, *cells[2:], self.m, wanted)
            for left, last, cells in self._kinds
        )

    def of_class(self, wanted: int) -> Array:
        """Return the keys of all trees of a class, in the room that the next class will take."""
        from polyfam.census.kernels import make_keys

        total, done = self.count(wanted), 0
        if len(self._room) < total + LANES:
            self._room = np.empty(total + LANES, np.uint64)
        out = self._room
        for left, last, cells in self._kinds:
            done += make_keys(
                (0,) * left.residues.shape[2], left.residues.ravel(), left.rooted, left.others,
                last, *cells, self.m, wanted, LANES, out[done:],
            )  # fmt: skip
        return out[:total]

    def find(self, wanted: int, suspects: Array) -> Iterator[Found]:
        """Yield the trees of a class that have one of some keys; in the room of `of_class`."""
        from polyfam.census.kernels import count_keys, locate

        keys = self.of_class(wanted)
        pieces = [
            start + np.flatnonzero(np.isin(keys[start : start + _PIECE], suspects))
            for start in range(0, len(keys), _PIECE)
        ]
        places = np.concatenate([np.empty(0, np.int64), *pieces])
        before = 0
        for (left, last, cells), (kind, order) in zip(self._kinds, self._orders, strict=True):
            which = (left.rooted, left.others, last, *cells[2:], self.m, wanted)
            after = before + count_keys(*which)
            mine = places[(before <= places) & (places < after)]
            for place, (a, r, cell, number) in zip(
                mine.tolist(), locate(*which, mine - before).tolist(), strict=True
            ):
                slab = slice(cells.slabs[r], cells.slabs[r + 1])
                b = cells.places[slab][cells.residues[slab] == cell][number]
                yield Found(kind, int(order[a]), int(b) + kind.first, int(keys[place]))
            before = after


def _halves(n: int, m: int) -> Iterator[tuple[Kind, Half, Half]]:
    """Yield every kind of pairs with its A, the factors beta^l included, and its B from `first`."""
    stocks = [Stock(Residues(p, x), *reach(n)) for p, x in zip(PRIMES, POINTS, strict=True)]
    for kind in kinds(n):
        levels = kind.levels
        shape = (2, padded(levels))
        left = np.zeros((kind.a.count, *shape), np.uint32)
        right = np.zeros((kind.b.count - kind.first, *shape), np.uint32)
        for i, stock in enumerate(stocks):
            point, prime = POINTS[i], PRIMES[i]
            powers = np.array([pow(point, level, prime) for level in range(levels)], np.uint64)
            rows = stock.planted(kind.a) if kind.joined else stock.vectors(kind.a)
            left[:, i, :levels] = rows[:, :levels].astype(np.uint64) * powers % np.uint64(prime)
            for start in range(kind.first, kind.b.count, 1 << 16):
                stop = min(start + (1 << 16), kind.b.count)
                part = right[start - kind.first : stop - kind.first, i, :levels]
                part[...] = stock.some(kind.b, start, stop, levels)
        (rooted, others), (b_rooted, b_others) = kind.a.subtrees, kind.b.subtrees
        if kind.joined:
            rooted, others = rooted + 1, others + rooted
        numbers = [rooted, others, b_rooted[kind.first :], b_others[kind.first :]]
        classes = [(number % m).astype(np.int32) for number in numbers]
        yield kind, Half(left, *classes[:2]), Half(right, *classes[2:])


def _classes(kind: Kind, left: Half, right: Half, m: int) -> Classes:
    """Return halves of one kind for numpy."""
    cell = left.rooted.astype(np.int64) * m + left.others
    some = np.flatnonzero(kind.last > kind.first)
    some = some[np.lexsort((kind.last[some], cell[some]))]
    runs = np.split(some, np.flatnonzero(np.diff(cell[some])) + 1) if len(some) else []
    cell = right.rooted.astype(np.int64) * m + right.others
    starts = np.concatenate(([0], np.cumsum(np.bincount(cell, minlength=m * m))))
    return Classes(kind, left, right, runs, np.argsort(cell, kind="stable"), starts)


def _dots(left: Array, right: Array) -> Array:
    """Return the keys of all pairs, shape (B, A), from the residues of A and B."""
    rows = right.transpose(1, 0, 2).astype(np.float64)
    first, second = residues_dot(rows, left.transpose(1, 2, 0).astype(np.float64), _MODULI)
    keys: Array = first.astype(np.uint64) << np.uint64(30) | second.astype(np.uint64)
    return keys


def _cells(right: Half, m: int) -> Cells:
    """Return halves B by cells."""
    cell = right.rooted.astype(np.int64) * m + right.others
    order = np.argsort(cell, kind="stable")
    sizes = np.bincount(cell, minlength=m * m)
    blocks = -(-sizes // LANES)
    starts = np.cumsum(blocks) - blocks
    inside = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    slots = starts[cell[order]] * LANES + inside
    levels = right.residues.shape[2]
    table = np.zeros((int(blocks.sum()), 2, levels, LANES), np.uint32)
    table[slots // LANES, :, :, slots % LANES] = right.residues[order]
    by_root = np.argsort(right.rooted, kind="stable")
    slabs = np.concatenate(([0], np.cumsum(np.bincount(right.rooted, minlength=m))))
    places = by_root.astype(np.int32)
    return Cells(table.ravel(), starts, places, right.others[by_root], slabs)
