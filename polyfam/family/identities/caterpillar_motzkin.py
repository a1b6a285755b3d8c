"""Gamma vectors of caterpillars: weighted Motzkin paths."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.trees import FreeTree


def _leaf_edges(tree: FreeTree) -> list[bool] | None:
    """Return, along a caterpillar, which edges are leaves off its spine; None for other trees."""
    neighbours: list[list[int]] = [[] for _ in range(tree.order)]
    for a, b in tree.edges():
        neighbours[a].append(b)
        neighbours[b].append(a)
    inner = [v for v, others in enumerate(neighbours) if len(others) > 1]
    spine = {v: [u for u in neighbours[v] if len(neighbours[u]) > 1] for v in inner}
    if any(len(others) > 2 for others in spine.values()):
        return None
    found: list[bool] = []
    vertex, before = next((v for v in inner if len(spine[v]) < 2), None), None
    while vertex is not None:
        found += [True] * (len(neighbours[vertex]) - len(spine[vertex]))
        following = next((u for u in spine[vertex] if u != before), None)
        found += [False] * (following is not None)
        before, vertex = vertex, following
    return found or [True] * (tree.order - 1)


def _motzkin(leaves: list[bool], length: int) -> tuple[int, ...]:
    """Return the sums over Motzkin paths, by their numbers of up steps.

    A path has a place for every edge; where the edge is a leaf, it has the weight 1 plus height.
    """
    states = {0: [1]}
    for leaf in leaves[1:]:
        following: dict[int, list[int]] = {}
        for height, counts in states.items():
            for new, up in ((height + 1, 1), (height, 0), (height - 1, 0)):
                if new >= 0:
                    target = following.setdefault(new, [])
                    target.extend([0] * (len(counts) + up - len(target)))
                    for i, count in enumerate(counts):
                        target[i + up] += (1 + new if leaf else 1) * count
        states = following
    return tuple((states[0] + [0] * length)[:length])


def _matches_motzkin_paths(p: BetaPolynomial) -> bool:
    """Say whether the gamma vector of a caterpillar counts Motzkin paths."""
    leaves = _leaf_edges(p.tree)
    return leaves is None or _motzkin(leaves, len(p.gamma_vector)) == p.gamma_vector


IDENTITY = Identity(
    "caterpillar-motzkin",
    r"\gamma_i(\text{caterpillar}) = \sum_{M : i \text{ up steps}}"
    r" \prod_{\text{leaf edges}} (1 + \text{height})",
    "theorem",
    "gamma calculus, two operators",
    check_tree=_matches_motzkin_paths,
)
