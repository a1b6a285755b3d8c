"""Heavy ball and its expansions: two ways to every term, and the identities between them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import factorial
from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.losses import LogisticRegression, Quadratic
from polyfam.memory import Terms, ValidityWarning, memoryless, modified_loss
from polyfam.optimizers import HeavyBall
from polyfam.optimizers._rules import MomentumState
from polyfam.series import Expansion
from tests.memory.balls import Ball

MOMENTA = (0.0, 0.5, 0.9, 0.99)
STEPS = (None, 0, 1, 4, 20)


class Quartic:
    """Two parameters, all derivatives up to the fourth, none of them symmetric."""

    def value(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return x**2 / 2 + y**2 + 0.3 * x * y + 0.1 * x**3 + 0.2 * x**2 * y + 0.05 * y**4

    def gradient(self, theta):
        x, y = theta[..., 0], theta[..., 1]
        return np.stack(
            [x + 0.3 * y + 0.3 * x**2 + 0.4 * x * y, 2 * y + 0.3 * x + 0.2 * x**2 + 0.2 * y**3],
            axis=-1,
        )


class Exponential:
    """L = exp(theta): every derivative at 0 is 1."""

    def value(self, theta):
        return np.exp(theta[..., 0])

    def gradient(self, theta):
        return np.exp(theta)


class Waves:
    """Three parameters, bounded derivatives."""

    def value(self, theta):
        x, y, z = theta[..., 0], theta[..., 1], theta[..., 2]
        return np.sin(x) * np.cos(y) + np.exp(x * z) / 3 + z**2

    def gradient(self, theta):
        x, y, z = theta[..., 0], theta[..., 1], theta[..., 2]
        slope = np.exp(x * z) / 3
        return np.stack(
            [np.cos(x) * np.cos(y) + z * slope, -np.sin(x) * np.sin(y), x * slope + 2 * z],
            axis=-1,
        )


def small_regression() -> LogisticRegression:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((20, 3))
    return LogisticRegression(features, (rng.random(20) < 0.5).astype(int), ridge=0.1)


LOSSES = {"quartic": (Quartic(), 2), "waves": (Waves(), 3), "logistic": (small_regression(), 4)}


@cache
def case(name: str) -> tuple[Any, np.ndarray]:
    loss, dimension = LOSSES[name]
    return loss, 0.6 * np.random.default_rng(2).standard_normal((2, dimension))


@cache
def exact(what: str, step: int | None) -> Expansion:
    return (memoryless if what == "field" else modified_loss)(HeavyBall, order=6, step=step)


def assert_terms_agree(found, expected):
    """Compare term by term, relative to the size of the term."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        scale = np.abs(other).max()
        assert np.abs(one - other).max() <= 1e-10 * scale


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("momentum", MOMENTA)
@pytest.mark.parametrize("name", LOSSES)
def test_terms_match_the_sums_over_trees(name: str, momentum: float, step: int | None) -> None:
    loss, theta = case(name)
    ball = Ball(1e-9, momentum)
    numeric = Fraction(str(momentum))
    field_terms = exact("field", step).at(beta=numeric).on(loss, theta).coefficients
    assert_terms_agree(ball.field(loss, theta, 6, step).coefficients, field_terms)
    loss_terms = exact("loss", step).at(beta=numeric).on(loss, theta).coefficients
    assert_terms_agree(ball.loss(loss, theta, 6, step).coefficients, loss_terms)


@pytest.mark.parametrize(
    ("n", "row"),
    [(2, [1]), (3, [3, 3]), (4, [16, 52, 16]), (5, [125, 895, 895, 125])],
)
def test_exponential_matches_the_sums_over_labelled_trees(n, row):
    beta = 0.5
    ball = Ball(1e-9, beta)
    total = sum(c * beta**i for i, c in enumerate(row, start=1))
    expected = total / factorial(n) / (1 - beta) ** (2 * n - 1)
    assert ball.loss(Exponential(), [0.0], n).coefficients[-1] == pytest.approx(expected)
    field = ball.field(Exponential(), [0.0], n).coefficients[-1]
    assert field == pytest.approx(n * expected)


