"""The verb: the list, the files, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from polyfam.cli import main
from polyfam.experiments import EXPERIMENTS


def run(*arguments: str):
    """Run ``polyfam experiment``."""
    return CliRunner().invoke(main, ["experiment", *arguments])


def test_list_has_a_line_for_each_experiment_within_80_columns() -> None:
    lines = run("--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(EXPERIMENTS)
    assert max(map(len, lines)) <= 80


def test_files_are_written_and_named(tmp_path: Path) -> None:
    result = run("attraction", "-o", str(tmp_path / "new"), "--format", "svg")
    assert result.exit_code == 0
    written = result.stdout.splitlines()[-3:]
    names = ["attraction.svg", "attraction-distance.csv", "attraction.json"]
    assert written == [str(tmp_path / "new" / name) for name in names]
    assert all(Path(path).stat().st_size for path in written)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name an experiment"),
        (["nothing"], "There is no experiment 'nothing'; there are"),
        (["attraction", "--seed", "-1"], "-1 is not in the range"),
        (["attraction", "--format", "pdf"], "'pdf' is not one of"),
        (["attraction", "--set", "digits"], "'digits' is not NAME=VALUE"),
        (["attraction", "--set", "digit=3"], "has no parameter 'digit'; it has betas"),
        (["attraction", "--set", "digits=few"], "'digits' of experiment 'attraction' must be like"),
        (["attraction", "--set", "betas=0.5"], "must be like 0.5 0.8 0.9, not '0.5'"),
        (["attraction", "--set", "betas=[1.5]"], "'momentum' must be"),
    ],
    ids=[
        *("no name", "unknown", "seed", "format", "no value", "no parameter", "a word", "no list"),
        "out of range",
    ],
)
def test_bad_input_exits_with_2(arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
