r"""Rooted trees as vectors of numbers: the Meixner basis at a number beta.

A rooted tree with m edges is a vector A_0, ..., A_m of polynomials in beta with nonnegative integer
coefficients, in the basis q_0, q_1, ... with the generating function

    sum over a of q_a(k) t^a = (1 + t)^k / (1 + beta t)^(k + 1).

- Two rooted trees glued at their roots have  P = sum over l of beta^l A_l B_l.
- Hanging a tree on a new edge gives  A'_l = A_{l-1} + (1 + beta) A_l + beta A_{l+1},  l > 0, and
  A'_0 = beta A_0 + beta A_1.
- Gluing at the roots is multiplication of functions of k.  Since the product of the generating
  functions at t and s is that at u = (t + s + (1 + beta) t s)/(1 - beta t s), divided by
  1 - beta t s,

  q_a q_b = sum over l, i of  c q_l beta^i binom(l + i, i),
      c = [t^(a-i) s^(b-i)] (t + s + (1 + beta) t s)^l.

Nothing is subtracted and nothing divided, so the rules hold in every commutative ring.  Two are
used: the integers modulo a prime, where a vector has one number a level, and the numbers
e + beta o with beta^2 = r^2, e, o >= 0, two numbers a level, which stand for beta = -r without
any cancellation.

References
----------
R. Koekoek, P. A. Lesky, R. F. Swarttouw, Hypergeometric Orthogonal Polynomials and Their
q-Analogues (2010), section 9.10: up to a factor q_a is the Meixner polynomial with parameters 1 and
beta.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from math import comb
from typing import Protocol

import numpy as np

from polyfam.trees.halves import Forests, Part, kinds
from polyfam.typing import Array

__all__ = ["Pairs", "Residues", "Ring", "Stock", "reach", "residues_dot"]


class Ring(Protocol):
    """Numbers that stand for polynomials in beta, `width` of them for each."""

    width: int

    def __hash__(self) -> int:
        """Tell rings apart."""

    def constants(self, polynomials: Array) -> Array:
        """Return polynomials as matrices of multiplication, shape (..., width, width)."""

    def dot(self, rows: Array, matrix: Array) -> Array:
        """Return the product of two matrices."""


class Residues:
    """The integers modulo a prime below 2^30 in doubles, beta = `point`.

    A product of matrices is exact: one factor is cut into pieces of 15 bits, and a sum of at most
    256 products of 30 and 15 bits stays below 2^53.
    """

    width = 1

    def __init__(self, prime: int, point: int) -> None:
        self.prime, self.point = prime, point

    def constants(self, polynomials: Array) -> Array:
        """Return polynomials with integer coefficients as residues."""
        powers = [pow(self.point, i, self.prime) for i in range(polynomials.shape[-1])]
        values = polynomials.astype(object) @ np.array(powers, object) % self.prime
        return np.array(values, np.float64)[..., None, None]

    def dot(self, rows: Array, matrix: Array) -> Array:
        """Return the product of two matrices of residues."""
        return residues_dot(rows, matrix, self.prime)


def residues_dot(rows: Array, matrix: Array, prime: int | Array) -> Array:
    """Return products of matrices of residues, modulo primes below 2^30 of any broadcast shape."""
    high = np.floor(matrix / (1 << 15))
    sums = _reduce(rows @ high, prime) * (1 << 15)
    sums += rows @ (matrix - high * (1 << 15))
    return _reduce(sums, prime)


def _reduce(numbers: Array, prime: int | Array) -> Array:
    """Return integers below 2^52 modulo a prime; the quotient is not rounded up so far."""
    rest: Array = numbers - np.floor(numbers / prime) * prime
    return rest


class Pairs:
    """The numbers e + beta o with beta^2 = r^2 and e, o >= 0, in doubles."""

    width = 2

    def __init__(self, r: float) -> None:
        self.r = r

    def constants(self, polynomials: Array) -> Array:
        """Return polynomials with nonnegative coefficients as 2 x 2 matrices."""
        coefficients = polynomials.astype(np.float64)
        square = self.r**2
        powers = square ** np.arange(polynomials.shape[-1] // 2 + 1)
        even = coefficients[..., ::2] @ powers[: coefficients[..., ::2].shape[-1]]
        odd = coefficients[..., 1::2] @ powers[: coefficients[..., 1::2].shape[-1]]
        rows = [np.stack((even, odd), -1), np.stack((square * odd, even), -1)]
        return np.stack(rows, -2)

    def dot(self, rows: Array, matrix: Array) -> Array:
        """Return the product of two matrices."""
        return rows @ matrix


def reach(n: int) -> tuple[int, int]:
    """Return the most edges of a half of a tree on n vertices, and of a branch that it is made of.

    Examples
    --------
    >>> reach(30)
    (21, 14)
    """
    return max(kind.b.m for kind in kinds(n)), (n - 1) // 2


class Stock:
    """The vectors of forests in a ring, made from those of shorter ones when they are asked for.

    Parameters
    ----------
    ring : Ring
    edges, shorter : int
        How many edges a product may have, and the shorter one of its factors.
    """

    def __init__(self, ring: Ring, edges: int, shorter: int) -> None:
        self.ring, self._edges, self._shorter = ring, edges, shorter
        self._whole: dict[int, Array] = {}
        self._planted: dict[int, Array] = {}

    def vectors(self, forests: Forests, count: int | None = None) -> Array:
        """Return the vectors of the first forests of a list, shape (count, (m + 1) * width).

        They are kept for the lists that need them.
        """
        m = forests.m
        count = forests.count if count is None else count
        kept = self._whole.get(m)
        if kept is None or len(kept) < count:
            kept = self._whole[m] = self.some(forests, 0, count, m + 1)
        return kept[:count]

    def planted(self, trees: Forests) -> Array:
        """Return the vectors of all trees of a list, each hung on a new edge."""
        if trees.m not in self._planted:
            self._planted[trees.m] = self.hung(self.vectors(trees))
        return self._planted[trees.m]

    def hung(self, rows: Array) -> Array:
        """Return the vectors of trees hung on a new edge."""
        return self.ring.dot(rows, _hang(self.ring, rows.shape[1] // self.ring.width))

    def some(self, forests: Forests, start: int, stop: int, levels: int) -> Array:
        """Return the first levels of the vectors of some forests, which are not kept."""
        width = self.ring.width
        out = np.zeros((stop - start, levels * width))
        if forests.m == 0:
            out[:, 0] = 1
            return out
        for part in forests.parts:
            low = max(start, part.start)
            high = min(stop, part.start + int(part.ends[-1]))
            if low < high:
                self._fill(out[low - start : high - start], part, low - part.start, levels)
        return out

    def _fill(self, out: Array, part: Part, skip: int, levels: int) -> None:
        """Write the products of a part, from the one numbered `skip` on."""
        ends = part.ends
        first = int(np.searchsorted(ends, skip, side="right"))
        last = int(np.searchsorted(ends, skip + len(out), side="left")) + 1
        planted = self.planted(part.trees)[first:last]
        rests = self.vectors(part.others, int(part.cuts[first:last].max()))
        if part.size <= part.others.m:
            for q, matrix in enumerate(self._multiplications(planted, rests, levels), first):
                begin = int(ends[q] - part.cuts[q])
                low, high = max(begin, skip), min(int(ends[q]), skip + len(out))
                rows = rests[low - begin : high - begin]
                out[low - skip : high - skip] = self.ring.dot(rows, matrix)
            return
        numbers = skip + np.arange(len(out))
        branch = np.searchsorted(ends, numbers, side="right")
        rest = numbers - (ends - part.cuts)[branch]
        for k, matrix in enumerate(self._multiplications(rests, planted, levels)):
            rows = np.flatnonzero(rest == k)
            out[rows] = self.ring.dot(planted[branch[rows] - first], matrix)

    def _multiplications(self, vectors: Array, others: Array, levels: int) -> Array:
        """Return the matrices that multiply `others` by some vectors, up to a level."""
        width = self.ring.width
        rows, columns = vectors.shape[1] // width, others.shape[1] // width
        products = self._products[:rows, :, :columns, :, :levels].reshape(rows * width, -1)
        flat = self.ring.dot(vectors, products)
        return flat.reshape(len(vectors), columns * width, levels * width)

    @cached_property
    def _products(self) -> Array:
        """The products beta^i q_a times beta^k q_b, shape (a, i, b, k, l, width)."""
        width = self.ring.width
        table = _linearization(self._shorter + 1, self._edges + 1)
        constants = self.ring.constants(table)
        full = np.zeros((*constants.shape[:1], width, *constants.shape[1:2], width,
                         *constants.shape[2:3], width))  # fmt: skip
        beta = self.ring.constants(np.array([0, 1]))
        for i in range(width):
            for k in range(width):
                power = np.linalg.matrix_power(beta, i + k)
                full[:, i, :, k] = (constants @ power)[..., 0, :]
        return full


@lru_cache(maxsize=4)
def _linearization(rows: int, columns: int) -> Array:
    """Return the polynomials c in q_a q_b = sum of c q_l, a < rows and b, l < columns."""
    table = np.zeros((rows, columns, columns, rows + columns), object)
    for a in range(rows):
        for b in range(columns):
            for level in range(min(columns, a + b + 1)):
                # i, and `both` factors (1 + beta) t s in the level-th power
                for i in range(min(a, b, (a + b - level) // 2) + 1):
                    both = a + b - 2 * i - level
                    left, right = level - a + i, level - b + i
                    if min(left, right) >= 0:
                        ways = comb(level, left) * comb(level - left, right) * comb(level + i, i)
                        for e in range(both + 1):
                            table[a, b, level, i + e] += ways * comb(both, e)
    return table


@lru_cache(maxsize=256)
def _hang(ring: Ring, levels: int) -> Array:
    """Return the matrix that hangs a vector with so many levels on a new edge."""
    table = np.zeros((levels, levels + 1, 2), object)
    for level in range(levels):
        table[level, level + 1, 0] = 1
        table[level, level] = (int(level > 0), 1)
        if level:
            table[level, level - 1, 1] = 1
    constants = ring.constants(table)
    width = ring.width
    beta = ring.constants(np.array([0, 1]))
    full = np.zeros((levels, width, levels + 1, width))
    for i in range(width):
        full[:, i] = (constants @ np.linalg.matrix_power(beta, i))[..., 0, :]
    return full.reshape(levels * width, (levels + 1) * width)
