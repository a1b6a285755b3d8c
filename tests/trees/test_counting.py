"""Counts, ranks and random trees against literal tables, Euler products and listings."""

from __future__ import annotations

from collections import Counter
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.trees import (
    FreeTree,
    RootedTree,
    count_free_trees,
    count_rooted_trees,
    free_trees,
    path,
    random_free_tree,
    random_free_trees,
    random_rooted_tree,
    random_rooted_trees,
    rank,
    rooted_trees,
    star,
    unrank_free_tree,
    unrank_rooted_tree,
)
from tests.oracles import trees

KINDS = {
    "rooted": (count_rooted_trees, unrank_rooted_tree, random_rooted_tree, rooted_trees),
    "free": (count_free_trees, unrank_free_tree, random_free_tree, free_trees),
}
both_kinds = pytest.mark.parametrize("kind", KINDS)


def test_counts_match_literal_tables():
    assert tuple(map(count_rooted_trees, range(1, 31))) == trees.ROOTED_TREES
    assert tuple(map(count_free_trees, range(1, 31))) == trees.FREE_TREES


def test_counts_match_euler_products_to_two_hundred():
    rooted = trees.rooted_counts(200)
    assert [count_rooted_trees(n) for n in range(1, 201)] == rooted[1:]
    for n in (*range(1, 31), 64, 65, 127, 128, 199, 200):
        assert count_free_trees(n) == trees.free_count(n, rooted)


def test_counts_do_not_depend_on_what_was_counted_before():
    """Counts are cached in blocks; the blocks' ends are where a mistake would show."""
    rooted = trees.rooted_counts(130)
    for n in (128, 1, 129, 2, 64, 127, 3, 65, 63, 130):
        assert count_rooted_trees(n) == rooted[n]


@both_kinds
@pytest.mark.parametrize("n", range(1, 13))
def test_ranks_match_places_in_the_listing(kind, n):
    count, unrank, _, listing = KINDS[kind]
    listed = list(listing(n))
    assert [rank(tree) for tree in listed] == list(range(count(n)))
    assert [unrank(n, k) for k in range(count(n))] == listed


@both_kinds
@given(n=st.integers(13, 120), data=st.data())
def test_ranks_of_large_trees_are_undone(kind, n, data):
    count, unrank, _, _ = KINDS[kind]
    k = data.draw(st.integers(0, count(n) - 1))
    tree = unrank(n, k)
    assert tree.order == n
    assert type(tree)(tree.levels).levels == tree.levels  # canonical
    assert rank(tree) == k


@both_kinds
@given(n=st.integers(2, 60), data=st.data())
def test_ranks_ascend_with_the_trees(kind, n, data):
    count, unrank, _, _ = KINDS[kind]
    one, other = (data.draw(st.integers(0, count(n) - 1)) for _ in range(2))
    assert (unrank(n, one) < unrank(n, other)) == (one < other)
    if one:
        assert unrank(n, one - 1) < unrank(n, one)


@given(trees.parent_arrays(most=40))
def test_trees_are_found_again_from_their_ranks(parents):
    rooted = RootedTree.from_parents(parents)
    assert unrank_rooted_tree(rooted.order, rank(rooted)) == rooted
    free = rooted.free()
    assert unrank_free_tree(free.order, rank(free)) == free


