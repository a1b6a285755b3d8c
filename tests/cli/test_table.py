"""``polyfam table``: orders and published tables, in every format, to standard output and files."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main, table
from polyfam.family.named import eulerian_row, narayana_row
from polyfam.tables.family import family_table
from polyfam.tables.formats import FORMATS, dumps
from polyfam.tables.package import load_table
from tests.oracles.sequences import BETA_ROWS

COMMAND = [sys.executable, "-m", "polyfam", "table"]


def run(*arguments: object) -> Result:
    """Run the verb."""
    return CliRunner().invoke(main, ["table", *map(str, arguments)])


def test_text_of_an_order() -> None:
    result = run(6)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "The 6 free trees on 6 vertices: id, coefficients, tree\n"
        "\n"
        "F6.1  1 10 20 10 1   0 1 2 3 1 2\n"
        "F6.2  1 13 28 13 1   0 1 2 3 1 1\n"
        "F6.3  1 14 30 14 1   0 1 2 1 2 1\n"
        "F6.4  1 17 40 17 1   0 1 2 2 1 1\n"
        "F6.5  1 19 44 19 1   0 1 2 1 1 1\n"
        "F6.6  1 26 66 26 1   0 1 1 1 1 1\n"
    )


@pytest.mark.parametrize("n", range(1, 7))
def test_text_holds_the_literal_rows_in_order(n: int) -> None:
    lines = run(n).stdout.splitlines()[2:]
    assert [line.split()[0] for line in lines] == [f"F{n}.{k + 1}" for k in range(len(lines))]
    rows = [tuple(map(int, line.split()[1 : len(BETA_ROWS[n][0]) + 1])) for line in lines]
    assert tuple(rows) == BETA_ROWS[n]


def test_text_of_a_published_order_has_the_same_rows() -> None:
    assert run("family-09").stdout.splitlines()[1:] == run(9).stdout.splitlines()[1:]


def test_text_of_a_triangle() -> None:
    lines = run("narayana").stdout.splitlines()
    assert lines[0] == load_table("narayana").title
    assert lines[7] == "  6  1 15 50 50 15 1"
    assert len(lines) == 62


def test_narrow_terminal_gets_the_first_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    full, fitted = ([*islice(table._order_lines(12, fit), 20)] for fit in (False, True))
    assert max(map(len, full)) > 80 >= max(map(len, fitted))
    assert fitted[1].startswith("Rows are palindromes; here are their first halves")
    assert fitted[3].startswith(full[2][:40])
    assert [*table._order_lines(9, True)] == [*table._order_lines(9, False)]


@pytest.mark.parametrize("format_", sorted({*FORMATS} - {"parquet", "findstat"}))
@pytest.mark.parametrize("what", ["7", "free-sum"])
def test_formats_are_those_of_the_library(format_: str, what: str) -> None:
    expected = family_table(7) if what == "7" else load_table(what)
    assert run(what, "--format", format_).stdout == dumps(expected, format_)


def test_parquet_passes_through_a_pipe() -> None:
    content = subprocess.check_output([*COMMAND, "5", "--format", "parquet"])
    assert content == dumps(family_table(5), "parquet")


@pytest.mark.parametrize("format_", ["text", "csv", "parquet"])
def test_file_is_written_whole_and_nothing_printed(tmp_path: Path, format_: str) -> None:
    target = tmp_path / "table"
    result = run(6, "--format", format_, "-o", target)
    assert (result.exit_code, result.output) == (0, "")
    assert [*tmp_path.iterdir()] == [target]
    expected = run(6).stdout.encode() if format_ == "text" else dumps(family_table(6), format_)
    assert target.read_bytes() == (expected if isinstance(expected, bytes) else expected.encode())


def test_unwritable_file_is_left_alone(tmp_path: Path) -> None:
    result = run(6, "-o", tmp_path / "no" / "such" / "directory")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: Cannot write ")
    assert [*tmp_path.iterdir()] == []


def test_long_table_counts_its_rows_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_LONG", 5)
    result = run(7, "--format", "csv")
    assert (result.stdout, result.stderr) == (dumps(family_table(7), "csv"), "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0"], "Argument 'n' must be at least 1, not 0."),
        (["-2"], "Argument 'n' must be at least 1, not -2."),
        (["0", "--format", "csv"], "Argument 'n' must be at least 1, not 0."),
        (["nonsense"], "There is no table 'nonsense'; their names are family-01 to"),
        (["6.0"], "There is no table '6.0'"),
        (["40"], "The table of order 40 would take"),
        (["40", "--format", "csv"], "argument 'n' must be at most 20"),
        (["999999999999", "--format", "csv"], "argument 'n' must be at most 20"),
        (["3", "--format", "oeis"], "Table 'family-03' has no OEIS entry"),
        (["6", "--format", "stone"], "'stone' is not one of"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_large_order_streams_from_the_path_on() -> None:
    with subprocess.Popen(
        [*COMMAND, "17"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
    assert lines[0] == "The 48,629 free trees on 17 vertices: id, coefficients, tree\n"
    assert tuple(map(int, lines[2].split()[1:17])) == narayana_row(16)


def test_last_row_is_the_widest() -> None:
    last = run(11).stdout.splitlines()[-1].split()
    assert tuple(map(int, last[1:11])) == eulerian_row(10)


def test_the_suffix_of_the_file_names_the_format(tmp_path: Path) -> None:
    for name, suffix in FORMATS.items():
        target = tmp_path / f"six{suffix}"
        assert run(6, "-o", target).exit_code == 0
        expected = dumps(family_table(6), name)
        assert target.read_bytes() == (expected.encode() if isinstance(expected, str) else expected)
    run(6, "-o", tmp_path / "six.csv", "--format", "json")
    assert (tmp_path / "six.csv").read_text() == dumps(family_table(6), "json")


def test_columns_are_chosen_by_name() -> None:
    assert run(4, "--columns", "sigma,graph6", "--format", "csv").stdout == (
        "id,sigma,graph6\nF4.1,2,Ck\nF4.2,6,Cs\n"
    )
    lines = run("free-total", "--columns", "total").stdout.splitlines()
    assert [line.split() for line in lines[2:5]] == [["n", "total"], ["1", "1"], ["2", "1"]]
    result = run(4, "--columns", "colour")
    assert result.exit_code == 2
    assert "no column 'colour'; there are id, level_sequence" in result.stderr


def test_long_rows_fold_on_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("eulerian", "census"):
        lines = "\n".join(table._table_lines(load_table(name), True)).splitlines()
        assert max(map(len, lines)) <= 80
