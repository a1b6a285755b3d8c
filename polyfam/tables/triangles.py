"""The published triangles: Eulerian, Narayana, Narayana of type B, and the sums over trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from polyfam.family import named
from polyfam.tables.family import MAX_ORDER
from polyfam.tables.recipe import ASSOCIAHEDRA, MODIFIED_LOSS, Recipe
from polyfam.tables.table import Column, Notes, Oeis, Row, Table

__all__ = ["TRIANGLE_ROWS", "triangle_recipes"]

TRIANGLE_ROWS = 60


def triangle_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of all triangles.

    Examples
    --------
    >>> [recipe.header.name for recipe in triangle_recipes()]
    ['eulerian', 'narayana', 'type-b-narayana', 'labelled-sum', 'free-sum']
    """
    return tuple(map(_recipe, _TRIANGLES))


@dataclass(frozen=True)
class _Triangle:
    """A triangle: its rows by number, and what is said about them."""

    name: str
    title: str
    meaning: str
    numbers: range
    row: Callable[[int], tuple[int, ...]]
    oeis: Oeis
    notes: Notes


def _recipe(triangle: _Triangle) -> Recipe:
    """Return the recipe of a triangle."""
    columns = (
        Column("n", "integer", "Number of the row."),
        Column("value_at_one", "integer", "Sum of the coefficients.", wide=True),
        Column("coefficients", "integers", triangle.meaning, wide=True),
    )
    header = Table(
        triangle.name, triangle.title, columns, ("n",), oeis=triangle.oeis, notes=triangle.notes
    )
    return Recipe(header, len(triangle.numbers), partial(_rows, triangle))


def _rows(triangle: _Triangle) -> Iterator[Row]:
    """Yield number, sum and entries of every row."""
    for n in triangle.numbers:
        row = tuple(map(int, triangle.row(n)))
        yield n, sum(row), row


