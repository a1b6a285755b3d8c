"""``polyfam cite``: BibTeX for the package, its tables and its trees."""

from __future__ import annotations

import json

import click

from polyfam.cli._shared import emit, printing_options
from polyfam.cli._trees import examples

__all__ = ["command"]


@click.command(
    short_help="Print BibTeX for the data, a table or a tree.",
    epilog=examples("polyfam cite", "polyfam cite F6.3 eulerian"),
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@printing_options(text=".bib", json=".json")
def command(ids: tuple[str, ...], format_: str) -> None:
    """Print a BibTeX entry for each ID, a table or a tree, or for the data as a whole.

    Entries carry the version of the data, the licence and the first digits of the SHA-256 of the
    file; the entries of the two papers follow.
    """
    from polyfam.tables.cite import citation

    text = citation(*ids)
    emit(json.dumps({"ids": ids, "bibtex": text}) if format_ == "json" else text.rstrip("\n"))
