"""``polyfam cite``: an entry for each thing, the papers after them."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.tables import citation


def run(*arguments: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(main, ["cite", *arguments])


def test_entries_are_those_of_the_library() -> None:
    assert run().stdout == citation()
    assert run("F6.1", "F6.2").stdout == citation("F6.1", "F6.2")
    assert json.loads(run("eulerian", "--format", "json").stdout) == {
        "ids": ["eulerian"],
        "bibtex": citation("eulerian"),
    }


def test_unknown_things_are_refused_in_a_sentence() -> None:
    result = run("F6.1", "F6.99")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: There is no tree F6.99: the free trees on 6 vertices are F6.1 to F6.6.\n"
    )
