"""The errors of polyfam: every one is a `PolyfamError` and also the builtin a caller expects.

Messages are one sentence that names the argument, the value and, where there is one, the remedy.
"""

from __future__ import annotations

__all__ = [
    "ArgumentTypeError",
    "DataError",
    "DomainError",
    "InvalidTreeError",
    "LostWorkersError",
    "MissingExtraError",
    "OutputError",
    "PolyfamError",
    "ResourceError",
    "TaylorError",
    "UnknownNameError",
]


class PolyfamError(Exception):
    """Base class: catch this to catch everything polyfam raises on purpose."""


class DomainError(PolyfamError, ValueError):
    """An argument has the right type and a value outside its range."""


class ArgumentTypeError(PolyfamError, TypeError):
    """An argument has the wrong type."""


class InvalidTreeError(PolyfamError, ValueError):
    """A text, sequence or graph does not describe a tree."""


class TaylorError(PolyfamError, ValueError):
    """An operation has no rule for Taylor series, or would drop their higher terms."""

    # Not a TypeError: numpy replaces those by its own message when an array is assigned to.


class UnknownNameError(PolyfamError, LookupError):
    """No tree, table, notation or format has that name."""


class ResourceError(PolyfamError, MemoryError):
    """A request would need more memory or disk than is reasonable; said before it is taken."""


class LostWorkersError(PolyfamError, RuntimeError):
    """The workers of a long computation are gone; what they had finished is safe."""


class DataError(PolyfamError, ValueError):
    """A data file does not match its manifest or its schema."""


class OutputError(PolyfamError, OSError):
    """An output cannot be written; what stood there before is untouched."""


class MissingExtraError(PolyfamError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""
