"""Rows beyond 64 bits against big-integer arithmetic on single trees."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.census import long_rows as module
from polyfam.census.batches import batches
from polyfam.census.limbs import SHORT, to_integers
from polyfam.census.long_rows import long_rows
from polyfam.census.shards import Shard, halves_of
from polyfam.family.named import eulerian_row
from polyfam.family.single import half_row


@pytest.mark.parametrize("n", [4, 5, 8, 11, 12])
def test_all_rows_of_small_orders(n: int) -> None:
    halves = halves_of(n)
    positions = np.arange(halves.count)
    expected = list(map(half_row, halves.levels(positions).tolist()))
    assert to_integers(long_rows(halves, positions)) == expected


def test_rows_near_the_star_on_24_vertices() -> None:
    halves = halves_of(24)
    [*_, batch] = batches(Shard(24, 0, 1000))
    assert batch.limbs.shape[1] > SHORT
    some = slice(None, None, 40)
    rows = to_integers(batch.limbs[..., some])
    assert rows == list(map(half_row, halves.levels(batch.positions[some]).tolist()))
    assert all(max(row) >= 1 << 64 for row in to_integers(batch.limbs))


@pytest.mark.parametrize("n", [5, 16, 23, 24])
def test_row_of_the_star_is_eulerian(n: int) -> None:
    halves = halves_of(n)
    # Among the trees with one centroid and the most vertices in A, all branches are as small.
    star = halves.starts[sum(not kind.joined for kind in halves.kinds) - 1][:1]
    assert halves.levels(star).tolist() == [[0, *[1] * (n - 1)]]
    assert to_integers(long_rows(halves, star)) == [list(eulerian_row(n - 1)[: n // 2])]


def test_trees_with_a_half_beyond_64_bits_are_computed_singly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(table):
        words, _ = words_of(table)
        return words, np.arange(0, len(words), 2)

    words_of = module.to_words
    monkeypatch.setattr(module, "to_words", unknown)
    halves = halves_of(9)
    positions = np.arange(halves.count)
    expected = list(map(half_row, halves.levels(positions).tolist()))
    assert to_integers(long_rows(halves, positions)) == expected
