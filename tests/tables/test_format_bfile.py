"""The b-file, against the published regular expression and files broken in one place."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DataError
from polyfam.tables import Column, Oeis, Table, Triangle
from polyfam.tables.formats import bfile
from tests.oracles import bfile as bfile_rules
from tests.tables.strategies import pascal

OEIS_WIKI_LINE = re.compile(r"^((?:-?[1-9][0-9]*)|0) ((?:-?[1-9][0-9]*)|0)$")
GOOD = "# A000045: Fibonacci numbers.\n0 0\n1 1\n2 1\n3 2\n4 3\n"


@given(st.lists(st.lists(st.integers(), min_size=1), min_size=1), st.integers(-9, 9))
def test_bfile_round_trip(rows: list[list[int]], offset: int) -> None:
    columns = (Column("n", "integer", "N."), Column("row", "integers", "Row.", wide=True))
    oeis = Oeis("row", "Rows.", offset, ("sign", "tabf"))
    lines = [(n, tuple(row)) for n, row in enumerate(rows)]
    text = bfile.dumps(Triangle("drawn", "Drawn", columns, ("n",), lines, oeis=oeis))
    assert bfile_rules.validate(text, offset) == []
    assert bfile_rules.terms(text) == (offset, tuple(chain.from_iterable(rows)))


def test_lines_match_the_regular_expression_of_the_oeis_wiki() -> None:
    comment, *lines = bfile.dumps(pascal()).splitlines()
    assert comment == "# A007318: Triangle of binomial coefficients."
    assert all(map(OEIS_WIKI_LINE.match, lines))
    assert len(lines) == 12 * 13 // 2


def test_a_table_without_number_gets_a_placeholder_without_digits() -> None:
    assert bfile.dumps(pascal(number="")).startswith("# Axxxxxx: ")


def test_flawless_files_pass() -> None:
    assert bfile_rules.validate(GOOD, 0) == []
    assert bfile_rules.validate("-1 " + "9" * 1000 + "\n0 -5\n") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("4 3\n", "4 3", "The last line must end with a newline."),
        ("4 3\n", "4 3\n\n", "Line 7: '' must be an index"),
        ("1 1", "1  1", "Line 3: '1  1' must be an index"),
        ("1 1", "1\t1", "Line 3: '1\\t1' must be an index"),
        ("1 1", " 1 1", "Line 3: ' 1 1' must be an index"),
        ("1 1", "1 1 ", "Line 3: '1 1 ' must be an index"),
        ("1 1", "1 01", "Line 3: '1 01' must be an index"),
        ("1 1", "01 1", "Line 3: '01 1' must be an index"),
        ("1 1", "1 +1", "Line 3: '1 +1' must be an index"),
        ("1 1", "1 1.0", "Line 3: '1 1.0' must be an index"),
        ("1 1", "1 1,", "Line 3: '1 1,' must be an index"),
        ("1 1", "1", "Line 3: '1' must be an index"),
        ("0 0", "0 -0", "Line 2: '0 -0' must be an index"),
        ("1 1", "# one\n1 1", "Line 3: '# one' must be an index"),
        ("0 0", "\n0 0", "Line 2: '' must be an index"),
        ("2 1\n", "", "Line 4: the index must be 2, not 3."),
        ("2 1\n", "2 1\n2 1\n", "Line 5: the index must be 3, not 2."),
        ("0 0\n", "", "Line 2: the index must be 0, not 1."),
        ("4 3", "4 1" + "0" * 1000, "Line 6: the term has more than 1,000 digits."),
        ("4 3", "4" * 19 + " 3", "Line 6: the index has more than 18 digits."),
        (".\n", ".\r\n", "Line 1: lines must end in LF alone."),
        ("1 1\n", "1 1\r\n", "Line 3: '1 1\\r' must be an index"),
        ("Fibonacci", "Fibonacc\u00ed", "The text must be ASCII."),
    ],
)
def test_every_rule_broken_once_is_caught(old: str, new: str, message: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    complaints = bfile_rules.validate(text, 0)
    assert any(complaint.startswith(message) for complaint in complaints), complaints


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n"])
def test_a_file_without_terms_is_refused(text: str) -> None:
    assert bfile_rules.validate(text)
    with pytest.raises(DataError):
        bfile_rules.terms(text)


def test_tables_without_bfile_are_refused() -> None:
    with pytest.raises(DataError, match="at least one term"):
        bfile.dumps(pascal(0))
    with pytest.raises(DataError, match="not a number triangle"):
        bfile.dumps(Table("t", "T", (Column("n", "integer", "N."),), ("n",)))


@given(st.text())
def test_garbage_gets_complaints_not_exceptions(text: str) -> None:
    bfile_rules.validate(text)
