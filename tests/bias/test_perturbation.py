"""Penalties: the statements of the papers, the correction they add up to, and symmetry."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.bias import explain, perturbation
from polyfam.bias._perturbation import ages
from polyfam.errors import ArgumentTypeError, DomainError, PolyfamError
from polyfam.losses import CubicNet, Quadratic
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory import closed_form, memoryless
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    AveragedMomentum,
    GradientDescent,
    HeavyBall,
    Lion,
    LionK,
    LookAhead,
    NAdam,
    Nesterov,
    QuasiHyperbolic,
    RMSProp,
    Signum,
)

LOSS = CubicNet(1.0, 1.5)
THETA = np.array([1.1, -0.4])

ALL = [
    GradientDescent(),
    HeavyBall(0.7),
    AveragedMomentum(0.7),
    Nesterov(0.7),
    LookAhead(0.7, 4.0),
    QuasiHyperbolic(0.7, 0.5),
    RMSProp(0.9, 0.3),
    RMSProp(0.9, 0.3, epsilon_inside=False),
    Adam(0.8, 0.9, 0.0),
    AdamW(0.8, 0.9, 0.3, weight_decay=0.4),
    NAdam(0.8, 0.9, 0.3, weight_decay=0.4),
    Lion(0.8, 0.9, 0.3, weight_decay=0.4),
    Signum(0.8, 0.3),
    LionK(np.tanh, 0.8, 0.9, weight_decay=0.4),
]


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_penalties_add_up_to_the_correction(optimizer):
    found = perturbation(optimizer, LOSS, THETA)
    np.testing.assert_array_equal(found.correction, memoryless(optimizer, LOSS, THETA, order=2)[1])
    total = sum(penalty.weight * penalty.gradient for penalty in found.penalties)
    np.testing.assert_allclose(total, found.scale * found.correction, rtol=1e-7, atol=1e-9)
    decay = getattr(optimizer, "weight_decay", 0.0)
    assert len(found.penalties) == 1 + (decay > 0)


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_values_are_those_whose_gradients_are_given(optimizer):
    for i, penalty in enumerate(perturbation(optimizer, LOSS, THETA).penalties):
        if penalty.value is None:
            continue
        for j, unit in enumerate(np.eye(2) * 1e-5):
            ends = [perturbation(optimizer, LOSS, THETA + s * unit).penalties[i] for s in (1, -1)]
            slope = (ends[0].value - ends[1].value) / 2e-5
            assert slope == pytest.approx(penalty.gradient[j], rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(
    ("optimizer", "weight"),
    [
        (HeavyBall(0.9), 90),
        (AveragedMomentum(0.9), 9),
        (Nesterov(0.9), 81),
        (Adam(0.9, 0.999, 0.0), -990),
        (RMSProp(0.99, 0.0), -99),
        (NAdam(0.9, 0.999, 0.0), 8.1 - 999),
        (Adam(0.999, 0.9, 0.0), 990),
    ],
    ids=repr,
)
def test_weight_matches_the_papers(optimizer, weight):
    found = perturbation(optimizer, LOSS, THETA)
    np.testing.assert_allclose(found.penalties[0].weight, weight, rtol=1e-9)
    assert found.penalties[0].verdict == ("penalised" if weight > 0 else "anti-penalised")
    assert found.is_gradient


def test_adamw_matches_the_published_modified_loss():
    """[1 + lam (t2 - t1) h] L - h (t2 - t1) (|grad L|_1 + lam grad L . theta)."""
    lam, gap = 0.3, 990.0
    found = perturbation(AdamW(0.9, 0.999, 0.0, weight_decay=lam), LOSS, THETA)
    g = LOSS.gradient(THETA)
    slope = gap * lam * g - gap * (
        hessian_vector(LOSS, THETA, np.sign(g)) + lam * (hessian_vector(LOSS, THETA, THETA) + g)
    )
    np.testing.assert_allclose(found.scale * found.correction, slope, rtol=1e-9)
    one_norm, decay = found.penalties
    assert one_norm.value == pytest.approx(np.abs(g).sum())
    assert decay.value == pytest.approx(lam * (g @ THETA - LOSS.value(THETA)))


def test_lion_has_no_term_where_the_gradient_is_large():
    assert np.all(ages(Lion(epsilon=1e-12), [1.0, 100.0])[1] < 1e-9)
    np.testing.assert_allclose(ages(Lion(0.9, 0.99, epsilon=1e6), [1.0])[1], 90, rtol=1e-5)


def test_nothing_is_penalised_without_memory():
    assert perturbation(GradientDescent(), LOSS, THETA).penalties[0].verdict == "absent"


def test_weights_of_both_signs_are_mixed():
    found = perturbation(Adam(0.8, 0.9, 1.0), Quadratic(np.diag([0.1, 100.0])), [1.0, 1.0])
    assert found.penalties[0].verdict == "mixed"
    assert "anti-penalised in 1 of 2" in str(found)


@pytest.mark.parametrize("epsilon", [1e-2, 1.0])
def test_between_the_limits_the_correction_of_adam_is_no_gradient(epsilon):
    found = perturbation(Adam(0.9, 0.999, epsilon), LOSS, THETA)
    assert found.is_gradient is False
    assert "asymmetry of its Jacobian" in found.reason


@pytest.mark.parametrize("epsilon", [1e-8, 1e-4, 1.0])
def test_of_a_separable_loss_it_always_is_one(epsilon):
    bowl = Quadratic(np.diag([0.01, 1.0, 3.0]))
    assert perturbation(Adam(0.9, 0.999, epsilon), bowl, [1.0, 1e-4, 0.5]).is_gradient


def test_large_jacobians_are_not_computed():
    found = perturbation(Adam(epsilon=1.0), Quadratic(np.eye(65)), np.arange(1.0, 66.0))
    assert found.is_gradient is None
    assert "unknown, since a Jacobian of 65 parameters was not computed" in str(found)


@pytest.mark.parametrize(
    ("optimizer", "step"),
    [
        (LionK(lambda x: x / np.sqrt(np.sum(x * x, axis=-1, keepdims=True) + 1)), None),
        (RMSProp(0.9, 0.3), 5),
    ],
    ids=["mixes coordinates", "changes with the step"],
)
def test_what_cannot_be_split_is_kept_whole(optimizer, step):
    found = perturbation(optimizer, LOSS, THETA, step=step)
    assert found.penalties == ()
    assert found.scale is None
    assert found.is_gradient is False


def test_adagrad_needs_a_step_and_anti_penalises():
    with pytest.raises(DomainError, match="AdaGrad has no stationary regime"):
        perturbation(AdaGrad(), LOSS, THETA)
    n = 9  # Psi is |grad L|_1/sqrt(n + 1)
    found = perturbation(AdaGrad(epsilon=0.0), LOSS, THETA, step=n)
    exact = -np.sqrt(np.arange(1, n + 1)).sum() / (n + 1)
    np.testing.assert_allclose(found.penalties[0].weight / (n + 1) ** 0.5, exact)


def test_batch_variance_of_heavy_ball_matches_the_published_term():
    losses = [CubicNet(1.0, 1.5), CubicNet(1.2, 0.5)]

    class Mean:
        def gradient(self, theta):
            return (losses[0].gradient(theta) + losses[1].gradient(theta)) / 2

    beta = 0.6
    found = perturbation(HeavyBall(beta), Mean(), THETA, batches=losses)
    variance = found.penalties[-1]
    assert variance.verdict == "penalised"
    # The modified loss divided by 1/(1 - beta), so that plain gradient descent has weight 1.
    exact = beta / ((1 - beta) * (1 + beta))
    np.testing.assert_allclose(variance.weight, exact, rtol=1e-9)
    noise = [loss.gradient(THETA) - Mean().gradient(THETA) for loss in losses]
    assert variance.value == pytest.approx(np.mean([e @ e for e in noise]) / 2)
    total = sum(p.weight * p.gradient for p in found.penalties)
    np.testing.assert_allclose(total, found.scale * found.correction, rtol=1e-9)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: perturbation(Adam(), LOSS, [THETA]), "'theta' must be one point of shape"),
        (lambda: perturbation(Adam(), LOSS, THETA, step=3, batches=[LOSS]), "use sampled_terms"),
        (lambda: perturbation(Lion(), LOSS, THETA), "A hard sign has no memory to expand"),
    ],
    ids=["points", "batches", "hard sign"],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(PolyfamError, match=sentence):
        call()


def test_one_parameter_is_no_proof_of_a_constant_weight() -> None:
    found = perturbation(Adam(epsilon=1.0), Quadratic([[2.0]]), [1.0])
    assert found.is_gradient
    assert "asymmetry" in found.reason


def test_asymmetry_is_that_of_the_scaled_correction_by_a_jacobian_of_the_closed_form() -> None:
    optimizer, hessian = Adam(0.5, 0.75, epsilon=1.0), np.array([[2.0, 1.0], [1.0, 3.0]])
    loss, point = Quadratic(hessian), np.array([2.0, 1.0])

    def scaled(theta: np.ndarray) -> np.ndarray:
        gradient = hessian @ theta
        return np.sqrt(gradient**2 + 1) * closed_form(optimizer, loss, theta).correction

    columns = [scaled(point + e) - scaled(point - e) for e in 1e-5 * np.eye(2)]
    jacobian = np.stack(columns)
    asymmetry = np.linalg.norm(jacobian - jacobian.T) / np.linalg.norm(jacobian)
    assert f"is {asymmetry:.1g}" in perturbation(optimizer, loss, point).reason


def test_age_of_lion_in_words_is_its_weight_where_the_gradient_vanishes() -> None:
    lion = Lion(0.6, 0.9, epsilon=1.0)
    correction = dict(explain(lion, 0.1))["correction"]
    assert correction.endswith(f"= {ages(lion, [0.0])[1].item():.4g}")


def test_where_adam_turns_in_words_its_weight_vanishes() -> None:
    adam = Adam(0.5, 0.75, epsilon=0.01)
    turn = float(dict(explain(adam, 0.1))["turns"].split()[3])
    assert abs(ages(adam, [turn])[1].item()) < 1e-2


def test_what_has_no_words_is_refused_in_one_sentence() -> None:
    with pytest.raises(ArgumentTypeError, match=r"must be one of .* not 'adam'"):
        explain("adam", 0.1)
    with pytest.raises(
        ArgumentTypeError, match="'step_size' must be a finite number above 0, not 'h'"
    ):
        explain(Adam(), "h")
