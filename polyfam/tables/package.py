"""The data package: the published tables, read and checked against their manifest.

The tables are CSV files in the package `polyfam.data`, so an installed wheel holds them.  The
manifest ``datapackage.json`` gives the SHA-256 of every file; a file that does not match is
refused.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.descriptor import from_descriptor
from polyfam.tables.formats import csv
from polyfam.tables.manifest import COMMAND, MANIFEST, fingerprint
from polyfam.tables.table import Table

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["data_directory", "load_manifest", "load_table", "read_file", "resource", "table_names"]


def data_directory() -> Traversable:
    """Return the directory of the published tables, an ordinary path unless zipped.

    Raises
    ------
    DataError
        If the package `polyfam.data` is not installed.

    Examples
    --------
    >>> data_directory().joinpath("datapackage.json").is_file()
    True
    """
    try:
        return files("polyfam.data")
    except ModuleNotFoundError as error:
        raise DataError(
            "The published tables are not installed; install polyfam with pip, which brings them."
        ) from error


def load_manifest(directory: Traversable | str | None = None) -> dict[str, Any]:
    """Return the content of the manifest.

    Parameters
    ----------
    directory : path-like, optional
        Where the data package is; by default, the installed one.

    Returns
    -------
    dict
        See `polyfam.tables.manifest`.

    Raises
    ------
    DataError
        If the manifest is missing or damaged.

    Examples
    --------
    >>> load_manifest()["licenses"][0]["name"]
    'CC0-1.0'
    """
    content = read_file(MANIFEST, directory)
    try:
        manifest = json.loads(content)
    except (RecursionError, ValueError):
        manifest = None
    match manifest:
        case {
            "title": str(),
            "version": str(),
            "created": str(),
            "contributors": [{"title": str()}, *_],
            "resources": [*entries],
        } if all(map(_is_entry, entries)):
            return manifest
    raise DataError(
        f"File '{MANIFEST}' of the data package is damaged; rebuild it with `{COMMAND}`."
    )


def table_names(directory: Traversable | str | None = None) -> tuple[str, ...]:
    """Return the names of the published tables in the order of the manifest.

    Parameters
    ----------
    directory : path-like, optional
        Where the data package is; by default, the installed one.

    Raises
    ------
    DataError
        If the manifest is missing or damaged.

    Examples
    --------
    >>> table_names()[:3]
    ('family-01', 'family-02', 'family-03')
    """
    return tuple(entry["name"] for entry in load_manifest(directory)["resources"])


def load_table(name: str, directory: Traversable | str | None = None) -> Table:
    """Load a published table and check its file against the manifest.

    Parameters
    ----------
    name : str
        One of `table_names`: ``family-01`` to ``family-14``, ``eulerian``, ``narayana``,
        ``type-b-narayana``, ``labelled-sum``, ``free-sum``.
    directory : path-like, optional
        Where the data package is; by default, the installed one.

    Returns
    -------
    Table
        Rows in canonical order.

    Raises
    ------
    UnknownNameError
        If there is no such table.
    DataError
        If the file is missing, does not have the SHA-256 that the manifest gives, or does not
        fit its schema.

    Examples
    --------
    >>> load_table("family-06").column("coefficients")[:2]
    ((1, 10, 20, 10, 1), (1, 13, 28, 13, 1))
    >>> load_table("eulerian").triangle()[3]
    (1, 11, 11, 1)
    """
    entry = resource(load_manifest(directory), name)
    content = read_file(entry["path"], directory)
    if fingerprint(content) != entry["hash"]:
        raise DataError(
            f"File '{entry['path']}' of the data package does not have the SHA-256 of its "
            f"manifest: it was edited or damaged; rebuild it with `{COMMAND}`."
        )
    try:
        return csv.loads(content.decode(), from_descriptor(entry))
    except (DataError, UnicodeDecodeError) as error:
        raise DataError(
            f"File '{entry['path']}' of the data package does not fit its manifest: "
            f"{str(error).rstrip('.')}; rebuild it with `{COMMAND}`."
        ) from error


def resource(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the entry of a table in the manifest.

    Raises
    ------
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> resource(load_manifest(), "eulerian")["path"]
    'eulerian.csv'
    """
    entries = {entry["name"]: entry for entry in manifest["resources"]}
    if name not in entries:
        raise UnknownNameError(f"There is no table {name!r}; choose among {', '.join(entries)}.")
    return entries[name]


def read_file(name: str, directory: Traversable | str | None = None) -> bytes:
    """Return the content of a file of the data package.

    Raises
    ------
    DataError
        If it cannot be read.

    Examples
    --------
    >>> read_file("eulerian.csv").splitlines()[1]
    b'1,1,1'
    """
    if directory is None:
        directory = data_directory()
    elif isinstance(directory, str):
        directory = Path(directory)
    try:
        return directory.joinpath(name).read_bytes()
    except OSError as error:
        raise DataError(
            f"File '{name}' of the data package cannot be read ({error.strerror}); write it with "
            f"`{COMMAND}`."
        ) from error


def _is_entry(entry: object) -> bool:
    """Tell whether the manifest says of a table what is needed to find and check it."""
    match entry:
        case {"name": str(), "path": str(), "hash": str()}:
            return True
    return False