@pytest.mark.parametrize("step", [None, 3])
def test_field_is_the_gradient_of_the_modified_loss_by_differences(step):
    ball, theta, width = Ball(0.01, 0.6), np.array([0.4, -0.3, 0.2]), 1e-4
    for order in (1, 2, 4):
        slopes = [
            (
                ball.loss(Waves(), theta + width * unit, order, step).value
                - ball.loss(Waves(), theta - width * unit, order, step).value
            )
            / (2 * width)
            for unit in np.eye(3)
        ]
        field = ball.field(Waves(), theta, order, step).value
        assert slopes == pytest.approx(field, rel=1e-6)


def test_low_orders_of_the_modified_equation_match_the_printed_formula():
    # theta' = -1/(1-b) [g + h (1+b)/(2(1-b)^2) H g + h^2/(1-b)^4 (...)] for L = exp at 0: g = H = 1
    b = 0.7
    found = Ball(1e-9, b).equation(Exponential(), [0.0], 3).coefficients
    third = (1 + 4 * b + b**2) / 3 + (1 + 10 * b + b**2) / 12
    expected = [1 / (1 - b), (1 + b) / (2 * (1 - b) ** 3), third / (1 - b) ** 5]
    assert found.ravel() == pytest.approx(expected)


def test_modified_equation_without_momentum_matches_that_of_gradient_descent():
    # f + h/2 f'f + h^2 (1/3 f'f'f + 1/12 f''(f, f)), Hairer, Lubich & Wanner, example IX.1.1
    found = Ball(1e-9, 0.0).equation(Exponential(), [0.0], 3).coefficients
    assert found.ravel() == pytest.approx([1, 1 / 2, 5 / 12])


def test_modified_equation_is_no_gradient_from_the_third_term_on_by_differences():
    theta, width = np.array([0.4, -0.3]), 1e-4

    def asymmetry(order: int) -> float:
        ball = Ball(1e-9, 0.0)
        jacobian = np.stack(
            [
                ball.equation(Quartic(), theta + width * e, order).coefficients[-1]
                - ball.equation(Quartic(), theta - width * e, order).coefficients[-1]
                for e in np.eye(2)
            ]
        ) / (2 * width)
        return abs(jacobian[0, 1] - jacobian[1, 0]) / np.abs(jacobian).max()

    assert max(asymmetry(1), asymmetry(2)) < 1e-7
    assert asymmetry(3) > 1e-3


@pytest.mark.parametrize("step", [None, 0, 1, 6])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_modified_loss_satisfies_the_envelope_identity_to_its_order(order, step):
    theta = np.array([0.4, -0.3])

    def defect(h: float) -> float:
        ball = Ball(h, 0.6)
        modified = ball.loss(Quartic(), theta, order, step).value
        return abs(modified - ball.envelope(Quartic(), theta, order, step))

    coarse, fine = defect(0.004), defect(0.002)
    if step == 0:
        assert coarse == fine == 0
    else:
        assert np.log2(coarse / fine) == pytest.approx(order, abs=0.15)


def test_realised_field_of_batches_matches_the_first_order_double_sum():
    rng, beta, n = np.random.default_rng(3), 0.8, 5
    whole = small_regression()
    batches = [whole.batch(rng.permutation(20)[:6]) for _ in range(n + 1)]
    theta = rng.standard_normal(whole.dimension)
    field = Ball(1e-9, beta).field(whole, theta, 2, n, batches).coefficients

    gradients = [loss.gradient(theta) for loss in reversed(batches)]
    momenta = [sum(beta**m * g for m, g in enumerate(gradients[i:])) for i in range(n + 1)]
    width = 1e-5
    expected = sum(
        beta**k * (loss.gradient(theta + width * x) - loss.gradient(theta - width * x))
        for k, loss in enumerate(reversed(batches))
        for x in [sum(momenta[1 : k + 1], np.zeros(whole.dimension))]
    ) / (2 * width)
    assert field[0] == pytest.approx(momenta[0], rel=1e-12)
    assert field[1] == pytest.approx(expected, rel=1e-7)


def test_equal_batches_match_the_full_batch():
    ball, theta = Ball(0.001, 0.8), np.array([0.5, -0.3])
    batches = [Quartic()] * 8
    for method in (ball.field, ball.loss):
        mini, full = method(None, theta, 4, 7, batches), method(Quartic(), theta, 4, 7)
        assert mini.coefficients == pytest.approx(full.coefficients, rel=1e-13)
    mini = ball.envelope(Quartic(), theta, 3, 7, batches)
    assert mini == pytest.approx(ball.envelope(Quartic(), theta, 3, 7), rel=1e-13)


