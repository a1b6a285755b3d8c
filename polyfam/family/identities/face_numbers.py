"""Theorem B by counting: the faces of the polytope give P."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces

IDENTITY = Identity(
    "face-numbers",
    r"P_t = \sum_m f_m \beta^m (1-\beta)^{j-m}",
    "theorem",
    "Theorem B; Newton's basis",
    check_tree=lambda p: row_from_faces(face_numbers(p.tree.levels)) == p.row,
    largest=14,
)
