"""Proofs of real roots, against exact values, and what must not be proved."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from polyfam import FreeTree, beta_polynomial, count_free_trees
from polyfam.census import signs as module
from polyfam.census.signs import Side, Signs, Tile


@pytest.fixture(params=[True, False], ids=["compiled", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the compiled loops or numpy."""
    monkeypatch.setattr(module, "compiled", lambda: request.param)
    monkeypatch.setattr(module, "SMALL", 0)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("n", "stripes"), [(4, 1), (5, 3), (6, 1), (9, 2), (14, 5), (17, 1)])
def test_all_trees_are_proved(n: int, stripes: int) -> None:
    parts = [Signs(n, stripes).of_stripe(stripe) for stripe in range(stripes)]
    assert sum(part.single + part.double for part in parts) == count_free_trees(n)
    assert not any(part.left for part in parts)


def test_both_ways_agree_on_what_single_precision_proves(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for compiled in (True, False):
        monkeypatch.setattr(module, "compiled", lambda compiled=compiled: compiled)
        monkeypatch.setattr(module, "SMALL", 0)
        found.append(Signs(18, 1).of_stripe(0))
    assert abs(found[0].single - found[1].single) <= 10  # where rounding decides
    assert 0.95 < found[0].single / count_free_trees(18) < 1


@pytest.mark.parametrize("n", [7, 12, 15])
def test_errors_of_dot_products_are_within_their_bounds(n: int) -> None:
    signs = Signs(n, 1)
    for tile in signs.tiles(0):
        left, right = signs._left_side(tile.kind), signs._right_side(tile)
        for a in range(0, tile.kind.a.count, 3):
            for b in range(tile.start, min(tile.stop, int(tile.kind.last[a])), 5):
                polynomial = beta_polynomial(FreeTree(tile.kind.tree(a, b)))
                for p, r in enumerate(signs.points):
                    k = b - tile.start
                    found = float(left.vectors[a, p] @ right.vectors[k, p]) * (-1) ** p
                    scale = left.norms[a, p] * right.norms[k, p]
                    error = abs(Fraction(found) - polynomial(Fraction(-r)) / Fraction(scale))
                    assert error <= left.errors[a, p] + right.errors[k, p] + 2.0**-46


@pytest.mark.parametrize("n", [4, 9, 16])
def test_values_between_the_points_are_interpolated(n: int) -> None:
    signs = Signs(n, 1)
    nodes = np.array([0.0, *(-r / (1 - r) ** 2 for r in signs.points)])
    for p, weights in enumerate(signs._finer):
        inner = weights @ nodes
        assert np.all(np.diff([nodes[p], *inner, nodes[p + 1]]) < 0)
        if np.abs(weights).sum() < 1e3:  # elsewhere the powers say little about the weights
            for power in range(len(nodes)):  # up to the degree of gamma
                assert weights @ nodes**power == pytest.approx(inner**power, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("refine", [module._refine_compiled, module._refine_plain])
def test_values_without_changes_of_sign_prove_nothing(refine: Callable[..., np.ndarray]) -> None:
    signs = Signs(10, 1)
    points = len(signs.points)
    vectors, ones, none = np.zeros((1, points, 4)), np.ones((1, points)), np.zeros((1, points))
    vectors[..., 0] = 1.0
    right = vectors * (-1.0) ** np.arange(points)[None, :, None]
    scale = 1 / np.abs(signs._nodes)[None]
    for sign in (1, -1):  # gamma would be 1, or -1, at all points
        pairs = np.zeros((1, 2), np.int32)
        result = refine(
            pairs, Side(vectors, ones, none), Side(sign * right, scale, none), signs._nodes,
            signs._finer,
        )  # fmt: skip
        assert result.tolist() == [False]


@pytest.mark.usefixtures("way")
def test_what_doubles_leave_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HALF", 2.0)  # as if nothing were known about the vectors
    left = Signs(8, 1).of_stripe(0).left
    assert sorted(FreeTree(levels) for levels in left) == sorted(
        FreeTree(kind.tree(a, b))
        for kind in module.kinds(8)
        for a in range(kind.a.count)
        for b in range(kind.first, int(kind.last[a]))
    )


def test_tiles_are_all_trees_once() -> None:
    signs = Signs(15, 4)
    tiles: list[Tile] = [tile for stripe in range(4) for tile in signs.tiles(stripe)]
    assert sum(tile.trees for tile in tiles) == count_free_trees(15)
    assert len({(tile.kind.a.m, tile.kind.joined, tile.start) for tile in tiles}) == len(tiles)
