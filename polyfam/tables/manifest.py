"""The manifest of the data package, ``datapackage.json``: the only source of its metadata.

It follows the Data Package standard 2.0.  The version of the data is not the version of the
package: MAJOR changes when a published value or identifier does (with an erratum), MINOR when
rows or columns are added, PATCH when only words change.

References
----------
Data Package Standard 2.0, https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from polyfam.tables.descriptor import PROFILES, to_descriptor
from polyfam.tables.table import Table

__all__ = ["COMMAND", "MANIFEST", "fingerprint", "manifest_text"]

MANIFEST = "datapackage.json"
COMMAND = "polyfam data build"
_METADATA: dict[str, Any] = {
    "$schema": f"{PROFILES}datapackage.json",
    "name": "polyfam-tables",
    "title": "Beta-polynomials of free trees",
    "description": (
        "The polynomials P_t(beta) with which the free trees enter the modified loss of gradient "
        "descent with momentum, for all trees with at most 14 vertices, and the number triangles "
        "that belong to them."
    ),
    "version": "1.0.0",
    "created": "2026-11-24T00:00:00Z",
    "keywords": ["trees", "graph associahedra", "Eulerian numbers", "Narayana numbers", "momentum"],
    "licenses": [
        {
            "name": "CC0-1.0",
            "title": "Creative Commons Zero 1.0 Universal",
            "path": "https://creativecommons.org/publicdomain/zero/1.0/",
        }
    ],
    "contributors": [{"title": "The polyfam developers", "roles": ["creator"]}],
    "sources": [
        {
            "title": "[MLM] M. D. Cattaneo and B. Shigida, Modified Loss of Momentum Gradient "
            "Descent: Fine-Grained Analysis, 2025",
            "path": "https://arxiv.org/abs/2509.08483",
        },
        {
            "title": "[PRW] A. Postnikov, V. Reiner and L. Williams, Faces of generalized "
            "permutohedra, Doc. Math. 13 (2008), 207-273",
            "path": "https://arxiv.org/abs/math/0609184",
        },
    ],
}


def manifest_text(files: Iterable[tuple[Table, bytes]]) -> str:
    r"""Return the text of the manifest of some tables.

    Parameters
    ----------
    files : iterable of (Table, bytes)
        The header of every table (its rows are not looked at) and the content of its CSV file.

    Returns
    -------
    str
        JSON with a final newline.

    Examples
    --------
    >>> from polyfam.tables.table import Column
    >>> table = Table("squares", "Squares", (Column("n", "integer", "Index."),), ("n",))
    >>> package = json.loads(manifest_text([(table, b"n\n")]))
    >>> package["resources"][0]["path"], package["resources"][0]["bytes"]
    ('squares.csv', 2)
    """
    package = {**_METADATA, "resources": [_resource(table, data) for table, data in files]}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def fingerprint(content: bytes) -> str:
    """Return the hash of a file as the manifest writes it.

    Examples
    --------
    >>> fingerprint(b"")[:23]
    'sha256:e3b0c44298fc1c14'
    """
    return f"sha256:{sha256(content).hexdigest()}"


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    """Return the entry of one file."""
    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": fingerprint(content),
        "command": COMMAND,
        **to_descriptor(table),
    }
