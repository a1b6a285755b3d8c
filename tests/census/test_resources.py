"""The stated bounds on memory against what numpy allocates."""

from __future__ import annotations

import tracemalloc

import pytest

from polyfam.census.resources import _stock, default_memory, worker_memory
from polyfam.census.shards import Shard, halves_of
from polyfam.census.survey import survey
from polyfam.family.engine.halves import Halves


@pytest.mark.parametrize("n", [4, 5, 10, 15, 18, 21])
def test_stock_is_counted_without_building_it(n: int) -> None:
    halves = Halves(n)
    sides = {id(side): len(side) for kind in halves.kinds for side in (kind.a, kind.b)}
    total, largest = _stock(n)
    assert largest == max(sides.values())
    assert sum(sides.values()) <= total <= 2 * sum(sides.values()) + 10


@pytest.mark.parametrize(("n", "size"), [(12, 100), (18, 1 << 16), (20, 1 << 18), (22, 1 << 16)])
def test_a_worker_stays_below_its_bound(n: int, size: int) -> None:
    halves_of.cache_clear()
    tracemalloc.start()
    survey(Shard(n, 0, size))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < worker_memory(n, size)


def test_the_stock_is_the_greater_part_of_the_bound_when_it_is_large() -> None:
    bounds = [worker_memory(n, 1 << 18) for n in range(4, 31)]
    assert bounds == sorted(bounds)
    assert bounds[-1] < 32 << 30


def test_default_memory_is_half_of_a_plausible_machine() -> None:
    assert 128 << 20 < default_memory() < 1 << 50
