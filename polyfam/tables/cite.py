"""BibTeX entries for the data package, its tables, the trees in it, and the papers behind them."""

from __future__ import annotations

from typing import Any

from polyfam._checks import quoted, text
from polyfam.errors import UnknownNameError
from polyfam.tables.ids import is_id, parse_id, resolve_id
from polyfam.tables.manifest import MANIFEST, fingerprint
from polyfam.tables.package import load_manifest, read_file, resource

__all__ = ["citation"]

_PREFIX_DIGITS = 12
_PAPERS = """\
@misc{MLM,
  author = {Cattaneo, Matias D. and Shigida, Boris},
  title = {Modified Loss of Momentum Gradient Descent: Fine-Grained Analysis},
  year = {2025},
  eprint = {2509.08483},
  archiveprefix = {arXiv},
  url = {https://arxiv.org/abs/2509.08483},
}
@article{PRW,
  author = {Postnikov, Alexander and Reiner, Victor and Williams, Lauren},
  title = {Faces of Generalized Permutohedra},
  journal = {Documenta Mathematica},
  volume = {13},
  pages = {207--273},
  year = {2008},
  url = {https://arxiv.org/abs/math/0609184},
}
"""


def citation(*ids: str) -> str:
    """Return BibTeX entries.

    Parameters
    ----------
    *ids : str
        Names of tables and identifiers of trees, such as ``F6.3``.  Without any, the data package
        as a whole is cited.

    Returns
    -------
    str
        An entry for each: version of the data, table or identifier, licence, address, and the
        first 12 digits of the SHA-256 of the file that holds it.  Then the two papers in which
        the polynomials stand.

    Raises
    ------
    ArgumentTypeError
        If an id is no text.
    UnknownNameError
        If there is no such table or tree.
    DataError
        If the data package is missing or damaged.

    Notes
    -----
    Trees with 15 to 20 vertices have identifiers but stand in no file; the entry then gives the
    fingerprint of the manifest.  The address is that of the package once the manifest has a
    ``homepage``, and of the sequence for a table of the OEIS.

    Examples
    --------
    >>> print(citation("F6.3").partition(" note")[0])
    @misc{polyfam-F6.3,
      author = {{The polyfam developers}},
      title = {Beta-polynomials of free trees: tree F6.3, level sequence 0 1 2 1 2 1},
      year = {2026},
      version = {2.2.0},
      license = {CC0-1.0},
    >>> citation("eulerian").splitlines()[6]
    '  url = {https://oeis.org/A008292},'
    """
    for id_ in ids:
        text(id_, "ids")
    manifest = load_manifest()
    return "".join(_entry(id_, manifest) for id_ in dict.fromkeys(ids or (None,))) + _PAPERS


def _entry(id_: str | None, manifest: dict[str, Any]) -> str:
    """Return the entry of one thing."""
    key, part, path, url = _part(id_, manifest)
    authors = " and ".join(f"{{{person['title']}}}" for person in manifest["contributors"])
    digest = fingerprint(read_file(path)).removeprefix("sha256:")[:_PREFIX_DIGITS]
    fields = {
        "author": authors,
        "title": manifest["title"] + part,
        "year": manifest["created"][:4],
        "version": manifest["version"],
        "license": manifest["licenses"][0]["name"],
        "url": url or manifest.get("homepage", ""),
        "note": f"Data version {manifest['version']}, file {path}, sha256 {digest}; "
        "the polynomials: \\cite{MLM,PRW}",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _part(id_: str | None, manifest: dict[str, Any]) -> tuple[str, str, str, str]:
    """Return key, what to add to the title, file and address of the thing cited."""
    if id_ is None:
        return manifest["name"], "", MANIFEST, ""
    names = [entry["name"] for entry in manifest["resources"]]
    if id_ in names:
        entry = resource(manifest, id_)
        number = entry.get("oeis", {}).get("number")
        url = f"https://oeis.org/{number}" if number else ""
        return f"polyfam-{id_}", f": table {id_}", entry["path"], url
    if not is_id(id_):
        raise UnknownNameError(
            f"There is no table and no tree {quoted(id_)}; give an identifier such as F6.3 or a "
            "name that `polyfam data list` prints."
        )
    n, _ = parse_id(id_)
    levels = resolve_id(id_).tree
    path = f"family-{n:02}"
    file = resource(manifest, path)["path"] if path in names else MANIFEST
    return f"polyfam-{id_}", f": tree {id_}, level sequence {levels}", file, ""
