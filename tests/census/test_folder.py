"""The folder of a census: what is resumed, and what is refused and left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from polyfam import DataError, DomainError, OutputError
from polyfam.census import folder as module
from polyfam.census.folder import CensusFolder, clear
from polyfam.census.shards import cut
from polyfam.census.survey import survey

SHARDS = cut(9, 10)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Return a folder with shards 1 and 3 of 5."""
    folder = CensusFolder(tmp_path / "census", SHARDS)
    for shard in (SHARDS[3], SHARDS[1]):
        folder.keep(survey(shard))
    return folder.path


def contents(path: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_finished_shards_are_found_again(begun: Path) -> None:
    again = CensusFolder(begun, SHARDS, resume=True)
    assert [shard.index for shard in again.unfinished()] == [0, 2, 4]
    for shard in (SHARDS[1], SHARDS[3]):
        assert again.records[shard].findings == survey(shard).findings


def test_digests_come_back_from_disk(begun: Path) -> None:
    again = CensusFolder(begun, SHARDS, resume=True)
    for shard in again.unfinished():
        again.keep(survey(shard))
    for shard, run in zip(SHARDS, again.runs(), strict=True):
        assert run.tolist() == survey(shard).digests.tolist()


def test_files_without_a_record_and_leftovers_are_no_shard(begun: Path) -> None:
    (begun / "00003.json").unlink()
    (begun / ".00002.npy.0123abcd.part").write_bytes(b"half")
    again = CensusFolder(begun, SHARDS, resume=True)
    assert [shard.index for shard in again.unfinished()] == [0, 2, 3, 4]


def test_a_census_is_not_begun_over_another(begun: Path) -> None:
    before = contents(begun)
    with pytest.raises(DomainError, match="holds shards of a census already; resume it or"):
        CensusFolder(begun, SHARDS)
    assert contents(begun) == before


def test_resuming_nothing_begins(tmp_path: Path) -> None:
    folder = CensusFolder(tmp_path / "a" / "b", SHARDS, resume=True)
    assert len(folder.unfinished()) == len(SHARDS)
    assert not (tmp_path / "a").exists()
    folder.keep(survey(SHARDS[0]))
    assert len(CensusFolder(folder.path, SHARDS, resume=True).unfinished()) == len(SHARDS) - 1


def test_a_census_without_shards_gives_way_to_another(tmp_path: Path) -> None:
    shards = cut(10, 50)
    CensusFolder(tmp_path, shards).keep(survey(shards[0]))
    (tmp_path / "00000.json").unlink()
    CensusFolder(tmp_path, SHARDS).keep(survey(SHARDS[0]))
    assert json.loads((tmp_path / "census.json").read_text())["n"] == 9


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/census' cannot be made: .*choose another one"):
        CensusFolder(tmp_path / "file" / "census", SHARDS).keep(survey(SHARDS[0]))


@pytest.mark.parametrize(
    ("shards", "with_tables", "key"),
    [(cut(10, 22), False, "n"), (cut(9, 12), False, "shards"), (cut(9, 11), True, "shard_size")],
)
def test_another_census_is_refused(begun: Path, shards: list, with_tables: bool, key: str) -> None:
    before = contents(begun)
    with pytest.raises(DomainError, match=f"holds another census: '{key}' is"):
        CensusFolder(begun, shards, with_tables, resume=True)
    assert contents(begun) == before


def test_another_version_is_refused(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(begun)
    monkeypatch.setattr(module, "__version__", "99.0")
    with pytest.raises(DomainError, match=r"'polyfam' is '.*' there, not '99\.0'"):
        CensusFolder(begun, SHARDS, resume=True)
    assert contents(begun) == before


def flipped(data: bytes) -> bytes:
    """Change a byte in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def cut_short(data: bytes) -> bytes:
    """Drop the end."""
    return data[:-3]


def without_a_key(data: bytes) -> bytes:
    """Drop a key of the findings."""
    record = json.loads(data)
    del record["findings"]["maxima"]
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("census.json", cut_short),
        ("census.json", b"[]"),
        ("00001.json", cut_short),
        ("00001.json", b"\xff"),
        ("00001.json", b'{"findings": 3, "seconds": 1, "sha256": {}}'),
        ("00001.json", without_a_key),
        ("00001.npy", flipped),
        ("00001.npy", cut_short),
        ("00001.npy", None),
    ],
)
def test_damage_is_named_and_left_as_it_is(
    begun: Path, name: str, damage: Callable[[bytes], bytes] | bytes | None
) -> None:
    file = begun / name
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage(file.read_bytes()) if callable(damage) else damage)
    before = contents(begun)
    with pytest.raises(DataError, match=f"{name}' is missing or damaged; .*choose another folder"):
        CensusFolder(begun, SHARDS, resume=True)
    assert contents(begun) == before


def test_a_shard_with_a_record_that_was_deleted_is_done_again(begun: Path) -> None:
    file = begun / "00001.npy"
    file.write_bytes(flipped(file.read_bytes()))
    (begun / "00001.json").unlink()  # the remedy that the message names
    again = CensusFolder(begun, SHARDS, resume=True)
    again.keep(survey(SHARDS[1]))
    assert CensusFolder(begun, SHARDS, resume=True).records.keys() == {SHARDS[1], SHARDS[3]}


def test_outcomes_of_another_version_are_refused(begun: Path) -> None:
    folder = CensusFolder(begun, SHARDS, resume=True)
    with pytest.raises(DataError, match=r"A worker runs polyfam 0\.0\.1, not "):
        folder.keep(replace(survey(SHARDS[0]), version="0.0.1"))
    assert SHARDS[0] in folder.unfinished()


def test_a_full_disk_leaves_the_shard_unfinished(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_files: object) -> None:
        raise OutputError("Cannot write '00000.npy': No space left on device.")

    folder = CensusFolder(begun, SHARDS, resume=True)
    monkeypatch.setattr(module, "write_files", full)
    with pytest.raises(OutputError):
        folder.keep(survey(SHARDS[0]))
    assert SHARDS[0] in folder.unfinished()


def test_clearing_spares_what_is_not_ours(begun: Path) -> None:
    (begun / "notes.txt").write_text("mine")
    (begun / "00001.parquet").write_bytes(b"PAR1")
    (begun / ".00002.npy.0123abcd.part").write_bytes(b"half")
    clear(begun)
    assert contents(begun).keys() == {"notes.txt", "00001.parquet"}


def test_clearing_removes_an_empty_folder(begun: Path) -> None:
    clear(begun)
    assert not begun.exists()
