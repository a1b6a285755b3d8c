"""``polyfam verify``: check every identity of the family on all trees up to a size."""

from __future__ import annotations

import click

from polyfam.cli._shared import emit, progress

__all__ = ["command"]


@click.command("verify")
@click.option(
    "--max-vertices",
    type=click.IntRange(1, 20),
    default=12,
    show_default=True,
    help="Check all free trees with up to this many vertices.",
)
@click.pass_context
def command(context: click.Context, max_vertices: int) -> None:
    """Check every identity on all trees up to a size.

    Prints what was checked on how many trees, and what it rests on; checks that list words or
    labels stop at an order of their own. Exits with 1 when anything fails.
    """
    from polyfam.family.identities import IDENTITIES, verify

    reports = []
    with progress() as bar:
        task = bar.add_task("verify", total=len(IDENTITIES))

        def show(name: str, n: int, last: int) -> None:
            bar.update(task, description=f"{name}, order {n} of {last}", completed=len(reports))

        for report in verify(max_vertices, show):
            reports.append(report)
            bar.update(task, completed=len(reports))

    for status in ("theorem", "conjecture"):
        chosen = [report for report in reports if report.identity.status == status]
        emit(f"{status.capitalize()}s, checked on all free trees with up to n vertices")
        emit(f"{'':7}{'identity':20}{'n':>3}{'trees':>9}  rests on")
        for report in chosen:
            emit(
                f"{'good' if report.holds else 'FAILED':7}{report.identity.name:20}"
                f"{report.largest:>3}{report.trees:>9}  {report.identity.rests_on}"
            )
            if not report.holds:
                emit(f"       counterexample: {_describe(report.counterexample)}")
        emit("")
    failed = sum(not report.holds for report in reports)
    emit(f"{len(reports) - failed} of {len(reports)} identities hold as far as checked.")
    if failed:
        context.exit(1)


def _describe(counterexample: object) -> str:
    """Return the tree and row of a failure, or the order when it concerns a whole table."""
    tree = getattr(counterexample, "tree", None)
    if tree is None:
        return repr(counterexample)
    return f"tree {tree}, row {' '.join(map(str, counterexample.row))}"
