"""P(1) counts the ways to take a tree apart, edge by edge."""

from __future__ import annotations

from functools import lru_cache

from polyfam.family.identities.identity import Identity


@lru_cache(maxsize=1 << 16)
def _dismantlings(levels: tuple[int, ...]) -> int:
    """Return the number of full edge dismantlings of the tree with these canonical levels.

    Cutting the edge above v leaves the subtree at v and the rest; each is counted rooted, since
    the number does not depend on the root.
    """
    total = 0
    for v in range(1, len(levels)):
        end = next((u for u in range(v + 1, len(levels)) if levels[u] <= levels[v]), len(levels))
        below = tuple(level - levels[v] for level in levels[v:end])
        total += _dismantlings(below) * _dismantlings(levels[:v] + levels[end:])
    return total or 1


IDENTITY = Identity(
    "total-mass",
    r"P_t(1) = f(t) = \sum_e f(t') f(t'')",
    "theorem",
    "nested sets are dismantlings",
    check_tree=lambda p: p.total == _dismantlings(p.tree.levels),
    largest=14,
)
