"""Tables of all trees of one order against single trees, sums over trees and literal rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family import table as module
from polyfam.family.engine import exact_products
from polyfam.family.named import eulerian_row, labelled_sum_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.single import beta_row
from polyfam.family.table import BetaTable, beta_table
from polyfam.trees import FreeTree, free_trees, path, star
from tests.oracles import trees
from tests.oracles.sequences import BETA_ROWS, ROW_SUMS

ORDERS = range(1, 15)


@pytest.fixture(scope="module")
def tables() -> dict[int, BetaTable]:
    """Make the small tables once."""
    return {n: beta_table(n) for n in ORDERS}


@pytest.fixture(scope="module")
def twenty() -> BetaTable:
    """Make the table of 823,065 polynomials."""
    return beta_table(20)


@pytest.mark.parametrize("n", BETA_ROWS)
def test_rows_match_literal_tables(tables: dict[int, BetaTable], n: int) -> None:
    assert tuple(p.row for p in tables[n]) == BETA_ROWS[n]


@pytest.mark.parametrize("n", ORDERS)
def test_every_tree_appears_once_in_lexicographic_order(
    tables: dict[int, BetaTable], n: int
) -> None:
    table = tables[n]
    assert len(table) == trees.FREE_TREES[n - 1]
    assert sorted(p.tree for p in table) == list(free_trees(n))
    assert all(one.coefficients < other.coefficients for one, other in pairwise(table))
    assert (table[0].tree, table[-1].tree) == (path(n), star(n))


@pytest.mark.parametrize("n", range(1, 14))
def test_rows_match_single_trees(tables: dict[int, BetaTable], n: int) -> None:
    for p in tables[n]:
        assert p.row == beta_row(p.tree.levels)
        assert p.coefficients == ((0, *p.row) if n > 1 else (1,))


@pytest.mark.parametrize("n", ORDERS)
def test_totals_match_literal_sums(tables: dict[int, BetaTable], n: int) -> None:
    assert sum(p.total for p in tables[n]) == ROW_SUMS[n - 1]


@pytest.mark.parametrize("n", range(2, 16))
def test_weighted_sums_match_labelled_trees(n: int) -> None:
    """The sum of n!/sigma P_t has a recurrence that lists no trees."""
    total = [0] * (n - 1)
    for p in beta_table(n):
        weight = factorial(n) // p.tree.automorphisms()
        total = [sofar + weight * c for sofar, c in zip(total, p.row, strict=True)]
    assert tuple(total) == labelled_sum_row(n)


@pytest.mark.parametrize("n", ORDERS)
def test_arrays_hold_the_same_numbers(tables: dict[int, BetaTable], n: int) -> None:
    table = tables[n]
    rows = [p.row for p in table]
    assert (table.n, table.degree, table.large_rows) == (n, n - 1, ())
    assert table.half.dtype == table.coefficients.dtype == np.uint64
    assert table.coefficients.tolist() == list(map(list, rows))
    assert table.half.tolist() == [list(row[: max(1, n // 2)]) for row in rows]
    assert table.half is table.half_words
    assert table.level_sequences().dtype == np.uint8
    assert table.level_sequences().tolist() == [list(p.tree.levels) for p in table]


def test_arrays_are_read_only(tables: dict[int, BetaTable]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        tables[7].half[0, 0] = 2
    changed = tables[7].coefficients
    changed[:] = 0
    assert tables[7][0].row == narayana_row(6)


@given(st.integers(1, 9), st.data())
def test_indices_and_slices_match_lists(n: int, data: st.DataObject) -> None:
    table = beta_table(n)
    listed = list(table)
    bound = st.integers(-len(listed) - 2, len(listed) + 2)
    start, stop = data.draw(st.none() | bound), data.draw(st.none() | bound)
    step = data.draw(st.none() | st.integers(-4, 4).filter(bool))
    part = table[start:stop:step]
    assert part == listed[start:stop:step]
    assert [p.tree for p in part] == [p.tree for p in listed[start:stop:step]]
    index = data.draw(st.integers(-len(listed), len(listed) - 1))
    assert table[index] == listed[index]
    assert table[np.int64(index)].tree == listed[index].tree
    if start is not None and start >= 0 and (stop is None or stop >= 0):
        sequences = [list(p.tree.levels) for p in listed]
        assert table.level_sequences(start, stop).tolist() == sequences[start:stop]


def test_table_is_a_sequence(tables: dict[int, BetaTable]) -> None:
    table = tables[8]
    assert isinstance(table, Sequence)
    assert list(reversed(table)) == list(table)[::-1]
    assert all(isinstance(p, BetaPolynomial) for p in table)
    fork = BetaPolynomial.from_row(beta_row(star(8).levels))
    assert fork in table
    assert table.index(fork) == len(table) - 1
    assert {type(c) for p in table for c in p.coefficients} == {int}
    assert repr(table) == "<BetaTable of order 8: 23 polynomials of degree 7>"


@pytest.mark.parametrize("index", [23, -24, 10**9])
def test_rows_out_of_range_are_refused(tables: dict[int, BetaTable], index: int) -> None:
    with pytest.raises(IndexError, match=f"Row {index} is not among the 23 rows of order 8"):
        tables[8][index]


@pytest.mark.parametrize("index", [1.0, "0", None, True])
def test_indices_that_are_no_integers_are_refused(
    tables: dict[int, BetaTable], index: object
) -> None:
    with pytest.raises(ArgumentTypeError, match="'index' must be an integer"):
        tables[8][index]


@pytest.mark.parametrize("n", [0, -1])
def test_orders_out_of_range_are_refused(n: int) -> None:
    with pytest.raises(DomainError, match=f"'n' must be at least 1, not {n}"):
        beta_table(n)


@pytest.mark.parametrize("n", [2.0, "6", None, True])
def test_orders_that_are_no_integers_are_refused(n: object) -> None:
    with pytest.raises(ArgumentTypeError, match="'n' must be an integer"):
        beta_table(n)


@pytest.mark.parametrize("n", [26, 60, 1000, 10**9])
def test_absurd_orders_are_refused_before_memory_is_taken(n: int) -> None:
    with pytest.raises(ResourceError, match=f"table of order {n} would take .* GiB of memory"):
        beta_table(n)


def test_table_with_large_rows_refuses_to_become_python_integers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Large rows are made here by pretending that words have 13 bits."""
    monkeypatch.setattr(exact_products, "EXACT_BELOW", 1.0)
    monkeypatch.setattr(exact_products, "WORD_BELOW", 2.0**13)
    table = beta_table(9)
    assert 0 < len(table.large_rows) < len(table)
    assert table.half.dtype == table.coefficients.dtype == object
    assert not table.half_words[list(table.large_rows)].any()
    monkeypatch.setattr(module, "_MEMORY", 40 * 4 * len(table) - 1)
    with pytest.raises(ResourceError, match=r"half_words and large_rows, instead"):
        _ = table.half
    assert table[-1].row == eulerian_row(8)


