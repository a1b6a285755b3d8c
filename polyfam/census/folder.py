"""The folder of a census: one small record for each finished shard.

``census.json`` says what is being counted and in how many shards; ``00007.json`` is the record of
shard 7.  Each of them holds the SHA-256 of what it says, which is checked on reading, and is
written beside its place and moved there.  So whenever the process dies, what has a record is
complete, and what has none is done again; and a copy of the folder can be continued elsewhere.

``census.lock`` is locked by the operating system as long as a census works in the folder.

A folder that holds another census, or was changed by other hands, is refused and left as it is.
Only files that this census wrote or read here, and that are still what they were, are deleted.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from polyfam._atomic import write_file
from polyfam._checks import quoted
from polyfam.census.shards import METHOD, Record, Shard
from polyfam.errors import DataError, DomainError, OutputError

__all__ = ["CensusFolder", "seal", "sealed"]

_MANIFEST, _LOCK = "census.json", "census.lock"
#: What an interrupted write of ours leaves behind (see `polyfam._atomic`).
_LEFTOVER = re.compile(r"\.(census|\d{5})\.json\.[0-9a-f]{8}\.part")


class CensusFolder:
    """The finished shards of a census, in a folder that nobody else writes to meanwhile.

    Parameters
    ----------
    path : Path
        Made if it does not exist.
    n : int
    m : int
        The number of shards, unless the folder was begun with another one.
    resume : bool
        Whether to go on with the shards that are there; otherwise there must be none.

    Attributes
    ----------
    m : int
        The number of shards.
    records : dict of int to Record
        The finished ones.

    Raises
    ------
    DomainError
        When the folder holds shards and `resume` is false, or those of another census, or when
        another census is at work in it.
    DataError
        When a file is damaged.
    OutputError
        When the folder cannot be made.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from polyfam.census.shards import survey
    >>> with TemporaryDirectory() as path:
    ...     with CensusFolder(Path(path), 8, 3) as folder:
    ...         folder.keep(*survey(Shard(8, 3, 1)))
    ...     with CensusFolder(Path(path), 8, 5, resume=True) as folder:
    ...         [shard.index for shard in folder.unfinished()]
    [0, 2]
    """

    def __init__(self, path: Path, n: int, m: int, resume: bool = False) -> None:
        self.path, self.n, self.m = path, n, m
        self.records: dict[int, Record] = {}
        self._written: dict[Path, bytes] = {}
        self._made = not path.exists()
        self._lock: IO[bytes] | None = self._locked()
        try:
            self._open(resume)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> CensusFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others work in the folder, and remove it if there is nothing in it."""
        if self._lock is None:
            return
        with suppress(OSError):
            (self.path / _LOCK).unlink()
        self._lock.close()
        self._lock = None
        if self._made:
            with suppress(OSError):  # there is something in it
                self.path.rmdir()

    def unfinished(self) -> list[Shard]:
        """Return the shards that are still to be surveyed."""
        return [Shard(self.n, self.m, i) for i in range(self.m) if i not in self.records]

    def keep(self, shard: Shard, record: Record) -> None:
        """Write the record of a finished shard, and with the first one what is being counted.

        Raises
        ------
        DataError
            When it comes from another version of polyfam, on a badly kept cluster.
        OutputError
            When it cannot be written; the shard then counts as unfinished.
        """
        if record.method != METHOD:
            raise DataError(
                f"A worker takes its census by method {record.method}, not {METHOD}; install the "
                "same version of polyfam everywhere."
            )
        if not self.records:
            self._write(self.path / _MANIFEST, self._manifest())
        self._write(self._file(shard.index), {**self._shard(shard.index), **record.to_json()})
        self.records[shard.index] = record

    def owns(self, path: Path) -> bool:
        """Say whether a path is one of those that the census writes to."""
        name = path.name
        mine = name in (_MANIFEST, _LOCK) or re.fullmatch(r"\d{5}\.json", name)
        return bool(mine) and _resolved(path).parent == _resolved(self.path)

    def clear(self) -> None:
        """Delete the files of this census, if nobody changed them."""
        for file, content in reversed(self._written.items()):  # what is being counted comes last
            with suppress(OSError):
                if file.read_bytes() == content:
                    file.unlink()
        for file in self.path.iterdir():
            if _LEFTOVER.fullmatch(file.name) and b'{"census": '.startswith(_start(file)):
                file.unlink(missing_ok=True)
        self._written.clear()

    def _open(self, resume: bool) -> None:
        """Read what is there."""
        files = sorted(self.path.glob("[0-9][0-9][0-9][0-9][0-9].json"))
        manifest = self.path / _MANIFEST
        if not files and not manifest.exists():
            return
        if files and not resume:
            raise DomainError(
                f"Folder '{self.path}' holds shards of a census already; resume it or choose "
                "another folder."
            )
        found = self._read(manifest)
        if not files:  # begun, and interrupted before the first shard was done
            return
        self.m = found["census"].get("shards", self.m)
        self._made |= bool(found.get("made"))
        for key, value in self._census().items():
            if found["census"].get(key) != value:
                raise DomainError(
                    f"Folder '{self.path}' holds another census: '{key}' is "
                    f"{quoted(found['census'].get(key))} there, not {value}; choose another folder."
                )
        for file in files:
            data = self._read(file)
            try:
                if file != self._file(data["shard"]) or data["census"] != self._census():
                    raise ValueError
                self.records[data["shard"]] = Record.from_json(data)
            except (KeyError, TypeError, ValueError):
                raise _damaged(file) from None

    def _census(self) -> dict[str, int]:
        """Return what identifies the census."""
        return {"n": self.n, "shards": self.m, "method": METHOD}

    def _manifest(self) -> dict[str, Any]:
        return {"census": self._census(), "made": self._made}

    def _shard(self, index: int) -> dict[str, Any]:
        return {"census": self._census(), "shard": index}

    def _file(self, index: int) -> Path:
        return self.path / f"{index:05}.json"

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        """Write a sealed file."""
        text = json.dumps(seal(content)) + "\n"
        write_file(path, text)
        self._written[path] = text.encode()

    def _read(self, path: Path) -> dict[str, Any]:
        """Return what a sealed file says."""
        try:
            text = path.read_bytes()
            data = json.loads(text)
        except (OSError, ValueError, RecursionError):
            raise _damaged(path) from None
        if not (isinstance(data, dict) and sealed(data) and isinstance(data.get("census"), dict)):
            raise _damaged(path)
        self._written[path] = text
        return data

    def _locked(self) -> IO[bytes]:
        """Make the folder and lock it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = (self.path / _LOCK).open("ab")
        except OSError as error:
            raise OutputError(
                f"Folder '{self.path}' cannot be made: {error.strerror}; choose another one."
            ) from None
        if _lock(file):
            return file
        file.close()
        raise DomainError(
            f"Another census is at work in folder '{self.path}'; wait for it or choose "
            "another folder."
        )


def seal(content: dict[str, Any]) -> dict[str, Any]:
    """Return an object of JSON with the SHA-256 of its canonical text as a last entry.

    Examples
    --------
    >>> sealed(seal({"n": 4})), sealed({"n": 4}), sealed({**seal({"n": 4}), "n": 5})
    (True, False, False)
    """
    return {**content, "sha256": _fingerprint(content)}


def sealed(content: dict[str, Any]) -> bool:
    """Say whether an object of JSON holds the SHA-256 of the rest of it."""
    rest = {key: value for key, value in content.items() if key != "sha256"}
    return content.get("sha256") == _fingerprint(rest)


def _fingerprint(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical text of an object."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _lock(file: IO[bytes]) -> bool:
    """Lock an open file until it is closed, unless it is locked or deleted already."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(file.fileno()), os.stat(file.name))
    except OSError:
        return False


def _resolved(path: Path) -> Path:
    """Return a path without symbolic links, or as it is where they run in circles."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _start(file: Path) -> bytes:
    """Return the first bytes of a file; of a short one, all of them."""
    with suppress(OSError), file.open("rb") as opened:
        return opened.read(11)
    return b"?"


def _damaged(path: Path) -> DataError:
    """Say that a file is not what was written."""
    remedy = "choose another folder"
    if path.name != _MANIFEST:
        remedy = f"delete {path.name} to have this shard done again, or {remedy}"
    return DataError(f"File '{path}' is missing or damaged; {remedy}.")
