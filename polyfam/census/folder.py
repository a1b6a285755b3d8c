"""The folder of a census: its shards, safe on disk as soon as they are finished.

``census.json`` says what is being counted, by which version and in what shards.  A finished shard
has a record ``00007.json`` with its findings and the SHA-256 of its other files: ``00007.npy``,
the sorted digests, an array of little-endian 64-bit words of shape (2, trees), and, if asked for,
``00007.parquet``.  Every file is written beside its place and moved there, the record last.  So
whenever the process dies, what has a record is complete, and what has none is done again.

A folder that does not fit the census, or was changed by other hands, is refused and left as it is.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from polyfam._atomic import write_files
from polyfam._version import __version__
from polyfam.census.findings import Findings
from polyfam.census.shards import Shard
from polyfam.census.survey import Outcome
from polyfam.errors import DataError, DomainError, OutputError

if TYPE_CHECKING:
    import numpy

__all__ = ["CensusFolder", "Record", "clear"]

_MANIFEST = "census.json"
_RECORDS = "[0-9][0-9][0-9][0-9][0-9].json"


class Record(NamedTuple):
    """What is remembered of a finished shard: its findings, and the processor time it took."""

    findings: Findings
    seconds: float


class CensusFolder:
    """The finished shards of a census, in a folder.

    Parameters
    ----------
    path : Path
        Made when the first shard is kept.
    shards : sequence of Shard
        All of the census.
    with_tables : bool
        Whether a shard has a Parquet file.
    resume : bool
        Whether to go on with the shards that are there; otherwise there must be none.

    Attributes
    ----------
    records : dict of Shard to Record
        The finished shards.

    Raises
    ------
    DomainError
        When the folder holds shards and `resume` is false, or those of another census.
    DataError
        When a file is damaged, or was written by another version.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from polyfam.census.shards import cut
    >>> from polyfam.census.survey import survey
    >>> with TemporaryDirectory() as path:
    ...     folder = CensusFolder(Path(path), cut(8, 10))
    ...     folder.keep(survey(folder.shards[1]))
    ...     folder = CensusFolder(Path(path), cut(8, 10), resume=True)
    ...     [shard.name for shard in folder.unfinished()]
    ['00000', '00002']
    """

    def __init__(
        self,
        path: Path,
        shards: Sequence[Shard],
        with_tables: bool = False,
        resume: bool = False,
    ) -> None:
        self.path, self.shards, self.with_tables = path, shards, with_tables
        self.records: dict[Shard, Record] = {}
        if any(path.glob(_RECORDS)):
            if not resume:
                raise DomainError(
                    f"Folder '{path}' holds shards of a census already; resume it or choose "
                    "another folder."
                )
            self._compare(self._manifest())
            self.records = {s: self._read(s) for s in shards if self._file(s, "json").exists()}

    def unfinished(self) -> list[Shard]:
        """Return the shards that are still to be surveyed."""
        return [shard for shard in self.shards if shard not in self.records]

    def keep(self, outcome: Outcome) -> None:
        """Write a finished shard, and with the first one what is being counted.

        Raises
        ------
        DataError
            When the outcome comes from another version of polyfam, on a badly kept cluster.
        OutputError
            When the folder cannot be made, or the shard not written; it then counts as unfinished.
        """
        if outcome.version != __version__:
            raise DataError(
                f"A worker runs polyfam {outcome.version}, not {__version__}; install the same "
                "version everywhere."
            )
        if not self.records:
            self._begin()
        shard = outcome.shard
        files = {self._file(shard, "npy"): _array_file(outcome.digests)}
        if outcome.table is not None:
            files[self._file(shard, "parquet")] = outcome.table
        record = {
            "shard": shard.name,
            "findings": outcome.findings.to_json(),
            "seconds": outcome.seconds,
            "sha256": {path.name: sha256(data).hexdigest() for path, data in files.items()},
        }
        text = json.dumps(record, indent=2) + "\n"
        write_files({**files, self._file(shard, "json"): text})
        self.records[shard] = Record(outcome.findings, outcome.seconds)

    def runs(self) -> list[numpy.ndarray]:
        """Return the sorted digests of all shards as memory maps."""
        import numpy as np

        return [np.load(self._file(shard, "npy"), mmap_mode="r") for shard in self.shards]

    def _begin(self) -> None:
        """Make the folder and say in it what is being counted."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"Folder '{self.path}' cannot be made: {error.strerror}; choose another one."
            ) from None
        text = json.dumps(self._manifest(), indent=2) + "\n"
        write_files({self.path / _MANIFEST: text})

    def _file(self, shard: Shard, kind: str) -> Path:
        """Return the path of a file of a shard."""
        return self.path / f"{shard.name}.{kind}"

    def _manifest(self) -> dict[str, Any]:
        """Return what identifies the census."""
        return {
            "polyfam": __version__,
            "n": self.shards[0].n,
            "shards": len(self.shards),
            "shard_size": self.shards[0].size,
            "tables": self.with_tables,
        }

    def _compare(self, expected: dict[str, Any]) -> None:
        """Refuse a folder in which something else is going on."""
        found = self._load(self.path / _MANIFEST)
        for key, value in expected.items():
            if found.get(key) != value:
                what = f"'{key}' is {found.get(key)!r} there, not {value!r}"
                raise DomainError(
                    f"Folder '{self.path}' holds another census: {what}; choose another folder."
                )

    def _read(self, shard: Shard) -> Record:
        """Return the record of a finished shard, after a look at its files."""
        path = self._file(shard, "json")
        data = self._load(path)
        try:
            record = Record(Findings.from_json(data["findings"]), float(data["seconds"]))
            fingerprints = dict(data["sha256"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._damaged(path) from None
        kinds = ["npy", *(["parquet"] if self.with_tables else [])]
        for file in (self._file(shard, kind) for kind in kinds):
            try:
                fingerprint = sha256(file.read_bytes()).hexdigest()
            except FileNotFoundError:
                fingerprint = ""
            if fingerprints.get(file.name) != fingerprint:
                raise self._damaged(file)
        return record

    def _load(self, path: Path) -> dict[str, Any]:
        """Return an object from a JSON file."""
        try:
            data = json.loads(path.read_bytes())
        except ValueError:
            raise self._damaged(path) from None
        if not isinstance(data, dict):
            raise self._damaged(path)
        return data

    def _damaged(self, path: Path) -> DataError:
        """Say that a file is not what was written."""
        remedy = "choose another folder"
        if path.name != _MANIFEST:
            remedy = f"delete {path.stem}.json to have this shard done again, or {remedy}"
        return DataError(f"File '{path}' is missing or damaged; {remedy}.")


def clear(path: Path) -> None:
    """Delete the shards of a census, and their folder if nothing else is in it."""
    patterns = (_MANIFEST, _RECORDS, _RECORDS.replace("json", "npy"), ".*.part")
    for file in chain.from_iterable(map(path.glob, patterns)):
        file.unlink(missing_ok=True)
    with suppress(OSError):
        path.rmdir()


def _array_file(digests: numpy.ndarray) -> bytes:
    """Return the content of an .npy file."""
    import numpy as np

    file = io.BytesIO()
    np.save(file, np.ascontiguousarray(digests, "<u8"))
    return file.getvalue()
