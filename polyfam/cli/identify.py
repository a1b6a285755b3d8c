"""``polyfam identify``: the tree that a row of coefficients belongs to."""

from __future__ import annotations

import json

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, format_option
from polyfam.cli._trees import examples, fields, named, published_id

__all__ = ["command"]


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Name the polynomial.",
    epilog=examples(
        "polyfam identify 1 8 8 1",
        "polyfam identify 1,26,66,26,1",
    ),
)
@click.argument("coefficients", nargs=-1, required=True, metavar="COEFFICIENT...")
@format_option("text", "json")
def command(coefficients: tuple[str, ...], format_: str) -> None:
    """Name the polynomial with these COEFFICIENTs of beta, beta^2, ... and find its tree.

    They may be separated by blanks or commas, and the coefficient 0 of beta^0 may stand before
    them. The tree of a row is found up to 20 vertices, beyond only that of a path or a star. The
    exit code is 1 when no tree is found.
    """
    from polyfam.family.identification import identify

    answer = identify(map(_integer, ",".join(coefficients).replace(",", " ").split()))
    tree = answer.tree
    if format_ == "json":
        facts = {
            "member": answer.member,
            "names": answer.names,
            "level_sequence": tree and tree.levels,
            "id": tree and published_id(tree),
            "reason": answer.reason or None,
        }
        emit(json.dumps(facts))
    elif tree is None:
        emit(answer)
    else:
        pairs = [
            ("verdict", "in the family"),
            ("name", named(answer.names)),
            ("tree", tree),
            ("id", published_id(tree)),
        ]
        emit(fields(pairs))
    if not answer.member:
        click.get_current_context().exit(1)


def _integer(text: str) -> int:
    """Read a coefficient."""
    try:
        return int(text)
    except ValueError:
        shown = text if len(text) <= 40 else f"{text[:37]}..."
        raise click.BadParameter(
            f"{shown!r} is not an integer of at most 4,300 digits.",
            param_hint="'COEFFICIENT...'",
        ) from None
