"""``polyfam poly``: the polynomials of single trees."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, format_option, tree_arguments
from polyfam.cli._trees import examples, fields, named, published_id, read_tree

if TYPE_CHECKING:
    from polyfam.family.polynomial import BetaPolynomial

__all__ = ["command"]

#: Up to this degree a polynomial is factored, in a second at most.
_FACTORED = 60


def _text(p: BetaPolynomial) -> str:
    """Return everything known about a polynomial, one line or more a fact."""
    from polyfam.family.identification import classical_names

    factors = str(p.factored()).replace("**", "^") if p.degree <= _FACTORED else None
    pairs = [
        ("P(beta)", p),
        ("factors", factors),
        ("row", " ".join(map(str, p.row))),
        ("gamma vector", " ".join(map(str, p.gamma_vector))),
        ("P(1)", p.total),
        ("roots", "all real" if p.is_real_rooted() else "not all real"),
        ("name", named(classical_names(p.row) if p.degree else ())),
        ("tree", p.tree),
        ("degrees", " ".join(map(str, p.tree.degree_sequence()))),
        ("sigma", p.tree.automorphisms()),
        ("id", published_id(p.tree)),
    ]
    return fields(pairs)


def _json(p: BetaPolynomial) -> str:
    """Return what the published tables say of a tree, as one line of JSON under their names."""
    from polyfam.tables.facts import FACTS
    from polyfam.tables.formats.json import json_value

    # Roots are found in floating point first, which large coefficients leave.
    facts = {c.name: json_value(fact(p), c) for c, fact in FACTS if c.name != "roots"}
    return json.dumps({"id": published_id(p.tree), **facts})


_FORMATS: dict[str, Callable[[BetaPolynomial], str]] = {
    "text": _text,
    "row": lambda p: " ".join(map(str, p.row)),
    "latex": lambda p: p.latex(),
    "sympy": lambda p: str(p.sympy()),
    "json": _json,
}


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="Show the polynomial of a tree.",
    epilog=examples(
        "polyfam poly star:7",
        'polyfam poly "[[],[[]]]" "0 1 2 2" --format row',
        "polyfam trees 8 | polyfam poly - --format json",
    ),
)
@click.argument("trees", nargs=-1, required=True, metavar="TREE...")
@format_option(*_FORMATS)
def command(trees: tuple[str, ...], format_: str) -> None:
    """Show the polynomial P(beta) of each TREE, exactly, with what is known about it.

    A TREE is an identifier (F6.3), a name (path:9, star:7, broom:3,4, spider:2,2,3,
    caterpillar:1,0,2, double-star:3,4) or any notation; '-' reads trees from standard input, one
    a line. The row holds the coefficients of beta, beta^2, ... All formats but 'text' write one
    line a tree; integers in JSON are strings, since they may exceed 2^53.
    """
    from polyfam.family.single import beta_polynomial

    for k, text in enumerate(tree_arguments(trees)):
        if k and format_ == "text":
            emit("")
        emit(_FORMATS[format_](beta_polynomial(read_tree(text))))
