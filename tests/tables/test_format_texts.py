"""Markdown and LaTeX, against literal pages and characters that would be markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from polyfam.errors import UnknownNameError
from polyfam.tables import Column, Table
from polyfam.tables.formats import FORMATS, dumps, latex, markdown
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
    with pytest.raises(UnknownNameError, match="csv, json, markdown, latex, oeis, bfile, parquet"):
        dumps(SAMPLE, name)


@pytest.mark.parametrize("name", ["csv", "json", "markdown", "latex"])
def test_any_table_has_a_text_that_ends_in_a_newline(name: str) -> None:
    assert dumps(SAMPLE, name).endswith("\n")
    assert name in FORMATS