def test_many_points_at_once_match_one_by_one():
    ball, theta = Ball(0.001, 0.9), np.random.default_rng(4).normal(size=(2, 3, 2)) / 2
    together = ball.field(Quartic(), theta, "auto")
    losses = ball.loss(Quartic(), theta, 4).value
    assert together.order.shape == losses.shape == (2, 3)
    for index in np.ndindex(2, 3):
        alone = ball.field(Quartic(), theta[index], "auto")
        assert together.order[index] == alone.order
        assert together.value[index] == pytest.approx(alone.value, rel=1e-13)
        assert together.error[index] == pytest.approx(alone.error, rel=1e-8)
        assert losses[index] == pytest.approx(ball.loss(Quartic(), theta[index], 4).value)


def test_automatic_order_is_closest_to_the_exact_field_up_to_one():
    theta = np.array([0.5, -0.3])
    ball = Ball(0.2 * (1 - 0.8**0.5) ** 2, 0.8)
    exact = ball.manifold(Quartic(), theta, tolerance=1e-6).field
    best = ball.field(Quartic(), theta, "auto")
    errors = [
        np.linalg.norm(Terms(best.coefficients[:order], ball.step_size).value - exact)
        for order in range(1, 13)
    ]
    assert errors[int(best.order) - 1] < 5 * min(errors)
    assert best.error < 10 * errors[int(best.order) - 1]


def test_a_run_without_memory_repeats_the_field():
    ball, theta = Ball(0.01, 0.5), np.array([0.5, -0.3])
    first = theta - 0.01 * ball.field(Quartic(), theta, 3).value
    run = ball.run(Quartic(), theta, 2, order=3)
    assert run.points[:2] == pytest.approx(np.stack([theta, first]))
    started = ball.run(Quartic(), theta, 2, order=3, step=0)
    assert started.points[1] == pytest.approx(theta - 0.01 * Quartic().gradient(theta))


@pytest.mark.parametrize(
    ("momentum", "error", "message"),
    [
        (1.0, DomainError, r"'beta' must be a number in \[0, 1\), not 1.0"),
        (-0.1, DomainError, r"'beta' must be a number in \[0, 1\), not -0.1"),
        ("fast", ArgumentTypeError, r"'beta' must be a number in \[0, 1\), not 'fast'"),
    ],
    ids=["momentum 1", "negative momentum", "text"],
)
def test_parameters_out_of_range_are_named(momentum, error, message):
    with pytest.raises(error, match=message):
        HeavyBall(momentum)


def test_bad_arguments_are_named():
    ball, bowl = Ball(0.1, 0.5), Quadratic([[1.0]])
    with pytest.raises(DomainError, match="'order' must be an integer or 'auto', not 'best'"):
        ball.field(bowl, [1.0], "best")
    with pytest.raises(DomainError, match="1 parameters on its last axis, not 2"):
        ball.field(bowl, [1.0, 2.0], 2)
    with pytest.raises(DomainError, match="'theta' must be finite"):
        ball.run(bowl, [float("inf")], 2)
    with pytest.raises(DomainError, match="must have shape"):
        ball.run(bowl, 1.0, 2)
    with pytest.raises(DomainError, match="'batches' needs a finite step"):
        ball.field(bowl, [1.0], 2, batches=[bowl])
    with pytest.raises(DomainError, match="must hold 4 losses, not 1"):
        ball.field(bowl, [1.0], 2, step=3, batches=[bowl])
    with pytest.raises(DomainError, match="a state of the optimizer or 'manifold', not 'rest'"):
        ball.run(bowl, [1.0], 2, state="rest")
    with pytest.raises(ResourceError, match="Order 99 would take about 9,801 gradients"):
        ball.field(bowl, [1.0], 99)


def test_a_loss_without_value_has_no_modified_loss():
    class Slope:
        def gradient(self, theta):
            return theta

    with pytest.raises(DomainError, match="value\\(theta\\)"):
        Ball(0.1, 0.5).loss(Slope(), [1.0], 2)


def test_gradients_that_are_not_finite_are_named():
    class Hole:
        def gradient(self, theta):
            return theta * np.nan

    with pytest.raises(DomainError, match="The gradient must be finite, not nan at index"):
        Ball(0.1, 0.5).field(Hole(), [1.0], 1)


