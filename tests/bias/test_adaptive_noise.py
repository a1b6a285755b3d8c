"""Closed means over batches of elementwise optimizers; the oracle runs through all histories."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from polyfam.bias import expected_correction, sampled_terms
from polyfam.bias._adaptive_noise import _correlations, _moments, _own, coincidences
from polyfam.errors import DomainError
from polyfam.losses import CubicNet, Quadratic
from polyfam.losses.derivatives.hessians import hessian
from polyfam.memory import memoryless
from polyfam.optimizers import Adam, AdamW, HeavyBall, Lion, NAdam, RMSProp, Signum

LOSSES = [CubicNet(1.0, 1.5), CubicNet(1.2, 0.5), CubicNet(0.8, 1.0)]
THETA = np.array([1.1, -0.4])
GRADIENTS = np.stack([loss.gradient(THETA) for loss in LOSSES])
HESSIANS = np.stack([hessian(loss, THETA) for loss in LOSSES])


def histories(m: int, count: int) -> np.ndarray:
    """Return all sequences of batches, the newest first."""
    return np.array(list(product(range(m), repeat=count)))


@pytest.mark.parametrize("seed", range(3))
def test_frozen_denominators_match_all_histories_of_batches(seed: int) -> None:
    """The definition of M, history by history, with short memories w and v."""
    random = np.random.default_rng(seed)
    w, v = random.random(3), random.random(4)
    w /= w.sum()
    scale = np.array([0.7, 1.9])
    seen = histories(3, 6)
    g, hessians = GRADIENTS[seen], HESSIANS[seen]

    def direction(age: int) -> np.ndarray:
        return np.tensordot(w, g[:, age : age + 3], axes=(0, 1)) / scale

    found = 0
    for k in range(1, 4):
        travelled = np.einsum("hab,hb->ha", hessians[:, k], sum(map(direction, range(1, k + 1))))
        slope = (w[k] if k < 3 else 0.0) / scale - v[k] * g[:, k] * direction(0) / scale**2
        found = found + (slope * travelled).mean(axis=0)
    moments = _moments(LOSSES, THETA, GRADIENTS, GRADIENTS / scale)
    first = (np.arange(3) @ w) * moments.steady + _own(w) @ w * moments.noise
    second = sum(c * x for c, x in zip(coincidences(w, v), moments.products, strict=True))
    np.testing.assert_allclose(first / scale - second / scale**3, found, rtol=1e-12)


ADAPTIVE = [
    Adam(0.6, 0.9, 0.1),
    Adam(0.6, 0.9, 0.1, epsilon_inside=False),
    AdamW(0.5, 0.9, 0.1, weight_decay=0.3),
    NAdam(0.6, 0.9, 0.1),
    RMSProp(0.9, 0.1),
]


@pytest.mark.parametrize("optimizer", [*ADAPTIVE, Lion(0.9, 0.7, 0.5), Signum(0.7, 0.5)], ids=str)
def test_equal_batches_leave_the_first_order_term_itself(optimizer: Any) -> None:
    full, noise = expected_correction(optimizer, LOSSES[:1] * 3, THETA)
    exact = memoryless(optimizer, LOSSES[0], THETA, order=2)[1]
    np.testing.assert_allclose(full, exact, rtol=1e-9)
    np.testing.assert_allclose(noise, 0, atol=1e-11)


@pytest.mark.parametrize("optimizer", ADAPTIVE, ids=str)
def test_means_of_long_memories_agree_with_sampled_terms(optimizer: Any) -> None:
    """What is neglected is of relative size (1 - beta2)/(1 + beta2) = 5 percent here."""
    mean, error = sampled_terms(optimizer, LOSSES, THETA, order=2, step=40, samples=40, seed=2)
    found = sum(expected_correction(optimizer, LOSSES, THETA))
    full = expected_correction(optimizer, LOSSES, THETA).full
    assert np.all(abs(found - mean[1]) < 3 * error[1] + 0.1 * abs(mean[1]) + 0.05 * abs(full))


def exact_mixture(w: np.ndarray, epsilon: float, g: np.ndarray, hessians: np.ndarray) -> np.ndarray:
    """Return E M of the smooth sign of a mixture over all histories."""
    n = len(w)
    seen = histories(len(g), 2 * n - 1)
    g, hessians = g[seen], hessians[seen]

    def mixture(age: int) -> np.ndarray:
        return np.tensordot(w, g[:, age : age + n], axes=(0, 1))

    signs = [mixture(age) / np.sqrt(mixture(age) ** 2 + epsilon) for age in range(n)]
    slope = epsilon / np.sqrt(mixture(0) ** 2 + epsilon) ** 3
    total = 0
    for k in range(1, n):
        travelled = np.einsum("hab,hb->ha", hessians[:, k], sum(signs[1 : k + 1]))
        total = total + (w[k] * slope * travelled).mean(axis=0)
    return np.asarray(total)


def test_lion_matches_all_histories_to_second_order_in_the_noise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Halve the noise of symmetric batches: what is left falls by 16, and the noise term by 4."""
    w = np.array([0.4, 0.3, 0.2, 0.1])
    monkeypatch.setattr("polyfam.bias._adaptive_noise.stationary_weights", lambda *_: w)
    theta, age = np.array([0.7, -0.5]), np.arange(4) @ w
    lion = Lion(age / (1 + age), 1 / (1 + age), 0.5)  # of that mean age
    left, added = [], []
    for size in (0.2, 0.1):
        losses = [Quadratic([[2.0 + s, 0.3], [0.3, 1.0 - s]], [0.5 - s, s]) for s in (-size, size)]
        g = np.stack([loss.gradient(theta) for loss in losses])
        exact = exact_mixture(w, 0.5, g, np.stack([hessian(loss, theta) for loss in losses]))
        full, noise = expected_correction(lion, losses, theta)
        left.append(np.linalg.norm(full + noise - exact))
        added.append(np.linalg.norm(noise))
    assert 3.8 < added[0] / added[1] < 4.2
    assert 14 < left[0] / left[1] < 18


