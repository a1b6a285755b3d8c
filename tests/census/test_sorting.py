"""Sorting against Python's, and its memory against the bound."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.census.distinctness import tell_apart
from polyfam.census.sorting import BYTES, merged, sort_digests

words = st.one_of(st.integers(0, 3), st.integers(0, 2**64 - 1), st.integers(2**64 - 3, 2**64 - 1))
digests = st.lists(st.tuples(words, words), max_size=40)


def array(pairs: list[tuple[int, int]]) -> np.ndarray:
    """Return upper and lower words as two rows."""
    return np.array(pairs, np.uint64).reshape(-1, 2).T


def pairs(array: np.ndarray) -> list[tuple[int, int]]:
    """Return the columns as tuples."""
    return list(map(tuple, array.T.tolist()))


@given(digests)
def test_order_is_that_of_tuples(values: list[tuple[int, int]]) -> None:
    assert pairs(sort_digests(array(values))) == sorted(values)


@given(st.lists(digests, min_size=1, max_size=4), st.integers(1, 10), st.integers(1, 3))
def test_merging_sorts_everything_once(
    runs: list[list[tuple[int, int]]], most: int, threads: int
) -> None:
    pieces = [pairs(p) for p in merged([array(sorted(run)) for run in runs], most, threads)]
    assert [pair for piece in pieces for pair in piece] == sorted(x for run in runs for x in run)
    for piece in pieces:
        assert len(piece) <= most or len({upper for upper, _ in piece}) == 1
    for before, after in pairwise(pieces):
        assert before[-1][0] < after[0][0]


@pytest.mark.parametrize(("memory", "threads"), [(1 << 20, 1), (1 << 20, 2), (4 << 20, 1)])
def test_memory_stays_below_what_is_allowed(tmp_path: Path, memory: int, threads: int) -> None:
    random = np.random.default_rng(0)
    runs = []
    for k in range(10):
        values = sort_digests(random.integers(0, 2**64, (2, 30_000), np.uint64, endpoint=False))
        np.save(tmp_path / f"{k}.npy", values)
        runs.append(np.load(tmp_path / f"{k}.npy", mmap_mode="r"))
    tell_apart(runs, runs, memory, threads)
    tracemalloc.start()
    tell_apart(runs, runs, memory, threads)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert memory < BYTES * 300_000  # all at once would not fit
    assert peak < memory
