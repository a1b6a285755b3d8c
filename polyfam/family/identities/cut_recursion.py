"""The cut recursion, which lowers all labels by one."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.routes.cut_recursion import cut_recursion

IDENTITY = Identity(
    "cut-recursion",
    r"G(t) = \tfrac{\beta}{1-\beta} \sum_{\emptyset \ne S \subseteq E} \prod_{c} G(c)",
    "theorem",
    "lowering labels; all edge sets",
    check_tree=lambda p: cut_recursion(p.tree) == p.row,
    largest=9,
)
