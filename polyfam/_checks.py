"""Argument checks shared by all floors."""

from __future__ import annotations

from importlib import import_module
from operator import index
from types import ModuleType

from polyfam.errors import ArgumentTypeError, DomainError, MissingExtraError

__all__ = ["integer", "optional_import", "quoted"]


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
        raise ArgumentTypeError(f"Argument '{name}' must be an integer, not {value!r}.")
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentTypeError(f"Argument '{name}' must be an integer, not {value!r}.") from None
    if minimum is not None and number < minimum:
        raise DomainError(f"Argument '{name}' must be at least {minimum}, not {number}.")
    if maximum is not None and number > maximum:
        raise DomainError(f"Argument '{name}' must be at most {maximum}, not {number}.")
    return number


def optional_import(module: str, extra: str) -> ModuleType:
    """Import an optional dependency, or name the extra that installs it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"This needs '{module}', which is not installed: pip install 'polyfam[{extra}]'."
        ) from error


def quoted(value: object) -> str:
    """Return a value in quotes, cut short when it is long.

    Examples
    --------
    >>> quoted("0 2"), len(quoted("0" * 1000))
    ("'0 2'", 42)
    """
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...")
