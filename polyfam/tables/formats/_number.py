"""A-numbers: the one a table has, or a placeholder that cannot be taken for one."""

from __future__ import annotations

from polyfam.tables.triangle import Triangle

__all__ = ["PLACEHOLDER", "a_number", "bfile_path"]

# As wide as an A-number, without a digit: the OEIS editors assign the real one.
PLACEHOLDER = "Axxxxxx"


def a_number(table: Triangle) -> str:
    """Return the A-number of a number triangle, or the placeholder."""
    return table.oeis.number or PLACEHOLDER


def bfile_path(number: str) -> str:
    """Return the address, relative to oeis.org, of the b-file that belongs to an A-number."""
    return f"/{number}/b{number[1:]}.txt"
