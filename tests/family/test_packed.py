"""Functions packed into long integers against plain lists of coefficients."""

from __future__ import annotations

from itertools import accumulate
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.family import packed, single
from polyfam.trees import RootedTree, random_free_tree, rooted_trees

Lists = list[list[int]]

CAP = 4096


def pack(lists: Lists, width: int) -> packed.Function:
    """Pack the values at k = 0, ..., N, each with at most N + 1 - k coefficients."""
    values = [sum(c << width * i for i, c in enumerate(value)) for value in lists]
    bound = max(abs(c) for value in lists for c in value)
    return packed.Function(values, max(map(len, lists)), width, bound)


def unpack(function: packed.Function) -> Lists:
    """Return the coefficients of the values without zeros at the end."""
    lists = []
    for value, left in zip(function.values, range(len(function.values), 0, -1), strict=True):
        digits = packed.digits_of(value, function.width, min(function.digits, left))
        while digits and not digits[-1]:
            digits.pop()
        lists.append(digits)
    return lists


def times(f: list[int], g: list[int], most: int) -> list[int]:
    """Return the product of two polynomials modulo beta^most."""
    product = [0] * (len(f) + len(g))
    for i, a in enumerate(f):
        for k, b in enumerate(g):
            product[i + k] += a * b
    product = product[:most]
    while product and not product[-1]:
        product.pop()
    return product


def functions(half: int, bits: int, degree: int) -> st.SearchStrategy[Lists]:
    """Draw the values of a function, with coefficients of so many bits."""
    coefficients = st.integers(-(2**bits) + 1, 2**bits - 1)
    return st.tuples(
        *(
            st.lists(coefficients, min_size=1, max_size=min(degree + 1, half + 1 - k))
            for k in range(half + 1)
        )
    ).map(list)


@given(functions(6, 120, 4), st.sampled_from([136, 256, 1024]))
def test_widening_keeps_the_coefficients(lists: Lists, width: int) -> None:
    tight = pack(lists, 128)
    assert packed.widened(tight, width).values == pack(lists, width).values
    assert unpack(packed.widened(tight, width)) == unpack(tight)


@given(functions(5, 100, 5), functions(5, 700, 5))
def test_products_are_those_of_the_coefficients(small: Lists, large: Lists) -> None:
    """The small function is not widened, but multiplied coefficient by coefficient."""
    expected = [times(f, g, 6 - k) for k, (f, g) in enumerate(zip(small, large, strict=True))]
    for one, other in ((small, large), (large, small)):
        product = packed.product(
            pack(one, 128 if one is small else 1024),
            pack(other, 128 if other is small else 1024),
            CAP,
        )
        assert unpack(product) == expected
    alike = packed.product(pack(small, 1024), pack(large, 1024), CAP)
    assert unpack(alike) == expected


def by_definition(levels: tuple[int, ...], most: int) -> Lists:
    """Return C_k of a tree hung on an edge for k = 0, ..., most, from the double sum.

    Series are taken modulo beta^(2 most), and multiplied by (1 - beta)^(2p - 1) in the end.
    """
    precision = 2 * most
    tree = RootedTree(levels)

    def edge(tree: RootedTree, largest: int) -> Lists:
        values: Lists = [[1] + [0] * (precision - 1) for _ in range(largest + precision + 1)]
        for branch in tree.branches:
            hung = edge(branch, largest + precision)
            for k in range(len(values)):
                product = times(values[k], hung[k], precision)
                values[k] = product + [0] * (precision - len(product))
        inner = [
            [sum(values[i + power - m][m] for m in range(power + 1)) for power in range(precision)]
            for i in range(1, largest + 1)
        ]
        sums = accumulate(inner, lambda f, g: [a + b for a, b in zip(f, g, strict=True)])
        return [[0] * precision, *sums]

    spent = [(-1) ** m * comb(2 * tree.order - 1, m) for m in range(2 * tree.order)]
    return [times(value, spent, precision) for value in edge(tree, most)]


@pytest.mark.parametrize("n", range(1, 6))
def test_coefficients_have_the_proven_bound(n: int) -> None:
    """And their degree lies below the number of vertices; for a vertex the bound is met."""
    for tree in rooted_trees(n):
        shape = single._shapes(tree.parents())[-1]
        for k, coefficients in enumerate(by_definition(tree.levels, 5)):
            bound = single._bound(shape.dismantlings, k)
            assert len(coefficients) <= n
            assert sum(map(abs, coefficients)) <= bound
            if n == 1:
                assert coefficients == [bound][:k]


@pytest.mark.parametrize(("n", "seed"), [(64, 3), (90, 1), (121, 2)])
def test_coefficients_of_larger_trees_have_the_proven_bound(n: int, seed: int) -> None:
    """Against the coefficients found with digits of twice the width."""
    tree = random_free_tree(n, seed=seed)
    shapes = single._shapes(tree.parents())
    half = n // 2
    functions: list[packed.Function] = []
    for shape in shapes[:-1]:
        loose = 1 << 8 * n
        function = packed.one(half, CAP)._replace(width=CAP, bound=loose)
        for place in shape.branches:
            function = packed.product(function, functions[place], CAP, loose)
        functions.append(packed.hung(function, len(shape.branches), shape.vertices, loose, CAP))
        largest = max(abs(c) for value in unpack(functions[-1]) for c in value)
        assert largest <= single._bound(shape.dismantlings, half)


def test_rows_are_the_same_from_every_root() -> None:
    """The root decides what is multiplied with what, and which digits overlap."""
    tree = random_free_tree(70, seed=4)
    rows = {single.beta_row(rooting.levels) for rooting in tree.rootings()}
    assert len(rows) == 1


def test_wrong_digits_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_width", lambda _, cap: min(128, cap))
    with pytest.raises((ArithmeticError, OverflowError)):
        single.half_row(random_free_tree(120, seed=1).levels)
