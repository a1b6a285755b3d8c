"""Atomic writes: old or new, never half, and nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from polyfam import _atomic
from polyfam._atomic import write_file, write_files
from polyfam.errors import OutputError


def names(directory: Path) -> set[str]:
    """Return the names of all files, hidden ones too."""
    return {path.name for path in directory.iterdir()}


def test_new_and_changed_files_are_written_as_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert write_file(path, "\u00e9\r\n")
    assert path.read_bytes() == b"\xc3\xa9\r\n"
    assert write_file(str(path), b"\xff")
    assert path.read_bytes() == b"\xff"
    assert names(tmp_path) == {"a.txt"}


def test_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_file(path, "same")
    before = path.stat()
    assert not write_file(path, "same")
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_new_file_gets_the_usual_mode_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    usual, path = tmp_path / "usual", tmp_path / "a.txt"
    usual.touch()
    write_file(path, "new")
    assert path.stat().st_mode == usual.stat().st_mode
    path.chmod(0o640)
    write_file(path, "newer")
    assert path.stat().st_mode & 0o777 == 0o640


def test_symbolic_link_stays_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_file(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_device_is_written_to_and_not_replaced() -> None:
    assert write_file(os.devnull, "gone")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, MemoryError])
@pytest.mark.parametrize("function", ["os.fsync", "os.replace"])
def test_interruption_leaves_the_old_files_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, error: type[BaseException]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("old")
    second.write_text("old")

    def fail(*_: object) -> None:
        raise error

    module, name = function.split(".")
    monkeypatch.setattr(getattr(_atomic, module), name, fail)
    with pytest.raises(OutputError if error is OSError else error):
        write_files({first: "new", second: "new"})
    assert {path.read_text() for path in tmp_path.iterdir()} == {"old"}
    assert names(tmp_path) == {"first", "second"}


@pytest.mark.parametrize("name", ["a", "b", "a/inside"])
def test_links_in_circles_are_refused_and_stay(tmp_path: Path, name: str) -> None:
    """From Python 3.13 on, `Path.resolve` returns them as if they were files."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputError, match=r"Cannot write .*; choose another path"):
        write_file(tmp_path / name, "new")
    assert names(tmp_path) == {"a", "b"}
    assert (tmp_path / "a").is_symlink()


def test_bad_target_among_good_ones_writes_nothing(tmp_path: Path) -> None:
    good = tmp_path / "good"
    with pytest.raises(OutputError, match=r"Cannot write .*nowhere"):
        write_files({good: "new", tmp_path / "nowhere" / "bad": "new"})
    assert names(tmp_path) == set()


@pytest.mark.parametrize("name", [".", "file/inside", "missing/inside", "x" * 300])
def test_impossible_targets_are_named_in_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^Cannot write '.*': .*; choose another path") as info:
        write_file(tmp_path / name, "new")
    assert str(info.value).count("\n") == 0
    assert names(tmp_path) == {"file"}


def test_what_a_killed_run_left_is_cleared_an_hour_later_and_nothing_else(tmp_path: Path) -> None:
    stale, fresh = ".a.txt.01234567.part", ".a.txt.89abcdef.part"
    foreign = {".b.txt.01234567.part", ".a.txt.part", "a.txt.01234567.part", ".a.txt.0123456x.part"}
    for name in (stale, fresh, *foreign):
        (tmp_path / name).touch()
        if name != fresh:
            os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".a.txt.00000000.part").mkdir()
    write_file(tmp_path / "a.txt", "new")
    assert names(tmp_path) == {"a.txt", fresh, *foreign, ".a.txt.00000000.part"}


def test_directory_is_synced_after_the_last_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    replace, sync = os.replace, _atomic.sync_directory
    monkeypatch.setattr(os, "replace", lambda *a: (calls.append("replace"), replace(*a)))
    monkeypatch.setattr(_atomic, "sync_directory", lambda p: (calls.append(p), sync(p)))
    write_files({tmp_path / "a": "1", tmp_path / "b": "2"})
    assert calls == ["replace", "replace", tmp_path]
    write_files({tmp_path / "a": "1"})
    assert len(calls) == 3
