"""BibTeX entries for the data package, one of its tables, or one tree in it."""

from __future__ import annotations

from typing import Any

from polyfam.errors import UnknownNameError
from polyfam.tables.manifest import MANIFEST, fingerprint
from polyfam.tables.package import load_manifest, read_file, resource

__all__ = ["citation"]

_PREFIX_DIGITS = 12


def citation(id: str | None = None) -> str:  # noqa: A002 (the word users know)
    """Return a BibTeX entry.

    Parameters
    ----------
    id : str, optional
        The name of a table, or the identifier of a tree, such as ``F6.3``.  By default, the data
        package as a whole is cited.

    Returns
    -------
    str
        The entry: version of the data, table or identifier, and the first 12 digits of the
        SHA-256 of the file that holds it.

    Raises
    ------
    UnknownNameError
        If there is no such table or tree.
    DataError
        If the data package is missing or damaged.

    Notes
    -----
    Trees with 15 to 20 vertices have identifiers but stand in no file; the entry then gives the
    fingerprint of the manifest.

    Examples
    --------
    >>> print(citation("F6.3").partition(" note")[0])
    @misc{polyfam-F6.3,
      author = {{The polyfam developers}},
      title = {Beta-polynomials of free trees: tree F6.3, level sequence 0 1 2 1 2 1},
      year = {2026},
      version = {1.0.0},
    """
    manifest = load_manifest()
    key, part, path = _part(id, manifest)
    authors = " and ".join(f"{{{person['title']}}}" for person in manifest["contributors"])
    digest = fingerprint(read_file(path)).removeprefix("sha256:")[:_PREFIX_DIGITS]
    fields = {
        "author": authors,
        "title": manifest["title"] + part,
        "year": manifest["created"][:4],
        "version": manifest["version"],
        "note": f"Data version {manifest['version']}, file {path}, sha256 {digest}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n{lines}}}\n"


def _part(id: str | None, manifest: dict[str, Any]) -> tuple[str, str, str]:  # noqa: A002
    """Return the key, what to add to the title, and the file of the thing cited."""
    if id is None:
        return manifest["name"], "", MANIFEST
    names = [entry["name"] for entry in manifest["resources"]]
    if id in names:
        return f"polyfam-{id}", f": table {id}", resource(manifest, id)["path"]
    from polyfam.tables.ids import is_id, parse_id, resolve_id

    if not is_id(id):
        raise UnknownNameError(
            f"There is no table and no tree {id!r}; give an identifier such as F6.3 or one of "
            f"{', '.join(names)}."
        )
    table = f"family-{parse_id(id)[0]:02}"
    levels = " ".join(map(str, resolve_id(id).tree.levels))
    path = resource(manifest, table)["path"] if table in names else MANIFEST
    return f"polyfam-{id}", f": tree {id}, level sequence {levels}", path
