"""The independent routes to P_t agree with the table, which the engine computes."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.routes.cut_recursion import cut_recursion
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.routes.lattice_sum import lattice_sum
from polyfam.family.single import beta_row
from polyfam.words.edge_words import count_descents, edge_words
from polyfam.words.nested_sets import count_by_descents

__all__ = ["ROUTES"]


def _words_from_every_root(p: BetaPolynomial) -> bool:
    """Say whether the edge words of every rooting give the row."""
    for rooting in p.tree.rootings():
        row = [0] * len(p.row)
        for word in edge_words(rooting):
            row[count_descents(word)] += 1
        if tuple(row) != p.row:
            return False
    return True


ROUTES = (
    Identity(
        "lattice-sum",
        r"P_t = (1-\beta)^j \sum_i \beta^{\sum_v \max_{e \ni v} i_e - \sum_e i_e}",
        "theorem",
        "definition; all labels",
        check_tree=lambda p: lattice_sum(p.tree) == p.row,
        largest=9,
    ),
    Identity(
        "packed-lattice-sum",
        r"P_t = (1-\beta)^{2j+1} \sum_k \beta^k B_k",
        "theorem",
        "definition; long integers",
        check_tree=lambda p: beta_row(p.tree.levels) == p.row,
        largest=15,
    ),
    Identity(
        "cut-recursion",
        r"G(t) = \tfrac{\beta}{1-\beta} \sum_{\emptyset \ne S \subseteq E} \prod_{c} G(c)",
        "theorem",
        "lowering labels; all edge sets",
        check_tree=lambda p: cut_recursion(p.tree) == p.row,
        largest=9,
    ),
    Identity(
        "nested-sets",
        r"P_t = \beta \sum_N \beta^{\mathrm{des}(N)}",
        "theorem",
        "Theorem B, [PRW] 8.4; all listed",
        check_tree=lambda p: count_by_descents(p.tree) == p.row,
        largest=8,
    ),
    Identity(
        "face-numbers",
        r"P_t = \sum_m f_m \beta^m (1-\beta)^{j-m}",
        "theorem",
        "Theorem B; Newton's basis",
        check_tree=lambda p: row_from_faces(face_numbers(p.tree.levels)) == p.row,
        largest=14,
    ),
    Identity(
        "edge-words",
        r"P_t = \beta \sum_w \beta^{\mathrm{des}(w)} \text{ for every root}",
        "theorem",
        "Theorem C, [PRW]; all roots",
        check_tree=_words_from_every_root,
        largest=8,
    ),
)
