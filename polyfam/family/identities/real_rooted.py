"""Conjecture 2: all roots are real."""

from __future__ import annotations

from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import CERTIFIED, BetaPolynomial

IDENTITY = Identity(
    "real-rooted",
    r"\text{all roots of } P_t \text{ are real}",
    "conjecture",
    f"all n <= {CERTIFIED}",
    check_tree=BetaPolynomial.is_real_rooted,
    largest=16,
)
