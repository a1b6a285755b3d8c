"""Frames of pandas against the values that they are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from polyfam import HeavyBall, beta_table, memoryless, run
from polyfam.bridge import MemoryCorrection, Part
from polyfam.errors import DomainError
from polyfam.losses import Quadratic, black_box


def test_a_table_of_polynomials_keeps_integers_beyond_64_bits() -> None:
    frame = beta_table(8).to_pandas()
    assert list(frame["coefficients"]) == [p.row for p in beta_table(8)]
    assert list(frame["tree"]) == [p.tree.levels for p in beta_table(8) if p.tree]
    single = beta_table(1).to_pandas()
    assert single.to_numpy().tolist() == [[(0,), (1,)]]


def test_terms_have_a_row_for_each_power() -> None:
    terms = memoryless(HeavyBall(0.5), Quadratic([[1.0]]), [[1.0], [-3.0]], order=3, step_size=0.01)
    frame = terms.to_pandas()
    assert frame["size"].tolist() == terms.sizes.max(axis=1).tolist()
    assert frame["kept"].all()
    with pytest.raises(DomainError, match="no step size"):
        replace(terms, step_size=None).to_pandas()


def test_a_run_has_a_row_for_each_step() -> None:
    loss = Quadratic([[1.0, 0.0], [0.0, 2.0]])
    ran = run(HeavyBall(0.5), loss, [1.0, 2.0], steps=5, step_size=0.1)
    frame = ran.to_pandas()
    assert frame[["theta[0]", "theta[1]"]].to_numpy().tolist() == ran.points.tolist()
    assert frame["loss"].tolist() == ran.values.tolist()
    assert frame["step"].tolist() == list(range(6))
    without = run(HeavyBall(0.5), black_box(loss.gradient), [1.0, 2.0], steps=1, step_size=0.1)
    assert list(without.to_pandas().columns) == ["step", "theta[0]", "theta[1]"]
    with pytest.raises(DomainError, match="holds one run"):
        run(HeavyBall(0.5), loss, np.ones((3, 2)), steps=1, step_size=0.1).to_pandas()


def test_a_correction_has_a_row_for_each_parameter() -> None:
    part = Part("weight", np.array([3.0, 4.0]), np.array([0.3, 0.4]), 0.1, 5.0, 0.5)
    frame = MemoryCorrection("SGD", None, 1.0, (part,), ()).to_pandas()
    assert frame.to_numpy().tolist() == [["weight", 5.0, 0.5, 0.1]]
