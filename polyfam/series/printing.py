r"""The layout of an expansion in print: by powers of h.

What all terms of one power have as their denominator is said once, in a heading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from textwrap import fill
from typing import Any, NamedTuple

from polyfam.series.rational import (
    Factors,
    common_denominator,
    factors_text,
    latex,
    numerator,
    text,
)

__all__ = ["Row", "sum_latex", "table_text"]


class Row(NamedTuple):
    """A line of an expansion: the power of h, the coefficient, sigma, and what it multiplies."""

    power: int
    coefficient: Any
    sigma: int
    differential: str


def table_text(name: str, rows: Iterable[Row], width: int) -> str:
    """Lay out an expansion in lines of at most `width` characters.

    One heading a power of h, which tells the common denominator; below it a line for each term,
    folded where its numerator is long.
    """
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.power)]
    if not groups:
        return f"{name} = 0"
    margin = 6 + max(len(row.differential) for group in groups for row in group)
    lines = [f"{name} = sum of"]
    for group in groups:
        factors = common_denominator(row.coefficient for row in group)
        lines.append(f"  {_heading(group[0].power, factors)}")
        for row in group:
            above = text(numerator(row.coefficient, factors, row.sigma))
            folded = fill(
                above,
                max(width, margin + 30),
                initial_indent=f"    {row.differential:<{margin - 4}}",
                subsequent_indent=" " * margin,
                break_long_words=False,
                break_on_hyphens=False,
            )
            lines.append(folded)
    return "\n".join(lines)


def sum_latex(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """Yield the pieces of an expansion in LaTeX: the left side, then signed terms."""
    yield f"{name} ="
    if not rows:
        yield "0"
    for k, (power, coefficient, sigma, differential) in enumerate(rows):
        factor = latex(coefficient / sigma)
        sign = "-" if factor.startswith("-") else "+" if k else ""
        h = {0: "", 1: "h"}.get(power, f"h^{{{power}}}")
        factor = factor.removeprefix("-")
        is_sum = " + " in factor or " - " in factor
        if is_sum and not factor.startswith(r"\frac") and not factor.endswith(")"):
            factor = f"({factor})"
        parts = [h, "" if factor == "1" else factor, differential]
        yield " ".join(filter(None, (sign, r" \, ".join(filter(None, parts)))))


def _heading(power: int, factors: Factors) -> str:
    """Return a power of h over a common denominator."""
    h = {0: "1", 1: "h"}.get(power, f"h^{power}")
    below = factors_text(factors)
    return f"{h}/{below} times" if below else f"{h} times"
