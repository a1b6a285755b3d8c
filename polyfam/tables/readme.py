"""The page for people in the data package, written from the manifest alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from polyfam.tables.formats.markdown import escape

__all__ = ["README", "readme_text"]

README = "README.md"
_HOW_TO_READ = """\
## How to read the files

CSV in UTF-8 with LF line ends and a header, sorted by the first column. Lists are JSON arrays
without blanks, `"[1,4,1]"`, which no reader takes for a date; booleans are 0 or 1; integers have
any size: read them as text or as big integers, never as floats. The manifest `datapackage.json`
(Data Package 2.0) says what each column means and gives the SHA-256 of each file.

- Python: `polyfam.load_table("family-06")` checks the file and returns the rows with all values
  converted; `.to_pandas()` makes a frame of them.
- DuckDB: `SELECT id, coefficients::HUGEINT[] FROM 'family-06.csv'`.
- pandas: `pandas.read_csv("family-06.csv", converters={{"coefficients": json.loads}})`.
- polars: `polars.read_csv("family-06.csv")`, then
  `.with_columns(polars.col("coefficients").str.json_decode(polars.List(polars.Int64)))`. Polars has
  no integers beyond 128 bits; for `eulerian` and the like decode to lists of texts,
  `.str.strip_chars("[]").str.split(",")`, or ask for the column as `schema_overrides=String`.

Identifiers `F<n>.<k>` are permanent and never used again: `F6.3` is the third free tree on 6
vertices in the lexicographic order of the coefficients. The level sequence in its row is the
real key.

`{command}` writes every file again, byte for byte. The version changes in its first
number when a published value, identifier or form changes, in its second when rows or columns are
added, in its third when only words change. What was wrong or has changed stands in
[ERRATA.md](ERRATA.md). Version 1.0.0 lies unchanged in `v1/`;
`polyfam.load_table("family-06", version="1.0.0")` reads it.

The folder `census/` holds a certificate for all trees of each order, `polyfam census N`, each with
its SHA-256 in the manifest; the table `census` sums them up. In Python:
`polyfam.load_certificate(24)`.
"""


def readme_text(manifest: Mapping[str, Any]) -> str:
    """Return the text of ``data/README.md``.

    Parameters
    ----------
    manifest : mapping
        As returned by `polyfam.tables.package.load_manifest`.

    Returns
    -------
    str
        Markdown: what the package is, and Source, Completeness and Reliability of every table.
        Tables that differ in their completeness only share a section.

    Examples
    --------
    >>> from polyfam.tables.package import load_manifest
    >>> readme_text(load_manifest()).splitlines()[0]
    '# Beta-polynomials of free trees'
    """
    groups = [list(group) for _, group in groupby(manifest["resources"], _subject)]
    command = manifest["resources"][0]["command"]
    parts = [
        "".join(_opening(manifest)),
        _HOW_TO_READ.format(command=command),
        *("".join(_section(group)) for group in groups),
    ]
    return "\n".join(parts)


def _opening(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield title, description, version, licence and sources."""
    licence = manifest["licenses"][0]
    yield f"# {manifest['title']}\n\n{manifest['description']}\n\n"
    yield f"Version {manifest['version']} of the data. "
    yield f"Licence: [{licence['title']}]({licence['path']}).\n\n"
    yield from (f"- {escape(s['title'])}, <{s['path']}>\n" for s in manifest["sources"])


def _subject(entry: Mapping[str, Any]) -> object:
    """Return what the tables of one section have in common."""
    return entry["schema"], entry["notes"]["source"], entry["notes"]["reliability"]


def _section(entries: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the section of some tables."""
    first, last = entries[0], entries[-1]
    notes = first["notes"]
    if len(entries) == 1:
        yield f"## `{first['path']}`\n\n{escape(first['title'])}.\n"
    else:
        yield f"## `{first['path']}` to `{last['path']}`\n"
    yield "\n| column | meaning |\n| --- | --- |\n"
    for field in first["schema"]["fields"]:
        yield f"| `{field['name']}` | {escape(field['description'])} |\n"
    number = first.get("oeis", {}).get("number")
    known = f" OEIS: [{number}](https://oeis.org/{number})." if number else ""
    yield f"\n**Source.** {notes['source']}{known}\n"
    if len(entries) == 1:
        yield f"\n**Completeness.** {notes['completeness']}\n"
    else:
        yield "\n**Completeness.**\n\n"
        yield from (f"- `{e['path']}`: {e['notes']['completeness']}\n" for e in entries)
    yield f"\n**Reliability.** {notes['reliability']}\n"
