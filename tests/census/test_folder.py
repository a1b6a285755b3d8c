"""The folder of a census: what is resumed, and what is refused and left alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from polyfam.census import folder as module
from polyfam.census.folder import CensusFolder, seal
from polyfam.census.shards import Shard, survey
from polyfam.errors import DataError, DomainError, OutputError

RECORDS = dict(survey(Shard(9, 5, index)) for index in range(5))


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """Return a folder with shards 1 and 3 of 5."""
    with CensusFolder(tmp_path / "census", 9, 5) as folder:
        for index in (3, 1):
            folder.keep(*survey(Shard(9, 5, index)))
    return folder.path


def contents(path: Path) -> dict[str, bytes]:
    """Return all files of a folder."""
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_finished_shards_are_found_again_whatever_the_memory(begun: Path) -> None:
    with CensusFolder(begun, 9, 1, resume=True) as again:
        assert again.m == 5
        assert [shard.index for shard in again.unfinished()] == [0, 2, 4]
        for index in (1, 3):
            assert replace(again.records[index], seconds=0) == replace(
                RECORDS[Shard(9, 5, index)], seconds=0
            )
    assert contents(begun).keys() == {"census.json", "00001.json", "00003.json"}


def test_leftovers_of_interrupted_writes_are_no_shards(begun: Path) -> None:
    (begun / "00003.json").unlink()
    (begun / ".00002.json.0123abcd.part").write_bytes(b'{"census": {"n"')
    with CensusFolder(begun, 9, 5, resume=True) as again:
        assert [shard.index for shard in again.unfinished()] == [0, 2, 3, 4]
        again.clear()
    assert not begun.exists()


def test_a_census_is_not_begun_over_another(begun: Path) -> None:
    before = contents(begun)
    with pytest.raises(DomainError, match="holds shards of a census already; resume it or"):
        CensusFolder(begun, 9, 5)
    assert contents(begun) == before


def test_two_censuses_do_not_share_a_folder(begun: Path) -> None:
    with CensusFolder(begun, 9, 5, resume=True):
        for n in (9, 10):
            with pytest.raises(DomainError, match="Another census is at work in folder"):
                CensusFolder(begun, n, 5, resume=True)
    with CensusFolder(begun, 9, 5, resume=True) as again:
        assert len(again.records) == 2


def test_resuming_nothing_begins(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    with CensusFolder(path, 9, 5, resume=True) as folder:
        assert len(folder.unfinished()) == 5
    assert not path.exists()


def test_an_empty_folder_of_the_user_stays(tmp_path: Path) -> None:
    with CensusFolder(tmp_path, 9, 5) as folder:
        folder.keep(*survey(Shard(9, 5, 0)))
        folder.clear()
    assert contents(tmp_path) == {}


def test_a_census_without_shards_gives_way_to_another(begun: Path) -> None:
    for index in (1, 3):
        (begun / f"0000{index}.json").unlink()
    with CensusFolder(begun, 10, 2) as folder:
        folder.keep(*survey(Shard(10, 2, 0)))
    assert json.loads((begun / "census.json").read_text())["census"]["n"] == 10


@pytest.mark.parametrize("name", ["census.json", "12345.json"])
def test_files_of_others_are_refused_and_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"mine": true}')
    with pytest.raises((DataError, DomainError)):
        CensusFolder(tmp_path, 9, 5)
    with pytest.raises(DataError, match="is missing or damaged"):
        CensusFolder(tmp_path, 9, 5, resume=True)
    assert contents(tmp_path) == {name: b'{"mine": true}'}


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file/census' cannot be made: .*choose another one"):
        CensusFolder(tmp_path / "file" / "census", 9, 5)


def test_another_census_is_refused(begun: Path) -> None:
    before = contents(begun)
    with pytest.raises(DomainError, match="holds another census: 'n' is '9' there, not 10"):
        CensusFolder(begun, 10, 5, resume=True)
    assert contents(begun) == before


def test_another_version_is_refused(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(begun)
    monkeypatch.setattr(module, "METHOD", 99)
    with pytest.raises(DomainError, match=r"'method' is '1' there, not 99"):
        CensusFolder(begun, 9, 5, resume=True)
    assert contents(begun) == before


def flipped(data: bytes) -> bytes:
    """Change a digit in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def cut_short(data: bytes) -> bytes:
    """Drop the end."""
    return data[:-3]


def of_another_census(data: bytes) -> bytes:
    """Return an intact record of another census."""
    content = {key: value for key, value in json.loads(data).items() if key != "sha256"}
    return json.dumps(seal({**content, "census": {**content["census"], "shards": 7}})).encode()


