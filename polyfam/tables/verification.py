"""Verify a data package: the files against the manifest, the rows against the mathematics.

Nothing is regenerated.  What a table says about a tree is recomputed from the level sequence
alone, by the recursion for single trees, not by the engine that made the table; and the tables
are compared with one another and with counts from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from math import comb, factorial
from typing import TYPE_CHECKING

from polyfam.errors import DataError, InvalidTreeError, PolyfamError
from polyfam.family.single import beta_polynomial
from polyfam.tables.catalogue import recipes
from polyfam.tables.family import PUBLISHED_ORDERS
from polyfam.tables.manifest import COMMAND, MANIFEST, manifest_text
from polyfam.tables.package import load_manifest, load_table, read_file
from polyfam.tables.readme import README, readme_text
from polyfam.tables.table import Row, Table
from polyfam.trees import FreeTree, count_free_trees

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["check_relations", "check_table", "verify_package"]

Coefficients = tuple[int, ...]


def verify_package(
    directory: Traversable | str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[str]:
    """Verify every file, every row, and the relations between tables.

    Parameters
    ----------
    directory : path-like, optional
        Where the data package is; by default, the installed one.
    progress : callable, optional
        Called as ``progress(name, done, total)`` with the table at work and numbers of tables.

    Returns
    -------
    list of str
        One sentence a finding, beginning with the file; empty when all is well.

    Notes
    -----
    Checked are: size and SHA-256 of each file; its schema, the order of its rows and their keys;
    identifiers without gaps in lexicographic order of the coefficients, so that no two trees
    share a polynomial; every cell of the family's tables; that paths come first and stars last,
    and that the sums over free and over labelled trees are what they are called.

    Examples
    --------
    >>> from pathlib import Path
    >>> verify_package(Path("no", "such", "place"))[0][:50]
    "File 'datapackage.json' of the data package cannot"
    """
    try:
        load_manifest(directory)
    except DataError as error:
        return [str(error)]
    findings = []
    tables: dict[str, Table] = {}
    everything = recipes()
    for done, recipe in enumerate(everything):
        name = recipe.header.name
        if progress:
            progress(name, done, len(everything))
        try:
            tables[name] = load_table(name, directory)
        except PolyfamError as error:
            findings.append(str(error))
            continue
        if len(tables[name]) != recipe.size:
            findings.append(f"{name}.csv: there are {len(tables[name])} rows, not {recipe.size}.")
        findings += [f"{name}.csv: {finding}" for finding in check_table(tables[name])]
    if progress:
        progress("done", len(everything), len(everything))
    # What follows would only repeat, or stumble over, what is known to be wrong.
    findings = findings or list(check_relations(tables))
    return findings or list(_check_texts(directory))


def _check_texts(directory: Traversable | str | None) -> Iterator[str]:
    """Compare manifest and page for people with what polyfam writes for these files."""
    files = [(r.header, read_file(f"{r.header.name}.csv", directory)) for r in recipes()]
    manifest = manifest_text(files)
    for name, text in {MANIFEST: manifest, README: readme_text(json.loads(manifest))}.items():
        try:
            fresh = read_file(name, directory) == text.encode()
        except DataError as error:
            yield str(error)
            continue
        if not fresh:
            yield f"{name}: it differs from what polyfam writes; run `{COMMAND}`."


def check_table(table: Table) -> list[str]:
    """Check the rows of a published table one by one.

    Parameters
    ----------
    table : Table
        One of the tables of the data package, or ``family_table(n)`` for any n.

    Returns
    -------
    list of str
        One sentence a finding.

    Examples
    --------
    >>> from polyfam.tables.family import family_table
    >>> table = family_table(4)
    >>> check_table(table)
    []
    >>> check_table(table.with_rows(table.rows[1:]))
    ['row 1: id is F4.2, but the tree gives F4.1.']
    """
    check = _check_tree if table.name.startswith("family-") else _check_triangle_row
    rows = enumerate(table, start=1)
    return [f"row {k}: {finding}." for k, row in rows for finding in check(table, k, row)]


def _check_tree(table: Table, number: int, row: Row) -> Iterator[str]:
    """Compare the cells of a row with what the tree alone gives."""
    n = int(table.name.removeprefix("family-"))
    cells = dict(zip(table.names, row, strict=True))
    try:
        tree = FreeTree(cells["level_sequence"])
    except InvalidTreeError as error:
        yield str(error).rstrip(".")
        return
    polynomial = beta_polynomial(tree)
    expected = {
        "id": f"F{n}.{number}",
        "level_sequence": tree.levels,
        "sigma": tree.automorphisms(),
        "degree_sequence": tree.degree_sequence(),
        "value_at_one": polynomial.total,
        "coefficients": polynomial.row,
        "gamma_vector": polynomial.gamma_vector,
        "real_rooted": polynomial.is_real_rooted(),
    }
    if tree.order != n:
        yield f"the tree has {tree.order} vertices, not {n}"
    for name, value in expected.items():
        if cells[name] != value:
            yield f"{name} is {cells[name]}, but the tree gives {value}"


def _check_triangle_row(table: Table, number: int, row: Row) -> Iterator[str]:
    """Check number, sum and symmetry of a row, and its value at 1 by a formula."""
    n, total, entries = row
    first = table.oeis.offset
    if n != first + number - 1:
        yield f"n is {n}, not {first + number - 1}"
    if total != sum(entries):
        yield f"value_at_one is {total}, but the entries sum to {sum(entries)}"
    if not entries or entries != entries[::-1]:
        yield "the entries do not read the same backwards"
        return
    for what, value, formula in (
        ("value_at_one is", total, _SUMS.get(table.name)),
        ("the first entry is", entries[0], _CORNERS.get(table.name)),
        ("the row is", entries, _ROWS.get(table.name)),
    ):
        if formula and value != formula(n):
            yield f"{what} {value}, not {formula(n)}"


def check_relations(tables: Mapping[str, Table]) -> Iterator[str]:
    """Compare the family's tables with the triangles.

    Parameters
    ----------
    tables : mapping of str to Table
        All tables of the data package by their names.

    Yields
    ------
    str
        One sentence a finding, beginning with the file.

    Examples
    --------
    >>> from polyfam.tables.package import load_table, table_names
    >>> list(check_relations({name: load_table(name) for name in table_names()}))
    []
    """
    rows = {name: table.column("coefficients") for name, table in tables.items()}
    sums = {name: rows[name] for name in ("labelled-sum", "free-sum")}
    for n in PUBLISHED_ORDERS:
        name = f"family-{n:02}"
        family, sigmas = rows[name], tables[name].column("sigma")
        if any(not first < second for first, second in pairwise(family)):
            yield f"{name}.csv: the coefficients do not ascend."
        if n > 1 and (family[0], family[-1]) != (rows["narayana"][n - 2], rows["eulerian"][n - 2]):
            yield f"{name}.csv: it does not begin with a Narayana and end with an Eulerian row."
        if _weighted_sum(family, [1] * len(family)) != sums["free-sum"][n - 1]:
            yield f"free-sum.csv: row {n} is not the sum of {name}."
        weights = [factorial(n) // sigma for sigma in sigmas]
        if _weighted_sum(family, weights) != sums["labelled-sum"][n - 1]:
            yield f"labelled-sum.csv: row {n} is not the weighted sum of {name}."


def _weighted_sum(rows: tuple[Coefficients, ...], weights: list[int]) -> Coefficients:
    """Return the sum of rows of one length."""
    columns = zip(*rows, strict=True)
    return tuple(sum(map(int.__mul__, column, weights)) for column in columns)


def _dismantlings(n: int) -> int:
    """Return the sum of P_t(1) over the labelled trees: choose the edge that is cut first."""
    values = [0, 1]
    for m in range(2, n + 1):
        halves = sum(comb(m, k) * k * values[k] * (m - k) * values[m - k] for k in range(1, m))
        values.append(halves // 2)
    return values[n]


def _eulerian(n: int) -> Coefficients:
    """Return the Eulerian numbers by the alternating sum."""
    return tuple(
        sum((-1) ** i * comb(n + 1, i) * (k - i) ** n for i in range(k)) for k in range(1, n + 1)
    )


def _narayana(n: int) -> Coefficients:
    """Return the Narayana numbers by the product of binomial coefficients."""
    return tuple(comb(n, k) * comb(n, k - 1) // n for k in range(1, n + 1))


def _type_b_narayana(n: int) -> Coefficients:
    """Return the squares of the binomial coefficients."""
    return tuple(comb(n, k) ** 2 for k in range(n + 1))


# Closed forms, where the tables are made by recurrences.
_ROWS: dict[str, Callable[[int], Coefficients]] = {
    "eulerian": _eulerian,
    "narayana": _narayana,
    "type-b-narayana": _type_b_narayana,
}
_SUMS: dict[str, Callable[[int], int]] = {"labelled-sum": _dismantlings}
_CORNERS: dict[str, Callable[[int], int]] = {
    "labelled-sum": lambda n: n ** max(n - 2, 0),
    "free-sum": count_free_trees,
}
