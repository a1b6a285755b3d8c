"""``polyfam data``: build, verify, list and show, on copies of the published tables."""

from __future__ import annotations

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.tables import build, verification
from polyfam.tables.family import family_recipe
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
    assert lines[0].split() == "order trees distinct coefficients table status".split()
    assert lines[7].split() == "6 6 6 1 to 66 family-06 written".split()
    assert lines[15].split() == ("14 3,159 3,159 1 to 2,275,172,004 family-14 written".split())
    assert lines[19].split() == "60 1 to 10^81 eulerian written".split()
    assert re.search(r": [0-9]+ written, 0 unchanged\.$", lines[-2])
    assert lines[-1].startswith("Verified: ")
    assert max(map(len, lines[:-2])) <= 80
    for path in filter(Path.is_file, directory.rglob("*")):
        shipped = files("polyfam.data").joinpath(*path.relative_to(directory).parts)
        assert path.read_bytes() == shipped.read_bytes()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build and verify the trees with at most six vertices only, to be quick."""
    for module in (build, verification):
        monkeypatch.setattr(module, "recipes", lambda: [family_recipe(n) for n in range(1, 7)])
    monkeypatch.setattr(verification, "check_relations", lambda _: [])


@pytest.mark.usefixtures("small")
def test_build_repairs_what_was_edited_and_touches_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "new"
    run("build", "--directory", copy)
    (copy / "family-05.csv").write_text("id\n")
    lines = run("build", "--directory", copy).stdout.splitlines()
    assert [line.split()[-2] for line in lines if line.endswith(" written")] == ["family-05"]
    assert ": 1 written, " in lines[-2]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", ["edit", "remove"])
def test_verify_names_the_damaged_file_and_fails(copy: Path, damage: str) -> None:
    target = copy / "family-06.csv"
    if damage == "edit":
        target.write_text(target.read_text().replace("[1,14,30,14,1]", "[1,14,31,14,1]"))
    else:
        target.unlink()
    result = run("verify", "--directory", copy)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "family-06.csv" in result.stdout
    assert "Verified" not in result.stdout


def test_list_names_every_table() -> None:
    lines = run("list").stdout.splitlines()
    names = [line.split()[0] for line in lines if line[0] != " "]
    assert (names, max(map(len, lines)) < 80) == ([*table_names()], True)
    row = "family-06           6 rows  Beta-polynomials of the 6 free trees on 6 vertices"
    assert row in lines


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
        (["show", "family-99"], "There is no table 'family-99'; of the family,"),
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


def test_everything_is_told_as_json_too(copy: Path) -> None:
    tables = json.loads(run("list", "--format", "json").stdout)
    assert [table["name"] for table in tables] == [*table_names()]
    assert tables[5]["rows"] == 6
    shown = json.loads(run("show", "eulerian", "--format", "json").stdout)
    assert (shown["rows"], shown["oeis"]["number"]) == (60, "A008292")
    (copy / "datapackage.json").unlink()
    result = run("verify", "--format", "json", "--directory", copy)
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verified"], len(report["findings"])) == (1, False, 1)
