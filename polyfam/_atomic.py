"""Atomic writes: a reader sees the old file or the new one, never half of either.

Everything is written to temporary files beside the targets first; only when all of them are
complete do they take the targets' places, one `os.replace` each.  An interrupted run therefore
leaves the old files, and no temporary ones; what a killed one left is cleared by the next write of
the same file, an hour later, when nobody can be writing it any more.  Files and the directories
that name them are on the disk before a write returns, so that they survive a loss of power.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from polyfam._checks import quoted
from polyfam.errors import OutputError

__all__ = ["check_target", "sync_directory", "write_file", "write_files"]

_STALE = 3600.0  # seconds


def check_target(path: str | os.PathLike[str]) -> None:
    """Refuse a path that `write_file` cannot write, before the work that makes its content.

    Parameters
    ----------
    path : path-like

    Raises
    ------
    OutputError
        If it is a directory, its own directory is missing or closed, or its links run in a circle.

    Examples
    --------
    >>> check_target("no/such/file.csv")
    Traceback (most recent call last):
        ...
    polyfam.errors.OutputError: Cannot write 'no/such/file.csv': there is no folder 'no/such'; \
choose another path or free the space.
    """
    path = Path(path)
    try:
        target = path.resolve()
        folder = target.parent
        if target.is_dir():
            raise IsADirectoryError(None, "it is a directory")
        if not folder.is_dir():
            raise NotADirectoryError(None, f"there is no folder {quoted(str(path.parent))}")
        _temporary(target).exists()  # raises for names that are too long
        device = target.exists() and not target.is_file()
        if not os.access(*((target, os.W_OK) if device else (folder, os.W_OK | os.X_OK))):
            raise PermissionError(None, "permission denied")
    except (OSError, RuntimeError) as error:
        raise _failure(path, error) from error


def write_file(path: str | os.PathLike[str], content: str | bytes) -> bool:
    r"""Write one file atomically and tell whether it changed.

    Text is written as UTF-8 with the line ends it has.  A file that already holds `content` is
    not touched.

    Parameters
    ----------
    path : path-like
        The target; its directory must exist.  A symbolic link is followed; a device or pipe,
        which cannot be replaced, is written to directly.
    content : str or bytes
        All of the new content.

    Returns
    -------
    bool
        True when something was written.

    Raises
    ------
    OutputError
        If `path` cannot be written; the old file is then untouched.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as directory:
    ...     path = Path(directory, "row.csv")
    ...     write_file(path, "1,4,1\n"), write_file(path, "1,4,1\n")
    (True, False)
    """
    path = Path(path)
    return write_files({path: content})[path]


def write_files(contents: Mapping[Path, str | bytes]) -> dict[Path, bool]:
    """Write several files, all or none up to the final renames.

    Parameters
    ----------
    contents : mapping of Path to str or bytes
        The targets, replaced in this order, and their new contents.

    Returns
    -------
    dict of Path to bool
        For every target, whether it was written.

    Raises
    ------
    OutputError
        If a target cannot be written; all old files are then untouched.

    Examples
    --------
    >>> write_files({})
    {}
    """
    staged: dict[Path, Path] = {}
    written = dict.fromkeys(contents, False)
    try:
        for path, content in contents.items():
            data = content.encode() if isinstance(content, str) else content
            try:
                if path.exists() and not path.is_file() and not path.is_dir():
                    path.write_bytes(data)
                    written[path] = True
                elif not path.is_file() or path.read_bytes() != data:
                    staged[path] = _stage(_followed(path), data)
            except (OSError, RuntimeError) as error:
                raise _failure(path, error) from error
        for path in list(staged):
            try:
                os.replace(staged[path], path.resolve())
            except OSError as error:
                raise _failure(path, error) from error
            del staged[path]
            written[path] = True
        for directory in {path.resolve().parent for path in contents if written[path]}:
            sync_directory(directory)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    return written


def _followed(path: Path) -> Path:
    """Return the file that a path leads to through symbolic links, and raise for circles of them.

    Up to Python 3.12 `resolve` raises RuntimeError there, from 3.13 on it returns the path.
    """
    resolved = path.resolve()
    if resolved.is_symlink():
        raise RuntimeError(path)
    return resolved


def _stage(path: Path, data: bytes) -> Path:
    """Write `data` to a new file beside `path`, safely on disk, with the mode `path` has."""
    if path.is_dir():
        raise IsADirectoryError(None, "it is a directory")
    _clear_stale(path)
    temporary = _temporary(path)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _temporary(path: Path) -> Path:
    """Return the name of a new file beside a file."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")


def _clear_stale(path: Path) -> None:
    """Delete what a killed process left of an earlier write of this very file."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.part")
    with suppress(OSError):
        for entry in os.scandir(path.parent):
            if ours.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if time.time() - entry.stat().st_mtime > _STALE:
                        os.unlink(entry.path)


def sync_directory(path: Path) -> None:
    """Put the names in a directory on the disk, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows cannot, and keeps its own journal
        return
    with suppress(OSError):  # some network file systems refuse
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _failure(path: Path, error: OSError | RuntimeError) -> OutputError:
    """Say in one sentence why `path` was not written."""
    reason = getattr(error, "strerror", None) or "its links run in a circle"
    return OutputError(f"Cannot write '{path}': {reason}; choose another path or free the space.")
