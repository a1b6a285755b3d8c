"""Shards: what they say does not depend on their number, and equal keys are followed up."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam import beta_table, count_free_trees
from polyfam.census import digest_of
from polyfam.census import shards as module
from polyfam.census.certificate import Certificate
from polyfam.census.keys import POINTS, PlainKeys, key_of
from polyfam.census.shards import Record, Shard, survey


def certificate(n: int, m: int) -> Certificate:
    """Take a census in this many shards."""
    return Certificate.of(n, [survey(Shard(n, m, index))[1] for index in range(m)], {})


@pytest.mark.parametrize("n", [4, 7, 12, 16])
def test_the_certificate_does_not_depend_on_the_number_of_shards(n: int) -> None:
    whole = certificate(n, 1)
    for m in (2, 7):
        found = certificate(n, m)
        assert (found.trees, found.digest, found.polynomials) == (
            whole.trees, whole.digest, whole.polynomials,
        )  # fmt: skip
        assert found.failures() == []


@pytest.mark.parametrize("n", range(4, 16))
def test_the_digest_is_that_of_the_table(n: int) -> None:
    keys = [key_of((poly(POINTS[0]), poly(POINTS[1]))) for poly in beta_table(n)]
    assert certificate(n, 1).digest == f"{digest_of(np.array(keys, np.uint64)):032x}"


def test_digests_add_up_and_do_not_see_the_order() -> None:
    keys = np.random.default_rng(3).integers(0, 2**60, 10_000, np.uint64)
    whole = digest_of(keys)
    parts = [digest_of(part) for part in (keys[:77], keys[77:])]
    assert sum(part % 2**64 for part in parts) % 2**64 == whole % 2**64
    assert sum(part >> 64 for part in parts) % 2**64 == whole >> 64
    assert digest_of(keys[::-1].copy()) == whole


def test_both_ways_to_a_digest_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.random.default_rng(4).integers(0, 2**60, 5_000, np.uint64)
    whole = digest_of(keys)
    monkeypatch.setattr(module, "compiled", lambda: False)
    assert digest_of(keys) == whole


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give many trees the same key."""
    pairs = PlainKeys.pairs

    def few(self: PlainKeys, wanted: int):
        for each in pairs(self, wanted):
            yield each._replace(keys=each.keys % np.uint64(50))

    monkeypatch.setattr(module, "compiled", lambda: False)
    monkeypatch.setattr(PlainKeys, "pairs", few)
    module._keys.cache_clear()
    yield
    module._keys.cache_clear()


@pytest.mark.usefixtures("coarse")
def test_equal_keys_of_different_polynomials_are_coincidences() -> None:
    found = certificate(10, 1)
    assert found.collisions == ()
    assert found.coincidences > 20
    assert found.polynomials == count_free_trees(10)


@pytest.mark.usefixtures("coarse")
def test_equal_polynomials_are_collisions_with_their_witnesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # as if the second coefficient were the whole polynomial
    monkeypatch.setattr(module, "beta_row", lambda levels: _row(levels)[:2])
    pairs = PlainKeys.pairs

    def second(self: PlainKeys, wanted: int):
        for each in pairs(self, wanted):
            keys = np.zeros_like(each.keys)
            for b, a in np.argwhere(each.inside).tolist():
                keys[b, a] = _row(each.kind.tree(int(each.a[a]), int(each.b[b])))[1]
            yield each._replace(keys=keys)

    monkeypatch.setattr(PlainKeys, "pairs", second)
    module._keys.cache_clear()
    _, record = survey(Shard(7, 1, 0))
    rows: dict[int, list[tuple[int, ...]]] = {}
    for polynomial in beta_table(7):
        rows.setdefault(polynomial.row[1], []).append(polynomial.tree.levels)
    expected = {coefficient: len(trees) for coefficient, trees in rows.items() if len(trees) > 1}
    assert {_row(group[0])[1]: len(group) for group in record.collisions} == expected


def _row(levels: tuple[int, ...] | list[int]) -> tuple[int, ...]:
    from polyfam.family.single import beta_row

    return beta_row(levels)


def test_what_is_left_is_decided_on_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    from polyfam.census import signs

    monkeypatch.setattr(signs, "_HALF", 2.0)
    module._signs.cache_clear()
    _, record = survey(Shard(8, 1, 0))
    assert (record.single, record.double, record.integers) == (0, 0, 23)
    monkeypatch.setattr(module, "is_real_rooted", lambda row: max(row) < 500)
    module._signs.cache_clear()
    _, record = survey(Shard(8, 1, 0))
    assert record.integers + len(record.not_real_rooted) == 23
    assert all(max(_row(tree)) >= 500 for tree in record.not_real_rooted)
    module._signs.cache_clear()


def test_records_survive_json() -> None:
    record = Record(9, 2**127 + 5, (((0, 1, 1), (0, 1, 2)),), 1, 7, 1, 0, ((0, 1),), 0.5)
    assert Record.from_json(record.to_json()) == record
