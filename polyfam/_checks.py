"""Argument checks shared by all floors."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from itertools import islice
from math import inf, isfinite
from numbers import Real
from operator import index
from pathlib import Path
from types import ModuleType
from typing import Any

from polyfam.errors import ArgumentTypeError, DomainError, MissingExtraError, ResourceError

__all__ = [
    "check_step_size",
    "few_vertices",
    "instance",
    "integer",
    "integers",
    "meant",
    "members",
    "optional_import",
    "quoted",
    "readable",
    "shown",
    "text",
    "warn",
]

#: No sequence is longer; one without an end is refused here.
_LONGEST = 10**6

#: Where the package lives; warnings point at the first frame outside.
_HOME = str(Path(__file__).parent)


def check_step_size(step_size: object, name: str = "step_size") -> float:
    """Return a step size, or raise unless it is a positive finite number.

    Examples
    --------
    >>> check_step_size(0.5)
    0.5
    """
    if not isinstance(step_size, Real) or isinstance(step_size, bool):
        raise ArgumentTypeError(
            f"Argument '{name}' must be a finite number above 0, not {quoted(step_size)}."
        )
    try:
        number = float(step_size)
    except OverflowError:
        number = inf
    if not (number > 0 and isfinite(number)):
        raise DomainError(
            f"Argument '{name}' must be a finite number above 0, not {shown(step_size)}."
        )
    return number


def integer(
    value: object, name: str, minimum: int | None = None, maximum: int | None = None
) -> int:
    """Return `value` as a Python integer within ``[minimum, maximum]``, or say what is wrong.

    Examples
    --------
    >>> integer(3, "n", minimum=1)
    3
    >>> integer(0, "n", minimum=1)
    Traceback (most recent call last):
        ...
    polyfam.errors.DomainError: Argument 'n' must be at least 1, not 0.
    """
    if isinstance(value, bool):
        raise ArgumentTypeError(f"Argument '{name}' must be an integer, not {shown(value)}.")
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentTypeError(
            f"Argument '{name}' must be an integer, not {shown(value)}."
        ) from None
    if minimum is not None and number < minimum:
        raise DomainError(f"Argument '{name}' must be at least {minimum}, not {shown(number)}.")
    if maximum is not None and number > maximum:
        raise DomainError(f"Argument '{name}' must be at most {maximum}, not {shown(number)}.")
    return number


def few_vertices(tree: Any, most: int, why: str) -> None:
    """Refuse a tree on which a listing would take minutes.

    Examples
    --------
    >>> from polyfam import path
    >>> few_vertices(path(9), 8, "all sets of its edges are listed")
    Traceback (most recent call last):
        ...
    polyfam.errors.ResourceError: Argument 'tree' must have at most 8 vertices, not 9: all sets of \
its edges are listed.
    """
    if tree.order > most:
        raise ResourceError(
            f"Argument 'tree' must have at most {most} vertices, not {tree.order}: {why}."
        )


def instance(value: Any, kind: Any, name: str, what: str) -> Any:
    """Return a value of a kind, or say what the argument must be.

    Examples
    --------
    >>> instance({1: 2}, dict, "coefficients", "a dictionary")
    {1: 2}
    >>> instance(1, dict, "coefficients", "a dictionary")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: Argument 'coefficients' must be a dictionary, not '1'.
    """
    if not isinstance(value, kind):
        raise ArgumentTypeError(f"Argument '{name}' must be {what}, not {quoted(value)}.")
    return value


def optional_import(module: str, extra: str) -> ModuleType:
    """Import an optional dependency, or name the extra that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"This needs '{module}', which is not installed: pip install 'polyfam[{extra}]'."
        ) from error


def text(value: object, name: str) -> str:
    """Return `value` if it is a text, or say what it is instead.

    Examples
    --------
    >>> text("F6.3", "id")
    'F6.3'
    """
    if not isinstance(value, str):
        raise ArgumentTypeError(f"Argument '{name}' must be a text, not {shown(value)}.")
    return value


def members(
    value: object, name: str, what: str = "a sequence", most: int | None = None
) -> list[Any]:
    """Return the members of an iterable that is no text, or say what it is instead.

    Examples
    --------
    >>> members(range(3), "row")
    [0, 1, 2]
    """
    if not isinstance(value, str | bytes):
        with suppress(TypeError):
            found = list(islice(iter(value), None if most is None else most + 1))  # type: ignore[call-overload]
            if most is not None and len(found) > most:
                raise ResourceError(f"Argument '{name}' must have at most {most:,} entries.")
            return found
    raise ArgumentTypeError(f"Argument '{name}' must be {what}, not {quoted(value)}.")


def integers(
    values: object, name: str, minimum: int | None = None, what: str = "a sequence of integers"
) -> tuple[int, ...]:
    """Return a sequence of at most a million integers, or say which entry is none.

    Examples
    --------
    >>> integers([1, 2], "row")
    (1, 2)
    >>> integers([1, 2.5], "row")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: Argument 'row[1]' must be an integer, not 2.5.
    """
    entries = enumerate(members(values, name, what, _LONGEST))
    return tuple(integer(entry, f"{name}[{place}]", minimum) for place, entry in entries)


def shown(value: object) -> str:
    """Return the representation of any value on one short line.

    Examples
    --------
    >>> shown(2.0), shown("x" * 99), shown(10**5000)
    ('2.0', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...", 'an integer of 16610 bits')
    """
    try:
        line = " ".join(repr(value).split())
    except ValueError:  # Python prints no integers of more than 4,300 digits
        if isinstance(value, int):
            return f"an integer of {value.bit_length()} bits"
        return f"a value of type {type(value).__name__}"
    return line if len(line) <= 40 else f"{line[:37]}..."


def readable(count: int) -> str:
    """Return a number for a sentence: exact while it can be read at a glance.

    Examples
    --------
    >>> readable(3628800), readable(10**100)
    ('3,628,800', 'about 10^100')
    """
    if abs(count) < 10**18:
        return f"{count:,}"
    return f"about {'-' * (count < 0)}10^{round((count.bit_length() - 1) * 0.30103)}"


def quoted(value: object) -> str:
    """Return a value in quotes, cut short when it is long.

    Examples
    --------
    >>> quoted("0 2"), len(quoted("0" * 1000))
    ("'0 2'", 42)
    """
    line = value if isinstance(value, str) else shown(value)
    return repr(line if len(line) <= 40 else line[:37] + "...")


def meant(name: object, known: Iterable[str]) -> str:
    """Return the near one of the names that are known, or all, as the end of a message.

    Examples
    --------
    >>> meant("adan", ["adam", "lion"]), meant(3, ["adam", "lion"])
    ("perhaps 'adam' is meant", 'there are adam, lion')
    """
    names = list(known)
    near = get_close_matches(name.lower()[:100], names, n=1) if isinstance(name, str) else []
    return f"perhaps {near[0]!r} is meant" if near else f"there are {', '.join(names)}"


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line of the user: the first one outside the package.

    Every such line gets its warning, so that python's filter shows it once a line.
    """
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HOME):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)
