"""The normal form against the polynomials and the dot product of halves; the interlacing chain."""

from __future__ import annotations

import pytest

from polyfam.errors import DomainError
from polyfam.family.identities.chain import is_interlacing_chain, normal_form
from polyfam.family.named import free_sum_row, labelled_sum_row
from polyfam.family.roots import interlaces, strictly_separates
from polyfam.family.single import beta_polynomial
from polyfam.trees import RootedTree, rooted_trees


def product(p, q):
    """Return the coefficients of the product of two polynomials."""
    result = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for k, b in enumerate(q):
            result[i + k] += a * b
    return result


@pytest.mark.parametrize("n", range(2, 9))
def test_normal_form_begins_with_the_polynomial_and_has_full_degrees(n):
    for tree in rooted_trees(n):
        form = normal_form(tree)
        assert form[0][1:] == beta_polynomial(tree).row
        assert [len(a) for a in form] == list(range(n, 0, -1))
        assert all(a[-1] > 0 for a in form)


def test_two_halves_meet_in_a_dot_product():
    halves = [tree for n in (2, 3, 4) for tree in rooted_trees(n)]
    for a in halves:
        for b in halves:
            whole = RootedTree((*a.levels, *b.levels[1:]))
            terms = [
                [0] * n + product(x, y)
                for n, (x, y) in enumerate(zip(normal_form(a), normal_form(b), strict=False))
            ]
            total = [sum(column) for column in zip(*(t + [0] * 9 for t in terms), strict=False)]
            assert tuple(total[1 : whole.order]) == beta_polynomial(whole).row


def test_every_rooted_tree_with_at_most_nine_vertices_has_an_interlacing_chain():
    assert all(is_interlacing_chain(tree) for n in range(1, 10) for tree in rooted_trees(n))


def test_strict_separation_against_roots_written_down():
    # roots -3, -1 around -2; around -1; and around -4
    assert strictly_separates([2, 1], [3, 4, 1])
    assert not strictly_separates([1, 1], [3, 4, 1])
    assert interlaces([1, 1], [3, 4, 1])
    assert not strictly_separates([4, 1], [3, 4, 1])


@pytest.mark.parametrize(
    "pair", [([1], [1]), ([-1], [1, 1]), ([], [1]), ([1], []), ([1, 1], [1, 1])]
)
def test_separation_needs_degrees_that_differ_by_one_and_positive_ends(pair):
    with pytest.raises(DomainError, match="degrees"):
        strictly_separates(*pair)


@pytest.mark.parametrize("row", [labelled_sum_row, free_sum_row])
def test_sums_of_neighbouring_orders_separate_strictly(row):
    assert all(strictly_separates(row(n), row(n + 1)) for n in range(2, 13))
