"""Shards against the list of all positions."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam import ArgumentTypeError, DomainError, count_free_trees
from polyfam.census.batches import batches
from polyfam.census.shards import cut, default_size, halves_of


@pytest.mark.parametrize(("n", "size"), [(4, 1), (7, 3), (12, 1), (12, 100), (13, 10_000)])
def test_every_tree_is_in_exactly_one_shard(n: int, size: int) -> None:
    positions = [
        position
        for shard in cut(n, size)
        for batch in batches(shard)
        for position in batch.positions.tolist()
    ]
    assert sorted(positions) == list(range(count_free_trees(n)))


def test_a_shard_exceeds_its_size_by_less_than_a_run() -> None:
    longest = max(int((kind.last - kind.first).max()) for kind in halves_of(14).kinds)
    sizes = [sum(len(batch.positions) for batch in batches(shard)) for shard in cut(14, 300)]
    assert max(sizes) < 300 + longest


def test_names_are_distinct_and_sort_as_the_shards_do() -> None:
    names = [shard.name for shard in cut(20, 1000)]
    assert names == sorted(set(names))


@pytest.mark.parametrize("n", range(4, 34))
def test_default_shards_are_at_most_4096(n: int) -> None:
    assert -(-count_free_trees(n) // default_size(n)) <= 4096


def test_more_shards_than_names_are_refused() -> None:
    with pytest.raises(DomainError, match="'shard_size' must be at least 57 for n = 22, not 56"):
        cut(22, 56)


@pytest.mark.parametrize(("size", "error"), [(0, DomainError), (1.5, ArgumentTypeError)])
def test_other_sizes_are_refused(size: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="'shard_size' must be"):
        cut(10, size)


def test_batches_are_independent_of_what_was_done_before() -> None:
    shards = cut(11, 50)
    forwards = [list(batches(shard)) for shard in shards]
    halves_of.cache_clear()
    backwards = [list(batches(shard)) for shard in reversed(shards)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        for a, b in zip(one, other, strict=True):
            assert np.array_equal(a.positions, b.positions)
            assert np.array_equal(a.limbs, b.limbs)