def test_twenty_vertices_match_the_literal_count_and_fit_their_memory(twenty: BetaTable) -> None:
    assert len(twenty) == trees.FREE_TREES[19] == 823_065
    assert twenty.large_rows == ()
    assert twenty.half.dtype == np.uint64
    assert twenty.half.shape == (823_065, 10)
    assert twenty.half.nbytes == 823_065 * 10 * 8
    assert twenty._positions.nbytes <= 823_065 * 8


def test_twenty_vertices_have_distinct_rows_in_lexicographic_order(twenty: BetaTable) -> None:
    """Each row exceeds the one before it in the first column where they differ."""
    half = twenty.half
    differ = half[1:] != half[:-1]
    assert differ.any(axis=1).all()
    column = differ.argmax(axis=1)[:, None]
    following = np.take_along_axis(half[1:], column, axis=1)
    assert (following > np.take_along_axis(half[:-1], column, axis=1)).all()


def test_twenty_vertices_belong_to_distinct_trees(twenty: BetaTable) -> None:
    sequences = twenty.level_sequences()
    packed = np.zeros(len(sequences), np.uint64)
    for level in sequences.T[2:]:  # the first two levels are 0 and 1, the others at most 10
        packed = packed * np.uint64(11) + level  # 11^18 < 2^64
    assert sequences.max() <= 10
    assert len(np.unique(packed)) == len(twenty)


def test_twenty_vertices_match_single_trees_in_a_sample(twenty: BetaTable) -> None:
    generator = np.random.default_rng(20)
    sample = generator.choice(len(twenty), 200, replace=False).tolist()
    for k in (*sample, 0, 1, 2, -3, -2, -1):
        p = twenty[k]
        assert p.row == beta_row(p.tree.levels) == row_from_faces(face_numbers(p.tree.levels))
        assert FreeTree(p.tree.levels).levels == p.tree.levels
    assert twenty[0].row == narayana_row(19)
    assert twenty[-1].row == eulerian_row(19)
