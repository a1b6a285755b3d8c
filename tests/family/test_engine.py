"""Vectors of forests, and halves, against listings of trees, in pure numpy and in machine code."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family.engine import groups as groups_module
from polyfam.family.engine import machine, rows
from polyfam.family.engine.basis import from_gamma, gamma_basis
from polyfam.family.engine.exact_products import to_words
from polyfam.family.engine.groups import groups
from polyfam.family.engine.halves import Halves
from polyfam.family.engine.rows import canonical_rows
from polyfam.family.engine.stock import forest_vectors
from polyfam.family.engine.stock import planted as hung
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.trees import FreeTree, free_trees
from polyfam.trees.halves import Forests
from tests.oracles import trees

#: Whether the inner loops run in machine code; both ways where numba is installed.
WAYS = sorted({False, machine.is_available()})


@pytest.fixture(params=WAYS, ids=lambda fast: "machine code" if fast else "numpy")
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Choose how the engine computes."""
    monkeypatch.setattr(machine, "is_available", lambda: request.param)
    monkeypatch.setattr(rows, "SMALL", 3)
    return request.param


def row_by_faces(levels: list[int]) -> list[int]:
    """Return the half row of a level sequence by a route the engine has no part in."""
    return list(row_from_faces(face_numbers(levels))[: len(levels) // 2])


@pytest.mark.parametrize("planted", [False, True])
def test_vectors_of_forests_hold_their_gamma_vectors(planted: bool) -> None:
    """The powers of y at s = 0: of U that of the forest at a root, of eps with one more leaf."""
    top = 3
    basis = gamma_basis(top)
    at_zero = np.flatnonzero(basis.levels == 0)
    lists: dict[int, Forests] = {}
    for m in range(2 * top + 2):
        lists[m] = Forests(m, m, lists)
    for m, table in forest_vectors(basis, lists).items():
        if m == 0:
            continue
        # e_0 = u_0 + y u_1, the dot product with the vector 1 of a hung vertex
        vectors = (hung(basis, m, table) if planted else table).values[:, at_zero]
        for levels, gamma in zip(lists[m].level_sequences.tolist(), vectors.tolist(), strict=True):
            tree = [0, *levels, 1] if planted else [0, *levels]
            row = row_from_faces(face_numbers(tree))
            padded = np.append(gamma, [0] * len(row))[: len(tree) // 2]
            found = (padded @ from_gamma(len(tree))).tolist()
            assert found[: top + 1] == list(row[: len(tree) // 2])[: top + 1]


@pytest.mark.parametrize("n", range(4, 23))
def test_numbers_of_halves_match_literal_counts(n: int) -> None:
    halves = Halves(n)
    assert halves.count == trees.FREE_TREES[n - 1]
    ends = [0, *(int(starts[-1]) for starts in halves.starts)]
    assert [int(starts[0]) for starts in halves.starts] == ends[:-1]
    for (pairs, _, _), starts in zip(halves.kinds, halves.starts, strict=True):
        assert (np.diff(starts) == np.maximum(pairs.last - pairs.first, 0)).all()
        assert pairs.first >= 0
        assert pairs.last.max() <= pairs.b.count


@pytest.mark.parametrize("n", range(4, 15))
def test_halves_match_the_listing_of_free_trees(n: int) -> None:
    """Every tree once, by its canonical level sequence."""
    halves = Halves(n)
    sequences = list(map(tuple, halves.levels(np.arange(halves.count)).tolist()))
    assert sorted(sequences) == sorted(tree.levels for tree in free_trees(n))


@given(st.integers(4, 14), st.data())
def test_levels_do_not_depend_on_what_else_is_asked(n: int, data: st.DataObject) -> None:
    halves = Halves(n)
    positions = data.draw(st.lists(st.integers(0, halves.count - 1), max_size=9))
    everything = halves.levels(np.arange(halves.count))
    chosen = np.array(positions, dtype=np.int64)
    assert halves.levels(chosen).tolist() == everything[chosen].tolist()


@pytest.mark.parametrize("multiplications", [1, 1 << 18])
@pytest.mark.parametrize("n", range(4, 14))
def test_groups_match_faces_of_the_tree_at_each_position(
    n: int, multiplications: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every tree once, whichever coefficients are asked for and however few B a block has."""
    monkeypatch.setattr(groups_module, "_MULTIPLICATIONS", multiplications)
    halves = Halves(n)
    expected = list(map(row_by_faces, halves.levels(np.arange(halves.count)).tolist()))
    for powers in (slice(None), slice(1, 3), slice(0, 1), slice(n // 2 - 1, None)):
        found: dict[int, list[int]] = {}
        for group in groups(halves, from_gamma(n)[:, powers]):
            assert group.bounded
            assert (np.diff(group.last) >= 0).all()
            for start, block in group.blocks():
                numbers, inside, positions = group.pairs(start, block)
                words, large = to_words(numbers)
                assert len(large) == 0
                assert found.keys().isdisjoint(positions.tolist())
                found.update(zip(positions.tolist(), words[inside].tolist(), strict=True))
        assert found == {k: row[powers] for k, row in enumerate(expected)}


@pytest.mark.parametrize("n", [19, 20, 21])
def test_bounds_of_groups_hold_for_all_their_products(n: int) -> None:
    """The claim that saves the check: from n = 20 on some A meet numbers beyond 2^53."""
    halves = Halves(n)
    halves.kinds = [  # a sample of the B, for all A
        kind._replace(pairs=pairs._replace(last=np.minimum(pairs.last, pairs.first + 80)))
        for kind, pairs in ((kind, kind.pairs) for kind in halves.kinds)
    ]
    found = {True: 0.0, False: 0.0}
    for group in groups(halves, from_gamma(n)):
        largest = max(float(block.values.max()) for _, block in group.blocks())
        found[group.bounded] = max(found[group.bounded], largest)
    assert 0 < found[True] < 2.0**53
    assert (found[False] >= 2.0**53) == (n >= 20)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("n", range(4, 15))
def test_rows_match_faces_in_lexicographic_order(n: int) -> None:
    halves = Halves(n)
    half, positions, large = canonical_rows(halves, no_exact_row)
    found = half.tolist()
    assert large == {}
    assert half.dtype == np.uint64
    assert sorted(positions.tolist()) == list(range(halves.count))
    assert found == list(map(row_by_faces, halves.levels(positions).tolist()))
    assert all(one < other for one, other in pairwise(found))


def no_exact_row(levels: list[int]) -> list[int]:
    """Stand in where 64 bits must suffice."""
    raise AssertionError(f"No big integers should be needed for {levels}.")


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("equal_bits", [1, 8, 40, 64])
@pytest.mark.parametrize("n", [7, 12, 14])
def test_order_does_not_depend_on_the_keys(
    equal_bits: int, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys are a short cut: with their last bits lost there are only more ties to break."""
    expected = canonical_rows(Halves(n), no_exact_row)
    full_keys = rows._sort_keys

    def blunt_keys(*arguments: object) -> tuple[np.ndarray, int]:
        keys, shift = full_keys(*arguments)
        lost = np.uint64(min(shift, equal_bits))
        return keys >> lost << lost, shift

    monkeypatch.setattr(rows, "_sort_keys", blunt_keys)
    half, positions, _ = canonical_rows(Halves(n), no_exact_row)
    assert (half == expected[0]).all()
    assert (positions == expected[1]).all()


def test_machine_code_matches_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = []
    monkeypatch.setattr(rows, "SMALL", 3)
    for fast in WAYS:
        monkeypatch.setattr(machine, "is_available", lambda fast=fast: fast)
        half, positions, large = canonical_rows(Halves(17), no_exact_row)
        tables.append((half.tolist(), positions.tolist(), large))
    assert tables == tables[:1] * len(WAYS)


@pytest.mark.parametrize("bits", [8, 30, 44, 63, 64])
@pytest.mark.parametrize("count", [1, 40, 5_000])
def test_condensed_keys_keep_their_order(bits: int, count: int) -> None:
    """Against numpy: runs of ties hold neighbours, whatever was cut, up to the largest word."""
    if not machine.is_available():
        return  # the keys are condensed in machine code only
    generator = np.random.default_rng(bits)
    keys = generator.integers(0, 1 << bits, count, np.uint64, endpoint=False)
    keys >>= generator.integers(0, bits, count).astype(np.uint64)  # of all sizes
    keys[0] = (1 << bits) - 1
    order, place = machine.canonical_order(keys.copy(), 20)
    marked = order >= machine.TIE
    order &= machine.TIE - 1
    assert (place[order] == np.arange(count)).all()
    assert sorted(order.tolist()) == list(range(count))
    runs = np.split(keys[order], np.flatnonzero(~marked))
    assert len(runs.pop(0)) == 0
    assert all(run.max() < other.min() for run, other in pairwise(runs))
    if bits <= 44:  # nothing had to be cut
        assert all(run.min() == run.max() for run in runs)


def test_trees_are_canonical() -> None:
    halves = Halves(13)
    for levels in halves.levels(np.arange(halves.count)).tolist():
        assert FreeTree(levels).levels == tuple(levels)
