r"""Many trees at once proved to have real-rooted polynomials, by signs at a few points.

P_t is a palindrome of degree j with P_t/beta > 0 at 0, so all its roots are real when P_t/beta has
D = floor((j - 1)/2) changes of sign on (-1, 0].  At beta = -r the value is again a dot product of
two halves, and it is made three times, more carefully each time.

1. *Single precision, D points.*  The points lie between the roots of an average tree.  Nine in ten
   trees and more change their sign from each point to the next, so that all D dot products, the
   signs of every second one reversed, are positive.
2. *Double precision, the same values.*  P_t(beta) = beta (1 + beta)^(j-1) gamma(y) with
   y = beta/(1 + beta)^2, and gamma has degree D and gamma(0) = 1.  So the D values determine it,
   and Lagrange's formula gives it at finer points between them, with a bound on its error.
3. *Integers.*  What is left is decided by a Sturm chain (`polyfam.family`).

**Errors of a half.**  Its vector is made of pairs e + beta o, e, o >= 0 (`polyfam.census.algebra`),
by additions and multiplications of nonnegative doubles alone.  With u = 2^-53 each of the at most
33 edges is hung and glued once; a product of matrices adds a relative error of at most 68 u, so an
edge adds less than 240 u, and e and o are right up to 2^13 u = 2^-40 of themselves.  So
e - r o, weighted by r^(l/2), is wrong by 2^-39 of e + r o at most, and after a division by its norm
the whole vector by

    delta = 2^-39 |e + r o| / |e - r o|    (norms over all levels),

which is computed for each half and each point.

**Errors of a dot product** of two vectors of norm 1 with errors delta_A and delta_B: in doubles
delta_A + delta_B + 2^-46, where 2^-46 also covers all that is done to the values later, relative to
the product of the norms; in single precision delta_A + delta_B + 2^-19, since 20 terms, each
rounded three times, come to less than 63 2^-24 if they were all at their bounds, and by Cauchy's
inequality to less than (20 + 2) 2^-24 (1 + 2^-18) < 2^-19.  A sign counts only beyond its bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import frexp, ldexp
from typing import NamedTuple

import numpy as np

from polyfam.census.algebra import Pairs, Stock, reach
from polyfam.census.keys import SMALL, padded
from polyfam.family.engine.machine import is_available as compiled
from polyfam.family.roots import gamma_vector
from polyfam.family.single import beta_row
from polyfam.trees.halves import Kind, kinds
from polyfam.typing import Array

__all__ = ["Signs", "Tally"]

#: B that are made together, B that the compiled loop takes together, A that it takes together.
_TILE = 1 << 12
_LANES = 1 << 8
_GROUP = 1 << 9
#: Points between two neighbouring ones in the second round.
_STEPS = 3
_SINGLE = 2.0**-19
_HALF = 2.0**-39


class Side(NamedTuple):
    """Vectors of norm 1 at all points, shape (count, points, levels); their norms; their errors."""

    vectors: Array
    norms: Array
    errors: Array


class Tile(NamedTuple):
    """The trees of one kind with B from place `start` up to `stop`."""

    kind: Kind
    start: int
    stop: int

    @property
    def trees(self) -> int:
        """Their number."""
        return int(np.clip(self.kind.last - self.start, 0, self.stop - self.start).sum())


class Tally(NamedTuple):
    """How many trees were proved by which precision, and the level sequences of those left."""

    single: int
    double: int
    left: list[tuple[int, ...]]


class Signs:
    """The proofs of real roots for the free trees on n vertices, in `stripes` parts.

    Examples
    --------
    >>> signs = Signs(12, 2)
    >>> [sum(signs.of_stripe(c)[:2]) for c in range(2)]
    [250, 301]
    """

    def __init__(self, n: int, stripes: int) -> None:
        self.n, self.stripes = n, stripes
        self.points = _points(n)
        self._stocks = [Stock(Pairs(r), *reach(n)) for r in self.points]
        self._nodes, self._finer = _interpolation(n)
        self._left: dict[int, Side] = {}

    def tiles(self, stripe: int) -> Iterator[Tile]:
        """Yield the tiles of a stripe."""
        number = 0
        for kind in kinds(self.n):
            for start in range(kind.first, kind.b.count, self._tile):
                if number % self.stripes == stripe:
                    yield Tile(kind, start, min(start + self._tile, kind.b.count))
                number += 1

    @property
    def _tile(self) -> int:
        """How many B a tile has: fewer when there would be too few for all stripes."""
        total = sum(kind.b.count - kind.first for kind in kinds(self.n))
        return min(_TILE, -(-total // (4 * self.stripes * _LANES)) * _LANES)

    def of_stripe(self, stripe: int) -> Tally:
        """Prove that the trees of a stripe have real roots, as far as doubles reach."""
        trees = double = 0
        left: list[tuple[int, ...]] = []
        for tile in self.tiles(stripe):
            trees += tile.trees
            for pairs, proved in self._look(tile):
                double += int(proved.sum())
                open_pairs = pairs[~proved].tolist()
                left += [tuple(tile.kind.tree(a, tile.start + b)) for a, b in open_pairs]
        return Tally(trees - double - len(left), double, left)

    def _look(self, tile: Tile) -> Iterator[tuple[Array, Array]]:
        """Yield the pairs that single precision leaves open, and whether doubles prove them.

        They come in small groups: of trees like the star a third may be open at once.
        """
        a_side, b_side = self._left_side(tile.kind), self._right_side(tile)
        last = tile.kind.last - tile.start
        some = np.flatnonzero(last > 0)
        fast = self.n > SMALL and compiled()
        settle = _settle_compiled if fast else _settle_plain
        refine = _refine_compiled if fast else _refine_plain
        for pairs in settle(a_side, b_side, some[np.argsort(-last[some], kind="stable")], last):
            yield pairs, refine(pairs, a_side, b_side, self._nodes, self._finer)

    def _left_side(self, kind: Kind) -> Side:
        """Return all A of a kind, the signs of the sum and of every second point in them."""
        key = kind.a.m + self.n * kind.joined
        if key not in self._left:
            signs = (-1.0) ** np.arange(kind.levels)
            sides = []
            for p, (r, stock) in enumerate(zip(self.points, self._stocks, strict=True)):
                rows = stock.some(kind.a, 0, kind.a.count, kind.levels)
                rows = stock.hung(rows) if kind.joined else rows
                side = _normalised(rows[:, : 2 * kind.levels], r)
                side.vectors[...] *= signs * (-1.0) ** p
                sides.append(side)
            self._left[key] = _joined(sides)
        return self._left[key]

    def _right_side(self, tile: Tile) -> Side:
        """Return the B of a tile."""
        levels = tile.kind.levels
        return _joined(
            [
                _normalised(stock.some(tile.kind.b, tile.start, tile.stop, levels), r)
                for r, stock in zip(self.points, self._stocks, strict=True)
            ]
        )


def _normalised(rows: Array, r: float) -> Side:
    """Return vectors of pairs as vectors at -r of norm 1."""
    even, odd = rows[:, ::2], rows[:, 1::2] * r
    weights = np.sqrt(r) ** np.arange(even.shape[1])
    vectors = (even - odd) * weights
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    sums = (even + odd) * weights
    errors = _HALF * np.sqrt(np.einsum("ij,ij->i", sums, sums)) / norms
    return Side(vectors / norms[:, None], norms, errors)


def _joined(sides: list[Side]) -> Side:
    """Return the vectors at all points, padded with zeros."""
    count, levels = sides[0].vectors.shape
    vectors = np.zeros((count, len(sides), padded(levels)))
    for p, side in enumerate(sides):
        vectors[:, p, :levels] = side.vectors
    norms, errors = (np.stack([side[k] for side in sides], axis=1) for k in (1, 2))
    return Side(vectors, norms, errors)


def _bounds(side: Side) -> Array:
    """Return the largest error of every half at any point, rounded up to single precision."""
    worst = np.nan_to_num(side.errors.max(axis=1), nan=2.0, posinf=2.0)
    bounds: Array = (worst * (1 + 2.0**-20)).astype(np.float32)
    return bounds


def _settle_compiled(a_side: Side, b_side: Side, some: Array, last: Array) -> Iterator[Array]:
    """Yield the pairs, A from `some`, that single precision leaves open, by the compiled loop."""
    from polyfam.census.kernels import settle

    a_error, b_error = _bounds(a_side), _bounds(b_side)
    levels = (0,) * a_side.vectors.shape[2]
    failed = np.empty((_GROUP * _LANES, 2), np.int32)
    for start in range(0, len(b_side.vectors), _LANES):
        part = np.zeros((_LANES, *b_side.vectors.shape[1:]), np.float32)
        rows = b_side.vectors[start : start + _LANES]
        part[: len(rows)] = rows
        block = np.ascontiguousarray(part.transpose(1, 2, 0)).ravel()
        error = np.zeros(_LANES, np.float32)
        error[: len(rows)] = b_error[start : start + _LANES]
        widths = np.minimum(last[some] - start, len(rows))
        users = some[widths > 0]
        widths = widths[widths > 0].astype(np.int32)
        for group in range(0, len(users), _GROUP):
            chosen = users[group : group + _GROUP]
            count = settle(
                levels, a_side.vectors, chosen, a_error, block, error,
                widths[group : group + _GROUP], np.float32(_SINGLE), failed,
            )  # fmt: skip
            if count:
                yield failed[:count] + np.array((0, start), np.int32)


def _settle_plain(a_side: Side, b_side: Side, some: Array, last: Array) -> Iterator[Array]:
    """Yield the pairs, A from `some`, that single precision leaves open, in numpy."""
    a_error, b_error = _bounds(a_side), _bounds(b_side)
    right = np.ascontiguousarray(b_side.vectors.astype(np.float32).transpose(1, 2, 0))
    for group in range(0, len(some), 64):
        chosen = some[group : group + 64]
        width = min(int(last[chosen].max()), right.shape[2])
        left = a_side.vectors[chosen].astype(np.float32)
        least = left[:, 0] @ right[0, :, :width]
        for p in range(1, left.shape[1]):
            np.minimum(least, left[:, p] @ right[p, :, :width], out=least)
        bound = np.float32(_SINGLE) + a_error[chosen][:, None] + b_error[:width]
        failed = ~(least > bound) & (np.arange(width) < last[chosen][:, None])
        rows, columns = np.nonzero(failed)
        if len(rows):
            yield np.column_stack((chosen[rows], columns)).astype(np.int32)


def _refine_compiled(pairs: Array, a_side: Side, b_side: Side, nodes: Array, finer: Array) -> Array:
    """Say which pairs double precision proves, by the compiled loop."""
    from polyfam.census.kernels import refine

    proved: Array = refine(pairs, *a_side, *b_side, nodes, finer)
    return proved


def _refine_plain(pairs: Array, a_side: Side, b_side: Side, nodes: Array, finer: Array) -> Array:
    """Say which pairs double precision proves, in numpy."""
    (left, left_scale, left_error), (right, right_scale, right_error) = a_side, b_side
    a, b = pairs.T
    scale = nodes * left_scale[a] * right_scale[b]
    values = np.ones((len(pairs), len(nodes) + 1))
    values[:, 1:] = np.einsum("ijk,ijk->ij", left[a], right[b]) * scale
    errors = np.full(values.shape, 2.0**-46)
    errors[:, 1:] = (left_error[a] + right_error[b] + 2.0**-46) * np.abs(scale)
    sign, changes = np.ones(len(pairs)), np.zeros(len(pairs), int)
    for p in range(len(nodes)):
        inner = values @ finer[p].T, errors @ np.abs(finer[p]).T
        rows = [*zip(inner[0].T, inner[1].T, strict=True), (values[:, p + 1], errors[:, p + 1])]
        for value, error in rows:
            changed = value * sign < -error
            changes += changed
            sign[changed] *= -1
    return changes >= len(nodes)


@lru_cache(maxsize=4)
def _points(n: int) -> tuple[float, ...]:
    """Return r at the points, ascending: between the mean roots of some trees, in the angle phi.

    y = -1/(4 tan(phi)^2), in which the roots are nearly equally spaced.  Any points would prove
    what they prove.
    """
    roots = np.array([_angles(levels) for levels in _sample(n)]).mean(axis=0)
    if not len(roots):
        return ()
    between = np.concatenate((roots[:1] / 2, (roots[1:] + roots[:-1]) / 2))
    square = 4 * np.tan(between) ** 2
    values = 1 / (1 + square / 2 + np.sqrt(square + square**2 / 4))
    return tuple(sorted(_short(r) for r in values.tolist()))


def _short(number: float) -> float:
    """Return a number rounded to 12 bits, which keeps exact fractions short."""
    mantissa, exponent = frexp(number)
    return ldexp(round(mantissa * 4096), exponent - 12)


def _sample(n: int, count: int = 64) -> Iterator[list[int]]:
    """Yield some trees, evenly spaced in the order of the pairs."""
    found = kinds(n)
    total = sum(kind.trees for kind in found)
    for position in sorted({i * total // count for i in range(count)}):
        for kind in found:
            if position < kind.trees:
                ends = np.cumsum(np.maximum(kind.last - kind.first, 0))
                a = int(np.searchsorted(ends, position, side="right"))
                yield kind.tree(a, int(kind.last[a]) - int(ends[a] - position))
                break
            position -= kind.trees


def _angles(levels: list[int]) -> Array:
    """Return phi at the roots of the polynomial of a tree, ascending; approximate."""
    gamma = np.array(gamma_vector(beta_row(levels)), float)
    roots = np.roots(gamma[::-1]).real
    return np.sort(np.arctan(1 / (2 * np.sqrt(np.maximum(-roots, 1e-300)))))


@lru_cache(maxsize=4)
def _interpolation(n: int) -> tuple[Array, Array]:
    """Return what takes P(-r) to gamma(y) at the points, and the weights of finer points.

    The latter have the shape (points, steps, points + 1): from the values of gamma at y = 0 and at
    all points to those between each point and the one before.
    """
    points = [Fraction(r) for r in _points(n)]
    nodes = [Fraction(0), *(-r / (1 - r) ** 2 for r in points)]
    factors = [float(-1 / (r * (1 - r) ** (n - 2))) for r in points]
    finer = np.zeros((len(points), _STEPS, len(nodes)))
    for p, (before, after) in enumerate(pairwise(nodes)):
        for step in range(_STEPS):
            share = Fraction(step + 1, _STEPS + 1)
            if p == 0:  # the first two roots of trees like the star are orders of magnitude apart
                y = after / 5 ** (_STEPS - step)
            else:
                y = before * Fraction(_short(float(after / before) ** float(share)))
            for k, node in enumerate(nodes):
                weight = Fraction(1)
                for other in nodes:
                    if other != node:
                        weight *= (y - other) / (node - other)
                finer[p, step, k] = float(weight)
    signs = (-1.0) ** np.arange(len(points))
    return np.array(factors) * signs, finer
