"""The OEIS internal format: rules broken once each, seen by ours or by oeis-validator."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DataError
from polyfam.tables import Column, Oeis, Table, Triangle
from polyfam.tables.formats import bfile, oeis
from polyfam.tables.formats.oeis import DATA_LENGTH, LINE_LENGTH
from tests.oracles import bfile as bfile_rules
from tests.oracles.oeis_rules import complaints, own_rules, rules_of_oeis_validator
from tests.tables.strategies import pascal

GOOD = """\
%I A008292
%S A008292 1,1,1,1,4,1,1,11,11,1,1,26,66,26,1,1,57,302,302,57,1,1,120,1191,
%T A008292 2416,1191,120,1,1,247,4293,15619,15619,4293,247,1
%N A008292 Triangle of Eulerian numbers T(n,k), read by rows.
%C A008292 Coefficients of Eulerian polynomials.
%D A008292 L. Comtet, Advanced Combinatorics, 1974, p. 243.
%H A008292 <a href="/A008292/b008292.txt">Rows 1..150, flattened</a>
%H A008292 L. Carlitz, <a href="https://example.org/e">Eulerian numbers</a>, 1959.
%F A008292 T(n,k) = k*T(n-1,k) + (n-k+1)*T(n-1,k-1).
%e A008292 Triangle begins:
%e A008292   1;
%e A008292   1, 1;
%e A008292
%p A008292 seq(seq(T(n,k), k = 1..n), n = 1..9);
%o A008292 (Python)
%o A008292   def row(n):
%Y A008292 Cf. A000142, A001263.
%K A008292 nonn,tabl,easy
%O A008292 1,5
%A A008292 Somebody
""".replace("(Python)\n", "(Python) # rows\n")

BROKEN = {
    "no newline": ("Somebody\n", "Somebody", "The last line must end with a newline."),
    "blank line": ("%F", "\n%F", 'Line 9: it must read "%x Annnnnn text"'),
    "line end": ("Triangle of", "Triangle of\r", "Line 4: only printable ASCII"),
    "tab": ("Triangle of", "Triangle\tof", "Line 4: only printable ASCII"),
    "not ASCII": ("Triangle of", "Tri\u00e1ngle of", "Line 4: only printable ASCII"),
    "stray blank": ("read by rows.", "read by rows. ", "Line 4: it must read"),
    "two blanks": ("%N A008292 ", "%N A008292  ", "Line 4: it must read"),
    "no blank": ("%N A008292 ", "%NA008292 ", "Line 4: it must read"),
    "no A-number": ("%N A008292 ", "%N ", "Line 4: it must read"),
    "short A-number": ("%N A008292 ", "%N A08292 ", "Line 4: it must read"),
    "unknown tag": ("%C", "%X", "Line 5: it must read"),
    "no percent sign": ("%C", "C", "Line 5: it must read"),
    "continued line": ("Eulerian pol", "\nEulerian pol", "Line 6: it must read"),
    "two A-numbers": ("%N A008292", "%N A008293", "All lines must carry the same A-number."),
    "number zero": ("A008292", "A000000", "A000000 is not an A-number"),
    "order": ("%F A008292", "%D A008292", "The lines must be in the order %I %S %T %U %N"),
    "no %I": ("%I A008292\n", "", "There must be exactly one line %I, not 0."),
    "no %N": ("%N", "%C", "There must be exactly one line %N, not 0."),
    "no %O": ("%O A008292 1,5\n", "", "There must be exactly one line %O, not 0."),
    "no %A": ("%A A008292 Somebody\n", "", "There must be exactly one line %A, not 0."),
    "no %K": ("%K A008292 nonn,tabl,easy\n", "", "There must be exactly one line %K, not 0."),
    "two %N": ("%C A", "%N A008292 Again.\n%C A", "There must be exactly one line %N, not 2."),
    "two %K": ("%O A", "%K A008292 nice\n%O A", "There must be at most one line %K, not 2."),
    "two %T": ("%N A", "%T A008292 1\n%N A", "There must be at most one line %T, not 2."),
    "%U without %T": ("%T", "%U", "A line %U needs a line %T before it."),
    "empty comment": (" Coefficients of Eulerian polynomials.", "", "A line %C must not be empty"),
    "blank in data": ("1,1,1,1,4", "1,1,1, 1,4", "The data must be integers between single commas"),
    "double comma": ("1,1,1,1,4", "1,1,1,,4", "The data must be integers between single commas"),
    "leading zero": ("1,1,1,1,4", "1,1,01,1,4", "The data must be integers between single commas"),
    "not a number": ("1,1,1,1,4", "1,1,x,1,4", "The data must be integers between single commas"),
    "lost comma": ("1191,\n", "1191\n", "Line %S must end with a comma exactly when"),
    "last comma": ("247,1\n", "247,1,\n", "Line %T must end with a comma exactly when"),
    "long %S": ("1,1,1,1,4", "1,1,1,1,40000000", "Line %S must have at most 69 characters"),
    "few terms": (GOOD[GOOD.index("1,1,1") : GOOD.index("\n%N")], "1,2,1", "at least 4 terms"),
    "much data": ("247,1\n", f"247,1,{'7' * 150}\n", "The data must have at most 260 characters"),
    "row cut": ("4293,247,1\n", "4293,247\n", "must end at a row's end."),
    "no full stop": ("read by rows.", "read by rows", "Line %N must end in a full stop."),
    "no b-file": (
        '"/A008292/b008292.txt"',
        '"https://a.org/"',
        "must be the b-file link to /A008292",
    ),
    "other b-file": ("b008292.txt", "b008293.txt", "must be the b-file link to /A008292/b008292"),
    "other folder": ('"/A008292/', '"/A008293/', "must be the b-file link to /A008292/b008292"),
    "b-file elsewhere": ("/A008292/b", "https://oeis.org/A008292/b", "must be the b-file link to"),
    "late b-file": (
        "%H A008292 <",
        '%H A008292 <a href="https://a.org/">A</a>\n%H A008292 <',
        "must be the b-file link to",
    ),
    "two b-files": ("https://example.org/e", "/A008292/b008292.txt", "must be one b-file link"),
    "no links": ("%H", "%D", "must be the b-file link to"),
    "bare address": (
        '<a href="https://example.org/e">Eulerian numbers</a>',
        "https://e.org/",
        "A link",
    ),
    "empty title": (">Eulerian numbers<", "><", "A link must read"),
    "unclosed link": ("Eulerian numbers</a>", "Eulerian numbers", "A link must read"),
    "address in %D": ("1974, p. 243", "https://example.org/", "Addresses belong in lines %H only."),
    "address in %C": ("Eulerian pol", "https://a.org/", "Addresses belong in lines %H only."),
    "malformed reference": ("A000142", "A00142", "A00142 in a line %Y must be A and six digits."),
    "long reference": ("A000142", "A0001420", "A0001420 in a line %Y must be A and six digits."),
    "repeated reference": ("A001263", "A000142", "A000142 must not be repeated in lines %Y."),
    "self reference": ("A001263", "A008292", "A008292 must not refer to itself."),
    "crowded references": ("A000142, A", "A000142,A", "separated by a comma and a blank."),
    "references without comma": ("A000142, A", "A000142 A", "separated by a comma and a blank."),
    "references without stop": ("A001263.", "A001263", "A line %Y must end in a full stop."),
    "unknown keyword": ("nonn,", "nonn,triangle,", "Keyword 'triangle' is unknown"),
    "server keyword": ("nonn,", "nonn,changed,", "Keyword 'changed' is unknown"),
    "upper case": ("nonn,", "Nonn,", "Keyword 'Nonn' is unknown"),
    "blank in keywords": ("nonn,tabl", "nonn, tabl", "Keyword ' tabl' is unknown"),
    "no comma in keywords": ("nonn,tabl", "nonn tabl", "Keyword 'nonn tabl' is unknown"),
    "empty keyword": ("tabl,easy", "tabl,easy,", "Keyword '' is unknown"),
    "repeated keyword": ("tabl,easy", "tabl,easy,tabl", "Keyword 'tabl' must not be repeated."),
    "tabl and tabf": ("tabl,easy", "tabl,tabf", "Keywords 'tabl' and 'tabf' exclude each other."),
    "nonn and sign": ("nonn,", "nonn,sign,", "Keywords 'nonn' and 'sign' exclude each other."),
    "easy and hard": ("easy", "easy,hard", "Keywords 'easy' and 'hard' exclude each other."),
    "more and full": ("easy", "fini,full,more", "Keywords 'more' and 'full' exclude each other."),
    "more and fini": ("easy", "fini,more", "Keywords 'more' and 'fini' exclude each other."),
    "full without fini": ("easy", "full", "Keyword 'full' needs 'fini'."),
    "no sign keyword": ("nonn,", "", "One of the keywords 'nonn' and 'sign' is needed."),
    "negative term": ("1,1,1,1,4", "1,1,1,1,-4", "Keyword 'nonn' does not allow a negative term."),
    "no example": ("%e", "%p", "A triangle needs an example in lines %e."),
    "wrong position": ("1,5\n", "1,6\n", "The second number in line %O must be 5, not 6."),
    "no position": ("1,5\n", "1\n", "Line %O must read 'offset,position'"),
    "odd offset": ("1,5\n", "one,5\n", "Line %O must read 'offset,position'"),
    "blank in offset": ("1,5\n", "1, 5\n", "Line %O must read 'offset,position'"),
    "no language": ("(Python) # rows", "print(1)", "must begin with the language in parentheses"),
}


def test_flawless_entry_passes() -> None:
    assert complaints(GOOD) == []


@pytest.mark.parametrize("name", BROKEN)
def test_every_rule_broken_once_is_caught(name: str) -> None:
    old, new, message = BROKEN[name]
    text = (
        GOOD.replace(old, new)
        if name in ("number zero", "no links", "no example")
        else (GOOD.replace(old, new, 1))
    )
    assert text != GOOD
    own = own_rules(text)
    assert any(message in complaint for complaint in own) or rules_of_oeis_validator(text), own


@pytest.mark.parametrize("number", ["A007318", ""])
@pytest.mark.parametrize("rows", [3, 4, 8, 9, 10, 20, 60])
def test_written_entries_pass_oeis_validator(rows: int, number: str) -> None:
    text = oeis.dumps(pascal(rows, number))
    assert complaints(text) == []


def test_lines_are_in_the_order_of_the_oeis() -> None:
    tags = "".join(line[1] for line in oeis.dumps(pascal(60)).splitlines())
    assert re.fullmatch("ISTUNCDHHFe+YKOA", tags)


def test_the_placeholder_has_no_digit_and_the_author_no_name() -> None:
    text = oeis.dumps(pascal(number=""))
    assert {line.split()[1] for line in text.splitlines()} == {"Axxxxxx"}
    assert '<a href="/Axxxxxx/bxxxxxx.txt">' in text
    assert text.endswith("%A Axxxxxx (to be filled in by the person who submits this)\n")


def data_section(text: str) -> list[str]:
    """Return the data of the lines %S, %T and %U."""
    return [line[11:] for line in text.splitlines() if line[1] in "STU"]


@given(st.integers(4, 60), st.integers(0, 30))
def test_data_are_as_long_as_the_limits_allow(rows: int, digits: int) -> None:
    columns = (Column("n", "integer", "N."), Column("row", "integers", "Row.", wide=True))
    triangle = [(n, tuple(10**digits + k for k in range(n))) for n in range(1, rows + 1)]
    info = Oeis("row", "Rows.", 1, ("nonn", "tabl"))
    text = oeis.dumps(Triangle("drawn", "Drawn", columns, ("n",), triangle, oeis=info))
    lines = data_section(text)
    shown = "".join(lines).split(",")
    lengths = [*accumulate(sum(len(str(term)) + 2 for term in row) for _, row in triangle)]
    whole = sum(length - 2 <= DATA_LENGTH for length in lengths)
    assert len(shown) == whole * (whole + 1) // 2
    for line, following in pairwise(lines):
        room = LINE_LENGTH - len(line)
        assert 0 <= room < len(following.split(",")[0]) + 1


def test_finite_table_is_full_exactly_when_all_terms_are_shown() -> None:
    columns = (Column("n", "integer", "N."), Column("row", "integers", "Row."))
    info = Oeis("row", "Rows.", 1, ("nonn", "tabf", "fini"))
    for rows, full in ((2, True), (40, False)):
        triangle = [(n, (1, 2, 3, 4, 5)) for n in range(rows)]
        text = oeis.dumps(Triangle("t", "T", columns, ("n",), triangle, oeis=info))
        assert (",full\n" in text) == full
        assert complaints(text) == []


def test_offset_agrees_with_the_bfile() -> None:
    for offset in (-2, 0, 3):
        table = pascal(10, offset=offset)
        assert f"\n%O A007318 {offset},5\n" in oeis.dumps(table)
        assert bfile_rules.validate(bfile.dumps(table), offset) == []


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_too_few_terms_are_refused(rows: int) -> None:
    with pytest.raises(DataError, match="Table 'pascal' has no OEIS entry"):
        oeis.dumps(pascal(rows))


def test_terms_longer_than_a_line_are_refused() -> None:
    columns = (Column("row", "integers", "Row.", wide=True),)
    info = Oeis("row", "Rows.", 1, ("nonn", "tabf"))
    table = Triangle("t", "T", columns, ("row",), [((1, 10**80, 10**80, 1),)], oeis=info)
    with pytest.raises(DataError, match="Table 't' has no OEIS entry"):
        oeis.dumps(table)


def test_plain_table_is_refused() -> None:
    with pytest.raises(DataError, match="not a number triangle"):
        oeis.dumps(Table("t", "T", (Column("n", "integer", "N."),), ("n",)))


@given(st.text())
def test_garbage_gets_complaints_not_exceptions(text: str) -> None:
    assert own_rules(text)


@given(st.data())
def test_a_changed_character_never_crashes(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(GOOD) - 1))
    own_rules(GOOD[:position] + data.draw(st.characters()) + GOOD[position + 1 :])
