"""Build the data package: every table, the page for people, the manifest.

All contents are made in memory first and reach the disk together, by `write_files`: a run that is
interrupted leaves the old package, and files that would not change are not touched.  The same
version of polyfam makes the same bytes everywhere.  Certificates, earlier versions and errata are
copied.  A file that polyfam did not write is never overwritten: a package is known by its
manifest, which names the files that belong to it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from polyfam._atomic import write_files
from polyfam._checked import checked
from polyfam.errors import DataError, OutputError
from polyfam.tables.catalogue import recipes
from polyfam.tables.column import Row
from polyfam.tables.formats import csv
from polyfam.tables.manifest import MANIFEST, NAME, STATIC_FILES, fingerprint, manifest_text
from polyfam.tables.package import read_file
from polyfam.tables.readme import README, readme_text
from polyfam.tables.recipe import Recipe
from polyfam.tables.table import Table

if TYPE_CHECKING:
    from polyfam.typing import Progress

__all__ = ["BuiltFile", "build_tables"]


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """Report one file of a finished build.

    Parameters
    ----------
    path : Path
        Where it is.
    written : bool
        False when the file already had this content.
    bytes : int
        Its size.
    hash : str
        ``sha256:`` and 64 hexadecimal digits.
    table : Table or None
        Its table, None for a file that is none.

    Examples
    --------
    >>> from polyfam.tables import Column
    >>> table = Table("t", "T", (Column("coefficients", "integers", "C."),), ("coefficients",))
    >>> built = BuiltFile(Path("t.csv"), True, 9, "", table.with_rows([((1, 3, 1),), ((1, 4, 1),)]))
    >>> built.distinct, built.smallest, built.largest
    (2, 1, 4)
    """

    path: Path
    written: bool
    bytes: int
    hash: str
    table: Table | None

    @property
    def distinct(self) -> int:
        """Number of distinct rows of coefficients."""
        return len(set(self._coefficients()))

    @property
    def smallest(self) -> int:
        """Smallest coefficient, 0 when there is none."""
        return min(map(min, self._coefficients()), default=0)

    @property
    def largest(self) -> int:
        """Largest coefficient, 0 when there is none."""
        return max(map(max, self._coefficients()), default=0)

    def _coefficients(self) -> tuple[tuple[int, ...], ...]:
        """Return the rows of coefficients."""
        if self.table is None or "coefficients" not in self.table.names:
            return ()
        return self.table.column("coefficients")


@checked
def build_tables(
    directory: str | os.PathLike[str], progress: Progress | None = None
) -> list[BuiltFile]:
    """Regenerate the data package, byte for byte.

    Parameters
    ----------
    directory : path-like
        Where the files go; made if it does not exist, inside one that does.
    progress : callable, optional
        Called as ``progress(name, done, total)`` with the name of the table at work and numbers
        of rows: before each table, after each row, and at the end.

    Returns
    -------
    list of BuiltFile
        The tables in the order of the manifest, the copied files, then the page for people and
        the manifest.

    Raises
    ------
    OutputError
        If `directory` cannot be written, or holds a file of the same name that polyfam did not
        write; what is there is then untouched.

    Notes
    -----
    The tables hold 6,700 rows and take some seconds; most of them go into the sums over trees,
    the zeros and the exact tests whether they are real.

    Examples
    --------
    >>> build_tables("no/such/place")
    Traceback (most recent call last):
        ...
    polyfam.errors.OutputError: Cannot write to directory 'no/such/place': ...
    """
    directory = _prepare(Path(directory))
    static = {path: read_file(path) for path in STATIC_FILES}
    names = [f"{recipe.header.name}.csv" for recipe in recipes()]
    _refuse_foreign(directory, [*names, *STATIC_FILES, README, MANIFEST])
    tables = list(_tables(progress or _silent))
    files = {f"{table.name}.csv": csv.dumps(table).encode() for table in tables}
    manifest = manifest_text(zip(tables, files.values(), strict=True), static)
    page = readme_text(json.loads(manifest))
    files |= static | {README: page.encode(), MANIFEST: manifest.encode()}
    for path in files:
        (directory / path).parent.mkdir(exist_ok=True)
    written = write_files({directory / path: content for path, content in files.items()})
    by_path = {f"{table.name}.csv": table for table in tables}
    return [
        BuiltFile(
            directory / path,
            written[directory / path],
            len(content),
            fingerprint(content),
            by_path.get(path),
        )
        for path, content in files.items()
    ]


def _refuse_foreign(directory: Path, paths: Iterable[str]) -> None:
    """Refuse to overwrite what polyfam did not write, before any work is done.

    Where the manifest is ours, damaged or not, the files that it and we know are ours; elsewhere
    only those that are the same as in the installed package, such as a killed build leaves.
    """
    try:
        ours = f'"name": "{NAME}"'.encode() in (directory / MANIFEST).read_bytes()
    except OSError:
        ours = False
    for path in paths:
        target = directory / path
        if target.is_dir() or (target.exists() and not ours and not _is_published(path, target)):
            raise OutputError(
                f"Cannot write to directory '{directory}': its file '{path}' was not written by "
                "polyfam; choose another directory or move the file."
            )


def _is_published(path: str, target: Path) -> bool:
    """Tell whether a file is the one of the installed package."""
    with suppress(DataError, OSError):
        return target.read_bytes() == read_file(path)
    return False


def _prepare(directory: Path) -> Path:
    """Make the directory, or say why it cannot be one, before any work is done."""
    try:
        directory.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"Cannot write to directory '{directory}': {error.strerror}; choose another one."
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise OutputError(
            f"Cannot write to directory '{directory}': permission denied; choose another one."
        )
    return directory


def _silent(*_: object) -> None:
    """Report nothing."""


def _tables(progress: Progress) -> Iterator[Table]:
    """Make all tables and report every row."""
    everything = recipes()
    total = sum(recipe.size for recipe in everything)
    done = 0
    for recipe in everything:
        progress(recipe.header.name, done, total)
        yield recipe.header.with_rows(_counted(recipe, done, total, progress))
        done += recipe.size
    progress("done", done, total)


def _counted(recipe: Recipe, done: int, total: int, progress: Progress) -> Iterator[Row]:
    """Yield the rows of a recipe and report each."""
    for count, row in enumerate(recipe.rows(), start=done + 1):
        yield row
        progress(recipe.header.name, count, total)
