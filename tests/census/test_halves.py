"""Pairs of halves, against Otter's numbers and against the lists of all trees."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam import FreeTree, count_free_trees, free_trees
from polyfam.census.halves import Forests, kinds
from polyfam.trees import count_rooted_trees


@pytest.mark.parametrize("n", [*range(4, 25), 29])
def test_pairs_are_as_many_as_otter_says(n: int) -> None:
    assert sum(kind.trees for kind in kinds(n)) == count_free_trees(n)


@pytest.mark.parametrize("n", range(4, 12))
def test_every_tree_is_one_pair(n: int) -> None:
    seen = [
        FreeTree(kind.tree(a, b))
        for kind in kinds(n)
        for a in range(kind.a.count)
        for b in range(kind.first, int(kind.last[a]))
    ]
    assert sorted(seen) == sorted(free_trees(n))


def whole(m: int) -> Forests:
    """Return all forests on m vertices."""
    shorter: dict[int, Forests] = {}
    for k in range(m + 1):
        shorter[k] = Forests(k, k, shorter)
    return shorter[m]


@pytest.mark.parametrize("m", range(10))
def test_forests_are_rooted_trees_without_their_root(m: int) -> None:
    assert whole(m).count == count_rooted_trees(m + 1)


def connected_sets(levels: list[int]) -> tuple[int, int]:
    """Count the connected vertex sets with the root and without it, one by one."""
    parents = [
        max((i for i in range(v) if levels[i] == levels[v] - 1), default=-1)
        for v in range(len(levels))
    ]
    with_root = without = 0
    for mask in range(1, 1 << len(levels)):
        members = [v for v in range(len(levels)) if mask >> v & 1]
        tops = [v for v in members if parents[v] not in members]
        if mask & 1:
            with_root += tops == [] or tops == [0]
        else:
            without += len(tops) == 1
    return with_root, without


@pytest.mark.parametrize("m", [0, 1, 4, 6])
def test_connected_sets_are_counted(m: int) -> None:
    forests = whole(m)
    rooted, others = forests.subtrees
    found = list(zip(rooted.tolist(), others.tolist(), strict=True))
    assert found == [connected_sets([0, *forests.levels(i)]) for i in range(forests.count)]


def test_last_branches_are_the_ends_of_level_sequences() -> None:
    forests = whole(7)
    for place, (size, _) in enumerate(forests.last_branch.tolist()):
        levels = np.array(forests.levels(place))
        assert size == 7 - np.flatnonzero(levels == 1)[-1]
