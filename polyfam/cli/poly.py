"""``polyfam poly``: the polynomials of single trees."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from polyfam._checks import meant, quoted
from polyfam.cli._bulk import Known, polynomials
from polyfam.cli._shared import TREE_SETTINGS, csv_line, emit, printing_options
from polyfam.cli._trees import (
    examples,
    fields,
    from_option,
    named,
    published_id,
    read_trees,
)

if TYPE_CHECKING:
    from polyfam.family.polynomial import BetaPolynomial

__all__ = ["command"]

#: Up to this degree a polynomial is factored, in a second at most.
_FACTORED = 60


def _text(p: BetaPolynomial, factor: bool) -> str:
    """Return everything known about a polynomial, one line or more a fact."""
    from polyfam.family.identification import classical_names
    from polyfam.family.polynomial import CERTIFIED

    factors = _factors(p) if factor and p.degree <= _FACTORED else None
    # What the census certifies takes as long as all the rest to find out again.
    real = p.tree.order <= CERTIFIED or p.is_real_rooted()
    pairs = [
        ("P(beta)", p),
        ("factors", factors),
        ("row", " ".join(map(str, p.row))),
        ("gamma vector", " ".join(map(str, p.gamma_vector))),
        ("P(1)", p.total),
        ("roots", "all real" if real else "not all real"),
        ("name", named(classical_names(p.row) if _may_be_classical(p) else ())),
        ("tree", p.tree),
        ("degrees", " ".join(map(str, p.tree.degree_sequence()))),
        ("sigma", p.tree.automorphisms()),
        ("id", published_id(p.tree)),
    ]
    return fields(pairs)


def _may_be_classical(p: BetaPolynomial) -> bool:
    """Say whether the second coefficient is that of a path or of a star."""
    j = p.degree
    return j > 0 and p.row[1:2] in ((), (j * (j - 1) // 2,), (2**j - j - 1,))


def _factors(p: BetaPolynomial) -> str:
    """Return the factorisation of a polynomial, where possible without sympy."""
    from polyfam.family.factors import factors

    found = factors(p.row) if p.degree else None
    if found is None:
        return str(p.factored()).replace("**", "^")
    power, rest = found
    texts = ["beta"] + ["(beta + 1)" + f"^{power}" * (power > 1)] * (power > 0)
    if len(rest) > 1:
        ranks = ["", "beta", *(f"beta^{i}" for i in range(2, len(rest)))]
        terms = [
            f"{c}*{r}" if r and c > 1 else r or str(c) for c, r in zip(rest, ranks, strict=True)
        ]
        texts.append(f"({' + '.join(terms[::-1])})")
    return "*".join(texts)


def _facts(p: BetaPolynomial, names: Sequence[str]) -> dict[str, Any]:
    """Return what the published tables say of a tree, as JSON carries it, under their names."""
    from polyfam.tables.facts import FACTS
    from polyfam.tables.formats.json import json_value

    # Roots are found in floating point first, which large coefficients leave.
    known = {c.name: (c, fact) for c, fact in FACTS if c.name != "roots"}
    for name in names:
        if name not in known:
            raise click.BadParameter(
                f"There is no column {quoted(name)}; {meant(name, known)}.",
                param_hint="'--columns'",
            )
    chosen = [known[name] for name in names or known]
    return {"id": published_id(p.tree), **{c.name: json_value(fact(p), c) for c, fact in chosen}}


def _cell(value: object) -> str:
    """Return a fact as one cell of a row."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _writer(format_: str, names: Sequence[str], factor: bool) -> Callable[[BetaPolynomial], str]:
    """Return the function that writes a tree's polynomial."""
    if format_ == "csv":
        return lambda p: csv_line(_cell(value) for value in _facts(p, names).values())
    if format_ == "json":
        return lambda p: json.dumps(_facts(p, names))
    return {
        "text": lambda p: _text(p, factor),
        "row": lambda p: " ".join(map(str, p.row)),
        "latex": lambda p: p.latex(),
        "sympy": lambda p: str(p.sympy()),
    }[format_]


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
@from_option()
@click.option(
    "--columns", metavar="NAME,...", help="Only these facts, in JSON and CSV; the id comes first."
)
@printing_options(text="", row="", latex=".tex", sympy="", json=".json", csv=".csv")
def command(
    trees: tuple[str, ...], notation: str | None, columns: str | None, format_: str
) -> None:
    """Show the polynomial P(beta) of each TREE, exactly, with what is known about it.

    A TREE is an identifier (F6.3), a name (path:9, star:7, broom:3,4, spider:2,2,3,
    caterpillar:1,0,2, double-star:3,4) or any notation; '-' reads trees from standard input, one
    a line. The row holds the coefficients of beta, beta^2, ... All formats but 'text' write one
    line a tree; integers in JSON are strings, since they may exceed 2^53. Streams are not
    factored, which takes longer than all the rest.
    """
    names = [name.strip() for name in (columns or "").split(",") if name.strip()]
    if names and format_ not in ("json", "csv"):
        raise click.UsageError("--columns goes with --format csv or json.")
    write = _writer(format_, names, factor="-" not in trees)
    known = Known()
    for k, p in enumerate(polynomials(read_trees(trees, notation, known=known), known)):
        if format_ == "csv" and not k:
            emit(csv_line(_facts(p, names)))
        if k and format_ == "text":
            emit("")
        emit(write(p))