@given(trees.parent_arrays(most=40))
def test_free_rank_is_rooted_rank_for_one_centroid(parents):
    tree = RootedTree.from_parents(parents).free()
    skipped = 0
    if len(tree.centroid()) == 2:  # pairs of halves whose first half would be the smaller one
        larger = rank(tree.rooted().branches[0])
        skipped = larger * count_rooted_trees(tree.order // 2) - comb(larger + 1, 2)
    assert rank(tree) == rank(tree.rooted()) - skipped


@pytest.mark.parametrize("n", [1, 2, 3, 17, 60, 150])
def test_first_and_last_ranks_match_named_trees(n):
    assert rank(star(n)) == 0 == rank(RootedTree((0,) + (1,) * (n - 1)))
    assert rank(RootedTree(range(n))) == count_rooted_trees(n) - 1
    assert unrank_rooted_tree(n, count_rooted_trees(n) - 1) == RootedTree(range(n))
    if n % 2 == 0:  # of an odd path the centre is the only centroid
        assert rank(path(n)) == count_free_trees(n) - 1


@both_kinds
def test_random_trees_are_uniform_by_chi_square(kind):
    """Fixed seeds, so nothing is left to chance; weights 1/sigma would give values in thousands."""
    n, draws = 7, 4800
    count, _, random_tree, listing = KINDS[kind]
    seen = Counter(random_tree(n, seed=seed) for seed in range(draws))
    expected = draws / count(n)
    assert set(seen) == set(listing(n))
    chi_square = sum((hits - expected) ** 2 for hits in seen.values()) / expected
    assert chi_square < 2 * count(n)


@both_kinds
def test_random_trees_repeat_with_their_seed_and_vary_without(kind):
    _, _, random_tree, _ = KINDS[kind]
    assert random_tree(60, seed=5) == random_tree(60, seed=5)
    assert len({random_tree(60, seed=seed) for seed in range(20)}) == 20
    assert len({random_tree(60) for _ in range(20)}) == 20


def test_large_trees_do_not_exhaust_the_stack():
    tree = random_free_tree(510, seed=1)
    assert unrank_free_tree(510, rank(tree)) == tree
    assert rank(RootedTree(range(510))) == count_rooted_trees(510) - 1


@both_kinds
@pytest.mark.parametrize("n", [1, 2, 9])
def test_ranks_out_of_range_are_refused(kind, n):
    count, unrank, _, _ = KINDS[kind]
    with pytest.raises(DomainError, match=f"'k' must be at most {count(n) - 1}, not {count(n)}"):
        unrank(n, count(n))
    with pytest.raises(DomainError, match="'k' must be at least 0, not -1"):
        unrank(n, -1)
    with pytest.raises(ArgumentTypeError, match="'k' must be an integer, not"):
        unrank(n, 0.0)


@both_kinds
def test_orders_out_of_range_are_refused(kind):
    count, unrank, random_tree, _ = KINDS[kind]
    for function in (count, random_tree, lambda n: unrank(n, 0)):
        with pytest.raises(DomainError, match="'n' must be at least 1, not 0"):
            function(0)
        for n in (True, 2.0, "7", None):
            with pytest.raises(ArgumentTypeError, match="'n' must be an integer"):
                function(n)


@both_kinds
def test_absurd_orders_are_refused_before_anything_is_counted(kind):
    count, unrank, random_tree, _ = KINDS[kind]
    for n in (4001, 10**9):
        with pytest.raises(DomainError, match=f"'n' must be at most 4000, not {n}"):
            count(n)
    for n in (1024, 10**9):
        for function in (random_tree, lambda n: unrank(n, 0)):
            with pytest.raises(DomainError, match=f"'n' must be at most 1023, not {n}"):
                function(n)
    for tree in (RootedTree(range(1024)), FreeTree(range(1024)), FreeTree(range(1025))):
        with pytest.raises(DomainError, match="must be at most 1023"):
            rank(tree)


def test_rank_of_what_is_no_tree_is_refused():
    with pytest.raises(ArgumentTypeError, match="'tree' must be a RootedTree or a FreeTree, not"):
        rank((0, 1))


def test_smallest_ranks():
    assert rank(FreeTree()) == rank(RootedTree()) == rank(FreeTree([0, 1])) == 0


@pytest.mark.parametrize("draw", [random_free_trees, random_rooted_trees])
def test_batches_are_drawn_independently_and_repeat_with_their_seed(draw):
    first = list(draw(40, 30, seed=3))
    assert first == list(draw(40, 30, seed=3)) != list(draw(40, 30, seed=4))
    assert len(set(first)) == 30
    single = random_free_tree if draw is random_free_trees else random_rooted_tree
    assert single(40, seed=3) == first[0]
    assert list(draw(40, 0)) == []


@pytest.mark.parametrize(("n", "free"), [(7, 11), (8, 23), (9, 47), (10, 106)])
def test_batches_of_free_trees_are_uniform_by_chi_square(n, free):
    """Odd and even orders: with one centroid and with two; the limit is four deviations."""
    draws = 200 * free
    seen = Counter(random_free_trees(n, draws, seed=2))
    assert set(seen) == set(free_trees(n))
    deviation = sum((count - 200) ** 2 / 200 for count in seen.values())
    assert abs(deviation - (free - 1)) < 4 * (2 * (free - 1)) ** 0.5


@pytest.mark.parametrize("seed", ["1", 2.5, float("nan"), True, [1]])
def test_seeds_are_integers(seed):
    import numpy

    for draw in (random_free_tree, random_rooted_tree):
        with pytest.raises(ArgumentTypeError, match="Argument 'seed' must be an integer"):
            draw(5, seed=seed)
        assert draw(9, seed=numpy.int64(7)) == draw(9, seed=7)
