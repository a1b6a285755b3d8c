"""The published triangles and sequences: one file each, and one line in `TRIANGLES`."""

from __future__ import annotations

from importlib import import_module

from polyfam.tables.recipe import Recipe

__all__ = ["TRIANGLES", "triangle_recipe_of"]

#: The modules, in the order of the manifest; each offers ``RECIPE``.
TRIANGLES = (
    "eulerian",
    "narayana",
    "type_b_narayana",
    "labelled_sum",
    "free_sum",
    "beta_triangle",
    "labelled_total",
    "free_total",
    "census",
)


def triangle_recipe_of(module: str) -> Recipe:
    """Return the recipe that a module of this package offers.

    Examples
    --------
    >>> triangle_recipe_of("type_b_narayana").header.name
    'type-b-narayana'
    """
    recipe: Recipe = import_module(f"{__name__}.{module}").RECIPE
    return recipe
