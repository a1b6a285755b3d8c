"""``polyfam verify``: check every identity of the family on all trees up to a size."""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from polyfam.cli._shared import emit, printing_options, progress, terminal_width

if TYPE_CHECKING:
    from polyfam.family.identities import Verification
    from polyfam.family.polynomial import BetaPolynomial
    from polyfam.family.table import BetaTable

__all__ = ["command"]


@click.command("verify")
@click.option(
    "--max-vertices",
    type=click.IntRange(1, 20),
    default=12,
    show_default=True,
    help="Check all free trees with up to this many vertices.",
)
@printing_options(text="", json=".json")
@click.pass_context
def command(context: click.Context, max_vertices: int, format_: str) -> None:
    """Check every identity on all trees up to a size.

    Prints what was checked on how many trees, and what it rests on; checks that list words or
    labels stop at an order of their own. Exits with 1 when anything fails.
    """
    from polyfam.family.identities import verify

    with progress("identities") as show:
        reports = list(verify(max_vertices, show))
    failed = sum(not report.holds for report in reports)
    if format_ == "json":
        emit(json.dumps([_facts(report) for report in reports], indent=2))
    else:
        for status in ("theorem", "conjecture"):
            _print(status, [each for each in reports if each.identity.status == status])
        emit(f"{len(reports) - failed} of {len(reports)} identities hold as far as checked.")
    if failed:
        context.exit(1)


def _facts(report: Verification) -> dict[str, Any]:
    """Return what came of checking an identity as JSON carries it."""
    return {
        "identity": report.identity.name,
        "status": report.identity.status,
        "holds": report.holds,
        "largest": report.largest,
        "trees": report.trees,
        "rests_on": report.identity.rests_on,
        "counterexample": None if report.holds else _describe(report.counterexample),
    }


def _print(status: str, reports: list[Verification]) -> None:
    """Print what came of checking the theorems, or the conjectures."""
    emit(f"{status.capitalize()}s, checked on all free trees with up to n vertices")
    emit(f"{'':7}{'identity':20}{'n':>3}{'trees':>9}  rests on")
    for report in reports:
        head = (
            f"{'good' if report.holds else 'FAILED':7}{report.identity.name:20}"
            f"{report.largest:>3}{report.trees:>9}  "
        )
        text = report.identity.rests_on
        emit(fill(text, terminal_width(), initial_indent=head, subsequent_indent=" " * len(head)))
        if not report.holds:
            emit(f"       counterexample: {_describe(report.counterexample)}")
    emit("")


def _describe(counterexample: BetaPolynomial | BetaTable | None) -> str:
    """Return the tree and row of a failure, or the order when it concerns a whole table."""
    if isinstance(row := getattr(counterexample, "row", None), tuple):
        return f"tree {getattr(counterexample, 'tree', None)}, row {' '.join(map(str, row))}"
    return repr(counterexample)
