"""The Dehn-Sommerville relations."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity

IDENTITY = Identity(
    "palindrome",
    r"c_i = c_{j+1-i}",
    "theorem",
    "Dehn-Sommerville relations",
    check_tree=lambda p: p.row == p.row[::-1],
)
