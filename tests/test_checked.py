"""Doors refuse by name: the decorator, and every public callable on values of every wrong kind.

The values are those of ``tools/attack.py``, which goes on for longer and with mixed arguments.
"""

from __future__ import annotations

import importlib.util
import inspect
import pickle
import random
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Literal

import numpy as np
import pytest

import polyfam
from polyfam._checked import checked
from polyfam.errors import ArgumentTypeError, DomainError


def attack_script() -> ModuleType:
    """Import ``tools/attack.py``, which lies outside the package."""
    place = Path(polyfam.__file__).parents[1] / "tools" / "attack.py"
    spec = importlib.util.spec_from_file_location("attack", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


attack = attack_script()


@checked
def door(n: int, row: Sequence[int] = (1,), kind: Literal["a", "b"] = "a") -> int:
    """Fail at anything that is no positive integer, no row, no kind."""
    return {"a": 1, "b": 2}[kind] * (10 // n + row[0] + sum(row))


@checked
def doors(n: int) -> Iterator[int]:
    """Fail late."""
    yield from range(n)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: door("8"), ArgumentTypeError, "'n' must be an integer, not '8'."),
        (lambda: door(2, 3), ArgumentTypeError, "'row' must be a sequence of integers, not 3."),
        (lambda: door(2, "12"), ArgumentTypeError, "must be a sequence of integers, not '12'."),
        (lambda: door(2, [None]), ArgumentTypeError, "sequence of integers, not [None]."),
        (lambda: door(2, []), DomainError, "'row' must not be empty, not []."),
        (lambda: door(2, kind="c"), ArgumentTypeError, "'kind' must be 'a' or 'b', not 'c'."),
        (lambda: list(doors(2.5)), ArgumentTypeError, "'n' must be an integer, not 2.5."),
        (lambda: door({1: 10**5000}), ArgumentTypeError, "an integer, not a value of type dict."),
    ],
)
def test_argument_that_makes_a_call_fail_is_named(call, error, message) -> None:
    with pytest.raises(error) as caught:
        call()
    assert message in str(caught.value)


def test_what_no_argument_explains_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        door(0)


def test_good_calls_and_doors_are_left_alone() -> None:
    assert door(np.int64(5)) == 4
    assert pickle.loads(pickle.dumps(door)) is door
    assert inspect.signature(door).parameters.keys() == {"n", "row", "kind"}


@pytest.mark.parametrize(("name", "function"), list(attack.public_callables()))
def test_no_public_callable_raises_a_raw_error(name, function, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    chance, faults = random.Random(name), []
    for _ in range(25):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arguments, keywords = attack.hostile_arguments(function, chance)
            shown = f"{name}{tuple(map(attack.short, arguments))}"
            faults.append(attack.attempt(shown, function, arguments, keywords))
    assert [fault for fault in faults if fault] == []
