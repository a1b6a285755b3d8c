"""Building the data package: byte for byte, all or nothing."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from polyfam.errors import OutputError
from polyfam.tables import build
from polyfam.tables.build import build_tables
from polyfam.tables.family import family_recipe
from polyfam.tables.formats import csv
from polyfam.tables.manifest import STATIC_FILES
from polyfam.tables.package import load_table, table_names


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish the trees with at most five vertices only."""
    monkeypatch.setattr(build, "recipes", lambda: [family_recipe(n) for n in range(1, 6)])


def contents(directory: Path) -> dict[str, bytes]:
    """Return all files of a directory and its folders."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_shipped_package_regenerates_byte_for_byte(tmp_path: Path) -> None:
    build_tables(tmp_path)
    # the records of unfinished censuses, census/30/00000.json, are no part of the package
    shipped = {
        path: content
        for path, content in contents(files("polyfam.data")).items()
        if path.count("/") < 2 and path != "__init__.py"
    }
    assert contents(tmp_path) == shipped


@pytest.mark.usefixtures("small")
def test_second_build_writes_nothing(tmp_path: Path) -> None:
    first = build_tables(tmp_path)
    assert all(file.written for file in first)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    second = build_tables(str(tmp_path))
    assert not any(file.written for file in second)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times


@pytest.mark.usefixtures("small")
def test_only_the_damaged_file_is_written_again(tmp_path: Path) -> None:
    good = build_tables(tmp_path)
    (tmp_path / "family-04.csv").write_text("damaged")
    assert [file.path.name for file in build_tables(tmp_path) if file.written] == ["family-04.csv"]
    assert contents(tmp_path)["family-04.csv"] == csv.dumps(good[3].table).encode()


@pytest.mark.usefixtures("small")
def test_built_package_loads(tmp_path: Path) -> None:
    report = build_tables(tmp_path)
    assert table_names(tmp_path) == tuple(f"family-{n:02}" for n in range(1, 6))
    for name, file in zip(table_names(tmp_path), report, strict=False):
        assert load_table(name, tmp_path) == file.table
    assert [file.path.name for file in report[-2:]] == ["README.md", "datapackage.json"]
    assert {file.table for file in report[5:]} == {None}


@pytest.mark.usefixtures("small")
def test_report_counts_distinct_polynomials_and_the_largest_coefficient(tmp_path: Path) -> None:
    report = build_tables(tmp_path)
    assert [(file.distinct, file.largest) for file in report[:5]] == [
        (1, 1),
        (1, 1),
        (1, 1),
        (2, 4),
        (3, 11),
    ]


@pytest.mark.usefixtures("small")
def test_progress_counts_every_row(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    build_tables(tmp_path, lambda *call: calls.append(call))
    assert calls[0] == ("family-01", 0, 8)
    assert calls[-1] == ("done", 8, 8)
    done = [call[1] for call in calls]
    assert done == sorted(done)
    assert set(done) == set(range(9))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("stop", [0, 3, 8])
def test_interrupted_build_leaves_the_old_package(tmp_path: Path, stop: int) -> None:
    build_tables(tmp_path)
    (tmp_path / "family-04.csv").write_text("old")
    before = contents(tmp_path)

    def interrupt(_name: str, done: int, _total: int) -> None:
        if done == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_tables(tmp_path, interrupt)
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["README.md", "family-03.csv", "census/08.json"])
def test_foreign_files_are_neither_overwritten_nor_deleted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    (tmp_path / "notes.txt").write_text("mine too")
    with pytest.raises(OutputError, match=f"its file '{name}' was not written by polyfam"):
        build_tables(tmp_path)
    assert contents(tmp_path) == {name: b"mine", "notes.txt": b"mine too"}


@pytest.mark.usefixtures("small")
def test_new_directory_is_made(tmp_path: Path) -> None:
    build_tables(tmp_path / "new")
    assert len(contents(tmp_path / "new")) == 5 + len(STATIC_FILES) + 2


@pytest.mark.parametrize("name", ["file", "file/inside", "missing/inside"])
def test_impossible_directory_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"^Cannot write to directory '.*'"):
        build_tables(tmp_path / name, lambda *_: pytest.fail("work was done"))
    assert contents(tmp_path) == {"file": b""}
