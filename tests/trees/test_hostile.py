"""Public functions on trees and words with arguments of any kind: a value or one short sentence."""

from __future__ import annotations

import inspect
from fractions import Fraction

import networkx
import numpy
import pytest

from polyfam import trees, words
from polyfam.errors import PolyfamError


class Evil:
    """An object of which nothing works."""

    def __getattr__(self, name):
        raise AttributeError(name)

    def __eq__(self, other):
        raise RuntimeError("no")

    def __hash__(self):
        raise RuntimeError("no")


VALUES = [
    *(None, True, 0, -1, 3, 10**5000, -(10**5000), 2.5, float("nan"), float("inf"), 1j),
    *(Fraction(1, 2), numpy.int64(3), numpy.float64(2.0), numpy.arange(3), numpy.zeros((2, 2))),
    *(
        "",
        "star",
        "0 1",
        "x" * 10**5,
        "\x1c",
        b"0 1",
        (),
        [],
        {},
        set(),
        (0, 1, 1),
        [0, "a"],
        ((),),
    ),
    *([10**5000], [[0]], {0: 1}, {1: None}, range(3), Evil(), Evil, object(), len, ...),
    *(networkx.path_graph(3), networkx.DiGraph(), trees.path(4), trees.RootedTree([0, 1, 2])),
]
FUNCTIONS = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (trees, words)
    for name in module.__all__
    if callable(getattr(module, name)) and name != "Notation"
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_argument_gives_a_value_or_one_short_sentence(name):
    function = FUNCTIONS[name]
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except ValueError:
        parameters = []
    good = {"tree": trees.star(4), "n": 4, "count": 2, "k": 0, "word": (1, 2, 3), "levels": (0, 1)}
    required = [p for p in parameters if p.default is p.empty] or parameters[:1]
    for place, parameter in enumerate(required):
        for value in VALUES:
            arguments = [good.get(p.name, (0, 1)) for p in required[:place]]
            arguments += [value] + [good.get(p.name, "levels") for p in required[place + 1 :]]
            try:
                result = function(*arguments)
                if hasattr(result, "__next__"):
                    next(result, None)
            except PolyfamError as error:
                message = str(error)
                assert len(message) < 450, (parameter.name, message)
                assert "\n" not in message, (parameter.name, message)
