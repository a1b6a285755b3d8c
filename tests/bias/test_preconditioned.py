"""Preconditioned sharpness: dense eigenvalues, and where the iteration really blows up."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.bias import (
    preconditioned_sharpness,
    preconditioner,
    stability_threshold,
)
from polyfam.errors import PolyfamError
from polyfam.losses import CubicNet, Quadratic
from polyfam.memory import run
from polyfam.optimizers import Adam, AveragedMomentum, HeavyBall, NAdam, RMSProp


@pytest.mark.parametrize("d", [3, 300], ids=["dense", "lanczos"])
def test_sharpness_matches_the_dense_eigenvalue(d):
    random = np.random.default_rng(d)
    root = random.standard_normal((d, d))
    matrix, scale = root @ root.T, np.exp(random.standard_normal(d))
    exact = np.linalg.eigvals(matrix / scale[:, None]).real.max()
    found = preconditioned_sharpness(Quadratic(matrix), np.ones(d), scale)
    assert found == pytest.approx(exact, rel=1e-9)


def test_many_points_match_one_at_a_time():
    points, scale = np.array([[[1.2, -0.4], [0.5, 0.3]]]), np.array([1.0, 4.0])
    found = preconditioned_sharpness(CubicNet(), points, scale)
    alone = [preconditioned_sharpness(CubicNet(), point, scale) for point in points[0]]
    assert found.shape == (1, 2)
    np.testing.assert_array_equal(found[0], alone)


@pytest.mark.parametrize("optimizer", [Adam(0.8, 0.7, 0.1), NAdam(0.8, 0.7, 0.1, False)], ids=repr)
def test_preconditioner_is_what_the_direction_is_divided_by(optimizer):
    g = np.array([0.3, -2.0])
    state = optimizer.init(g)
    for n in range(1, 4):
        state, direction = optimizer.update(state, g, g)
        found = preconditioner(optimizer, state.square, steps=n)
        if isinstance(optimizer, Adam):
            np.testing.assert_allclose(found, g / direction, rtol=1e-12)
    np.testing.assert_allclose(preconditioner(optimizer, g**2), found, rtol=1e-12)


def test_rmsprop_without_correction_is_divided_by_the_plain_root():
    found = preconditioner(RMSProp(0.9, 0.5, epsilon_inside=False), [4.0], steps=1)
    np.testing.assert_allclose(found, [2.5])


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_threshold_is_where_averaged_momentum_blows_up(beta):
    sharpness = stability_threshold(0.1, beta)
    sizes = []
    for factor in (0.95, 1.05):
        loss = Quadratic([[factor * sharpness]])
        points = run(AveragedMomentum(beta), loss, [1.0], steps=1000, step_size=0.1).points
        sizes.append(np.abs(points[-1]).max())
    assert sizes[0] < 1e-3
    assert not sizes[1] < 1e3


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: preconditioned_sharpness(CubicNet(), [1.0, 1.0], [1.0, 0.0]), "'scale' must be"),
        (
            lambda: preconditioner(HeavyBall(), [1.0]),
            "root of a mean square, and HeavyBall does not",
        ),
        (lambda: stability_threshold(0.0, 0.9), "'step_size' must be a finite number above 0"),
        (lambda: stability_threshold(0.1, 1.0), "'beta1' must be a number in"),
    ],
    ids=["scale", "optimizer", "step size", "beta1"],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(PolyfamError, match=sentence):
        call()
