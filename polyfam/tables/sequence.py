"""What the OEIS says of a table: definition, keywords, cross-references, checked on construction.

References
----------
OEIS, *Keywords*, https://oeis.org/eishelp2.html#RK
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from polyfam._checked import checked
from polyfam._checks import quoted
from polyfam.errors import DataError

__all__ = ["EXCLUSIVE", "KEYWORDS", "PLACEHOLDER", "Oeis"]

#: As wide as an A-number, without a digit: the editors of the OEIS assign the real one.
PLACEHOLDER = "Axxxxxx"

#: The keywords a contributor may set; the server sets 'changed', 'hear', 'look' and the like.
KEYWORDS = frozenset(
    "base bref cofr cons core dead dumb easy eigen fini frac full hard less more mult nice nonn "
    "obsc sign tabf tabl uned unkn walk word".split()
)
EXCLUSIVE = (
    ("nonn", "sign"),
    ("tabl", "tabf"),
    ("more", "full"),
    ("more", "fini"),
    ("easy", "hard"),
)


@checked
@dataclass(frozen=True, slots=True)
class Oeis:
    """Describe a table as an entry of the On-Line Encyclopedia of Integer Sequences.

    Parameters
    ----------
    column : str
        The column that holds the terms: of kind ``integers``, the rows of a triangle; of kind
        ``integer``, one term a row.
    name : str
        The definition, one line that ends in a full stop.
    offset : int
        Index of the first row.
    keywords : tuple of str
        OEIS keywords: ``tabl`` for the row lengths 1, 2, 3, ..., ``tabf`` for any others.
    number : str, default ""
        The A-number of a known sequence, empty for one that has none.
    related : tuple of str
        A-numbers for cross-references.
    comments, references, links, formulas : tuple of str
        Lines of these sections; a link reads ``Authors, <a href="address">Title</a>``.

    Raises
    ------
    DataError
        If a line is not printable ASCII, the name does not end in a full stop, or keywords or
        A-numbers are unknown, repeated or contradict one another.

    Examples
    --------
    >>> Oeis("coefficients", "Triangle of Eulerian numbers.", 1, ("nonn", "tabl")).offset
    1
    """

    column: str
    name: str
    offset: int
    keywords: tuple[str, ...]
    number: str = ""
    related: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.name, *self.comments, *self.references, *self.links, *self.formulas)
        for line in lines:
            if not (line.isascii() and line.isprintable() and line.strip() == line != ""):
                raise DataError(f"Line {quoted(line)} for the OEIS must be printable ASCII.")
        if not self.name.endswith("."):
            raise DataError(f"Name {quoted(self.name)} for the OEIS must end in a full stop.")
        numbers = (*self.related, *([self.number] if self.number else ()))
        for number in numbers:
            if not re.fullmatch("A[0-9]{6}", number) or numbers.count(number) > 1:
                raise DataError(f"A-number {quoted(number)} must be A and six digits, named once.")
        self._check_keywords()

    @property
    def label(self) -> str:
        """The A-number, or a placeholder that cannot be taken for one."""
        return self.number or PLACEHOLDER

    def _check_keywords(self) -> None:
        """Check that the keywords are known, distinct and consistent."""
        for word in self.keywords:
            if word not in KEYWORDS or self.keywords.count(word) > 1:
                raise DataError(f"Keyword {quoted(word)} is unknown to the OEIS or repeated.")
        if not {"nonn", "sign"} & set(self.keywords):
            raise DataError("One of the keywords 'nonn' and 'sign' is needed.")
        for first, second in EXCLUSIVE:
            if {first, second} <= set(self.keywords):
                raise DataError(f"Keywords '{first}' and '{second}' exclude each other.")
