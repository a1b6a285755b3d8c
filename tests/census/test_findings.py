"""Findings about shards against what brute force finds in the whole table."""

from __future__ import annotations

import json
from collections import Counter
from functools import reduce
from operator import add

import numpy as np
import pytest

from polyfam import beta_table, free_sum_row
from polyfam.census.batches import Batch
from polyfam.census.examination import examine
from polyfam.census.findings import Findings
from polyfam.census.limbs import limbs_of_integers
from polyfam.census.shards import Shard, cut, halves_of
from polyfam.census.survey import survey


def brute_force(rows: list[tuple[int, ...]]) -> Findings:
    """Return the findings about polynomials all of which are as conjectured."""
    columns = list(zip(*rows, strict=True))[: (len(rows[0]) + 1) // 2]
    return Findings(
        trees=len(rows),
        minima=tuple(map(min, columns)),
        maxima=tuple(map(max, columns)),
        sums=tuple(map(sum, columns)),
        bits_at_one=Counter(sum(row).bit_length() for row in rows),
        by_points=len(rows),
    )


@pytest.mark.parametrize(("n", "size"), [(4, 1), (5, 2), (9, 10), (12, 100), (13, None)])
def test_shards_add_up_to_what_brute_force_finds(n: int, size: int | None) -> None:
    findings = [survey(shard).findings for shard in cut(n, size)]
    expected = brute_force([p.row for p in beta_table(n)])
    assert reduce(add, findings) == expected
    assert reduce(add, reversed(findings), Findings()) == expected


@pytest.mark.parametrize("n", range(4, 15))
def test_sums_are_the_free_tree_sum(n: int) -> None:
    sums = survey(Shard(n, 0, 10_000)).findings.sums
    assert sums == tuple(free_sum_row(n)[: n // 2])


def examined(n: int, rows: list[list[int]]) -> Findings:
    """Examine polynomials as if they belonged to the first trees on n vertices."""
    return examine(halves_of(n), Batch(np.arange(len(rows)), limbs_of_integers(rows)))


def test_long_polynomials_are_compared_to_the_last_digit() -> None:
    big = 1 << 100
    rows = [[1, big + k, big**2 >> 70] for k in (5, 3, 4)]
    findings = examined(6, rows)
    assert findings.minima[1] == big + 3
    assert findings.maxima[1] == big + 5
    assert findings.sums[1] == 3 * big + 12
    assert findings.beyond_words == 3


def test_what_fits_64_bits_is_not_counted_as_beyond() -> None:
    rows = [[1, 3, (1 << 64) - 1], [1, 3, 1 << 64], [1, 1 << 100, 7]]
    assert examined(6, rows).beyond_words == 2


@pytest.mark.parametrize("power", [22, 44, 52, 53, 64, 66, 100])
def test_bit_length_at_one_is_exact_at_powers_of_two(power: int) -> None:
    rows = [[1, (1 << power - 1) - 1 + shift, 1] for shift in (-1, 0)]  # P(1) = 2^power - 1, ...
    values = [2 * sum(row[:2]) + row[2] for row in rows]
    assert examined(6, rows).bits_at_one == Counter(v.bit_length() for v in values)


def test_exceptions_are_named() -> None:
    good, complex_roots, dented = [1, 10, 20], [1, 2, 2], [1, 10, 101]
    findings = examined(6, [good, complex_roots, dented])
    trees = list(map(tuple, halves_of(6).levels(np.arange(3)).tolist()))
    assert findings.by_points == 1
    assert set(findings.not_real_rooted) == {trees[1], trees[2]}
    assert findings.not_log_concave == (trees[2],)


def test_equality_in_log_concavity_is_no_exception() -> None:
    assert examined(6, [[1, 3, 9]]).not_log_concave == ()
    assert examined(7, [[1, 3, 3]]).not_log_concave == ()
    assert len(examined(7, [[1, 3, 2]]).not_log_concave) == 1


def test_double_roots_are_left_to_sturm() -> None:
    findings = examined(6, [[1, 8, 14]])  # gamma = 1 + 4 y + 4 y^2 up to the factor of h
    assert findings.by_points == 0
    assert findings.not_real_rooted == ()


def test_findings_survive_json() -> None:
    findings = examined(6, [[1, 1 << 100, 5], [1, 2, 2]])
    assert Findings.from_json(json.loads(json.dumps(findings.to_json()))) == findings
