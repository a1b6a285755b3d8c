"""``polyfam data``: the published tables, built, verified, listed and shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from polyfam.cli._shared import emit, printing_options, progress, terminal_width
from polyfam.cli._trees import fields

if TYPE_CHECKING:
    from polyfam.tables.build import BuiltFile
    from polyfam.typing import Progress

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
@printing_options(text="", json=".json")
def _build(directory: Path | None, format_: str) -> None:
    """Write every table again, byte for byte, and verify them.

    All files change together or not at all, and none that polyfam did not write. The exit code is
    1 when a check fails.
    """
    from polyfam.tables.build import build_tables
    from polyfam.tables.package import data_directory

    directory = directory or Path(str(data_directory()))
    with progress("build") as tell:
        built = build_tables(directory, _reporter(tell, "build"))
        findings = _findings(directory, tell)
    if format_ == "json":
        files = [
            {"path": str(f.path), "written": f.written, "bytes": f.bytes, "hash": f.hash}
            for f in built
        ]
        _conclude(findings, {"directory": str(directory), "files": files})
        return
    for text in _summary(built):
        emit(text)
    written = sum(file.written for file in built)
    emit(f"{len(built)} files in {directory}: {written} written, {len(built) - written} unchanged.")
    _conclude(findings)


@command.command("verify", short_help="Check the files and every row in them.")
@_directory
@printing_options(text="", json=".json")
def _verify(directory: Path | None, format_: str) -> None:
    """Check every file against the manifest and every row against the mathematics.

    Prints one sentence for each thing that is wrong. The exit code is then 1.
    """
    with progress("verify") as tell:
        findings = _findings(directory, tell)
    _conclude(findings, {} if format_ == "json" else None)


@command.command("list")
@_directory
@printing_options(text="", json=".json")
def _list(directory: Path | None, format_: str) -> None:
    """List the published tables."""
    from polyfam.tables.catalogue import recipes
    from polyfam.tables.package import load_manifest

    sizes = {recipe.header.name: recipe.size for recipe in recipes()}
    entries = load_manifest(directory)["resources"]
    if format_ == "json":
        keys = ("name", "title", "path", "bytes", "hash")
        rows = [{key: e[key] for key in keys} | {"rows": sizes.get(e["name"])} for e in entries]
        emit(json.dumps(rows, indent=2))
        return
    for entry in entries:
        name, title = entry["name"], entry["title"]
        count = sizes.get(name, 0)
        head = f"{name:<16}{count:>5} {'row ' if count == 1 else 'rows'}  "
        emit(
            fill(
                title, terminal_width() - 1, initial_indent=head, subsequent_indent=" " * len(head)
            )
        )


@command.command("show", short_help="Say what a table holds and where it comes from.")
@click.argument("name")
@_directory
@printing_options(text="", json=".json")
def _show(name: str, directory: Path | None, format_: str) -> None:
    """Say what a published table holds, where it comes from and why it can be trusted."""
    from polyfam.tables.package import load_manifest, load_table, resource

    table = load_table(name, directory)
    entry = resource(load_manifest(directory), name)
    if format_ == "json":
        emit(json.dumps({**entry, "rows": len(table)}, indent=2))
        return
    emit(f"{table.title}\n")
    pairs: list[tuple[str, object]] = [
        ("rows", f"{len(table)}, printed by 'polyfam table {name}'"),
        ("file", f"{entry['path']}, {entry['bytes']:,} bytes"),
        ("sha256", entry["hash"].removeprefix("sha256:")),
        ("OEIS", entry.get("oeis", {}).get("number")),
        ("source", table.notes.source),
        ("complete", table.notes.completeness),
        ("reliable", table.notes.reliability),
    ]
    emit(fields(pairs))
    emit("\nColumns\n")
    emit(fields((column.name, column.meaning) for column in table.columns))


def _reporter(tell: Progress, verb: str) -> Progress:
    """Return a callback that says what is done to each table."""
    return lambda name, done, total: tell(f"{verb} {name:<16}", done, total)


def _findings(directory: Path | None, tell: Progress) -> list[str]:
    """Verify the tables."""
    from polyfam.tables.verification import verify_package

    return verify_package(directory, _reporter(tell, "verify"))


def _conclude(findings: Sequence[str], report: dict[str, Any] | None = None) -> None:
    """Print the outcome of a verification, as JSON with a report; leave with 1 if it is bad."""
    if report is not None:
        emit(json.dumps({**report, "verified": not findings, "findings": findings}, indent=2))
    elif not findings:
        emit("Verified: every file, every row, and how the tables fit together.")
    else:
        for finding in findings:
            emit(finding)
    if findings:
        click.get_current_context().exit(1)


def _summary(built: Sequence[BuiltFile]) -> list[str]:
    """Return the family's tables and the triangles as two tables for people."""
    orders = [["order", "trees", "distinct", "coefficients", "table", "status"]]
    others = [["rows", "coefficients", "table", "status"]]
    for file in built:
        if file.table is None:
            continue
        name, size = file.table.name, f"{len(file.table):,}"
        about = [_range(file), name, "written" if file.written else "unchanged"]
        if name.startswith("family-"):
            orders.append([name[-2:].lstrip("0"), size, f"{file.distinct:,}", *about])
        else:
            others.append([size, *about])
    return [_columns(orders, 4), _columns(others, 2)]


def _range(file: BuiltFile) -> str:
    """Return the range of coefficients."""
    largest = f"{file.largest:,}" if file.largest < 10**12 else f"10^{len(str(file.largest)) - 1}"
    return f"{file.smallest} to {largest}" if file.largest else "-"


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
