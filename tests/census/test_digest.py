"""The digest against its definition, and against a program that knows nothing of the package."""

from __future__ import annotations

import hashlib
from itertools import permutations

import networkx as nx
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from polyfam import BetaPolynomial, beta_table
from polyfam.census.certificate import load_certificate
from polyfam.census.digest import POINT, PRIME, digests, family_digest, row_digest
from polyfam.census.limbs import limbs_of_integers, limbs_of_words
from tests.oracles import brute_force


def joined(words: np.ndarray) -> list[int]:
    """Return Python integers from upper and lower words."""
    return [upper << 64 | lower for upper, lower in words.T.tolist()]


def test_prime_is_the_largest_below_2_to_the_128() -> None:
    assert sympy.prevprime(2**128) == PRIME


def test_point_is_the_golden_ratio_in_128_bits() -> None:
    # x = 2^128 / phi solves x (x + 2^128) = 2^256
    assert POINT * (POINT + 2**128) <= 2**256 < (POINT + 1) * (POINT + 1 + 2**128)


@given(st.lists(st.lists(st.integers(0, 2**132 - 1), min_size=4, max_size=4), min_size=1))
def test_bulk_digests_match_evaluation(rows: list[list[int]]) -> None:
    for j in (7, 8):
        palindromes = [[0, *row, *row[: j // 2][::-1]] for row in rows]
        expected = [
            sum(c * POINT**i for i, c in enumerate(palindrome)) % PRIME
            for palindrome in palindromes
        ]
        assert joined(digests(limbs_of_integers(rows), j)) == expected
        assert [row_digest(row, j) for row in rows] == expected


@given(st.one_of(st.integers(0, 400), st.integers(PRIME - 400, PRIME - 1)))
def test_digests_near_both_ends_are_reduced(value: int) -> None:
    coefficient = value * pow(POINT, -1, PRIME) % PRIME
    assert joined(digests(limbs_of_integers([[coefficient]]), 1)) == [value]


@pytest.mark.parametrize("n", [4, 11])
def test_words_and_polynomials_give_one_digest(n: int) -> None:
    table = beta_table(n)
    bulk = digests(limbs_of_words(np.ascontiguousarray(table.half.T)), n - 1)
    assert joined(bulk) == [p(POINT) % PRIME for p in table]


def test_order_and_trees_do_not_matter() -> None:
    rows = [p.row for p in beta_table(9)]
    backwards = [BetaPolynomial.from_row(row) for row in reversed(rows)]
    assert family_digest(backwards) == family_digest(beta_table(9))


def words_by_descents(graph: nx.Graph) -> list[int]:
    """Return c_0, ..., c_j of P_t from all permutations of the edges that are edge words."""
    edges = dict(zip(range(len(graph) - 1, 0, -1), nx.bfs_edges(graph, 0), strict=True))
    coefficients = [0] * len(graph)
    for word in permutations(edges):
        if brute_force.is_edge_word(word, edges):
            coefficients[1 + brute_force.descents(word)] += 1
    return coefficients


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_published_digest_matches_edge_words_on_the_trees_of_networkx(n: int) -> None:
    p = 2**128 - 159
    values = sorted(
        sum(c * 210306068529402873165736369884012333108**i for i, c in enumerate(row)) % p
        for row in map(words_by_descents, nx.nonisomorphic_trees(n))
    )
    whole = hashlib.sha256(b"".join(value.to_bytes(16, "big") for value in values))
    assert whole.hexdigest() == load_certificate(n).distinctness.digest
