"""``polyfam identify``: the tree of a row, or the reason why there is none."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.family.named import eulerian_row


def run(*arguments: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(main, ["identify", *arguments])


@pytest.mark.parametrize("row", [["1", "8", "8", "1"], ["1,8,8,1"], ["0", "1, 8,", "8 1"]])
def test_fork_is_found_however_its_row_is_written(row: list[str]) -> None:
    result = run(*row)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "  verdict  in the family",
        "  tree     0 1 2 1 1",
        "  id       F5.2",
    ]


def test_classical_name_is_given_with_its_oeis_number() -> None:
    assert "  name     Eulerian (A008292)\n" in run("1", "26", "66", "26", "1").stdout
    assert "  name     Narayana (A001263), Eulerian (A008292)\n" in run("1").stdout


def test_star_beyond_the_tables_has_no_id() -> None:
    result = run(*map(str, eulerian_row(30)))
    assert result.exit_code == 0
    assert "Eulerian" in result.stdout
    assert "id " not in result.stdout


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1 7 7 1", "none of the 3 free trees on 5 vertices has these coefficients"),
        ("1 8 9 1", "coefficient 8 of beta^2 and coefficient 9 of beta^3 must be equal"),
        ("-1 3", "coefficient -1 of beta^1 is not positive"),
        ("1 2 1", "coefficient 2 of beta^2 is less than that of the path, 3"),
    ],
)
def test_refusal_is_an_answer_with_exit_code_1(row: str, reason: str) -> None:
    result = run(*row.split())
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[0] == f"Not in the family because {reason}."


def test_json_of_a_member_and_of_a_stranger() -> None:
    assert json.loads(run("1", "3", "1", "--format", "json").stdout) == {
        "member": True,
        "names": ["Narayana"],
        "level_sequence": [0, 1, 2, 1],
        "id": "F4.1",
        "reason": None,
        "nearest": [],
    }
    stranger = json.loads(run("2", "--format", "json").stdout)
    assert (stranger["member"], stranger["level_sequence"]) == (False, None)
    assert stranger["reason"] == "the first coefficient must be 1, not 2"


@pytest.mark.parametrize("text", ["x", "1.5", "9" * 5000, "--nope"])
def test_what_is_no_integer_is_a_usage_error(text: str) -> None:
    result = run("1", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not an integer of at most 4,300 digits." in result.stderr
    assert len(result.stderr) < 300


def test_nothing_to_identify_is_a_usage_error() -> None:
    assert run().exit_code == 2


@pytest.mark.parametrize(
    "text",
    [
        "[1, 8, 8, 1]",
        "(1,8,8,1)",
        "beta + 8*beta^2 + 8*beta^3 + beta^4",
        "beta**4 + 8*beta**3 + 8*beta**2 + beta",
        r"$\beta + 8 \beta^{2} + 8 \beta^{3} + \beta^{4}$",
        "x+8x^2+8x^3+x^4",
    ],
)
def test_rows_and_polynomials_are_read_as_people_write_them(text: str) -> None:
    assert "  id       F5.2\n" in run(text).stdout


@pytest.mark.parametrize("text", ["beta(1+beta)", "x + y", "x +", "x^", "[x]"])
def test_what_is_no_polynomial_is_refused(text: str) -> None:
    result = run(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "COEFFICIENT" in result.stderr


def test_the_beginning_of_a_row_is_enough() -> None:
    result = run("1", "14", "30", "...")
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ["  F6.3  1 14 30 14 1"])
    assert json.loads(run("1 13 ...", "--format", "json").stdout)["matches"][0]["id"] == "F6.2"
    assert run("1 2 ...").exit_code == 1
    assert "more (--format json has them all)" in run("1 ...").stdout


def test_nearest_rows_are_named_when_there_is_none() -> None:
    lines = run("1 14 29 14 1").stdout.splitlines()
    assert lines[1:3] == ["Nearest rows:", "  F6.3  1 14 30 14 1"]
    assert len(lines) == 5


def test_rows_are_read_from_standard_input() -> None:
    result = CliRunner().invoke(
        main, ["identify", "-", "--format", "json"], input="1 3 1\n\n[1,4,1]\n1 5 1\n"
    )
    found = [json.loads(line)["id"] for line in result.stdout.splitlines()]
    assert (result.exit_code, found) == (1, ["F4.1", "F4.2", None])
