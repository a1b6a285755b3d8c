"""The catalogue: every table of the data package, in the order of the manifest.

The family comes first, ``family-01`` to ``family-14``, then the triangles.
"""

from __future__ import annotations

from polyfam.tables.family import family_recipe
from polyfam.tables.ids import PUBLISHED_ORDERS
from polyfam.tables.recipe import Recipe
from polyfam.tables.triangles import TRIANGLES, triangle_recipe_of

__all__ = ["recipes"]


def recipes() -> tuple[Recipe, ...]:
    """Return the recipes of all published tables.

    Examples
    --------
    >>> [recipe.header.name for recipe in recipes()][12:16]
    ['family-13', 'family-14', 'eulerian', 'narayana']
    """
    return (*map(family_recipe, PUBLISHED_ORDERS), *map(triangle_recipe_of, TRIANGLES))
