"""B-files of the OEIS, judged and read: one line ``n a(n)`` a term.

References
----------
OEIS Wiki, B-files, https://oeis.org/wiki/B-files
"""

from __future__ import annotations

import re

from polyfam.errors import DataError
from polyfam.tables.formats.bfile import MAX_DIGITS

__all__ = ["terms", "validate"]

_LINE = re.compile("(0|-?[1-9][0-9]*) (0|-?[1-9][0-9]*)")


def validate(text: str, offset: int | None = None) -> list[str]:
    r"""Check the text of a b-file.

    Examples
    --------
    >>> validate("0 1\n1 1\n3 2\n")
    ['Line 3: the index must be 2, not 3.']
    """
    complaints = []
    if not text.isascii():
        complaints.append("The text must be ASCII.")
    if not text.endswith("\n"):
        complaints.append("The last line must end with a newline.")
    expected = offset
    started = False
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        if line.startswith("#") and not started:
            if "\r" in line:
                complaints.append(f"Line {number}: lines must end in LF alone.")
            continue
        started = True
        match = _LINE.fullmatch(line)
        if not match:
            complaints.append(f"Line {number}: {line[:40]!r} must be an index, a space, a term.")
            continue
        if len(match[2].lstrip("-")) > MAX_DIGITS:
            complaints.append(f"Line {number}: the term has more than {MAX_DIGITS:,} digits.")
        if len(match[1]) > 18:
            complaints.append(f"Line {number}: the index has more than 18 digits.")
            continue
        index = int(match[1])
        if expected is not None and index != expected:
            complaints.append(f"Line {number}: the index must be {expected}, not {index}.")
        expected = index + 1
    if not started:
        complaints.append("There must be at least one term.")
    return complaints


def terms(text: str) -> tuple[int, tuple[int, ...]]:
    r"""Read the offset and the terms of a b-file.

    Examples
    --------
    >>> terms("# Fibonacci numbers\n0 0\n1 1\n2 1\n3 2\n")
    (0, (0, 1, 1, 2))
    """
    if complaints := validate(text):
        raise DataError(complaints[0])
    pairs = [line.split(" ") for line in text.splitlines() if not line.startswith("#")]
    return int(pairs[0][0]), tuple(int(term) for _, term in pairs)
