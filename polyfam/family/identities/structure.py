"""What the coefficients of every P_t satisfy."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from polyfam.family.identities.identity import Identity
from polyfam.family.named import eulerian_row, narayana_row
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.single import beta_row
from polyfam.trees import FreeTree
from polyfam.trees.canonical import canonical_levels
from polyfam.words.edge_words import edge_words

__all__ = ["STRUCTURE"]


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


def _count_connected_edge_sets(tree: FreeTree) -> int:
    """Return the number of nonempty connected sets of edges: a product recursion over the root."""
    parents = tree.parents()
    hanging = [1] * tree.order  # connected sets that contain v and stay below it, the lone v too
    total = 0
    for v in range(tree.order - 1, -1, -1):
        total += hanging[v] - 1
        if v:
            hanging[parents[v]] *= 1 + hanging[v]
    return total


def _gamma_from_words(p: BetaPolynomial) -> bool:
    """Say whether the words without double or final descent give the gamma vector."""
    gamma = [0] * len(p.gamma_vector)
    for word in edge_words(p.tree):
        falls = [a > b for a, b in pairwise(word)]
        if not any(falls[-1:]) and not any(a and b for a, b in pairwise(falls)):
            gamma[sum(falls)] += 1
    return tuple(gamma) == p.gamma_vector


def _grows_with_every_leaf(p: BetaPolynomial) -> bool:
    """Say whether no coefficient falls when any leaf is added."""
    return all(
        a <= b for row in _rows_with_a_leaf(p.tree) for a, b in zip(p.row, row, strict=False)
    )


def _rows_with_a_leaf(tree: FreeTree) -> list[tuple[int, ...]]:
    """Return the rows of all trees that arise by adding one leaf."""
    parents = tree.parents()
    larger = {canonical_levels([*parents, vertex]) for vertex in range(tree.order)}
    return [beta_row(levels) for levels in sorted(larger)]


def _between_path_and_star(p: BetaPolynomial) -> bool:
    """Say whether the gamma vector lies between those of the path and the star."""
    j = max(1, p.degree)
    path, star = (BetaPolynomial.from_row(row(j)) for row in (narayana_row, eulerian_row))
    bounds = zip(path.gamma_vector, p.gamma_vector, star.gamma_vector, strict=True)
    return all(low <= value <= high for low, value, high in bounds)


STRUCTURE = (
    Identity(
        "palindrome",
        r"c_i = c_{j+1-i}",
        "theorem",
        "Dehn-Sommerville relations",
        check_tree=lambda p: p.row == p.row[::-1],
    ),
    Identity(
        "total-mass",
        r"P_t(1) = f(t) = \sum_e f(t') f(t'')",
        "theorem",
        "nested sets are dismantlings",
        check_tree=lambda p: p.total == _dismantlings(p.tree.levels),
        largest=14,
    ),
    Identity(
        "second-coefficient",
        r"c_2 = \#\{\text{connected edge sets}\} - j",
        "theorem",
        "h_1 = facets - dimension",
        check_tree=lambda p: (
            p.degree < 2 or p.row[1] == _count_connected_edge_sets(p.tree) - p.degree
        ),
    ),
    Identity(
        "gamma-nonnegative",
        r"\gamma_i \ge 0",
        "theorem",
        "[PRW] 11.6: chordal graphs",
        check_tree=lambda p: min(p.gamma_vector) >= 0,
    ),
    Identity(
        "gamma-words",
        r"\gamma_i = \#\{w : \text{no double, no final descent, } \mathrm{des}(w) = i\}",
        "theorem",
        "[PRW] 11.6; all words",
        check_tree=_gamma_from_words,
        largest=8,
    ),
    Identity(
        "path-to-star",
        r"\gamma(\text{path}) \le \gamma(t) \le \gamma(\text{star}), \text{ so } c \text{ too}",
        "theorem",
        "Buchstaber & Volodin 2010",
        check_tree=_between_path_and_star,
    ),
    Identity(
        "leaf-monotone",
        r"P_t \le P_{t + \text{leaf}} \text{ coefficientwise}",
        "theorem",
        "words w of t become w max",
        check_tree=_grows_with_every_leaf,
        largest=12,
    ),
)