def test_correlations_match_their_sums() -> None:
    w = np.random.default_rng(0).random(7)
    expected = [w[: 7 - t] @ w[t:] for t in range(7)]
    np.testing.assert_allclose(_correlations(w), expected, rtol=1e-12)


def test_noise_turns_the_sign() -> None:
    """Anti-penalised with the full batch, penalised with a noise much larger than the gradient."""
    for size, sign in ((0.0, -1), (0.3, -1), (20.0, 1)):
        losses = [Quadratic([[1.0]], [b]) for b in (-size, size)]
        assert np.sign(sum(expected_correction(Adam(0.9, 0.95), losses, [1.0]))) == sign


@pytest.mark.parametrize(
    ("optimizer", "options", "sentence"),
    [
        (Adam(), {"step": 3}, "leave out 'step' and 'reshuffled', or use sampled_terms"),
        (Lion(epsilon=1.0), {"reshuffled": True}, "leave out 'step' and 'reshuffled'"),
        (Lion(), {}, "hard sign has no memory"),
        (HeavyBall(), {"reshuffled": True}, "'step' must be given"),
    ],
)
def test_bad_input_is_one_sentence(optimizer: Any, options: Any, sentence: str) -> None:
    with pytest.raises((DomainError, ArithmeticError, ValueError), match=sentence):
        expected_correction(optimizer, LOSSES, THETA, **options)


def test_vanishing_gradients_need_epsilon() -> None:
    losses = [Quadratic(np.eye(2)), Quadratic(2 * np.eye(2))]
    with pytest.raises(DomainError, match="0/0 where a mean gradient vanishes: take epsilon > 0"):
        expected_correction(Adam(epsilon=0.0), losses, [0.0, 1.0])


@pytest.mark.parametrize("optimizer", [Adam(0.9, 0.99), Lion(epsilon=0.5)], ids=str)
def test_points_at_once_match_one_by_one(optimizer: Any) -> None:
    points = np.array([[1.1, -0.4], [0.3, 0.9]])
    together = expected_correction(optimizer, LOSSES, points)
    alone = [expected_correction(optimizer, LOSSES, point) for point in points]
    np.testing.assert_allclose(np.stack(together, axis=1), alone, rtol=1e-10, atol=1e-12)
