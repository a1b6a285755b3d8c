"""Where 53 bits, and then 64, cease to be enough: n = 21, 22, 23, 24 against big integers."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.family import compiled
from polyfam.family.engine import Halves
from polyfam.family.exact_products import EXACT_BELOW, to_words
from polyfam.family.named import eulerian_row
from polyfam.family.single import half_row


def test_bounds_match_the_largest_eulerian_numbers():
    """Stars are the largest members: 64 bits hold them to n = 22, 53 bits to n = 19."""
    largest = {n: max(eulerian_row(n - 1)) for n in range(18, 25)}
    assert largest[22] < 1 << 64 <= largest[23]
    assert largest[19] < EXACT_BELOW <= largest[20]


@pytest.fixture(scope="module", params=[21, 22, 23, 24])
def halves(request):
    return Halves(request.param)


def first_forests(halves: Halves, many: int) -> list[np.ndarray]:
    """Choose the A with the most leaves among those of the greatest length: stars and the like."""
    longest = max(range(len(halves.kinds)), key=lambda k: halves.kinds[k].a.m)
    return [np.arange(many if k == longest else 0) for k in range(len(halves.kinds))]


def test_words_match_big_integers_near_the_star(halves):
    sizes = {"below 53 bits": 0, "53 to 64 bits": 0, "beyond 64 bits": 0}
    for start, rows in halves.coefficients(slice(None), first_forests(halves, 60)):
        words, too_large = to_words(rows)
        some = np.unique([*range(0, len(words), 1 + len(words) // 8), *too_large[:3].tolist()])
        for k, levels in zip(some, halves.levels(start + some).tolist(), strict=True):
            expected = half_row(levels)
            beyond = max(expected) >= 1 << 64
            assert beyond == (k in too_large)
            assert beyond or words[k].tolist() == expected
            at_most_53 = max(expected) < EXACT_BELOW
            sizes[
                "beyond 64 bits" if beyond else "below 53 bits" if at_most_53 else "53 to 64 bits"
            ] += 1
    assert sizes["53 to 64 bits"] > 10
    assert (sizes["beyond 64 bits"] > 0) == (halves.n >= 23)


def test_compiled_rows_match_big_integers_or_are_handed_back():
    halves = Halves(20)
    place = np.arange(halves.count, dtype=np.int32)
    rows = np.empty((halves.count, halves.half), np.uint64)
    too_large = compiled.fill_rows(halves, place, rows)
    generator = np.random.default_rng(0)
    for kind, starts, flagged in zip(halves.kinds, halves.starts, too_large, strict=True):
        good = np.setdiff1d(np.flatnonzero(kind.last > kind.first), flagged)
        for a in generator.choice(good, min(20, len(good)), replace=False):
            position = generator.integers(starts[a], starts[a + 1], 3)
            for k, levels in zip(position, halves.levels(position).tolist(), strict=True):
                assert rows[k].tolist() == half_row(levels)
