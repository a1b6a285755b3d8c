"""Distinctness where polynomials do coincide, and where only their digests do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from polyfam import beta_table
from polyfam.census import distinctness, survey
from polyfam.census.batches import Batch
from polyfam.census.batches import batches as real_batches
from polyfam.census.digest import digests as real_digests
from polyfam.census.digest import family_digest
from polyfam.census.distinctness import Distinctness, tell_apart
from polyfam.census.shards import Shard, cut, halves_of


def tell(n: int, size: int, memory: int = 1 << 20) -> Distinctness:
    """Survey all shards and tell their polynomials apart."""
    shards = cut(n, size)
    return tell_apart(shards, [survey.survey(shard).digests for shard in shards], memory)


@pytest.mark.parametrize("n", [4, 9, 13])
@pytest.mark.parametrize("size", [7, 5000])
@pytest.mark.parametrize("memory", [200, 1 << 20])
def test_digest_is_that_of_the_definition(n: int, size: int, memory: int) -> None:
    if n == 13 and size == 7:
        memory = 1 << 16
    assert tell(n, size, memory) == Distinctness(family_digest(beta_table(n)), (), 0)


@pytest.fixture
def merge_trees(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[int, int]], None]:
    """Return a function that gives trees the polynomials of others, by position."""

    def merge(same: dict[int, int]) -> None:
        def batches(shard: Shard) -> Iterator[Batch]:
            whole = next(real_batches(Shard(shard.n, 0, 10**6)))
            for batch in real_batches(shard):
                sources = [same.get(k, k) for k in batch.positions.tolist()]
                yield Batch(batch.positions, whole.limbs[..., sources])

        monkeypatch.setattr(survey, "batches", batches)
        monkeypatch.setattr(distinctness, "batches", batches)

    return merge


@pytest.mark.parametrize("size", [5, 1000])
def test_equal_polynomials_are_found_with_their_trees(
    size: int, merge_trees: Callable[[dict[int, int]], None]
) -> None:
    merge_trees({20: 3, 33: 3, 11: 10})
    result = tell(9, size)
    levels = list(map(tuple, halves_of(9).levels(np.arange(47)).tolist()))
    groups = [(3, 20, 33), (10, 11)]
    expected = sorted(tuple(sorted(levels[k] for k in group)) for group in groups)
    assert result.collisions == tuple(expected)
    assert result.coincidences == 0
    assert result.surplus == 3
    rows = [p for k, p in enumerate(by_position(9)) if k not in (20, 33, 11)]
    rows += [by_position(9)[k] for k in (3, 3, 10)]
    assert result.digest == family_digest(rows)


def by_position(n: int) -> list:
    """Return the polynomials in the order of the engine."""
    known = {p.tree.levels: p for p in beta_table(n)}
    halves = halves_of(n)
    return [known[tuple(t)] for t in halves.levels(np.arange(halves.count)).tolist()]


@pytest.mark.parametrize("keep", [[0xF << 60, 0], [2**64 - 1, 0], [0, 0xF], [0, 0]])
def test_equal_digests_of_different_polynomials_are_no_collision(
    keep: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = np.array(keep, np.uint64)[:, np.newaxis]

    def weak(limbs: np.ndarray, j: int) -> np.ndarray:
        return real_digests(limbs, j) & mask

    monkeypatch.setattr(survey, "digests", weak)
    monkeypatch.setattr(distinctness, "digests", weak)
    result = tell(10, 30)
    values = [
        (int(u) << 64 | int(v)).to_bytes(16, "big")
        for batch in real_batches(Shard(10, 0, 1000))
        for u, v in weak(batch.limbs, 9).T.tolist()
    ]
    assert result.collisions == ()
    assert result.coincidences == sum(values.count(value) > 1 for value in set(values))
    assert result.digest == hashlib.sha256(b"".join(sorted(values))).hexdigest()


def test_collisions_among_coincidences(
    merge_trees: Callable[[dict[int, int]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def useless(limbs: np.ndarray, j: int) -> np.ndarray:
        return real_digests(limbs, j) * np.uint64(0)

    merge_trees({20: 3})
    monkeypatch.setattr(survey, "digests", useless)
    monkeypatch.setattr(distinctness, "digests", useless)
    result = tell(9, 10)
    assert [len(group) for group in result.collisions] == [2]
    assert result.coincidences == 1
