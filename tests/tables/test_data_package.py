"""The data package: what is shipped can be read, what is damaged is refused."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.formats import bfile, oeis
from polyfam.tables.manifest import MANIFEST, fingerprint
from polyfam.tables.package import load_manifest, load_table, read_file, table_names
from polyfam.trees import count_free_trees
from tests.tables.test_format_oeis import rules_of_oeis_validator

NAMES = [f"family-{n:02}" for n in range(1, 15)] + [
    "eulerian",
    "narayana",
    "type-b-narayana",
    "labelled-sum",
    "free-sum",
]
REMEDY = "rebuild it with `polyfam data build`"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the shipped package, to be damaged."""
    with_files = tmp_path / "data"
    shutil.copytree(files("polyfam.data"), with_files)
    return with_files


def test_names_are_those_of_the_specification() -> None:
    assert [*table_names()] == NAMES


def test_sizes_match_otters_formula_and_the_promised_ranges() -> None:
    for n in range(1, 15):
        assert len(load_table(f"family-{n:02}")) == count_free_trees(n)
    for name in ("eulerian", "narayana", "labelled-sum"):
        assert load_table(name).column("n") == tuple(range(1, 61))
    assert load_table("type-b-narayana").column("n") == tuple(range(61))
    assert load_table("free-sum").column("n") == tuple(range(1, 21))


def test_row_sums_match_the_published_values() -> None:
    small = (2, 11, 56, 438, 3482, 35297, 373890, 4726358, 62548386, 939036408)
    large = (14936245168, 260844901656)
    assert load_table("free-sum").column("value_at_one")[2:14] == small + large


def test_first_sums_match_literal_rows() -> None:
    labelled = ((1,), (1,), (3, 3), (16, 52, 16), (125, 895, 895, 125))
    free = ((1,), (1,), (1, 1), (2, 7, 2), (3, 25, 25, 3), (6, 99, 228, 99, 6))
    assert load_table("labelled-sum").triangle()[:5] == labelled
    assert load_table("labelled-sum").triangle()[5] == (1296, 17286, 37356, 17286, 1296)
    assert load_table("free-sum").triangle()[:6] == free


def test_rows_of_six_vertices_match_a_literal_table() -> None:
    assert load_table("family-06").column("coefficients") == (
        (1, 10, 20, 10, 1),
        (1, 13, 28, 13, 1),
        (1, 14, 30, 14, 1),
        (1, 17, 40, 17, 1),
        (1, 19, 44, 19, 1),
        (1, 26, 66, 26, 1),
    )


def test_one_vertex_is_the_constant_one() -> None:
    assert load_table("family-01").rows == (("F1.1", (0,), 1, (0,), 1, (1,), (1,), True),)


@pytest.mark.parametrize("name", NAMES[3:])
def test_every_triangle_has_a_flawless_oeis_entry_and_bfile(name: str) -> None:
    table = load_table(name)
    entry = oeis.dumps(table)
    assert oeis.validate(entry) == []
    assert rules_of_oeis_validator(entry) == []
    assert bfile.validate(bfile.dumps(table), table.oeis.offset) == []


@pytest.mark.parametrize("name", NAMES[:3])
def test_three_terms_are_no_oeis_entry(name: str) -> None:
    with pytest.raises(DataError, match="at least 4 terms"):
        oeis.dumps(load_table(name))


def test_manifest_follows_the_standard() -> None:
    manifest = load_manifest()
    assert manifest["$schema"].startswith("https://datapackage.org/profiles/2.")
    assert manifest["licenses"][0]["name"] == "CC0-1.0"
    for entry in manifest["resources"]:
        content = read_file(entry["path"])
        assert entry["bytes"] == len(content)
        assert entry["hash"] == fingerprint(content)
        assert entry["command"] == "polyfam data build"
        assert all(field["description"] for field in entry["schema"]["fields"])
        assert set(entry["notes"]) == {"source", "completeness", "reliability"}


@pytest.mark.parametrize("name", ["family-15", "family-6", "", "../pyproject", None, 6])
def test_unknown_table_names_the_tables(name: object) -> None:
    with pytest.raises(UnknownNameError, match=r"There is no table .*; choose among family-01"):
        load_table(name)


@pytest.mark.parametrize(
    ("position", "change"), [(0, b""), (100, b"0"), (-1, b""), (-1, b"\n\n"), (50, b"\xff")]
)
def test_a_damaged_file_is_named_with_the_remedy(copy: Path, position: int, change: bytes) -> None:
    path = copy / "family-06.csv"
    content = path.read_bytes()
    position %= len(content)
    path.write_bytes(content[:position] + change + content[position + 1 :])
    with pytest.raises(DataError, match=f"^File 'family-06.csv' .*; {REMEDY}"):
        load_table("family-06", copy)
    assert len(load_table("family-05", copy)) == 3


def test_a_missing_file_is_named_with_the_remedy(copy: Path) -> None:
    (copy / "eulerian.csv").unlink()
    with pytest.raises(DataError, match=r"^File 'eulerian\.csv' .* `polyfam data build`\.$"):
        load_table("eulerian", copy)


@pytest.mark.parametrize("content", [b"no,such,header\n", b"id\xff\n", b""])
def test_a_file_that_fits_its_hash_but_not_its_schema_is_refused(
    copy: Path, content: bytes
) -> None:
    (copy / "eulerian.csv").write_bytes(content)
    manifest = load_manifest(copy)
    for entry in manifest["resources"]:
        if entry["name"] == "eulerian":
            entry["hash"] = fingerprint(content)
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(DataError, match=f"^File 'eulerian.csv' .* its manifest: .*; {REMEDY}"):
        load_table("eulerian", copy)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '{"version": "1", "resources": [1]}',
        '{"resources": []}',
        "\xff",
    ],
)
def test_a_damaged_manifest_is_named_with_the_remedy(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=f"^File 'datapackage.json' .* is damaged; {REMEDY}"):
        load_table("eulerian", tmp_path)


def test_a_deeply_nested_manifest_is_damaged(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[" * 10**5)
    with pytest.raises(DataError, match="is damaged"):
        load_manifest(tmp_path)


def test_an_empty_directory_says_how_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^File 'datapackage\.json' .* `polyfam data build`\.$"):
        table_names(tmp_path)
