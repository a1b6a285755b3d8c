"""Every public object is documented as numpydoc asks: parameters, returns, errors, an example."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from numpydoc.validate import validate

import polyfam

#: What is asked for: a summary that is one line and ends in a full stop, all parameters with their
#: types and in order, what is returned or yielded, an example.
CHECKS = {
    "GL08": "no docstring",
    "SS01": "no summary",
    "SS03": "no full stop after the summary",
    "SS06": "the summary is not one line",
    "PR01": "parameters are missing",
    "PR02": "parameters do not exist",
    "PR03": "parameters are in the wrong order",
    "PR04": "a parameter has no type",
    "RT01": "no returns",
    "YD01": "no yields",
    "EX01": "no example",
}
#: Errors and warnings are shown by the functions that raise them.
NO_EXAMPLE = (polyfam.PolyfamError, Warning)


def public_objects() -> Iterator[str]:
    """Yield the dotted names of all functions and classes in the public namespaces."""
    rooms = [m.name for m in pkgutil.iter_modules(polyfam.__path__, "polyfam.") if m.ispkg]
    seen = set()
    for name in ["polyfam", "polyfam.errors", "polyfam.typing", *rooms]:
        room = importlib.import_module(name)
        for member in getattr(room, "__all__", []):
            value = getattr(room, member)
            if (inspect.isclass(value) or inspect.isfunction(value)) and value not in seen:
                seen.add(value)
                yield f"{name}.{member}"


@pytest.mark.parametrize("name", list(public_objects()))
def test_public_object_is_documented(name: str) -> None:
    value = validate(name)
    kind = getattr(importlib.import_module(name.rpartition(".")[0]), name.rpartition(".")[2])
    exempt = {"EX01"} if inspect.isclass(kind) and issubclass(kind, NO_EXAMPLE) else set()
    if getattr(kind, "_is_protocol", False):
        exempt |= {"EX01", "PR01"}
    faults = [(code, text) for code, text in value["errors"] if code in CHECKS.keys() - exempt]
    assert not faults
