"""Named rows against literal tables, other recurrences, and brute force over labelled trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from math import comb, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.family.named import (
    catalan,
    eulerian_row,
    free_sum_row,
    labelled_sum_row,
    narayana_row,
    type_b_narayana_row,
)
from polyfam.trees import FreeTree, parse_tree
from tests.oracles import sequences

ROWS = (
    (eulerian_row, sequences.EULERIAN_ROWS, 1),
    (narayana_row, sequences.NARAYANA_ROWS, 1),
    (type_b_narayana_row, sequences.TYPE_B_NARAYANA_ROWS, 0),
    (catalan, sequences.CATALAN, 0),
    (labelled_sum_row, sequences.LABELLED_SUM_ROWS, 1),
    (free_sum_row, sequences.FREE_SUM_ROWS, 1),
)
NAMES = [function.__name__ for function, _, _ in ROWS]


@pytest.mark.parametrize(("function", "expected", "offset"), ROWS, ids=NAMES)
def test_rows_match_literal_tables(function: Callable, expected: tuple, offset: int) -> None:
    assert tuple(function(n) for n in range(offset, offset + len(expected))) == expected


@pytest.mark.parametrize(("function", "offset"), [(f, o) for f, _, o in ROWS], ids=NAMES)
def test_arguments_outside_the_domain_are_refused(function: Callable, offset: int) -> None:
    with pytest.raises(DomainError, match=f"must be at least {offset}, not {offset - 1}"):
        function(offset - 1)
    with pytest.raises(ArgumentTypeError, match="must be an integer"):
        function(2.5)


@given(st.integers(1, 40))
def test_eulerian_row_matches_worpitzky(j: int) -> None:
    """Worpitzky's identity: x^j = sum_i A(j, i) C(x + i - 1, j)."""
    for x in range(j + 2):
        total = sum(a * comb(x + i - 1, j) for i, a in enumerate(eulerian_row(j), 1))
        assert total == x**j


@given(st.integers(3, 60))
def test_narayana_row_matches_three_term_recurrence(j: int) -> None:
    """(j + 1) N_j = (2j - 1)(1 + x) N_(j-1) - (j - 2)(1 - x)^2 N_(j-2), lowest power x^0."""
    first, second = (0, *narayana_row(j - 1), 0), (0, 0, *narayana_row(j - 2), 0, 0)
    for i, value in enumerate(narayana_row(j)):
        sides = (2 * j - 1) * (first[i + 1] + first[i])
        bend = second[i + 2] - 2 * second[i + 1] + second[i]
        assert (j + 1) * value == sides - (j - 2) * bend


def test_eulerian_rows_add_up_to_factorials() -> None:
    sums = tuple(sum(eulerian_row(n)) for n in range(1, len(sequences.FACTORIALS)))
    assert sums == sequences.FACTORIALS[1:]


def test_sums_over_free_trees_match_the_literal_table() -> None:
    sums = tuple(sum(free_sum_row(n)) for n in range(1, len(sequences.ROW_SUMS) + 1))
    assert sums == sequences.ROW_SUMS


@given(st.integers(0, 60))
def test_row_sums_match_closed_forms(n: int) -> None:
    assert sum(type_b_narayana_row(n)) == comb(2 * n, n)
    assert sum(narayana_row(n + 1)) == catalan(n + 1)
    assert sum(eulerian_row(n + 1)) == factorial(n + 1)


