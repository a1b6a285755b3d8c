"""``polyfam data``: the published tables, built, verified, listed and shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import emit, progress
from polyfam.cli._trees import fields

if TYPE_CHECKING:
    from rich.progress import Progress

    from polyfam.tables.build import BuiltFile

__all__ = ["command"]

_directory = click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the tables are.  [default: the installed ones]",
)


@click.group(short_help="Build, verify, list or show the published tables.")
def command() -> None:
    """Build, verify, list or show the published tables."""


@command.command("build")
@_directory
def _build(directory: Path | None) -> None:
    """Write every table again, byte for byte, and verify them.

    All files change together or not at all. The exit code is 1 when a check fails.
    """
    from polyfam.tables.build import build_tables
    from polyfam.tables.package import data_directory

    directory = directory or Path(str(data_directory()))
    with progress() as bar:
        built = build_tables(directory, _reporter(bar, "build"))
        findings = _findings(directory, bar)
    for text in _summary(built):
        emit(text)
    written = sum(file.written for file in built)
    emit(f"{len(built)} files in {directory}: {written} written, {len(built) - written} unchanged.")
    _conclude(findings)


@command.command("verify", short_help="Check the files and every row in them.")
@_directory
def _verify(directory: Path | None) -> None:
    """Check every file against the manifest and every row against the mathematics.

    Prints one sentence for each thing that is wrong. The exit code is then 1.
    """
    with progress() as bar:
        findings = _findings(directory, bar)
    _conclude(findings)


@command.command("list")
@_directory
def _list(directory: Path | None) -> None:
    """List the published tables."""
    from polyfam.tables.catalogue import recipes
    from polyfam.tables.package import load_manifest

    sizes = {recipe.header.name: recipe.size for recipe in recipes()}
    for entry in load_manifest(directory)["resources"]:
        name, title = entry["name"], entry["title"]
        emit(f"{name:<16}{sizes.get(name, '?'):>5} rows  {title}")


@command.command("show", short_help="Say what a table holds and where it comes from.")
@click.argument("name")
@_directory
def _show(name: str, directory: Path | None) -> None:
    """Say what a published table holds, where it comes from and why it can be trusted."""
    from polyfam.tables.package import load_manifest, load_table, resource

    table = load_table(name, directory)
    entry = resource(load_manifest(directory), name)
    emit(f"{table.title}\n")
    pairs: list[tuple[str, object]] = [
        ("rows", f"{len(table)}, printed by 'polyfam table {name}'"),
        ("file", f"{entry['path']}, {entry['bytes']:,} bytes"),
        ("sha256", entry["hash"].removeprefix("sha256:")),
        ("OEIS", table.oeis and table.oeis.number),
    ]
    if table.notes:
        pairs += [
            ("source", table.notes.source),
            ("complete", table.notes.completeness),
            ("reliable", table.notes.reliability),
        ]
    emit(fields(pairs))
    emit("\nColumns\n")
    emit(fields((column.name, column.meaning) for column in table.columns))


def _reporter(bar: Progress, verb: str) -> Callable[[str, int, int], None]:
    """Return a callback that moves a new bar."""
    task = bar.add_task(verb, total=None)

    def report(name: str, done: int, total: int) -> None:
        bar.update(task, description=f"{verb} {name:<16}", completed=done, total=total)

    return report


def _findings(directory: Path | None, bar: Progress) -> list[str]:
    """Verify the tables."""
    from polyfam.tables.verification import verify_package

    return verify_package(directory, _reporter(bar, "verify"))


def _conclude(findings: Sequence[str]) -> None:
    """Print the outcome of a verification, and leave with 1 if it is a bad one."""
    for finding in findings:
        emit(finding)
    if findings:
        click.get_current_context().exit(1)
    emit("Verified: every file, every row, and how the tables fit together.")


def _summary(built: Sequence[BuiltFile]) -> list[str]:
    """Return the family's tables and the triangles as two tables for people."""
    from polyfam.tables.family import PUBLISHED_ORDERS
    from polyfam.trees import count_free_trees

    orders = [("order", "trees", "polynomials", "distinct", "coefficients", "table", "status")]
    triangles = [("rows", "coefficients", "table", "status")]
    by_name = {file.table.name: file for file in built if file.table}
    for n in PUBLISHED_ORDERS:
        file = by_name.pop(f"family-{n:02}")
        counts = (n, count_free_trees(n), len(file.table), file.distinct)
        orders.append((*(f"{count:,}" for count in counts), *_about(file)))
    triangles += [(f"{len(file.table):,}", *_about(file)) for file in by_name.values()]
    return [_columns(orders, 5), _columns(triangles, 2)]


def _about(file: BuiltFile) -> tuple[str, str, str]:
    """Return the range of coefficients, the table, and what became of its file."""
    largest = f"{file.largest:,}" if file.largest < 10**12 else f"10^{len(str(file.largest)) - 1}"
    status = "written" if file.written else "unchanged"
    return f"{file.smallest} to {largest}", file.table.name, status


def _columns(rows: Sequence[Sequence[str]], right: int) -> str:
    """Lay out rows under a header, the first columns to the right, the others to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            f"{cell:>{width}}" if k < right else f"{cell:<{width}}"
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"
