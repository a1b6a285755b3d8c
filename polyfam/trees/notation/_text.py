"""What the text notations share: lists of integers, rows, nested pairs and short quotations.

Positions count from 0, like the vertices of a level sequence; only ASCII is read, so that no
digit, dash or blank is mistaken for another.  Text is parsed, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from polyfam._checks import quoted
from polyfam.errors import ArgumentTypeError, InvalidTreeError, ResourceError

__all__ = [
    "INTEGERS",
    "ROWS",
    "ascii_only",
    "read_integers",
    "read_nesting",
    "read_rows",
    "write_nesting",
]

#: Such as 3, and 3. or 3.0 as arrays of floats are printed.
_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,17})(?:\.0*)?")

#: So many characters are read: 16 a vertex of the largest tree.
_LONGEST = 16 * 10**6

_NUMBER = r"-?[0-9]+"
_FLOAT = r"-?[0-9]+\.0*"
_SEPARATOR = r"(?:[ \t]*,[ \t]*|[ \t]+)"
_WRAPPED = r"(?:\s*,\s*|\s+)"
_LINE = rf"{_NUMBER}(?:{_SEPARATOR}{_NUMBER})*"
#: A list of at least two integers, on one line, one a line or in brackets: the claim of several
#: notations.
INTEGERS = (
    rf"{_NUMBER}(?:{_SEPARATOR}{_NUMBER})+\Z"
    rf"|{_NUMBER}(?:[ \t\r]*\n[ \t]*{_NUMBER})+\Z"
    rf"|[\[(]\s*{_NUMBER}(?:{_WRAPPED}{_NUMBER})+\s*,?\s*[\])]\Z"
    rf"|[\[(]?\s*{_FLOAT}(?:{_WRAPPED}{_FLOAT})+\s*,?\s*[\])]?\Z"
)
#: Rows: several lines, or brackets in brackets, perhaps with the name of a type before them.
ROWS = (
    r"(?!(?:\w*Tree|TreeGraph|Graph)\b)(?:[A-Za-z_.]+[\[(]\s*(?:[\[({]\s*)?|[\[({]\s*)"
    r"(?:frozenset\()?[\[({]\s*[^\s\[\](){},]"
    r"|\[[0-9., \t]+;[0-9., \t;\n]+\]\Z|[^\[\]();:>]*\n"
)

_WRAPPER = re.compile(r"[A-Za-z_.]+[\[(](.*?)(?:,\s*(?:dtype|device)=.*)?[\])]", re.DOTALL)
#: Arrays as Python prints them.
_ARRAY = re.compile(
    r"(?:[a-z]+\.)?(?:array|asarray|tensor|Array|list|tuple)"
    r"\(\s*([\[(].*?[\])])\s*(?:,\s*(?:dtype|device)=.*)?\)",
    re.DOTALL,
)


def ascii_only(text: object) -> str:
    """Return the text without blanks around it, or say which character is not ASCII.

    What Python prints before and after the numbers of an array is left out.

    Examples
    --------
    >>> ascii_only(" 0 1 "), ascii_only("array([0, 1])")
    ('0 1', '[0, 1]')
    """
    if not isinstance(text, str):
        raise ArgumentTypeError(
            f"A tree must be given as a text, not {quoted(text)}; from_networkx reads graphs, "
            "FreeTree level sequences."
        )
    if len(text) > _LONGEST:
        raise ResourceError(f"The text of a tree must have at most {_LONGEST:,} characters.")
    if not text.isascii():
        position = next(i for i, character in enumerate(text) if not character.isascii())
        raise InvalidTreeError(
            f"Character {text[position]!a} at position {position} is not ASCII; "
            "write trees with plain letters, digits and signs."
        )
    text = text.strip()
    array = _ARRAY.fullmatch(text) if text.endswith(")") else None
    return array[1] if array else text


def read_integers(text: str, what: str) -> list[int]:
    """Return the integers of a list, separated by blanks or by commas, in brackets or not.

    Parameters
    ----------
    text : str
        Such as ``"0 1 2"``, ``"0,1,2"``, ``"[0, 1, 2]"``, ``"(0, 1, 2)"`` or ``"[0. 1. 2.]"``.
    what : str
        What the list is called in an error message.

    Examples
    --------
    >>> read_integers("[3, 3, 4]", "Pruefer code")
    [3, 3, 4]
    """
    if text[:1] + text[-1:] in ("[]", "()"):
        text = text[1:-1].strip().removesuffix(",")
    # Not int alone, which takes 1_0, and not str.split alone, which takes the byte 0x1c as a blank.
    entries = text.split(",") if "," in text else re.split(r"[ \t\r\n\f\v]+", text)
    if entries == [""]:
        return []
    entries = [entry.strip(" \t\r\n") for entry in entries]
    numbers = []
    for position, entry in enumerate(entries):
        number = _INTEGER.fullmatch(entry)
        if not number:
            raise InvalidTreeError(
                f"Entry {quoted(entry)} at position {position} of the {what} is not an integer "
                "of at most 18 digits; separate the entries by blanks or by commas."
            )
        numbers.append(int(number[1]))
    return numbers


def read_rows(text: str) -> list[list[str]]:
    r"""Return the entries of rows: lines, or brackets in brackets; comments after # are skipped.

    Examples
    --------
    >>> read_rows("0 1 # an edge")
    [['0', '1']]
    >>> read_rows("array([[0, 1], ['a b', 2]])")
    [['0', '1'], ['a b', '2']]
    >>> read_rows("[0 1; 1 0]") == read_rows("[{0, 1}, {1, 0}]") == read_rows("0,1\n1,0")
    True
    """
    if text[:1] not in "[({" and (wrapped := _WRAPPER.fullmatch(text)):
        # EdgeList[(0, 1), (1, 2)] of rustworkx, but AdjacencyGraph[{{0, 1}, {1, 0}}]
        several = re.match(r"[\[({]\s*[^\s\[({]", wrapped[1])
        text = f"[{wrapped[1]}]" if several else wrapped[1]
    if text[:1] in "[({" and text[:1]:
        text = re.sub(r"\bfrozenset\((\{[^{}]*\})\)", r"\1", text)
        if re.fullmatch(r"\[[^\[\](){};]+;[^\[\](){}]+\]", text):  # of Matlab and Julia
            return [_entries(line) for line in text[1:-1].split(";")]
        # What stands after two names in a pair, such as {'weight': 3}, is no row.
        text = re.sub(r",\s*\{(?:[^{}]*:[^{}]*)?\}(?=\s*[\])])", "", text)
        inner = re.fullmatch(r"[\[({]\s*([\[({].*[\])}])\s*,?\s*[\])}]", text, re.DOTALL)
        rows = re.split(r"[\])}]\s*,?\s*", inner[1])[:-1] if inner else [""]
        if not all(re.fullmatch(r"[\[({][^\[({]*", row) for row in rows):
            raise InvalidTreeError(f"Text {quoted(text)} is not a list of rows in brackets.")
        return [_entries(row[1:]) for row in rows]
    text = re.sub(r"(?m)[#%].*$", "", text)
    # The root of a table of children and parents may have an empty field for its parent.
    text = re.sub(r"(?m)^([^,\n]+,)[ \t\r]*$", r"\1''", text)
    return [_entries(line) for line in text.split("\n") if line.strip()]


def _entries(row: str) -> list[str]:
    """Return the entries of a row, quotes around them left out."""
    found = re.findall(r"\s*,?\s*(?:'([^']*)'|\"([^\"]*)\"|(\{[^}]*\}?)|([^\s,]+))", row)
    return [next(filter(None, entry), "") for entry in found]


def read_nesting(
    text: str, opening: str, closing: str, what: str, *, rooted: bool = True
) -> list[int]:
    """Return the level sequence of nested pairs, one pair a vertex.

    Blanks are skipped, and so is a comma after a closed pair.

    Parameters
    ----------
    text : str
        Such as ``"[[],[[]]]"``.
    opening, closing : str
        The two letters of a pair.
    what : str
        What the text is called in an error message.
    rooted : bool, default True
        Whether the root has a pair of its own; without, commas are out of place, too.

    Examples
    --------
    >>> read_nesting("[[],[[]]]", "[", "]", "nested brackets")
    [0, 1, 1, 2]
    >>> read_nesting("()(())", "(", ")", "Dyck word", rooted=False)
    [0, 1, 1, 2]
    """
    least = 0 if rooted else 1
    levels: list[int] = [0][:least]
    depth = least
    previous = fault = ""
    for position, letter in enumerate(text):
        if letter.isspace():
            continue
        if levels and depth == 0:
            fault = "comes after the end of the tree; enclose all branches in one pair, the root"
        elif letter == opening:
            levels.append(depth)
            depth += 1
        elif letter == closing and depth > least:
            depth -= 1
        elif letter == closing:
            fault = f"has no {opening} before it"
        elif letter != "," or previous != closing or not rooted:
            fault = f"is out of place; write only {opening} and {closing}"
        if fault:
            raise InvalidTreeError(f"{letter!r} at position {position} of the {what} {fault}.")
        previous = letter
    if not levels:
        raise InvalidTreeError(f"The {what} must have at least one pair, {opening}{closing}.")
    if depth > least:
        raise InvalidTreeError(f"The {what} must end with {depth - least} more {closing}.")
    return levels


def write_nesting(levels: Sequence[int], opening: str, closing: str) -> str:
    """Return the nested pairs of a level sequence, without blanks or commas.

    Examples
    --------
    >>> write_nesting([0, 1, 1, 2], "(", ")")
    '(()(()))'
    """
    following = [*levels[1:], 0]  # the root's level closes everything
    closed = (level - after + 1 for level, after in zip(levels, following, strict=True))
    return "".join(opening + closing * count for count in closed)
