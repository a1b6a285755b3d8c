"""Markdown and LaTeX, against literal pages and characters that would be markup."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given

from polyfam.errors import DataError, UnknownNameError
from polyfam.tables import Column, Table, load_table
from polyfam.tables.formats import FORMATS, dumps, latex, markdown
from polyfam.trees import FreeTree
from tests.tables.strategies import tables

COLUMNS = (
    Column("id", "text", "Name."),
    Column("n", "integer", "Integer."),
    Column("row", "integers", "Integers."),
    Column("real_rooted", "boolean", "Boolean."),
)
ROWS = [("F1.1", -1, (1, 4, 1), True), ("a|b_c^d\\", 2, (), False)]
SAMPLE = Table("sample", "100% & #1", COLUMNS, ("id",), ROWS)


def test_markdown_matches_a_literal_page() -> None:
    assert markdown.dumps(SAMPLE) == (
        "## 100% \\& \\#1\n"
        "\n"
        "| id | n | row | real_rooted |\n"
        "| :--- | ---: | :--- | :--- |\n"
        "| F1.1 | -1 | 1, 4, 1 | yes |\n"
        "| a\\|b_c^d\\\\ | 2 |  | no |\n"
    )


def test_latex_matches_a_literal_page() -> None:
    assert latex.dumps(SAMPLE) == (
        "% \\usepackage{longtable,booktabs}\n"
        "\\begin{longtable}{lrll}\n"
        "\\caption{100\\% \\& \\#1}\\\\\n"
        "\\toprule\n"
        "id & n & row & real\\_rooted \\\\\n"
        "\\midrule\n"
        "\\endhead\n"
        "\\bottomrule\n"
        "\\endfoot\n"
        "F1.1 & $-1$ & $1, 4, 1$ & yes \\\\\n"
        "a\\textbar{}b\\_c\\textasciicircum{}d\\textbackslash{} & $2$ &  & no \\\\\n"
        "\\end{longtable}\n"
    )


@given(tables())
def test_every_markdown_line_has_one_cell_a_column(table: Table) -> None:
    _, _, *lines = markdown.dumps(table).removesuffix("\n").split("\n")
    assert len(lines) == len(table) + 2
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == len(table.columns) + 1


@given(tables())
def test_every_latex_row_has_one_cell_a_column(table: Table) -> None:
    body = latex.dumps(table).partition("\\endfoot\n")[2].removesuffix("\\end{longtable}\n")
    lines = body.removesuffix("\n").split("\n") if table.rows else []
    assert len(lines) == len(table)
    for line in lines:
        assert len(re.findall(r"(?<!\\)&", line)) == len(table.columns) - 1


@pytest.mark.parametrize("name", ["CSV", "xlsx", "", "_number", "../csv"])
def test_unknown_format_names_the_formats(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"one of {', '.join(FORMATS)}, not"):
        dumps(SAMPLE, name)


@pytest.mark.parametrize("name", ["csv", "json", "markdown", "latex"])
def test_any_table_has_a_text_that_ends_in_a_newline(name: str) -> None:
    assert dumps(SAMPLE, name).endswith("\n")
    assert name in FORMATS


def test_findstat_gets_edges_that_make_the_tree_and_the_value() -> None:
    table = load_table("family-07")
    lines = dumps(table, "findstat").splitlines()
    for line, row in zip(lines, table, strict=True):
        graph, value = line.split(" => ")
        edges, n = ast.literal_eval(graph)
        assert FreeTree.from_edges(edges) == FreeTree(row.level_sequence)
        assert (n, int(value)) == (7, row.value_at_one)
    assert dumps(load_table("family-01"), "findstat") == "([],1) => 1\n"


def test_findstat_takes_one_statistic_on_trees() -> None:
    table = load_table("family-05")
    diameters = dumps(table.select(["level_sequence", "diameter"]), "findstat")
    assert [line[-1] for line in diameters.splitlines()] == ["4", "3", "2"]
    for other in (load_table("eulerian"), table.select(["level_sequence", "sigma", "diameter"])):
        with pytest.raises(DataError, match="is no statistic on trees"):
            dumps(other, "findstat")
