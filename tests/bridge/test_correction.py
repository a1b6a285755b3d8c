"""What a correction says of itself, against the rule that its page states."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from polyfam.bridge import MemoryCorrection, Part, Spectrum


def correction(ratio: float, *ends: float) -> MemoryCorrection:
    """Return one of a given relative size, perhaps with a spectrum and its thresholds."""
    direction, step_size = np.array([3.0, 4.0]), 0.1
    moved = ratio / step_size * direction
    part = Part("weight", direction, moved, step_size, 5.0, 5 * ratio)
    spectrum = Spectrum(*ends, "eigenvalues of h H", 7, [np.ones(10**5)]) if ends else None
    return MemoryCorrection("SGD", None, 1.0, (part,), (), spectrum)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (correction(0.01), "believe it, unless directions oscillate: sharpness=True looks"),
        (correction(0.01, -0.001, 0.002, 0.0026, 3.8), "believe it"),
        (correction(0.2, -0.001, 0.002, 0.0026, 3.8), "a rough picture"),
        (correction(0.01, 0.0, 0.1, 0.0026, 3.8), "believe it but for the directions of large"),
        (correction(0.01, -0.1, 0.0, 0.0026, 3.8), "believe it but for the directions of large"),
        (correction(0.01, 0.0, 3.9, 0.0026, 3.8), "do not believe it: the step is at or beyond"),
        (correction(0.9), "do not believe it: h|M| is not small"),
        (correction(nan), "do not believe it: h|M| is not small"),
        (correction(0.01, 0.0, 0.1, inf, inf), "believe it, unless directions oscillate: no"),
    ],
)
def test_the_verdict_looks_at_the_size_and_at_both_ends_of_the_spectrum(
    found: MemoryCorrection, words: str
) -> None:
    assert found.verdict.startswith(words)
    assert f"  {words}" in repr(found)


def test_a_spectrum_is_printed_without_its_vector() -> None:
    assert len(repr(correction(0.01, 0.0, 0.1, 0.0026, 3.8).spectrum)) < 150
