"""The rules of the OEIS internal format, one function each.

A rule takes the `Entry` and yields its complaints.  Lines are judged first: where a line cannot
be read at all, the rules on the whole entry are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from polyfam.tables.formats._number import PLACEHOLDER, bfile_path

__all__ = ["DATA_LENGTH", "KEYWORDS", "LINE_LENGTH", "validate"]

LINE_LENGTH = 69
DATA_LENGTH = 260
MINIMUM_TERMS = 4
# The keywords a contributor may set; the server sets 'changed', 'hear', 'look' and the like.
KEYWORDS = frozenset(
    "base bref cofr cons core dead dumb easy eigen fini frac full hard less more mult nice nonn "
    "obsc sign tabf tabl uned unkn walk word".split()
)
_EXCLUSIVE = (("nonn", "sign"), ("tabl", "tabf"), ("more", "full"), ("easy", "hard"))
_ORDER = "ISTUNCDHFeptoYKOAE"
_ONCE = "INSOKA"
_LINE = re.compile(rf"%([{_ORDER}]) (A[0-9]{{6}}|{PLACEHOLDER})(?: (.*\S))?")
_INTEGER = re.compile("0|-?[1-9][0-9]*")
_LINK = re.compile('(?:[^<>]*, )?<a href="([^"<> ]+)">[^<>]+</a>[^<>]*')
_BFILE = re.compile(r"\bb[0-9x]{6}\.txt")
_A_NUMBER = re.compile(r"A[0-9]\w*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A parsed entry: its A-number and, for every tag, the texts of its lines."""

    number: str
    tags: str
    texts: dict[str, list[str]]

    def get(self, tag: str) -> str:
        """Return the text of the first line with this tag, or nothing."""
        return next(iter(self.texts.get(tag, ())), "")

    def data(self) -> str:
        """Return the data section as one text."""
        return "".join(map(self.get, "STU"))

    def terms(self) -> list[int]:
        """Return the terms of the data section that can be read."""
        words = self.data().split(",")
        return [int(word) for word in words if len(word) <= 1000 and _INTEGER.fullmatch(word)]

    def keywords(self) -> list[str]:
        """Return the keywords."""
        return self.get("K").split(",")


def validate(text: str) -> list[str]:
    r"""Check one entry in the OEIS internal format.

    Parameters
    ----------
    text : str
        The content of a file with one entry.

    Returns
    -------
    list of str
        One sentence a breach; empty for a flawless entry.

    Examples
    --------
    >>> validate("%I A000001 \n")
    ['Line 1: it must read "%x Annnnnn text", with single blanks between and none at the end.']
    """
    complaints = list(_lines(text))
    if complaints:
        return complaints
    entry = _parse(text)
    return [complaint for rule in _RULES for complaint in rule(entry)]


def _lines(text: str) -> Iterator[str]:
    """Check that every line is readable, ASCII, without tabs or stray blanks, and ends in LF."""
    if not text.endswith("\n"):
        yield "The last line must end with a newline."
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        if not (line.isascii() and line.isprintable()):
            yield f"Line {number}: only printable ASCII is allowed, no tabs and no CR."
        elif not (match := _LINE.fullmatch(line)) or (
            # Examples and programs may be indented.
            (match[3] or "").startswith(" ") and match[1] not in "epto"
        ):
            yield (
                f'Line {number}: it must read "%x Annnnnn text", with single blanks between '
                "and none at the end."
            )


def _parse(text: str) -> Entry:
    """Read an entry whose lines are sound."""
    matches = list(filter(None, map(_LINE.fullmatch, text.splitlines())))
    texts: dict[str, list[str]] = {}
    for match in matches:
        texts.setdefault(match[1], []).append(match[3] or "")
    numbers = {match[2] for match in matches}
    return Entry(numbers.pop() if len(numbers) == 1 else "", "".join(m[1] for m in matches), texts)


def _number(entry: Entry) -> Iterator[str]:
    """Check that all lines carry one A-number, which exists or is the placeholder."""
    if not entry.number:
        yield "All lines must carry the same A-number."
    if entry.number == "A000000":
        yield f"A000000 is not an A-number; an unassigned one is written {PLACEHOLDER}."


def _order(entry: Entry) -> Iterator[str]:
    """Check that the tags stand in order, the obligatory ones exactly once."""
    if [*entry.tags] != sorted(entry.tags, key=_ORDER.index):
        yield f"The lines must be in the order {' '.join('%' + tag for tag in _ORDER)}."
    for tag in _ONCE:
        if entry.tags.count(tag) != 1:
            yield f"There must be exactly one line %{tag}, not {entry.tags.count(tag)}."
    for tag in "TU":
        if entry.tags.count(tag) > 1:
            yield f"There must be at most one line %{tag}, not {entry.tags.count(tag)}."
    if "U" in entry.tags and "T" not in entry.tags:
        yield "A line %U needs a line %T before it."


def _empty(entry: Entry) -> Iterator[str]:
    """Check that no line lacks its text; %I, examples and programs may."""
    for tag, texts in entry.texts.items():
        if tag not in "Iepto" and "" in texts:
            yield f"A line %{tag} must not be empty."


