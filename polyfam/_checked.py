"""Doors: a call that fails because of an argument is refused by the name of that argument.

`checked` lets a call go through untouched.  Only when it fails with an error that is not one of
ours are the arguments held against the annotations of the function, and the first that does not
fit is named.  Good calls cost a fraction of a microsecond, whatever duck works goes on working, and
a failure that no argument explains - a bug, or an error of the caller's own loss - comes out as
it is.  The alternative, checks by hand at the head of every function, is three lines an argument
and was forgotten at 71 of 250 functions.
"""

from __future__ import annotations

import collections.abc
import importlib
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterator
from functools import wraps
from math import isfinite
from numbers import Complex, Real
from operator import index
from typing import Any, TypeVar

from polyfam._checks import shown
from polyfam.errors import ArgumentTypeError, DomainError, PolyfamError

__all__ = ["checked"]

_Door = TypeVar("_Door", bound=Callable[..., Any])

_WORDS = {
    int: ("an integer", "integers"),
    float: ("a number", "numbers"),
    complex: ("a number", "numbers"),
    str: ("a text", "texts"),
    bool: ("True or False", "truth values"),
    type(None): ("None", "None"),
}


def checked(door: _Door) -> _Door:
    """Return a public function, or class, that refuses by name what makes it fail.

    Parameters
    ----------
    door : callable
        Its annotations say what each argument must be; ``Any`` says nothing.

    Returns
    -------
    callable
        The same class with another constructor, or a function around the function.

    Examples
    --------
    >>> @checked
    ... def half(n: int) -> int:
    ...     return n // 2
    >>> half(8)
    4
    >>> half("8")
    Traceback (most recent call last):
        ...
    polyfam.errors.ArgumentTypeError: Argument 'n' must be an integer, not '8'.
    """
    if isinstance(door, type):
        door.__init__ = checked(door.__init__)  # type: ignore[misc]
        return door

    if inspect.isgeneratorfunction(door):

        @wraps(door)
        def generate(*args: Any, **keywords: Any) -> Iterator[Any]:
            try:
                yield from door(*args, **keywords)
            except Exception as error:
                raise _explained(door, args, keywords, error) from error

        return typing.cast(_Door, generate)

    @wraps(door)
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return door(*args, **keywords)
        except Exception as error:
            explained = _explained(door, args, keywords, error)
            if explained is error:
                raise
            raise explained from error

    return typing.cast(_Door, call)


def _explained(
    door: Callable[..., Any], args: tuple[Any, ...], keywords: dict[str, Any], error: Exception
) -> Exception:
    """Return the refusal of the argument that explains an error, or the error."""
    if isinstance(error, PolyfamError):
        return error
    try:
        given = inspect.signature(door).bind(*args, **keywords).arguments
    except TypeError:  # a missing argument, or one too many: Python says so itself
        return error
    hints = _hints(door)
    named = [(name, value, hints[name]) for name, value in given.items() if name in hints]
    for name, value, hint in named:
        if not _fits(value, hint):
            return ArgumentTypeError(
                f"Argument '{name}' must be {_words(hint)[0]}, not {shown(value)}."
            )
    for name, value, hint in named:
        if fault := _fault(value, hint, error):
            return DomainError(f"Argument '{name}' must {fault}, not {shown(value)}.")
    return error


def _hints(door: Callable[..., Any]) -> dict[str, Any]:
    """Return what the annotations mean, those that only a type checker imports included."""
    here = dict(vars(typing))
    for module in ("numbers", "fractions", "pathlib", "os", "collections.abc", "polyfam"):
        here.update(vars(sys.modules.get(module, types.ModuleType(module))))
    here["numpy"] = here["np"] = sys.modules.get("numpy")
    for place, room in list(sys.modules.items()):
        if place.startswith("polyfam."):
            public = getattr(room, "__all__", ())
            here.update({key: vars(room)[key] for key in public if key in vars(room)})
    if here["np"]:  # polyfam.typing makes Array only when it is asked
        here["Array"] = importlib.import_module("polyfam.typing").Array
    here.update(getattr(door, "__globals__", {}))
    hints = {}
    for name, annotation in inspect.get_annotations(door).items():
        try:
            hints[name] = eval(annotation, here) if isinstance(annotation, str) else annotation
        except Exception:  # a name that nobody has imported
            hints[name] = Any
    return hints


