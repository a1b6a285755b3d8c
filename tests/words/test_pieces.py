"""Pieces as sets of bits, against components of the edges that are left."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.trees import FreeTree, RootedTree, rooted_trees
from polyfam.words import numbered_edges
from polyfam.words.pieces import check_tree, cut, letters_above, letters_of, removals, shadows
from tests.oracles import brute_force, trees


def test_numbers_fall_away_from_the_root():
    for n in range(1, 9):
        for tree in rooted_trees(n):
            edges = numbered_edges(tree)
            assert sorted(edges) == sorted(tree.edges())
            number = {child: k for k, (_, child) in enumerate(edges, start=1)}
            for parent, child in edges:
                if parent:
                    assert number[child] < number[parent]
            depths = [tree.levels[child] for _, child in edges]
            assert depths == sorted(depths, reverse=True)


def test_letters_above_match_parents():
    for tree in rooted_trees(7):
        edges = dict(enumerate(numbered_edges(tree), start=1))
        above = letters_above(tree)
        for letter, (parent, _) in edges.items():
            if parent:
                assert edges[above[letter]][1] == parent
            else:
                assert above[letter] == 0


def test_free_tree_is_rooted_at_its_centroid():
    tree = FreeTree([0, 1, 2, 3, 3, 1])
    assert numbered_edges(tree) == numbered_edges(tree.rooted())


@given(trees.parent_arrays(most=30), st.randoms(use_true_random=False))
def test_pieces_match_components_of_the_edges_left(parents, random):
    """Connected, and without a vertex in common."""
    tree = RootedTree.from_parents(parents)
    edges = dict(enumerate(numbered_edges(tree), start=1))
    sets = shadows(tree)
    left, pieces = set(edges), [piece for piece in sets[:1] if piece]
    while pieces:
        letter = random.choice(list(letters_of(pieces[-1])))
        pieces = cut(pieces, letter, sets)
        left.remove(letter)
        assert {other for piece in pieces for other in letters_of(piece)} == left
        assert [max(letters_of(piece)) for piece in pieces] == sorted(
            max(letters_of(piece)) for piece in pieces
        )
        components = [{edges[other] for other in letters_of(piece)} for piece in pieces]
        assert all(map(brute_force.is_connected, components))
        vertices = [{end for edge in component for end in edge} for component in components]
        assert all(a.isdisjoint(b) for a, b in combinations(vertices, 2))


def test_removals_match_a_word_taken_apart_by_hand():
    """The fork: 4 joins 1 to 2 and 3."""
    fork = RootedTree([0, 1, 2, 1, 1])
    pieces = [(letter, set(letters_of(piece))) for letter, piece in removals(fork, (2, 4, 1, 3))]
    assert pieces == [(3, {1, 2, 3, 4}), (1, {1, 2, 4}), (4, {2, 4}), (2, {2})]


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ((3, 1, 2), "no edge word of the tree: letter 1 is not connected to 3"),
        ((1, 1, 2), "once"),
        ((1, 2), "must have 3 letters"),
        ((), "must have 3 letters"),
    ],
)
def test_what_is_no_edge_word_is_refused(word, sentence):
    with pytest.raises(DomainError, match=sentence):
        list(removals(RootedTree(range(4)), word))


def test_what_is_no_tree_or_too_large_is_refused():
    with pytest.raises(
        ArgumentTypeError,
        match=r"RootedTree \(parse_tree reads texts\), not 'star:4'",
    ):
        check_tree("star:4")
    with pytest.raises(DomainError, match="at most 500 vertices, not 501"):
        check_tree(RootedTree(range(501)))
