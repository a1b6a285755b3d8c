"""Permanent identifiers and citations."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DomainError, UnknownNameError
from polyfam.family.named import eulerian_row, narayana_row
from polyfam.tables.cite import citation
from polyfam.tables.ids import is_id, parse_id, resolve_id, tree_id
from polyfam.tables.package import load_manifest, load_table
from polyfam.trees import FreeTree, count_free_trees, path, star, unrank_free_tree


def test_identifiers_resolve_to_the_rows_of_the_tables() -> None:
    for n in range(1, 9):
        for row in load_table(f"family-{n:02}"):
            polynomial = resolve_id(row.id)
            assert polynomial.tree == FreeTree(row.level_sequence)
            assert polynomial.row == row.coefficients
            assert tree_id(polynomial.tree) == polynomial.tree.id == row.id


@pytest.mark.parametrize("n", [2, 9, 14, 15, 16])
def test_paths_come_first_and_stars_last(n: int) -> None:
    last = count_free_trees(n)
    assert tree_id(path(n)) == f"F{n}.1"
    assert tree_id(star(n)) == f"F{n}.{last}"
    assert resolve_id(f"F{n}.1").row == narayana_row(n - 1)
    assert resolve_id(f"F{n}.{last}").row == eulerian_row(n - 1)


@given(st.integers(1, 15).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, 10**6))))
def test_identifier_round_trip(drawn: tuple[int, int]) -> None:
    n, r = drawn
    tree = unrank_free_tree(n, r % count_free_trees(n))
    assert resolve_id(tree_id(tree)).tree == tree


@pytest.mark.parametrize(
    "text",
    ["", "F", "F6", "F6.", "6.3", "F06.3", "F6.03", "F6.0", "F0.1", "f6.3", "F6.3 ", "F-6.3"],
)
def test_other_forms_are_no_identifiers(text: str) -> None:
    assert not is_id(text)
    with pytest.raises(UnknownNameError, match=r"must have the form F<n>\.<k>, such as F6\.3\.$"):
        resolve_id(text)


def test_rank_beyond_the_last_tree_names_the_range() -> None:
    with pytest.raises(UnknownNameError, match=r"are F6\.1 to F6\.6\.$"):
        resolve_id("F6.7")


def test_orders_beyond_the_engine_are_refused() -> None:
    with pytest.raises(DomainError, match="up to 20 vertices, not 21"):
        resolve_id("F21.1")
    with pytest.raises(DomainError, match="up to 20 vertices, not 21"):
        tree_id(path(21))
    with pytest.raises(DomainError, match="up to 20 vertices, not 999999999999999999"):
        parse_id("F999999999999999999.1")


@given(st.text())
def test_garbage_is_refused_in_one_sentence(text: str) -> None:
    if not is_id(text):
        with pytest.raises(UnknownNameError):
            citation(text)


def fields(entry: str) -> dict[str, str]:
    """Read a BibTeX entry."""
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "file", "key"),
    [
        (None, "datapackage.json", "polyfam-tables"),
        ("eulerian", "eulerian.csv", "polyfam-eulerian"),
        ("F6.3", "family-06.csv", "polyfam-F6.3"),
        ("F15.1", "datapackage.json", "polyfam-F15.1"),
    ],
)
def test_citation_gives_version_file_and_fingerprint(name: str | None, file: str, key: str) -> None:
    manifest = load_manifest()
    entry, *papers = re.split("^(?=@)", citation(*filter(None, [name])), flags=re.M)[1:]
    assert [re.match("@[a-z]+{([A-Z]+),", paper)[1] for paper in papers] == ["MLM", "PRW"]
    assert entry.startswith(f"@misc{{{key},\n")
    assert entry.endswith("}\n")
    assert entry.count("{") == entry.count("}")
    assert "doi" not in entry.lower()
    found = fields(entry)
    assert found["version"] == manifest["version"]
    assert found["author"] == "{The polyfam developers}"
    assert found["license"] == "CC0-1.0"
    assert found.get("url") == ("https://oeis.org/A008292" if name == "eulerian" else None)
    assert file in found["note"]
    if file != "datapackage.json":
        digest = re.search("sha256 ([0-9a-f]{12})", found["note"])[1]
        assert f'"sha256:{digest}' in json.dumps(manifest)


@pytest.mark.parametrize("name", ["F6.7", "family-15", "", "6"])
def test_unknown_things_are_not_cited(name: str) -> None:
    with pytest.raises(UnknownNameError):
        citation(name)


def test_several_things_are_cited_once_each_in_order() -> None:
    entries = re.findall("^@[a-z]+{(.*),$", citation("F6.1", "eulerian", "F6.1"), re.M)
    assert entries == ["polyfam-F6.1", "polyfam-eulerian", "MLM", "PRW"]
