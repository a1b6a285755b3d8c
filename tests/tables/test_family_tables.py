"""The tables of the family, beyond those that are published."""

from __future__ import annotations

import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.named import eulerian_row, free_sum_row, narayana_row
from polyfam.family.table import beta_table
from polyfam.tables.facts import facts
from polyfam.tables.family import family_recipe, family_table
from polyfam.tables.formats import bfile, oeis
from polyfam.tables.rows import row_type
from tests.oracles import bfile as bfile_rules


def test_fifteen_vertices_agree_with_the_recursion_for_single_trees_and_the_sums() -> None:
    recipe = family_recipe(15)
    table = beta_table(15)
    coefficients = [polynomial.row for polynomial in table]
    make = row_type(recipe.header.names)._make
    for k in range(0, len(table), 100):
        assert [*recipe.check(k + 1, make(facts(table[k], k + 1)))] == []
    assert (coefficients[0], coefficients[-1]) == (narayana_row(14), eulerian_row(14))
    assert tuple(map(sum, zip(*coefficients, strict=True))) == free_sum_row(15)


def test_twenty_vertices_begin_at_once() -> None:
    recipe = family_recipe(20)
    assert recipe.size == 823065
    assert next(recipe.rows())[8] == narayana_row(19)


def test_unpublished_table_has_a_flawless_oeis_entry_without_a_number() -> None:
    table = family_table(12)
    assert oeis.dumps(table).startswith("%I Axxxxxx\n")
    assert bfile_rules.validate(bfile.dumps(table), 1) == []


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
