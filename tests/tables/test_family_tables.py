"""The tables of the family, beyond those that are published."""

from __future__ import annotations

import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.named import eulerian_row, free_sum_row, narayana_row
from polyfam.tables.family import family_recipe, family_table
from polyfam.tables.formats import bfile, oeis
from polyfam.tables.verification import check_table


def test_fifteen_vertices_hold_every_row_of_the_recursion_for_single_trees() -> None:
    table = family_table(15)
    coefficients = table.column("coefficients")
    assert check_table(table) == []
    assert (coefficients[0], coefficients[-1]) == (narayana_row(14), eulerian_row(14))
    assert tuple(map(sum, zip(*coefficients, strict=True))) == free_sum_row(15)
    assert all(table.column("real_rooted"))


def test_twenty_vertices_begin_at_once() -> None:
    recipe = family_recipe(20)
    assert recipe.size == 823065
    assert next(recipe.rows())[5] == narayana_row(19)


def test_unpublished_table_has_a_flawless_oeis_entry_without_a_number() -> None:
    table = family_table(12)
    assert oeis.dumps(table).startswith("%I Axxxxxx\n")
    assert bfile.validate(bfile.dumps(table), 1) == []


@pytest.mark.parametrize(
    ("n", "error", "message"),
    [
        (0, DomainError, "Argument 'n' must be at least 1, not 0."),
        (-3, DomainError, "Argument 'n' must be at least 1, not -3."),
        (2.0, ArgumentTypeError, "Argument 'n' must be an integer, not 2.0."),
        ("6", ArgumentTypeError, "Argument 'n' must be an integer, not '6'."),
        (21, ResourceError, "about 10^6 rows and take 10^9 bytes; argument 'n' must be at most 20"),
        (100, ResourceError, "about 10^42 rows"),
        (10**9, ResourceError, "argument 'n' must be at most 20"),
    ],
)
def test_bad_orders_are_refused_before_any_work(n, error, message: str) -> None:
    with pytest.raises(error) as info:
        family_table(n)
    assert message in str(info.value)
