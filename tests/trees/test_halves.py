"""Pairs of halves, against Otter's numbers and against the lists of all trees."""

from __future__ import annotations

import pytest

from polyfam import FreeTree, count_free_trees, free_trees
from polyfam.trees import count_rooted_trees, rank, rooted_trees
from polyfam.trees.halves import Forests, kinds


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


@pytest.mark.parametrize("limit", [1, 2, 3, 8])
def test_forests_match_rooted_trees_without_their_roots(limit: int) -> None:
    """In the graded order, with the branches' sizes bounded and the ends counted."""
    lists: dict[int, Forests] = {}
    for m in range(9):
        some = lists[m] = Forests(m, min(m, limit), lists)
        listed = [
            tree
            for tree in rooted_trees(m + 1)
            if all(branch.order <= limit for branch in (tree.branches if m else ()))
        ]
        sequences = [list(tree.levels[1:]) for tree in listed]
        assert some.level_sequences.tolist() == sequences
        assert [some.level_sequence(place) for place in range(some.count)] == sequences
        assert some.count == len(listed)
        if m:
            keys = [(tree.branches[0].order, rank(tree.branches[0])) for tree in listed]
            lasts = [(tree.branches[-1].order, rank(tree.branches[-1])) for tree in listed]
            assert list(map(tuple, some.last_branch.tolist())) == lasts
            for s in range(1, m + 2):
                assert some.end(s) == sum(size <= s for size, _ in keys)
                for q in range(count_rooted_trees(s) + 1 if s <= min(m, limit) else 0):
                    assert some.end(s, q) == sum(key < (s, q) for key in keys)


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
    assert found == [connected_sets([0, *forests.level_sequence(i)]) for i in range(forests.count)]
