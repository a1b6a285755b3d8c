"""The manifest of the data package, ``datapackage.json``: the only source of its metadata.

It follows the Data Package standard 2.0.  The version of the data is not the version of the
package: MAJOR changes when a published value or identifier does (with an erratum), MINOR when
rows or columns are added, PATCH when only words change.

It lists every file with its size and SHA-256, tables under ``resources`` and all others under
``files``; its own ``digest`` is the SHA-256 of its text with the 64 digits of the digest replaced
by zeros.  So one changed byte anywhere is noticed by whoever reads.

References
----------
Data Package Standard 2.0, https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from polyfam.family.polynomial import CERTIFIED
from polyfam.tables.descriptor import PROFILES, to_descriptor
from polyfam.tables.table import Table

__all__ = ["CENSUS_ORDERS", "CERTIFIED_ORDERS", "COMMAND", "EARLIER", "MANIFEST", "NAME"]
__all__ += ["STATIC_FILES", "certificate_path", "fingerprint", "has_own_digest", "manifest_text"]

MANIFEST = "datapackage.json"
NAME = "polyfam-tables"
#: Orders of the censuses that made all coefficients; the table `census` sums them up.
CENSUS_ORDERS = range(4, 27)
#: Orders whose certificates are published; beyond `CENSUS_ORDERS` no coefficients were made.
CERTIFIED_ORDERS = range(4, CERTIFIED + 1)
#: Earlier versions of the data that are still shipped, and the folder of each.
EARLIER = {"1.0.0": "v1"}
_TABLES_V1 = (
    *(f"family-{n:02}" for n in range(1, 15)),
    *("eulerian", "narayana", "type-b-narayana", "labelled-sum", "free-sum"),
)
COMMAND = "polyfam data build"
_METADATA: dict[str, Any] = {
    "$schema": f"{PROFILES}datapackage.json",
    "name": NAME,
    "title": "Beta-polynomials of free trees",
    "description": (
        "The polynomials P_t(beta) with which the free trees enter the modified loss of gradient "
        "descent with momentum, for all trees with at most 14 vertices, the number triangles that "
        "belong to them, and certificates of censuses of all trees with at most "
        f"{CERTIFIED_ORDERS[-1]} vertices."
    ),
    "version": "2.2.0",
    "created": "2026-11-29T00:00:00Z",
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


def certificate_path(n: int) -> str:
    """Return where the certificate of the census of an order is.

    Examples
    --------
    >>> certificate_path(8)
    'census/08.json'
    """
    return f"census/{n:02}.json"


#: Files that are not made by `polyfam data build` but copied: page, certificates, old versions.
STATIC_FILES = (
    "ERRATA.md",
    *map(certificate_path, CERTIFIED_ORDERS),
    *(f"v1/{name}" for name in (MANIFEST, "README.md", *(f"{t}.csv" for t in _TABLES_V1))),
)


def manifest_text(tables: Iterable[tuple[Table, bytes]], files: Mapping[str, bytes]) -> str:
    r"""Return the text of the manifest of some tables and other files.

    Parameters
    ----------
    tables : iterable of (Table, bytes)
        The header of every table (its rows are not looked at) and the content of its CSV file.
    files : mapping of str to bytes
        The other files by path.

    Returns
    -------
    str
        JSON with a final newline.

    Examples
    --------
    >>> from polyfam.tables.column import Column
    >>> table = Table("squares", "Squares", (Column("n", "integer", "Index."),), ("n",))
    >>> text = manifest_text([(table, b"n\n")], {"census/08.json": b"{}"})
    >>> package = json.loads(text)
    >>> package["resources"][0]["path"], package["resources"][0]["bytes"], has_own_digest(text)
    ('squares.csv', 2, True)
    """
    package = {
        **_METADATA,
        "digest": f"sha256:{'0' * 64}",
        "resources": [_resource(table, data) for table, data in tables],
        "files": [
            {"path": path, "bytes": len(data), "hash": fingerprint(data)}
            for path, data in files.items()
        ],
    }
    blank = json.dumps(package, ensure_ascii=False, indent=2) + "\n"
    return blank.replace(_BLANK, f'"digest": "{fingerprint(blank.encode())}"', 1)


_BLANK = f'"digest": "sha256:{"0" * 64}"'
_DIGEST = re.compile('"digest": "(sha256:[0-9a-f]{64})"')


def has_own_digest(text: str) -> bool:
    """Tell whether the text of a manifest fits the digest that stands in it.

    Examples
    --------
    >>> has_own_digest("{}")
    False
    """
    match = _DIGEST.search(text)
    if not match:
        return False
    blank = text[: match.start()] + _BLANK + text[match.end() :]
    return fingerprint(blank.encode()) == match[1]


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