def test_growing_terms_warn():
    with pytest.warns(ValidityWarning, match="order 6 has a term .* h = 0.5 is too large"):
        Ball(0.5, 0.9).field(Quadratic([[1.0]]), [1.0], 6)


def test_a_past_beyond_memory_is_refused():
    points = np.zeros((2000, 3000))
    with pytest.raises(ResourceError, match=r"12 points of the past with 12 terms each .* 6 GiB"):
        Ball(0.1, 0.5).field(Exponential(), points, "auto")


def test_single_precision_is_kept_and_warned_of_at_high_orders():
    theta = np.array([0.5, -0.3], np.float32)
    ball = Ball(0.001, 0.5)
    field = ball.field(Quartic(), theta, 3)
    assert field.coefficients.dtype == np.float32
    exact = ball.field(Quartic(), theta.astype(float), 3)
    assert field.coefficients == pytest.approx(exact.coefficients, rel=1e-4)
    with pytest.warns(RuntimeWarning, match="Order 6 in float32"):
        ball.field(Quartic(), theta, 6)


def test_envelope_on_batches_begins_with_the_newest_one() -> None:
    ball = Ball(1e-3, 0.5)
    batches = [Quadratic([[a]]) for a in (1.0, 5.0, 2.0)]
    wanted = ball.loss(None, [1.0], 4, 2, batches).value
    assert abs(ball.envelope(None, [1.0], 4, 2, batches) - wanted) < 1e-7


def test_growing_terms_are_warned_of_when_they_grow_at_one_point_only() -> None:
    class Quartic:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    ball = Ball(0.1, 0.5)
    with pytest.warns(ValidityWarning, match="larger than the first one at 1 of 2 points"):
        ball.field(Quartic(), [[1e-3], [3.0]], 3)


def test_batches_need_a_start_from_rest() -> None:
    ball, batches = Ball(0.01, 0.5), [Quadratic([[a]]) for a in (1.0, 5.0, 2.0)]
    points = ball.run(None, [1.0], 3, order=4, step=0, batches=batches).points
    with pytest.raises(DomainError, match="'batches' needs 'step', 0 for a start from rest"):
        ball.run(None, [1.0], 3, order=4, batches=batches)
    assert abs(points - ball.run(None, [1.0], 3, batches=batches).points).max() < 1e-5


def test_a_run_from_the_manifold_stays_there_as_the_root_does() -> None:
    ball = Ball(0.05, 0.5)
    points = ball.run(Quadratic([[1.0]]), [1.0], 5, state="manifold").points.ravel()
    root = (1.45 + np.sqrt(1.45**2 - 2)) / 2
    assert np.allclose(points, root ** np.arange(6), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b, x: b.field(x, [[1], [1, 2]], 2), "'theta' must be an array"),
        (lambda b, x: b.run(x, [1.0], 3, batches=x), "'batches' must be a sequence of losses"),
        (lambda b, x: b.run(x, [1.0], 3, batches="abc"), "must have a method gradient"),
        (lambda b, x: b.run(x, [1.0], 3, state=state([1j])), "field 'momentum' of type complex"),
        (lambda b, x: b.run(x, [1.0], 3, state=state([np.nan])), "'momentum' that is not finite"),
        (lambda b, x: b.manifold(x, [1.0], tolerance="small"), "'tolerance' must be a finite"),
        (
            lambda b, x: b.loss(Valued(x, lambda t: t), [1.0], 2),
            r"value of the loss must have the shape \(\)",
        ),
    ],
    ids="ragged single texts complex nan tolerance value".split(),
)
def test_what_does_not_fit_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises((DomainError, ArgumentTypeError), match=message):
        call(Ball(0.01, 0.5), Quadratic([[1.0]]))


def state(momentum: list[complex]) -> MomentumState:
    return MomentumState(np.array(momentum), 0)


@pytest.mark.parametrize("step", ["2", [2], 2.5], ids=str)
def test_steps_that_are_no_integers_are_refused(step: object) -> None:
    for method in ("field", "loss"):
        with pytest.raises(ArgumentTypeError, match="'step' must be an integer"):
            getattr(Ball(0.01, 0.5), method)(Quadratic([[1.0]]), [1.0], 3, step=step)


class Valued:
    """A loss with another value."""

    def __init__(self, loss: Quadratic, value: object) -> None:
        self.gradient = loss.gradient
        self.value = value
