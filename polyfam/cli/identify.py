"""``polyfam identify``: the tree that a row of coefficients belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, numbered_lines, printing_options
from polyfam.cli._trees import examples, fields, named, published_id
from polyfam.errors import PolyfamError

if TYPE_CHECKING:
    from polyfam.family.identification import Identification
    from polyfam.tables.search import Match

__all__ = ["command", "read_row"]

#: How many rows that begin alike are named.
_SHOWN = 20
_TERM = re.compile(
    r"(?P<sign>[+-]?)(?P<factor>[0-9]*)\*?"
    r"(?:(?P<variable>\\?beta|[A-Za-z])(?:(?:\^|\*\*)\{?(?P<power>[0-9]{1,6})\}?)?)?"
)


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Name the polynomial.",
    epilog=examples(
        "polyfam identify 1 8 8 1",
        'polyfam identify "beta + 4*beta^2 + beta^3"',
        "polyfam identify 1 14 30 ...",
        "polyfam identify - < rows.txt",
    ),
)
@click.argument("coefficients", nargs=-1, required=True, metavar="COEFFICIENT...")
@printing_options(text="", json=".json")
def command(coefficients: tuple[str, ...], format_: str) -> None:
    """Name the polynomial with these COEFFICIENTs of beta, beta^2, ... and find its tree.

    They may be separated by blanks or commas and stand in brackets, and the coefficient 0 of
    beta^0 may stand before them; a polynomial may also be written out. A row that ends in '...'
    is the beginning of one: the trees with at most 14 vertices that have it are listed. '-' reads
    rows from standard input, one a line. The tree of a row is found up to 20 vertices, beyond
    only that of a path or a star; where there is none, the nearest rows are named. The exit code
    is 1 when no tree is found.
    """
    missed = False
    for k, (row, open_) in enumerate(_rows(coefficients)):
        if k and format_ == "text":
            emit("")
        found = _prefix(row, format_) if open_ else _row(row, format_)
        missed = missed or not found
    if missed:
        click.get_current_context().exit(1)


def _rows(coefficients: tuple[str, ...]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Yield the row of the arguments, or those of the lines of standard input."""
    if coefficients != ("-",):
        yield read_row(" ".join(coefficients))
        return
    for number, line in numbered_lines():
        if not line:
            continue
        try:
            row = read_row(line)
        except click.BadParameter as error:
            raise click.BadParameter(f"Line {number}: {error.message}") from None
        except PolyfamError as error:
            raise type(error)(f"Line {number}: {error}") from None
        yield row


def read_row(text: str) -> tuple[tuple[int, ...], bool]:
    """Return the coefficients that a text gives, and whether more were left open.

    Examples
    --------
    >>> read_row("[1, 8, 8, 1]"), read_row("x + 4x^2 + x^3"), read_row("1 14 ...")
    (((1, 8, 8, 1), False), ((1, 4, 1), False), ((1, 14), True))
    """
    body = text.strip()
    closed = body.removesuffix("...").removesuffix("\u2026")
    words = closed.strip(" ,()[]{}").replace(",", " ").split()
    if re.search("[A-Za-z]", closed) and not any(map(str.isdecimal, words[:1])):
        return _polynomial(closed), closed != body
    return tuple(map(_integer, words)), closed != body


def _polynomial(text: str) -> tuple[int, ...]:
    """Return the coefficients of beta, beta^2, ... of a polynomial that is written out."""
    compact = re.sub(r"\s|\\cdot|\\,|\$", "", text)
    found: dict[int, int] = {}
    variables = set()
    position = 0
    while position < len(compact):
        match = _TERM.match(compact, position)
        # Every term but the first needs its sign; an empty match would never end.
        if not match or not match[0].strip("+-*") or (position and not match["sign"]):
            raise click.BadParameter(
                f"{_short(text)} is neither a row of integers nor a polynomial in one variable "
                "that is multiplied out.",
                param_hint="'COEFFICIENT...'",
            )
        factor = _integer(match["sign"] + (match["factor"] or "1"))
        power = int(match["power"] or 1) if match["variable"] else 0
        variables |= {match["variable"]} - {None}
        found[power] = found.get(power, 0) + factor
        position = match.end()
    if len(variables) != 1:
        raise click.BadParameter(
            f"{_short(text)} must have one variable.", param_hint="'COEFFICIENT...'"
        )
    start = 0 if found.get(0) else 1
    return tuple(found.get(power, 0) for power in range(start, max(found) + 1))


def _integer(text: str) -> int:
    """Read a coefficient."""
    try:
        return int(text)
    except ValueError:
        raise click.BadParameter(
            f"{_short(text)} is not an integer of at most 4,300 digits.",
            param_hint="'COEFFICIENT...'",
        ) from None


def _short(text: str) -> str:
    """Return a text in quotes, cut to fit into a sentence."""
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def _row(row: tuple[int, ...], format_: str) -> bool:
    """Print whose row it is, and tell whether a tree has it."""
    from polyfam.family.identification import identify
    from polyfam.tables.search import nearest_rows

    answer = identify(row)
    nearest = [] if answer.member else nearest_rows(row)
    emit(json.dumps(_facts(answer, nearest)) if format_ == "json" else _text(answer, nearest))
    return bool(answer.member)


def _facts(answer: Identification, nearest: Iterable[Match]) -> dict[str, Any]:
    """Return what is known as JSON can carry it."""
    tree = answer.tree
    return {
        "member": answer.member,
        "names": answer.names,
        "level_sequence": tree and tree.levels,
        "id": tree and published_id(tree),
        "reason": answer.reason or None,
        "nearest": [_match(match) for match in nearest],
    }


def _text(answer: Identification, nearest: list[Match]) -> str:
    """Return the answer for people."""
    tree = answer.tree
    if tree is not None:
        pairs = [
            ("verdict", "in the family"),
            ("name", named(answer.names)),
            ("tree", tree),
            ("id", published_id(tree)),
        ]
        return fields(pairs)
    lines = [str(answer)]
    if nearest:
        lines += ["Nearest rows:", fields((m.id, _numbers(m)) for m in nearest)]
    return "\n".join(lines)


def _prefix(prefix: tuple[int, ...], format_: str) -> bool:
    """Print the trees whose rows begin like this, and tell whether there are any."""
    from polyfam.tables.search import rows_with_prefix

    matches = list(rows_with_prefix(prefix))
    if format_ == "json":
        emit(json.dumps({"prefix": [*map(str, prefix)], "matches": [*map(_match, matches)]}))
    elif matches:
        count = "1 row begins" if len(matches) == 1 else f"{len(matches):,} rows begin"
        emit(f"{count} like this, among those of at most 14 vertices:")
        emit(fields((match.id, _numbers(match)) for match in matches[:_SHOWN]))
        if len(matches) > _SHOWN:
            emit(f"  and {len(matches) - _SHOWN:,} more (--format json has them all)")
    else:
        emit("No row of a tree with at most 14 vertices begins like this.")
    return bool(matches)


def _match(match: Match) -> dict[str, Any]:
    """Return a match as JSON carries it."""
    return {"id": match.id, "coefficients": [*map(str, match.polynomial.row)]}


def _numbers(match: Match) -> str:
    """Return the coefficients of a match."""
    return " ".join(map(str, match.polynomial.row))
