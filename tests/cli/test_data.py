"""``polyfam data``: build, verify, list and show, on copies of the published tables."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.tables.package import load_manifest, table_names


def run(*arguments: object) -> Result:
    """Run the verb."""
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["data", *map(str, arguments)])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the shipped tables, to be damaged."""
    directory = tmp_path / "data"
    shutil.copytree(files("polyfam.data"), directory)
    return directory


def test_build_writes_the_published_bytes_and_ends_with_a_table(tmp_path: Path) -> None:
    directory = tmp_path / "fresh"
    result = run("build", "--directory", directory)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0].split() == "order trees polynomials distinct coefficients table status".split()
    assert lines[7].split() == "6 6 6 6 1 to 66 family-06 written".split()
    assert lines[15].split() == (
        "14 3,159 3,159 3,159 1 to 2,275,172,004 family-14 written".split()
    )
    assert lines[19].split() == "60 1 to 10^81 eulerian written".split()
    assert lines[-2].endswith(": 21 written, 0 unchanged.")
    assert lines[-1].startswith("Verified: ")
    assert max(map(len, lines[:-2])) <= 80
    for path in directory.iterdir():
        assert path.read_bytes() == files("polyfam.data").joinpath(path.name).read_bytes()


def test_build_repairs_what_was_edited_and_touches_nothing_else(copy: Path) -> None:
    (copy / "family-05.csv").write_text("id\n")
    lines = run("build", "--directory", copy).stdout.splitlines()
    assert [line.split()[-2] for line in lines if line.endswith(" written")] == ["family-05"]
    assert lines[-2].endswith(": 1 written, 20 unchanged.")


def test_verify_is_content_with_the_published_tables() -> None:
    result = run("verify")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Verified: every file, every row")


@pytest.mark.parametrize("damage", ["edit", "remove"])
def test_verify_names_the_damaged_file_and_fails(copy: Path, damage: str) -> None:
    target = copy / "family-06.csv"
    if damage == "edit":
        target.write_text(target.read_text().replace("1 14 30 14 1", "1 14 31 14 1"))
    else:
        target.unlink()
    result = run("verify", "--directory", copy)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "family-06.csv" in result.stdout
    assert "Verified" not in result.stdout


def test_list_names_every_table() -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [*table_names()]
    assert lines[5] == (
        "family-06           6 rows  Beta-polynomials of the 6 free trees on 6 vertices"
    )


@pytest.mark.parametrize("name", ["family-06", "eulerian", "labelled-sum"])
def test_show_gives_source_completeness_reliability_and_hash(name: str) -> None:
    entry = next(entry for entry in load_manifest()["resources"] if entry["name"] == name)
    result = run("show", name)
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for text in (entry["title"], entry["hash"].removeprefix("sha256:"), *entry["notes"].values()):
        assert " ".join(text.split()) in words
    for column in entry["schema"]["fields"]:
        assert f" {column['name']} " in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "family-99"], "There is no table 'family-99'; choose among"),
        (
            ["list", "--directory", "/no/such/place"],
            "'datapackage.json' of the data package cannot",
        ),
        (["build", "--directory", "/no/such/place"], "Cannot write to directory"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_show_refuses_a_damaged_table(copy: Path) -> None:
    (copy / "eulerian.csv").write_text("n,value_at_one,coefficients\n1,1,1\n")
    result = run("show", "eulerian", "--directory", copy)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "does not have the SHA-256 of its manifest" in result.stderr
