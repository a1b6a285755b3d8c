"""Rules of the OEIS internal format that oeis-validator does not know.

A rule takes the `Entry` and yields its complaints.  Lines are judged first: where a line cannot
be read at all, the rules on the whole entry are not asked.  `complaints` adds what the PyPI
package oeis-validator finds.

References
----------
OEIS, Internal format, https://oeis.org/eishelp1.html; OEIS Wiki, Style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from polyfam.tables.formats.oeis import DATA_LENGTH, LINE_LENGTH
from polyfam.tables.sequence import EXCLUSIVE, KEYWORDS, PLACEHOLDER

__all__ = ["complaints", "own_rules", "rules_of_oeis_validator"]

_ORDER = "ISTUNCDHFeptoYKOAE"
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

    def words(self) -> list[str]:
        """Return the terms as texts."""
        return "".join(map(self.get, "STU")).split(",")


def complaints(text: str) -> list[str]:
    """Return what is wrong with an entry, by our own rules and by oeis-validator."""
    return own_rules(text) or rules_of_oeis_validator(text)


def rules_of_oeis_validator(text: str) -> list[str]:
    """Return the errors and warnings of the PyPI package oeis-validator."""
    import oeis_validator

    number = re.sub("Axxxxxx|bxxxxxx", lambda match: f"{match[0][0]}999999", text)
    issues = oeis_validator.validate(oeis_validator.parse_entry(number))
    return [str(issue) for issue in issues if issue.level != "INFO"]


def own_rules(text: str) -> list[str]:
    """Return what is wrong with an entry, as far as oeis-validator would not see it."""
    found = list(_lines(text))
    if found:
        return found
    matches = list(filter(None, map(_LINE.fullmatch, text.splitlines())))
    texts: dict[str, list[str]] = {}
    for match in matches:
        texts.setdefault(match[1], []).append(match[3] or "")
    entry = Entry(matches[0][2], "".join(m[1] for m in matches), texts)
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


def _order(entry: Entry) -> Iterator[str]:
    """Check that the tags stand in order, those for one line at most once, none of them empty."""
    if entry.number == "A000000":
        yield f"A000000 is not an A-number; an unassigned one is written {PLACEHOLDER}."
    if [*entry.tags] != sorted(entry.tags, key=_ORDER.index):
        yield f"The lines must be in the order {' '.join('%' + tag for tag in _ORDER)}."
    for tag in "INSTUOKA":
        if entry.tags.count(tag) > 1:
            yield f"There must be at most one line %{tag}, not {entry.tags.count(tag)}."
    if "U" in entry.tags and "T" not in entry.tags:
        yield "A line %U needs a line %T before it."
    for tag, texts in entry.texts.items():
        if tag not in "Iepto" and "" in texts:
            yield f"A line %{tag} must not be empty."


def _data(entry: Entry) -> Iterator[str]:
    """Check that the data are integers within the limits of length, and end at a row's end."""
    words = entry.words()
    if not all(map(_INTEGER.fullmatch, words)):
        yield "The data must be integers between single commas."
    if len(", ".join(words)) > DATA_LENGTH:
        yield f"The data must have at most {DATA_LENGTH} characters, counted with ', '."
    present = [tag for tag in "STU" if tag in entry.texts]
    for tag in present:
        if tag in "ST" and len(entry.get(tag)) > LINE_LENGTH:
            yield f"Line %{tag} must have at most {LINE_LENGTH} characters of data."
        if entry.get(tag).endswith(",") != (tag != present[-1]):
            yield f"Line %{tag} must end with a comma exactly when the data go on."
    keywords = entry.get("K").split(",")
    if "tabl" in keywords and isqrt(8 * len(words) + 1) ** 2 != 8 * len(words) + 1:
        yield "The data of a regular triangle must end at a row's end."
    if ("tabl" in keywords or "tabf" in keywords) and "e" not in entry.texts:
        yield "A triangle needs an example in lines %e."
    if " " in entry.get("O"):
        yield "Line %O must read 'offset,position'."


def _links(entry: Entry) -> Iterator[str]:
    """Check that the first link is the b-file of this entry and all links are well formed."""
    links = entry.texts.get("H", [""])
    path = f"/{entry.number}/b{entry.number[1:]}.txt"
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
    """Check that cross-references are to other entries, in a sentence."""
    lines = entry.texts.get("Y", [])
    if any(entry.number in line for line in lines):
        yield f"{entry.number} must not refer to itself."
    if any(re.search("A[0-9]{6} A", line) for line in lines):
        yield "A-numbers in lines %Y must be separated by a comma and a blank."
    if any(not line.endswith((".", ":")) for line in lines):
        yield "A line %Y must end in a full stop."


def _keywords(entry: Entry) -> Iterator[str]:
    """Check that the keywords are those a contributor may set, distinct and consistent."""
    words = entry.get("K").split(",")
    for word in dict.fromkeys(words):
        if word not in KEYWORDS:
            yield f"Keyword {word!r} is unknown; keywords are separated by commas alone."
        if words.count(word) > 1:
            yield f"Keyword '{word}' must not be repeated."
    for first, second in EXCLUSIVE:
        if first in words and second in words:
            yield f"Keywords '{first}' and '{second}' exclude each other."
    if "full" in words and "fini" not in words:
        yield "Keyword 'full' needs 'fini'."


_RULES = (_order, _data, _links, _references, _keywords)
