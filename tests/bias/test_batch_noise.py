"""Mini-batches in expectation: exact enumeration, a limit, and Monte Carlo."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from polyfam.bias import (
    batch_variance,
    expected_correction,
    sampled_terms,
)
from polyfam.errors import DomainError, PolyfamError
from polyfam.losses import CubicNet, Quadratic
from polyfam.memory import memoryless
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AveragedMomentum,
    GradientDescent,
    HeavyBall,
    LookAhead,
    Nesterov,
    QuasiHyperbolic,
)
from polyfam.series.minibatch_reshuffling import independent_variance, reshuffled_variance

LOSSES = [CubicNet(1.0, 1.5), CubicNet(1.2, 0.5), CubicNet(0.8, 1.0)]
THETA = np.array([1.1, -0.4])

LINEAR = [
    GradientDescent(),
    HeavyBall(0.6),
    AveragedMomentum(0.6, bias_correction=True),
    Nesterov(0.6),
    LookAhead(0.6, 0.3),
    QuasiHyperbolic(0.6, 0.4),
]


def mean_correction(optimizer, sequences):
    """Return the mean of M over sequences of batches, from the general mechanism."""
    found = []
    for indices in sequences:
        batches = [LOSSES[i] for i in indices]
        found.append(
            memoryless(optimizer, None, THETA, order=2, step=len(batches) - 1, batches=batches)[1]
        )
    return np.mean(found, axis=0)


@pytest.mark.parametrize("optimizer", LINEAR, ids=lambda o: type(o).__name__)
def test_independent_batches_match_enumeration(optimizer):
    exact = mean_correction(optimizer, product(range(3), repeat=4))
    found = sum(expected_correction(optimizer, LOSSES, THETA, step=3))
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("optimizer", LINEAR[1:4], ids=lambda o: type(o).__name__)
@pytest.mark.parametrize("step", [1, 2, 4])
def test_reshuffled_batches_match_enumeration_of_permutations(optimizer, step):
    epochs = product(permutations(range(3)), repeat=step // 3 + 1)
    sequences = [sum(epoch, ())[: step + 1] for epoch in epochs]
    exact = mean_correction(optimizer, sequences)
    found = sum(expected_correction(optimizer, LOSSES, THETA, step=step, reshuffled=True))
    np.testing.assert_allclose(found, exact, rtol=1e-11)


@pytest.mark.parametrize("optimizer", LINEAR, ids=lambda o: type(o).__name__)
def test_stationary_limit_matches_a_late_step(optimizer):
    late = expected_correction(optimizer, LOSSES, THETA, step=120)
    limit = expected_correction(optimizer, LOSSES, THETA)
    np.testing.assert_allclose(limit, late, rtol=1e-10, atol=1e-12)


def at_beta(function, beta):
    """Return the value of a rational function."""
    return float(function.as_expr().subs("beta", beta))


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_independent_heavy_ball_matches_the_exact_series(beta):
    weight = at_beta(independent_variance(), beta)
    assert weight == pytest.approx(beta / ((1 - beta) ** 2 * (1 + beta)))
    noise = expected_correction(HeavyBall(beta), LOSSES, THETA).noise
    np.testing.assert_allclose(noise, weight * batch_variance(LOSSES, THETA)[1], rtol=1e-10)


@pytest.mark.parametrize("beta", [0.3, 0.8])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_reshuffled_heavy_ball_matches_the_exact_series(beta, position):
    late = expected_correction(HeavyBall(beta), LOSSES, THETA, step=180 + position, reshuffled=True)
    weight = at_beta(reshuffled_variance(3, position), beta)
    np.testing.assert_allclose(late.noise, weight * batch_variance(LOSSES, THETA)[1], rtol=1e-9)


def test_variance_matches_differences_of_its_value():
    value, slope = batch_variance(LOSSES, THETA)
    gradients = np.stack([loss.gradient(THETA) for loss in LOSSES])
    assert value == pytest.approx(np.sum(gradients.var(axis=0)) / 2)
    for i, unit in enumerate(np.eye(2) * 1e-6):
        ends = [batch_variance(LOSSES, THETA + sign * unit)[0] for sign in (1, -1)]
        assert slope[i] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-6)


@pytest.mark.parametrize("reshuffled", [False, True], ids=["independent", "reshuffled"])
def test_monte_carlo_agrees_within_its_standard_error(reshuffled):
    exact = sum(expected_correction(HeavyBall(0.6), LOSSES, THETA, step=4, reshuffled=reshuffled))
    mean, error = sampled_terms(
        HeavyBall(0.6), LOSSES, THETA, order=2, step=4, samples=150, seed=7, reshuffled=reshuffled
    )
    assert np.all(np.abs(mean[1] - exact) < 3.5 * error[1])
    again = sampled_terms(
        HeavyBall(0.6), LOSSES, THETA, order=2, step=4, samples=150, seed=7, reshuffled=reshuffled
    )
    np.testing.assert_array_equal(again, [mean, error])


def test_monte_carlo_for_adam_agrees_with_enumeration():
    optimizer = Adam(0.5, 0.6, 0.5)
    exact = mean_correction(optimizer, product(range(3), repeat=3))
    mean, error = sampled_terms(optimizer, LOSSES, THETA, order=2, step=2, samples=200, seed=3)
    assert np.all(np.abs(mean[1] - exact) < 3.5 * error[1])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: expected_correction(AdaGrad(), LOSSES, THETA, step=3),
            "AdaGrad is not linear in the grad",
        ),
        (
            lambda: expected_correction(HeavyBall(), LOSSES, THETA, reshuffled=True),
            "'step' must be given",
        ),
        (
            lambda: sampled_terms(Adam(), LOSSES, THETA, order=2, step=2, samples=1, seed=0),
            "'samples' must be at least 2",
        ),
    ],
    ids=range(3),
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(DomainError, match=sentence):
        call()


def test_standard_error_falls_like_the_root_of_the_number_of_samples() -> None:
    losses = [Quadratic([[1.0]]), Quadratic([[3.0]])]
    arguments = (HeavyBall(0.5), losses, [2.0])
    options = {"order": 1, "step": 4, "seed": 0}
    small, large = (sampled_terms(*arguments, **options, samples=n)[1].item() for n in (50, 450))
    assert 2.5 < small / large < 3.5
    weights = 0.5 ** np.arange(5)
    assert abs(large * np.sqrt(450) / np.sqrt(4 * weights @ weights) - 1) < 0.1


@pytest.mark.parametrize("batches", [[], [None], 3, "ab"], ids=str)
def test_what_holds_no_losses_is_refused_in_one_sentence(batches: object) -> None:
    for call in (batch_variance, lambda *args: expected_correction(HeavyBall(0.5), *args)):
        with pytest.raises(PolyfamError, match=r"'batches' must|must have a method gradient"):
            call(batches, [1.0])