def lattice_sum(edges: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Return the row of P_t from the definition, with minimal vertex labels k_v = max i_e.

    The surplus of the labels is the factor (1 - beta)^-n, so that P_t = (1 - beta)^j times the sum
    of beta^(sum k_v - sum i_e), whose exponent is at least the largest i_e.
    """
    j = len(edges)
    series = [0] * (j + 1)
    for labels in product(range(1, j + 1), repeat=j):
        least = [0] * (j + 1)
        for (u, v), label in zip(edges, labels, strict=True):
            least[u], least[v] = max(least[u], label), max(least[v], label)
        exponent = sum(least) - sum(labels)
        if exponent <= j:
            series[exponent] += 1
    for _ in range(j):
        series = [here - before for here, before in zip(series, [0, *series], strict=False)]
    return tuple(series[1:])


@cache
def lattice_sum_of_free_tree(tree: FreeTree) -> tuple[int, ...]:
    """Do the sum once for all labellings of a tree."""
    return lattice_sum(tuple(tree.rooted().edges()))


def labelled_trees(n: int) -> Iterator[FreeTree]:
    """Yield the tree of every Pruefer code, n^(n-2) of them."""
    for code in product(range(1, n + 1), repeat=n - 2):
        yield parse_tree("prufer1: " + " ".join(map(str, code)))


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_labelled_sum_matches_lattice_sums_over_pruefer_codes(n: int) -> None:
    rows = map(lattice_sum_of_free_tree, labelled_trees(n))
    assert labelled_sum_row(n) == tuple(map(sum, zip(*rows, strict=True)))


@pytest.mark.parametrize("n", [2, 9, 10, 11, 60])
def test_labelled_sum_is_a_palindrome_that_starts_with_cayley(n: int) -> None:
    row = labelled_sum_row(n)
    assert row == row[::-1]
    assert len(row) == n - 1
    assert row[0] == n ** (n - 2)


def compose(outer: list[Fraction], inner: list[Fraction]) -> list[Fraction]:
    """Return outer(inner(y)) modulo y^len(outer); inner has no constant term."""
    result = [Fraction(0)] * len(outer)
    for coefficient in reversed(outer):
        result = [sum(result[k] * inner[m - k] for k in range(m + 1)) for m in range(len(outer))]
        result[0] += coefficient
    return result


@pytest.mark.parametrize("beta", [Fraction(-1), Fraction(1, 3), Fraction(2)])
def test_labelled_sum_solves_the_functional_equation_of_exp(beta: Fraction) -> None:
    """With y = h e^x and G = h g the equation reads G(Y) = Y + beta G(y), Y = y e^(-G(y))."""
    order = 13
    g = [Fraction(0)] + [
        sum(c * beta**i for i, c in enumerate(labelled_sum_row(n), start=n > 1))
        / (factorial(n - 1) * (1 - beta) ** (2 * n - 1))
        for n in range(1, order)
    ]
    exponential = [Fraction(1, factorial(n)) for n in range(order)]
    moved = [Fraction(0), *compose(exponential, [-c for c in g])[:-1]]
    right = [a + beta * b for a, b in zip(moved, g, strict=True)]
    assert compose(g, moved) == right


def test_a_new_triangle_is_one_module_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has a shape is recognised by name without another line."""
    from polyfam.family import identification
    from polyfam.family.named import TRIANGLES, Triangle

    ones = Triangle("ones", "Constant", lambda n: (1,) * n, 1, "A000012", "T(n,k) = 1.", "comb")
    monkeypatch.setattr(identification, "TRIANGLES", (*TRIANGLES, ones))
    assert identification.classical_names((1, 1, 1)) == ("Constant",)


def test_triangles_have_literal_names_and_numbers() -> None:
    from polyfam.family.named import TRIANGLES

    assert [(t.name, t.oeis, t.row(t.first)) for t in TRIANGLES] == [
        ("eulerian", "A008292", (1,)),
        ("narayana", "A001263", (1,)),
        ("type-b-narayana", "A008459", (1,)),
        ("labelled-sum", "", (1,)),
        ("free-sum", "", (1,)),
    ]


@pytest.mark.parametrize("row", [eulerian_row, narayana_row, type_b_narayana_row, labelled_sum_row])
@pytest.mark.parametrize("n", [10**30, 10**5000], ids=["long", "longer"])
def test_absurd_rows_are_refused_at_once(row: Callable[[int], object], n: int) -> None:
    with pytest.raises(DomainError, match="must be at most"):
        row(n)
