"""The data package: the published tables, read and checked against their manifest.

The tables are CSV files in the package `polyfam.data`, so an installed wheel holds them.  The
manifest ``datapackage.json`` gives the SHA-256 of every file, and its own; a file that does not
match is refused.  One that does is trusted: its rows are those that polyfam wrote and
`polyfam.tables.verify_package` checks.  Earlier versions of the data are shipped too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polyfam._checked import checked
from polyfam._checks import quoted, shown
from polyfam.errors import ArgumentTypeError, DataError, UnknownNameError
from polyfam.tables.descriptor import from_descriptor
from polyfam.tables.formats.csv import loads_trusted
from polyfam.tables.manifest import COMMAND, EARLIER, MANIFEST, fingerprint, has_own_digest
from polyfam.tables.table import Table

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["data_directory", "load_manifest", "load_table", "read_checked", "read_file"]
__all__ += ["resource", "table_names"]


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


@checked
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
    manifest = _parsed(content)
    if manifest is None or not has_own_digest(content.decode()):
        raise DataError(
            f"File '{MANIFEST}' of the data package is damaged; rebuild it with `{COMMAND}`."
        )
    return manifest


@checked
def table_names(directory: Traversable | str | None = None) -> tuple[str, ...]:
    """Return the names of the published tables in the order of the manifest.

    Parameters
    ----------
    directory : path-like, optional
        Where the data package is; by default, the installed one.

    Returns
    -------
    tuple of str
        All names.

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


@checked
def load_table(
    name: str, directory: Traversable | str | None = None, *, version: str | None = None
) -> Table:
    """Load a published table and check its file against the manifest.

    Parameters
    ----------
    name : str
        One of `table_names`: ``family-01`` to ``family-14``, ``eulerian``, ``narayana``,
        ``type-b-narayana``, ``labelled-sum``, ``free-sum``, ``beta-triangle``,
        ``labelled-total``, ``free-total``, ``census``.
    directory : path-like, optional
        Where the data package is; by default, the installed one.
    version : str, optional
        Of the data; by default the newest, and ``"1.0.0"`` is shipped too.

    Returns
    -------
    Table
        Rows in canonical order; a `Triangle` when it is a sequence of the OEIS as well.

    Raises
    ------
    ArgumentTypeError
        If `directory` is no path.
    UnknownNameError
        If there is no such table or version.
    DataError
        If the file is missing or does not have the SHA-256 that the manifest gives.

    Examples
    --------
    >>> load_table("family-06")["F6.3"].coefficients
    (1, 14, 30, 14, 1)
    >>> load_table("eulerian").triangle()[3]
    (1, 11, 11, 1)
    >>> load_table("family-06", version="1.0.0").names[:3]
    ('id', 'level_sequence', 'sigma')
    """
    manifest, folder = load_manifest(directory), ""
    if version not in (None, manifest["version"]):
        if version not in EARLIER:
            versions = ", ".join((*EARLIER, manifest["version"]))
            raise UnknownNameError(
                f"There is no version {quoted(version)} of the data; there are {versions}."
            )
        folder = f"{EARLIER[version]}/"
        manifest = _parsed(read_checked(f"{folder}{MANIFEST}", directory)) or {"resources": []}
    entry = resource(manifest, name)
    content = read_file(folder + entry["path"], directory)
    _check(entry, content)
    return loads_trusted(content.decode(), from_descriptor(entry))


def read_checked(path: str, directory: Traversable | str | None = None) -> bytes:
    """Return the content of a file, such as a certificate, if it is unaltered.

    Parameters
    ----------
    path : str
        As in the manifest: ``census/24.json``.
    directory : path-like, optional
        Where the data package is; by default, the installed one.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    UnknownNameError
        If the manifest does not list such a file.
    DataError
        If the file is missing or does not have the SHA-256 that the manifest gives.

    Examples
    --------
    >>> read_checked("census/04.json").splitlines()[1]
    b'  "n": 4,'
    """
    manifest = load_manifest(directory)
    entries = {entry["path"]: entry for entry in (*manifest["resources"], *manifest["files"])}
    if path not in entries:
        raise UnknownNameError(f"The data package has no file {quoted(path)}.")
    content = read_file(path, directory)
    _check(entries[path], content)
    return content


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
    if not isinstance(name, str) or name not in entries:
        raise UnknownNameError(f"There is no table {quoted(name)}; {_meant(name, entries)}.")
    entry: dict[str, Any] = entries[name]
    return entry


def _meant(name: object, names: Iterable[str]) -> str:
    """Say which table may have been meant, or where the names are."""
    close = (
        (name if isinstance(name, str) else shown(name)).lower().replace("_", "-").replace(" ", "-")
    )
    if match := re.fullmatch(r"(?:family-?|table-?|f|n)?0*([0-9]{1,2})(?:\.0*)?", close):
        close = f"family-{match[1]:0>2}"
        if close not in names:
            return "of the family, the orders 1 to 14 are published; family_table makes others"
    if found := [close] if close in names else get_close_matches(close[:40], names, 3):
        return f"perhaps {' or '.join(found)} is meant"
    return "their names are family-01 to family-14 and those that `polyfam data list` prints"


def read_file(name: str, directory: Traversable | str | None = None) -> bytes:
    """Return the content of a file of the data package.

    Raises
    ------
    DataError
        If it cannot be read.

    Examples
    --------
    >>> read_file("eulerian.csv").splitlines()[1]
    b'1,1,[1]'
    """
    if directory is None:
        directory = data_directory()
    elif isinstance(directory, str):
        directory = Path(directory)
    elif not hasattr(directory, "joinpath"):
        raise ArgumentTypeError(f"Argument 'directory' must be a path, not {shown(directory)}.")
    try:
        return directory.joinpath(*name.split("/")).read_bytes()
    except OSError as error:
        raise DataError(
            f"File '{name}' of the data package cannot be read ({error.strerror}); write it with "
            f"`{COMMAND}`."
        ) from error


def _check(entry: dict[str, Any], content: bytes) -> None:
    """Compare a file with its entry in the manifest."""
    if fingerprint(content) != entry["hash"]:
        raise DataError(
            f"File '{entry['path']}' of the data package does not have the SHA-256 of its "
            f"manifest: it was edited or damaged; rebuild it with `{COMMAND}`."
        )


def _parsed(content: bytes) -> dict[str, Any] | None:
    """Return a manifest, if that is what the content is."""
    try:
        manifest = json.loads(content)
    except (RecursionError, ValueError):
        return None
    match manifest:
        case {"version": str(), "resources": [*_]}:
            return dict(manifest)
    return None
