"""Verify a data package: the files against the manifest, the rows against the mathematics.

Nothing is regenerated.  What a table says about a tree is recomputed from the level sequence
alone, by the recursion for single trees, not by the engine that made the table; and the tables
are compared with one another and with counts from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from math import factorial
from typing import TYPE_CHECKING, Any

from polyfam._checked import checked
from polyfam.errors import DataError, PolyfamError
from polyfam.tables.catalogue import recipes
from polyfam.tables.descriptor import from_descriptor
from polyfam.tables.formats import csv
from polyfam.tables.ids import PUBLISHED_ORDERS
from polyfam.tables.manifest import COMMAND, MANIFEST, STATIC_FILES, manifest_text
from polyfam.tables.package import load_manifest, read_checked, read_file, resource
from polyfam.tables.readme import README, readme_text
from polyfam.tables.recipe import Recipe
from polyfam.tables.table import Table
from polyfam.tables.triangles.beta_triangle import LAST

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from polyfam.typing import Progress

__all__ = ["check_relations", "check_table", "verify_package"]

Coefficients = tuple[int, ...]


@checked
def verify_package(
    directory: Traversable | str | None = None,
    progress: Progress | None = None,
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
    Checked are: the SHA-256 of each file, also of certificates and earlier versions; then, if all
    are as published, of each table its schema, the order of its rows and their keys; identifiers
    without gaps in lexicographic order of the coefficients, so that no two trees
    share a polynomial; every cell of the family's tables; that paths come first and stars last,
    and that the sums over free and over labelled trees are what they are called.

    Examples
    --------
    >>> from pathlib import Path
    >>> verify_package(Path("no", "such", "place"))[0][:50]
    "File 'datapackage.json' of the data package cannot"
    """
    try:
        manifest = load_manifest(directory)
    except DataError as error:
        return [str(error)]
    everything = recipes()
    paths = (*(f"{recipe.header.name}.csv" for recipe in everything), *STATIC_FILES)
    if findings := list(_check_files(paths, directory)):
        return findings  # a rebuild mends them; what they say is no matter
    tables: dict[str, Table] = {}
    for done, recipe in enumerate(everything):
        name = recipe.header.name
        if progress:
            progress(name, done, len(everything))
        try:
            tables[name] = _read(resource(manifest, name), directory)
        except PolyfamError as error:
            findings.append(str(error))
            continue
        if len(tables[name]) != recipe.size:
            findings.append(f"{name}.csv: there are {len(tables[name])} rows, not {recipe.size}.")
        findings += [f"{name}.csv: {finding}" for finding in check_table(tables[name], recipe)]
    if progress:
        progress("done", len(everything), len(everything))
    # What follows would only repeat, or stumble over, what is known to be wrong.
    findings = findings or list(check_relations(tables))
    return findings or list(_check_manifest(directory))


def _read(entry: dict[str, Any], directory: Traversable | str | None) -> Table:
    """Read a table without trust: the text must be the one that is written for its rows."""
    try:
        return csv.loads(read_file(entry["path"], directory).decode(), from_descriptor(entry))
    except (DataError, UnicodeDecodeError) as error:
        raise DataError(
            f"File '{entry['path']}' of the data package does not fit its manifest: "
            f"{str(error).rstrip('.')}; rebuild it with `{COMMAND}`."
        ) from error


def _check_files(paths: Iterable[str], directory: Traversable | str | None) -> Iterator[str]:
    """Compare the files with the manifest, and the page with its source."""
    for path in paths:
        try:
            read_checked(path, directory)
        except PolyfamError as error:
            yield str(error)
    try:
        page = read_file(README, directory)
    except DataError as error:
        yield str(error)
        return
    if page != readme_text(load_manifest(directory)).encode():
        yield f"{README}: it differs from what polyfam writes; run `{COMMAND}`."


def _check_manifest(directory: Traversable | str | None) -> Iterator[str]:
    """Compare the manifest with what polyfam writes for these files."""
    tables = [(r.header, read_file(f"{r.header.name}.csv", directory)) for r in recipes()]
    static = {path: read_file(path, directory) for path in STATIC_FILES}
    if read_file(MANIFEST, directory) != manifest_text(tables, static).encode():
        yield f"{MANIFEST}: it differs from what polyfam writes; run `{COMMAND}`."


def check_table(table: Table, recipe: Recipe) -> list[str]:
    """Check the rows of a published table one by one.

    Parameters
    ----------
    table : Table
        One of the tables of the data package, or ``family_table(n)`` for any n.
    recipe : Recipe
        How it is made, and checked.

    Returns
    -------
    list of str
        One sentence a finding.

    Examples
    --------
    >>> from polyfam.tables.family import family_recipe
    >>> recipe = family_recipe(4)
    >>> table = recipe.table()
    >>> check_table(table, recipe)
    []
    >>> check_table(table.with_rows(table.rows[1:]), recipe)
    ['row 1: id is F4.2, but the tree gives F4.1.']
    """
    rows = enumerate(table, start=1)
    return [f"row {k}: {finding}." for k, row in rows for finding in recipe.check(k, row)]


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
    columns = {name: table.column for name, table in tables.items()}
    paths, stars = columns["narayana"]("coefficients"), columns["eulerian"]("coefficients")
    sums = {name: columns[name]("coefficients") for name in ("labelled-sum", "free-sum")}
    for n in PUBLISHED_ORDERS:
        name = f"family-{n:02}"
        family, sigmas = columns[name]("coefficients"), columns[name]("sigma")
        if any(not first < second for first, second in pairwise(family)):
            yield f"{name}.csv: the coefficients do not ascend."
        if n > 1 and (family[0], family[-1]) != (paths[n - 2], stars[n - 2]):
            yield f"{name}.csv: it does not begin with a Narayana and end with an Eulerian row."
        if _weighted_sum(family, [1] * len(family)) != sums["free-sum"][n - 1]:
            yield f"free-sum.csv: row {n} is not the sum of {name}."
        weights = [factorial(n) // sigma for sigma in sigmas]
        if _weighted_sum(family, weights) != sums["labelled-sum"][n - 1]:
            yield f"labelled-sum.csv: row {n} is not the weighted sum of {name}."
    yield from _check_sequences(tables)


def _check_sequences(tables: Mapping[str, Table]) -> Iterator[str]:
    """Compare the triangle of all trees and the totals with the tables they are taken from."""
    every = [
        (row.id, row.coefficients)  # type: ignore[attr-defined]
        for n in range(1, LAST + 1)
        for row in tables[f"family-{n:02}"]
    ]
    if every != [*map(tuple, tables["beta-triangle"].rows)]:
        yield "beta-triangle.csv: its rows are not those of the family's tables."
    for kind in ("free", "labelled"):
        totals, found = tables[f"{kind}-sum"].column("value_at_one"), tables[f"{kind}-total"]
        if found.column("total")[: len(totals)] != totals:
            yield f"{kind}-total.csv: its terms are not the sums of the rows of {kind}-sum."


def _weighted_sum(rows: tuple[Coefficients, ...], weights: list[int]) -> Coefficients:
    """Return the sum of rows of one length."""
    columns = zip(*rows, strict=True)
    return tuple(sum(map(int.__mul__, column, weights)) for column in columns)
