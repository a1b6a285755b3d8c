"""Pickles of dataclasses that hold rational functions, which sympy's own do not write (1.14)."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from dataclasses import fields
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sympy.polys.domains import QQ
from sympy.polys.fields import FracElement, field

if TYPE_CHECKING:
    import sympy

__all__ = ["Portable"]


class Portable:
    """What makes a dataclass of coefficients pickle."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        state = BytesIO()
        _Pickler(state).dump([getattr(self, item.name) for item in fields(self)])  # type: ignore[arg-type]
        return _rebuilt, (type(self), state.getvalue())


class _Pickler(pickle.Pickler):
    """Writes rational functions as their symbols and the terms of both parts."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, MappingProxyType):
            return dict, (dict(value),)
        if not isinstance(value, FracElement) or value.field.domain != QQ:
            return NotImplemented
        parts = [
            [(powers, int(c.numerator), int(c.denominator)) for powers, c in part.terms()]
            for part in (value.numer, value.denom)
        ]
        return _element, (value.field.symbols, *parts)


def _element(symbols: tuple[sympy.Symbol, ...], *parts: Iterable[tuple[Any, int, int]]) -> Any:
    """Return the rational function with these terms."""
    members = field(symbols, QQ)[0]
    return members.raw_new(
        *(members.ring.from_dict({powers: QQ(a, b) for powers, a, b in part}) for part in parts)
    )


def _rebuilt(kind: type[Any], state: bytes) -> Any:
    """Return a dataclass from its pickled fields."""
    return kind(*pickle.loads(state))
