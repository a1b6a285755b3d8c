"""A new format, a new triangle, a new column: one file and one line each."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from polyfam.family import Triangle as NamedTriangle
from polyfam.tables import Notes, Oeis, Table, catalogue, dumps, load_table, triangles
from polyfam.tables.formats import FORMATS, format_of
from polyfam.tables.recipe import triangle_recipe


def test_a_format_is_a_module_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("polyfam.tables.formats.names")
    module.dumps = lambda table: "\n".join(table.names) + "\n"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "names", ".names")
    assert dumps(load_table("free-total"), "names") == "n\ntotal\n"
    assert format_of(".names") == "names"


def test_a_triangle_is_a_module_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("polyfam.tables.triangles.ones")
    module.RECIPE = triangle_recipe(  # type: ignore[attr-defined]
        NamedTriangle("ones", "", lambda n: (1,) * n, 1, "A000012", ""),
        "Ones",
        counts="Number of ones.",
        meaning="Ones.",
        last=4,
        expected=lambda n: {"value_at_one": n},
        oeis=Oeis("coefficients", "All ones.", 1, ("nonn", "tabl", "easy"), "A000012"),
        notes=Notes("By hand.", "Four rows.", "Obvious."),
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(catalogue, "TRIANGLES", (*triangles.TRIANGLES, "ones"))
    recipe = catalogue.recipes()[-1]
    table = recipe.table()
    assert isinstance(table, Table)
    assert table.triangle()[2] == (1, 1, 1)
    assert [*recipe.check(3, table[3])] == []
    assert [*recipe.check(3, table[2])] == ["n is 2, not 3"]
    assert dumps(table, "oeis").startswith("%I A000012\n%S A000012 1,1,1,1,1,1,1,1,1,1\n")
