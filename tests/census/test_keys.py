"""Keys by classes: compiled loops against numpy, and both against `beta_table`."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam import BetaPolynomial, FreeTree, beta_polynomial, beta_table
from polyfam.census.algebra import residues_dot
from polyfam.census.keys import POINTS, PRIMES, CompiledKeys, PlainKeys, key_of, padded

MAKERS = [CompiledKeys, PlainKeys]


def key(polynomial: BetaPolynomial) -> int:
    """Return the key of a polynomial by its definition."""
    return key_of((polynomial(POINTS[0]), polynomial(POINTS[1])))


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(("n", "m"), [(4, 1), (5, 2), (8, 3), (12, 1), (13, 7), (14, 127), (15, 5)])
def test_keys_are_those_of_the_table_class_by_class(maker: type, n: int, m: int) -> None:
    expected: dict[int, list[int]] = {c: [] for c in range(m)}
    for polynomial in beta_table(n):
        connected_sets = polynomial.row[1] + 2 * (n - 1) + 1
        expected[connected_sets % m].append(key(polynomial))
    keys = maker(n, m)
    for wanted in range(m):
        assert sorted(keys.of_class(wanted).tolist()) == sorted(expected[wanted])


@pytest.mark.parametrize("n", [17, 18, 19])
def test_both_ways_agree_on_orders_with_long_runs(n: int) -> None:
    for m in (1, 2, 11):
        compiled, plain = CompiledKeys(n, m), PlainKeys(n, m)
        for wanted in (0, m - 1):
            assert np.array_equal(
                np.sort(compiled.of_class(wanted)), np.sort(plain.of_class(wanted))
            )


def test_pairs_know_their_trees() -> None:
    from polyfam.family.single import beta_row

    for pairs in PlainKeys(11, 3).pairs(1):
        for b, a in np.argwhere(pairs.inside).tolist():
            row = beta_row(pairs.kind.tree(int(pairs.a[a]), int(pairs.b[b])))
            assert pairs.keys[b, a] == key(BetaPolynomial((0, *row)))


@pytest.mark.parametrize("levels", [1, 16, 20])
def test_the_largest_residues_are_multiplied_right(levels: int) -> None:
    """(-1)^2 summed, for both primes at once, in doubles."""
    rows = np.repeat(np.array(PRIMES, np.float64)[:, None, None] - 1, levels, axis=2)
    products = residues_dot(rows, rows.transpose(0, 2, 1), np.array(PRIMES)[:, None, None])
    assert products.tolist() == [[[levels]]] * 2


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(("n", "m"), [(6, 1), (12, 3), (17, 11)])
def test_trees_are_found_by_their_keys(maker: type, n: int, m: int) -> None:
    keys = maker(n, m)
    for wanted in range(0, m, 5):
        suspects = np.sort(keys.of_class(wanted))[::37].copy()
        found = list(keys.find(wanted, suspects))
        assert sorted(each.key for each in found) == suspects.tolist()
        for each in found:
            assert key(beta_polynomial(FreeTree(each.levels))) == each.key


@pytest.mark.parametrize("levels", [4, 8, 12, 16, 20])
def test_the_longest_sums_are_reduced_right(levels: int) -> None:
    from polyfam.census.kernels import make_keys
    from polyfam.census.keys import LANES

    table = np.repeat(np.array([[p - 1] for p in PRIMES], np.uint32), levels, axis=1)
    table[:, 18:] = 0
    blocks = np.repeat(table[:, :, None], LANES, axis=2)
    one, zero, last = (np.array([x], np.int32) for x in (1, 0, 5))
    out = np.zeros(2 * LANES, np.uint64)
    count = make_keys(
        (0,) * levels, table.ravel(), one, zero, last, blocks.ravel(), np.zeros(1, np.int64),
        np.arange(5, dtype=np.int32), np.zeros(5, np.int32), np.array([0, 5]), 1, 0, LANES, out,
    )  # fmt: skip
    terms = min(levels, 18)  # (-1)^2 summed
    assert (count, out[:5].tolist()) == (5, [terms << 30 | terms] * 5)


def test_vectors_are_padded_to_groups_of_four() -> None:
    assert list(map(padded, (1, 4, 5, 16, 17))) == [4, 4, 8, 16, 20]