def _fits(value: object, hint: Any) -> bool:
    """Say whether a value is what an annotation asks for."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in (Any, object, inspect.Parameter.empty) or isinstance(hint, TypeVar | str):
        return True
    if _is_array_like(hint):
        return _numeric(value)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is typing.Literal:
        return any(value is each or (type(value) is type(each) and value == each) for each in inner)
    if hint is None or hint is type(None):
        return value is None
    if hint is bool:
        return type(value).__name__ in ("bool", "bool_")
    if hint is int:
        return not isinstance(value, bool) and _is_index(value)
    if hint in (float, complex):
        return not isinstance(value, bool) and isinstance(value, Real if hint is float else Complex)
    kind = origin or hint
    if kind is collections.abc.Callable:
        return callable(value)
    if not isinstance(kind, type):
        return True
    if getattr(kind, "_is_protocol", False) and kind.__module__.startswith("polyfam"):
        wanted = [name for name in vars(kind) if name == "__call__" or not name.startswith("_")]
        return not isinstance(value, type) and all(hasattr(value, name) for name in wanted)
    if isinstance(value, str | bytes) and kind not in (str, bytes, object):
        return False
    if getattr(value, "ndim", None) == 0 and issubclass(kind, collections.abc.Iterable):
        return kind.__module__ == "numpy" and isinstance(value, kind)
    return isinstance(value, kind) and _holds(value, kind, inner)


def _holds(value: Any, kind: type, inner: tuple[Any, ...]) -> bool:
    """Say whether the members of a container are what its annotation asks for."""
    if not inner or not isinstance(value, collections.abc.Collection):
        return True
    if isinstance(value, collections.abc.Mapping) and len(inner) == 2:
        return all(_fits(k, inner[0]) and _fits(v, inner[1]) for k, v in value.items())
    if kind is tuple and inner[-1] is not ...:
        return len(value) == len(inner) and all(map(_fits, value, inner))
    if not issubclass(kind, collections.abc.Iterable) or kind.__module__ == "numpy":
        return True
    return all(_fits(each, inner[0]) for each in value)


def _fault(value: Any, hint: Any, error: Exception) -> str | None:
    """Return what the range of a value leaves to wish for."""
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            return None if isfinite(value) else "be finite"
        except (OverflowError, ValueError):
            return "be of a size that a double holds"
    if isinstance(value, str):
        return None if value.isprintable() or isinstance(error, TypeError) else "be printable"
    if _is_array_like(hint) or type(value).__module__ == "numpy":
        import numpy as np

        values = np.asarray(value)
        if values.size == 0:
            return "hold at least one number"
        if values.dtype.kind not in "biufc":
            return "hold numbers"
        if values.dtype.kind == "c" and isinstance(error, TypeError):
            return "be real"
        if values.ndim == 0 and isinstance(error, TypeError):
            return "have at least one dimension"
        return None if np.isfinite(values).all() else "hold finite numbers"
    if isinstance(value, collections.abc.Sized) and not isinstance(error, TypeError):
        return None if len(value) else "not be empty"
    return None


def _is_index(value: Any) -> bool:
    """Say whether a value counts as an integer."""
    try:
        index(value)
    except TypeError:
        return False
    return True


def _is_array_like(hint: Any) -> bool:
    """Say whether an annotation is numpy's ArrayLike, a large union."""
    typing_ = sys.modules.get("numpy.typing")
    return typing_ is not None and hint == typing_.ArrayLike


def _numeric(value: object) -> bool:
    """Say whether numpy makes an array of numbers of a value."""
    import numpy as np

    try:
        return np.asarray(value).dtype.kind in "biufc"
    except (TypeError, ValueError, OverflowError):
        return False


def _words(hint: Any) -> tuple[str, str]:
    """Return an annotation in words: one of its kind, and several."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if _is_array_like(hint):
        return "an array of numbers", "arrays of numbers"
    if origin in (typing.Union, types.UnionType):
        one, many = zip(*map(_words, inner), strict=True)
        return " or ".join(dict.fromkeys(one)), " or ".join(dict.fromkeys(many))
    if origin is typing.Literal:
        return " or ".join(map(repr, inner)), "names"
    if hint in _WORDS:
        return _WORDS[hint]
    kind = origin or hint
    if kind is collections.abc.Callable:
        return "a function", "functions"
    name = getattr(kind, "__name__", str(kind))
    article = "an" if name[:1] in "AEIOU" else "a"
    if isinstance(kind, type) and issubclass(kind, collections.abc.Mapping) and inner:
        return "a mapping", "mappings"
    if isinstance(kind, type) and issubclass(kind, collections.abc.Iterable) and inner:
        members = inner[0] if kind is not tuple or inner[-1] is ... else Any
        several = "" if members is Any else f" of {_words(members)[1]}"
        name = {"ndarray": "array", "Iterable": "sequence"}.get(name, name).lower()
        return f"a {name}{several}".replace("a array", "an array"), f"{name}s{several}"
    return f"{article} {name}", f"{name} objects"
