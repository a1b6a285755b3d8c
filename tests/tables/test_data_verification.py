"""Verification: the shipped package is right, and every kind of tampering is found."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from polyfam.tables import verification
from polyfam.tables.catalogue import recipes
from polyfam.tables.family import family_recipe, family_table
from polyfam.tables.package import load_table, table_names
from polyfam.tables.table import Table
from polyfam.tables.verification import check_relations, check_table, verify_package


def test_shipped_package_has_no_findings() -> None:
    calls: list[tuple[str, int, int]] = []
    assert verify_package(progress=lambda *call: calls.append(call)) == []
    assert calls[0] == ("family-01", 0, 23)
    assert calls[-1] == ("done", 23, 23)


def edited(table: Table, number: int, **cells: object) -> Table:
    """Return the table with some cells of row `number` changed."""
    rows = [*table.rows]
    row = {**dict(zip(table.names, rows[number - 1], strict=True)), **cells}
    rows[number - 1] = tuple(row.values())
    return table.with_rows(rows)


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ({"id": "F5.4"}, "row 3: id is F5.4, but the tree gives F5.3."),
        ({"level_sequence": (0, 1, 1, 1)}, "row 3: the tree has 4 vertices, not 5."),
        ({"level_sequence": (0, 1, 2, 2, 2)}, "row 3: level_sequence is (0, 1, 2, 2, 2), but"),
        ({"level_sequence": (0, 2)}, "row 3: "),
        ({"level_sequence": ()}, "row 3: "),
        ({"sigma": 6}, "row 3: sigma is 6, but the tree gives 24."),
        ({"degree_sequence": (4, 2, 1, 1)}, "row 3: degree_sequence is (4, 2, 1, 1), but"),
        ({"value_at_one": 25}, "row 3: value_at_one is 25, but the tree gives 24."),
        ({"coefficients": (1, 12, 12, 1)}, "row 3: coefficients is (1, 12, 12, 1), but"),
        ({"gamma_vector": (1, 9)}, "row 3: gamma_vector is (1, 9), but the tree gives (1, 8)."),
        ({"real_rooted": False}, "row 3: real_rooted is False, but the tree gives True."),
    ],
)
def test_every_changed_cell_of_a_tree_is_found(cells: dict[str, object], finding: str) -> None:
    findings = check_table(edited(family_table(5), 3, **cells), family_recipe(5))
    assert any(text.startswith(finding) for text in findings), findings


@pytest.mark.parametrize(
    ("name", "cells", "finding"),
    [
        ("eulerian", {"n": 61}, "row 60: n is 61, not 60."),
        ("eulerian", {"value_at_one": 1}, "row 60: value_at_one is 1, but the entries sum to"),
        ("free-sum", {"coefficients": ()}, "row 20: the entries do not read the same backwards."),
        ("narayana", {"coefficients": (1,) * 60}, "row 60: the row is (1, 1, 1,"),
        ("labelled-sum", {"value_at_one": 2, "coefficients": (1, 1)}, "row 60: the first entry is"),
        ("labelled-sum", {"value_at_one": 2}, "row 60: value_at_one is 2, not"),
    ],
)
def test_every_changed_cell_of_a_triangle_is_found(
    name: str, cells: dict[str, object], finding: str
) -> None:
    table = load_table(name)
    (recipe,) = (r for r in recipes() if r.header.name == name)
    findings = check_table(edited(table, len(table), **cells), recipe)
    assert any(text.startswith(finding) for text in findings), findings


def test_changed_sums_and_swapped_rows_are_found() -> None:
    tables = {name: load_table(name) for name in table_names()}
    tables["free-sum"] = edited(tables["free-sum"], 4, coefficients=(2, 8, 2))
    tables["labelled-sum"] = edited(tables["labelled-sum"], 5, coefficients=(125, 896, 896, 125))
    tables["family-06"] = edited(tables["family-06"], 1, coefficients=(1, 13, 28, 13, 1))
    assert [*check_relations(tables)] == [
        "free-sum.csv: row 4 is not the sum of family-04.",
        "labelled-sum.csv: row 5 is not the weighted sum of family-05.",
        "family-06.csv: the coefficients do not ascend.",
        "family-06.csv: it does not begin with a Narayana and end with an Eulerian row.",
        "free-sum.csv: row 6 is not the sum of family-06.",
        "labelled-sum.csv: row 6 is not the weighted sum of family-06.",
        "beta-triangle.csv: its rows are not those of the family's tables.",
    ]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the shipped package and verify its small tables only, to be quick."""
    monkeypatch.setattr(verification, "recipes", lambda: [family_recipe(n) for n in range(1, 7)])
    monkeypatch.setattr(verification, "check_relations", lambda _: [])
    shutil.copytree(files("polyfam.data"), tmp_path / "data")
    return tmp_path / "data"


def test_damaged_and_missing_files_are_all_listed(copy: Path) -> None:
    (copy / "family-02.csv").unlink()
    (copy / "family-04.csv").write_text("damaged\n")
    first, second = verify_package(copy)
    assert first.startswith("File 'family-02.csv' of the data package cannot be read")
    assert second.startswith("File 'family-04.csv' of the data package does not have the SHA-256")


def test_edited_manifest_is_found(copy: Path) -> None:
    assert verify_package(copy) == [
        "datapackage.json: it differs from what polyfam writes; run `polyfam data build`.",
    ]
    (copy / "README.md").write_text("edited")
    assert verify_package(copy) == [
        "README.md: it differs from what polyfam writes; run `polyfam data build`."
    ]


def test_missing_page_is_found(copy: Path) -> None:
    (copy / "README.md").unlink()
    assert verify_package(copy)[0].startswith("File 'README.md' of the data package cannot be read")


def test_missing_package_is_one_finding(tmp_path: Path) -> None:
    (finding,) = verify_package(tmp_path / "nowhere")
    assert finding.startswith("File 'datapackage.json' of the data package cannot be read")