_TRIANGLES = (
    _Triangle(
        "eulerian",
        "Eulerian numbers, the beta-polynomials of the stars",
        "Number of permutations of n letters with 0, ..., n - 1 descents.",
        range(1, TRIANGLE_ROWS + 1),
        named.eulerian_row,
        Oeis(
            "coefficients",
            "Triangle of Eulerian numbers T(n,k), n >= 1, 1 <= k <= n, read by rows.",
            1,
            ("nonn", "tabl", "easy"),
            "A008292",
            related=("A000142", "A001263", "A060187"),
            comments=("Row n is the beta-polynomial of the star with n edges.",),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
            formulas=("T(n,k) = k*T(n-1,k) + (n-k+1)*T(n-1,k-1), T(1,1) = 1.",),
        ),
        Notes(
            "A008292, by its recurrence T(n,k) = k T(n-1,k) + (n-k+1) T(n-1,k-1).",
            f"Rows 1 to {TRIANGLE_ROWS}.",
            "Proven: row n is the beta-polynomial of the star with n edges [PRW]. Checked by "
            "`polyfam data verify`: every row against the alternating sum for Eulerian numbers, "
            "rows 1 to 13 against the last rows of the family's tables, which come from trees.",
        ),
    ),
    _Triangle(
        "narayana",
        "Narayana numbers, the beta-polynomials of the paths",
        "Binomial(n, k) binomial(n, k - 1) / n for k = 1, ..., n.",
        range(1, TRIANGLE_ROWS + 1),
        named.narayana_row,
        Oeis(
            "coefficients",
            "Triangle of Narayana numbers T(n,k), n >= 1, 1 <= k <= n, read by rows.",
            1,
            ("nonn", "tabl", "easy"),
            "A001263",
            related=("A000108", "A008292", "A008459"),
            comments=("Row n is the beta-polynomial of the path with n edges.",),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
            formulas=("T(n,k) = binomial(n,k)*binomial(n,k-1)/n.",),
        ),
        Notes(
            "A001263, T(n,k) = binomial(n,k) binomial(n,k-1) / n, by a recurrence along the row.",
            f"Rows 1 to {TRIANGLE_ROWS}.",
            "Proven: row n is the beta-polynomial of the path with n edges [PRW]. Checked by "
            "`polyfam data verify`: every row against the closed form, rows 1 to 13 against the "
            "first rows of the family's tables, which come from trees.",
        ),
    ),
    _Triangle(
        "type-b-narayana",
        "Narayana numbers of type B, the squares of the binomial coefficients",
        "Binomial(n, k)^2 for k = 0, ..., n.",
        range(TRIANGLE_ROWS + 1),
        named.type_b_narayana_row,
        Oeis(
            "coefficients",
            "Triangle of squares of binomial coefficients, read by rows.",
            0,
            ("nonn", "tabl", "easy"),
            "A008459",
            related=("A000984", "A001263"),
            links=(MODIFIED_LOSS,),
            formulas=("T(n,k) = binomial(n,k)^2.",),
        ),
        Notes(
            "A008459, T(n,k) = binomial(n,k)^2, by a recurrence along the row. Divided by n + 1, "
            "row n holds the coefficients of the chain with n + 1 vertices in the modified "
            "equation of the heavy ball.",
            f"Rows 0 to {TRIANGLE_ROWS}.",
            "Checked by `polyfam data verify`: every row against the closed form.",
        ),
    ),
    _Triangle(
        "labelled-sum",
        "Sums of the beta-polynomials over the labelled trees",
        "Coefficients of beta^1, ..., beta^(n-1); of beta^0 when n = 1.",
        range(1, TRIANGLE_ROWS + 1),
        named.labelled_sum_row,
        Oeis(
            "coefficients",
            "Sum of the beta-polynomials of the labeled trees on n vertices, n >= 1, coefficients "
            "read by rows.",
            1,
            ("nonn", "tabf"),
            related=("A000055", "A000272", "A001263", "A008292"),
            comments=(
                "Row 1 is the constant 1; row n > 1 begins with the coefficient of beta^1.",
                "The first entry of row n is the number of labeled trees on n vertices.",
            ),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
            formulas=(
                "Row n is the sum over the free trees t on n vertices of n!/|Aut t| * P_t(beta).",
            ),
        ),
        Notes(
            "The sum of n!/sigma(t) P_t over the free trees t on n vertices, obtained from the "
            "functional equation of [MLM] for the loss exp, without listing trees.",
            f"Rows 1 to {TRIANGLE_ROWS}.",
            "Checked by `polyfam data verify`: rows 1 to 14 are the weighted sums over the "
            "family's tables; in every row the first entry is n^(n-2) (A000272), the entries "
            "read the same backwards, and the row sums obey the recurrence that deletes an edge.",
        ),
    ),
    _Triangle(
        "free-sum",
        "Sums of the beta-polynomials over the free trees",
        "Coefficients of beta^1, ..., beta^(n-1); of beta^0 when n = 1.",
        range(1, MAX_ORDER + 1),
        named.free_sum_row,
        Oeis(
            "coefficients",
            "Sum of the beta-polynomials of the free trees on n vertices, n >= 1, coefficients "
            "read by rows.",
            1,
            ("nonn", "tabf", "more"),
            related=("A000055", "A001263", "A008292"),
            comments=(
                "Row 1 is the constant 1; row n > 1 begins with the coefficient of beta^1.",
                "The first entry of row n is the number of free trees on n vertices.",
            ),
            references=(ASSOCIAHEDRA,),
            links=(MODIFIED_LOSS,),
        ),
        Notes(
            "The sum of P_t over the free trees t on n vertices (`polyfam.beta_table`).",
            f"Rows 1 to {MAX_ORDER}.",
            "Checked by `polyfam data verify`: rows 1 to 14 are the sums over the family's "
            "tables; in every row the first entry is the number of free trees (A000055) and the "
            "entries read the same backwards.",
        ),
    ),
)
