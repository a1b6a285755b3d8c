"""The data package: what is shipped can be read, what is damaged is refused."""

from __future__ import annotations

import shutil
from configparser import ConfigParser
from importlib.resources import files
from pathlib import Path

import pytest

from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.formats import bfile, oeis
from polyfam.tables.manifest import MANIFEST, fingerprint
from polyfam.tables.package import (
    load_manifest,
    load_table,
    read_checked,
    read_file,
    table_names,
)
from polyfam.tables.verification import verify_package
from polyfam.trees import count_free_trees
from tests.oracles import bfile as bfile_rules
from tests.oracles.oeis_rules import complaints

NAMES = [f"family-{n:02}" for n in range(1, 15)] + [
    "eulerian",
    "narayana",
    "type-b-narayana",
    "labelled-sum",
    "free-sum",
    "beta-triangle",
    "labelled-total",
    "free-total",
    "census",
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
    row = ("F1.1", (0,), "@", 1, (0,), 0, 1, 1, (1,), (1,), (1,), True, ())
    assert load_table("family-01").rows == (row,)


@pytest.mark.parametrize("name", NAMES[3:-1])
def test_every_triangle_has_a_flawless_oeis_entry_and_bfile(name: str) -> None:
    table = load_table(name)
    entry = oeis.dumps(table)
    assert complaints(entry) == []
    assert bfile_rules.validate(bfile.dumps(table), table.oeis.offset) == []


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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("family-15", "the orders 1 to 14 are published; family_table makes others"),
        ("family-6", "perhaps family-06 is meant"),
        ("F6", "perhaps family-06 is meant"),
        ("6.0", "perhaps family-06 is meant"),
        (6, "perhaps family-06 is meant"),
        ("eulerien", "perhaps eulerian is meant"),
        ("", "their names are family-01"),
        ("../pyproject", "their names are family-01"),
        (None, "their names are family-01"),
    ],
)
def test_unknown_table_names_what_was_meant(name: object, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=r"^There is no table '.*'; ") as info:
        load_table(name)
    assert meant in str(info.value)


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


def test_totals_are_the_published_values() -> None:
    assert load_table("free-total").column("total")[:6] == (1, 1, 2, 11, 56, 438)
    assert load_table("labelled-total").column("total")[:6] == (1, 1, 6, 84, 2040, 74520)


def test_the_first_version_is_kept_unchanged() -> None:
    for name in NAMES[:19]:
        old, new = load_table(name, version="1.0.0"), load_table(name)
        assert [*zip(*map(old.column, old.names), strict=True)] == [
            *zip(*map(new.column, old.names), strict=True)
        ]
    with pytest.raises(UnknownNameError, match=r"there are 1\.0\.0, 2\.2\.0\."):
        load_table("eulerian", version="3")


def test_certificates_are_read_only_if_unaltered(copy: Path) -> None:
    content = (copy / "census" / "08.json").read_bytes()
    assert read_checked("census/08.json", copy) == content
    (copy / "census" / "08.json").write_bytes(content.replace(b"23", b"32", 1))
    with pytest.raises(DataError, match=r"^File 'census/08\.json' .* the SHA-256"):
        read_checked("census/08.json", copy)
    with pytest.raises(UnknownNameError, match=r"has no file 'census/99\.json'"):
        read_checked("census/99.json", copy)


def altered(content: bytes, position: int) -> bytes:
    """Change one byte."""
    position %= len(content)
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


def test_one_changed_byte_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    content = read_file(MANIFEST)
    for position in range(0, len(content), 211):
        (tmp_path / MANIFEST).write_bytes(altered(content, position))
        with pytest.raises(DataError, match="is damaged"):
            load_manifest(tmp_path)


@pytest.mark.parametrize("position", [0, 1234, -1])
def test_one_changed_byte_of_any_other_file_is_noticed(copy: Path, position: int) -> None:
    manifest = load_manifest(copy)
    paths = [entry["path"] for entry in (*manifest["resources"], *manifest["files"])]
    for path in paths:
        (copy / path).write_bytes(altered((copy / path).read_bytes(), position))
    for name in NAMES:
        with pytest.raises(DataError, match=f"^File '{name}.csv' .* does not have the SHA-256"):
            load_table(name, copy)
        if name in NAMES[:19]:
            with pytest.raises(DataError, match="does not have the SHA-256"):
                load_table(name, copy, version="1.0.0")
    findings = verify_package(copy)
    assert [finding.split("'")[1] for finding in findings] == paths
    settings = ConfigParser()
    settings.read(Path(__file__).parents[2] / "setup.cfg")
    patterns = settings["options.package_data"]["polyfam.data"].split(", ")
    shipped = {path for pattern in patterns for path in copy.glob(pattern) if path.is_file()}
    assert shipped == {copy / name for name in (*paths, MANIFEST, "README.md")}


def test_the_package_is_valid_by_the_standard() -> None:
    import frictionless

    report = frictionless.validate(str(files("polyfam.data").joinpath(MANIFEST)))
    assert report.valid, report.flatten(["title", "message"])
