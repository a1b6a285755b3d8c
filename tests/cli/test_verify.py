"""polyfam verify: the report, and the exit code when something fails."""

from __future__ import annotations

from click.testing import CliRunner

from polyfam.cli import main
from polyfam.family import identities


def test_report_lists_every_identity_with_the_trees_checked():
    result = CliRunner().invoke(main, ["verify", "--max-vertices", "6"])
    assert result.exit_code == 0
    for identity in identities.IDENTITIES:
        assert f" {identity.name} " in result.output
    assert (
        f"{len(identities.IDENTITIES)} of {len(identities.IDENTITIES)} identities" in result.output
    )


def test_report_fits_a_terminal():
    result = CliRunner(env={"COLUMNS": "80"}).invoke(main, ["verify", "--max-vertices", "4"])
    assert max(map(len, result.output.splitlines())) <= 80


def test_failure_is_shown_with_its_tree_and_exits_with_1(monkeypatch):
    broken = identities.Identity(
        "broken", "c_2 < 11", "conjecture", "nothing", check_tree=lambda p: max(p.row) < 11
    )
    monkeypatch.setattr(identities, "IDENTITIES", (broken,))
    result = CliRunner().invoke(main, ["verify", "--max-vertices", "8"])
    assert result.exit_code == 1
    assert "counterexample: tree 0 1 1 1 1, row 1 11 11 1" in result.output
    assert "0 of 1 identities hold" in result.output


def test_sizes_out_of_range_are_refused():
    for size in ("0", "21", "x"):
        result = CliRunner().invoke(main, ["verify", "--max-vertices", size])
        assert result.exit_code == 2
