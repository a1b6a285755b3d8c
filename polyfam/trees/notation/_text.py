"""What the text notations share: lists of integers, nested pairs and short quotations.

Positions count from 0, like the vertices of a level sequence; only ASCII is read, so that no
digit, dash or blank is mistaken for another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from polyfam._checks import quoted
from polyfam.errors import InvalidTreeError

__all__ = ["ascii_only", "read_integers", "read_nesting", "write_nesting"]

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def ascii_only(text: object) -> str:
    """Return the text without blanks around it, or say which character is not ASCII.

    Examples
    --------
    >>> ascii_only(" 0 1 ")
    '0 1'
    """
    if not isinstance(text, str):
        raise InvalidTreeError(f"A tree must be given as a text, not {quoted(text)}.")
    if not text.isascii():
        position = next(i for i, character in enumerate(text) if not character.isascii())
        raise InvalidTreeError(
            f"Character {text[position]!a} at position {position} is not ASCII; "
            "write trees with plain letters, digits and signs."
        )
    return text.strip()


def read_integers(text: str, what: str) -> list[int]:
    """Return the integers of a list, separated by blanks or by commas, in brackets or not.

    Parameters
    ----------
    text : str
        Such as ``"0 1 2"``, ``"0,1,2"``, ``"[0, 1, 2]"`` or ``"(0, 1, 2)"``.
    what : str
        What the list is called in an error message.

    Examples
    --------
    >>> read_integers("[3, 3, 4]", "Pruefer code")
    [3, 3, 4]
    """
    text = ascii_only(text)
    if text[:1] + text[-1:] in ("[]", "()"):
        text = text[1:-1]
    entries = text.split(",") if "," in text else text.split()
    for position, entry in enumerate(entries):
        if not _INTEGER.fullmatch(entry.strip()):
            raise InvalidTreeError(
                f"Entry {quoted(entry)} at position {position} of the {what} is not an integer "
                "of at most 18 digits; separate the entries by blanks or by commas."
            )
    return [int(entry) for entry in entries]


def read_nesting(text: str, opening: str, closing: str, what: str) -> list[int]:
    """Return the level sequence of nested pairs, one pair a vertex, the root's included.

    Blanks are skipped, and so is a comma after a closed pair.

    Parameters
    ----------
    text : str
        Such as ``"[[],[[]]]"``.
    opening, closing : str
        The two letters of a pair.
    what : str
        What the text is called in an error message.

    Examples
    --------
    >>> read_nesting("[[],[[]]]", "[", "]", "nested brackets")
    [0, 1, 1, 2]
    """
    levels: list[int] = []
    depth = 0
    previous = fault = ""
    for position, letter in enumerate(text):
        if letter.isspace():
            continue
        if levels and depth == 0:
            fault = "comes after the end of the tree; enclose all branches in one pair, the root"
        elif letter == opening:
            levels.append(depth)
            depth += 1
        elif letter == closing and depth:
            depth -= 1
        elif letter == closing:
            fault = f"closes a pair that was never opened; start with {opening}"
        elif letter != "," or previous != closing:
            fault = f"is out of place; write only {opening} and {closing}"
        if fault:
            raise InvalidTreeError(f"{letter!r} at position {position} of the {what} {fault}.")
        previous = letter
    if not levels:
        raise InvalidTreeError(f"The {what} must have at least one pair, {opening}{closing}.")
    if depth:
        raise InvalidTreeError(f"The {what} must end with {depth} more {closing}.")
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