def nothing(_: bytes) -> bytes:
    """Return an empty list."""
    return b"[]"


def too_deep(_: bytes) -> bytes:
    """Return what no parser likes."""
    return b"[" * 100_000


def no_text(_: bytes) -> bytes:
    """Return a byte that is no text."""
    return b"\xff"


def something_else(_: bytes) -> bytes:
    """Return an object that is sealed, and no record."""
    return json.dumps(seal({"census": 3})).encode()


def without_a_key(data: bytes) -> bytes:
    """Drop a key, and seal what remains."""
    content = {key: value for key, value in json.loads(data).items() if key != "sha256"}
    del content["digest"]
    return json.dumps(seal(content)).encode()


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("census.json", cut_short),
        ("census.json", nothing),
        ("census.json", too_deep),
        ("00001.json", cut_short),
        ("00001.json", flipped),
        ("00001.json", no_text),
        ("00001.json", something_else),
        ("00001.json", of_another_census),
        ("00001.json", without_a_key),
    ],
)
def test_damage_is_named_and_left_as_it_is(
    begun: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    file = begun / name
    file.write_bytes(damage(file.read_bytes()))
    before = contents(begun)
    with pytest.raises(DataError, match=f"{name}' is missing or damaged; .*choose another folder"):
        CensusFolder(begun, 9, 5, resume=True)
    assert contents(begun) == before


def test_no_change_of_a_byte_goes_unnoticed(begun: Path) -> None:
    file = begun / "00003.json"
    data = file.read_bytes()
    for place in range(0, len(data) - 1, 7):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(DataError):
            CensusFolder(begun, 9, 5, resume=True)


def test_a_record_under_another_name_is_refused(begun: Path) -> None:
    (begun / "00001.json").rename(begun / "00002.json")
    with pytest.raises(DataError, match=r"00002.json' is missing or damaged"):
        CensusFolder(begun, 9, 5, resume=True)


def test_records_of_another_version_are_refused(begun: Path) -> None:
    with CensusFolder(begun, 9, 5, resume=True) as folder:
        shard, record = survey(Shard(9, 5, 0))
        with pytest.raises(DataError, match="by method 2, not 1"):
            folder.keep(shard, replace(record, method=2))
        assert shard in folder.unfinished()


def test_a_full_disk_leaves_the_shard_unfinished(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("Cannot write '00000.json': No space left on device.")

    with CensusFolder(begun, 9, 5, resume=True) as folder:
        monkeypatch.setattr(module, "write_file", full)
        with pytest.raises(OutputError):
            folder.keep(*survey(Shard(9, 5, 0)))
        assert Shard(9, 5, 0) in folder.unfinished()


def test_clearing_spares_what_is_not_ours(begun: Path) -> None:
    mine = ["notes.txt", ".00002.json.0123abcd.part", "00004.json", ".x.json.0123abcd.part"]
    with CensusFolder(begun, 9, 5, resume=True) as folder:
        for name in mine:
            (begun / name).write_text("mine")
        (begun / "00001.json").write_text("changed meanwhile")
        folder.clear()
    assert contents(begun).keys() == {*mine, "00001.json"}


@pytest.mark.parametrize("deleted", range(4))
def test_clearing_may_be_interrupted(
    begun: Path, monkeypatch: pytest.MonkeyPatch, deleted: int
) -> None:
    unlink, left = Path.unlink, deleted

    def interrupted(path: Path, **options: bool) -> None:
        nonlocal left
        if path.suffix == ".json":
            if not left:
                raise KeyboardInterrupt
            left -= 1
        unlink(path, **options)

    with monkeypatch.context() as patch, CensusFolder(begun, 9, 5, resume=True) as folder:
        patch.setattr(Path, "unlink", interrupted)
        if deleted < 3:
            with pytest.raises(KeyboardInterrupt):
                folder.clear()
        else:
            folder.clear()
    with CensusFolder(begun, 9, 5, resume=True) as again:
        assert len(again.records) == max(0, 2 - deleted)


def test_clearing_removes_the_folder(begun: Path) -> None:
    with CensusFolder(begun, 9, 5, resume=True) as folder:
        folder.clear()
    assert not begun.exists()


def test_the_files_of_a_census_are_known_by_name(begun: Path) -> None:
    with CensusFolder(begun, 9, 5, resume=True) as folder:
        inside = ["census.json", "00007.json", "census.lock", "result.json"]
        assert [folder.owns(begun / name) for name in inside] == [True, True, True, False]
        assert not folder.owns(begun.parent / "census.json")