def _data(entry: Entry) -> Iterator[str]:
    """Check that the data are integers and commas within the limits of length."""
    data = entry.data()
    words = data.split(",")
    for word in words:
        if not _INTEGER.fullmatch(word):
            yield f"The data must be integers between single commas, which {word[:20]!r} is not."
            break
    if len(words) < MINIMUM_TERMS:
        yield f"There must be at least {MINIMUM_TERMS} terms, not {len(words)}."
    if len(", ".join(words)) > DATA_LENGTH:
        yield f"The data must have at most {DATA_LENGTH} characters, counted with ', '."
    present = [tag for tag in "STU" if tag in entry.texts]
    for tag in present:
        if tag in "ST" and len(entry.get(tag)) > LINE_LENGTH:
            yield f"Line %{tag} must have at most {LINE_LENGTH} characters of data."
        if entry.get(tag).endswith(",") != (tag != present[-1]):
            yield f"Line %{tag} must end with a comma exactly when the data go on."


def _name(entry: Entry) -> Iterator[str]:
    """Check that the name is a sentence."""
    if not entry.get("N").endswith("."):
        yield "Line %N must end in a full stop."


def _links(entry: Entry) -> Iterator[str]:
    """Check that the first link is the b-file of this entry and all links are well formed."""
    links = entry.texts.get("H", [""])
    path = bfile_path(entry.number)
    addresses = [match[1] if (match := _LINK.fullmatch(link)) else None for link in links]
    if addresses[0] != path:
        yield f"The first line %H must be the b-file link to {path}."
    for link, address in zip(links[1:], addresses[1:], strict=True):
        if address is None:
            yield f'A link must read <a href="address">title</a>, not {link[:40]!r}.'
        elif _BFILE.search(address):
            yield "There must be one b-file link, and it must be the first line %H."
    if any("://" in line for tag in "DCFY" for line in entry.texts.get(tag, ())):
        yield "Addresses belong in lines %H only."


def _references(entry: Entry) -> Iterator[str]:
    """Check that cross-references are distinct A-numbers of other entries, in a sentence."""
    lines = entry.texts.get("Y", [])
    numbers = [number for line in lines for number in _A_NUMBER.findall(line)]
    for number in dict.fromkeys(numbers):
        if not re.fullmatch("A[0-9]{6}", number):
            yield f"{number} in a line %Y must be A and six digits."
        if numbers.count(number) > 1:
            yield f"{number} must not be repeated in lines %Y."
        if number == entry.number:
            yield f"{number} must not refer to itself."
    if any(re.search("A[0-9]{6},?A|A[0-9]{6},[^ ]|A[0-9]{6} A", line) for line in lines):
        yield "A-numbers in lines %Y must be separated by a comma and a blank."
    if any(not line.endswith((".", ":")) for line in lines):
        yield "A line %Y must end in a full stop."


def _keywords(entry: Entry) -> Iterator[str]:
    """Check that the keywords are known, distinct and consistent with each other and the data."""
    words = entry.keywords()
    for word in dict.fromkeys(words):
        if word not in KEYWORDS:
            yield f"Keyword {word!r} is unknown; keywords are separated by commas alone."
        if words.count(word) > 1:
            yield f"Keyword '{word}' must not be repeated."
    for first, second in _EXCLUSIVE:
        if first in words and second in words:
            yield f"Keywords '{first}' and '{second}' exclude each other."
    if "nonn" not in words and "sign" not in words:
        yield "One of the keywords 'nonn' and 'sign' is needed."
    if "nonn" in words and any(term < 0 for term in entry.terms()):
        yield "Keyword 'nonn' does not allow a negative term."
    if "full" in words and "fini" not in words:
        yield "Keyword 'full' needs 'fini'."
    if "more" in words and "fini" in words:
        yield "Keywords 'more' and 'fini' exclude each other."


def _triangle(entry: Entry) -> Iterator[str]:
    """Check that a triangle has an example, and that a regular one ends at a row's end."""
    words = entry.keywords()
    if ("tabl" in words or "tabf" in words) and "e" not in entry.texts:
        yield "A triangle needs an example in lines %e."
    count = len(entry.terms())
    if "tabl" in words and isqrt(8 * count + 1) ** 2 != 8 * count + 1:
        yield f"The data of a regular triangle must end at a row's end, not after {count} terms."


def _offset(entry: Entry) -> Iterator[str]:
    """Check that the offset comes with the position of the first term beyond 1."""
    position = next((i for i, term in enumerate(entry.terms(), start=1) if abs(term) > 1), 1)
    first, comma, second = entry.get("O").partition(",")
    if not comma or len(first) > 18 or not _INTEGER.fullmatch(first) or not second.isdecimal():
        yield f"Line %O must read 'offset,position', not {entry.get('O')[:40]!r}."
    elif second != str(position):
        yield f"The second number in line %O must be {position}, not {second[:20]}."


def _programs(entry: Entry) -> Iterator[str]:
    """Check that a program names its language."""
    first = entry.get("o")
    if "o" in entry.texts and not re.match(r"\([A-Za-z][A-Za-z0-9 +#-]*\) \S", first):
        yield "The first line %o must begin with the language in parentheses."


_RULES = (
    _number,
    _order,
    _empty,
    _data,
    _name,
    _links,
    _references,
    _programs,
    _keywords,
    _triangle,
    _offset,
)
