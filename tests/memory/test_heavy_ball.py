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
from polyfam.memory.heavy_ball import HeavyBall
from polyfam.memory.validity import ValidityWarning
from polyfam.series import Expansion, Terms, field, modified_loss

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
    return (field if what == "field" else modified_loss)(order=6, step=step)


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
    ball = HeavyBall(1e-9, momentum)
    numeric = Fraction(str(momentum))
    field_terms = exact("field", step).at(beta=numeric).on(loss, theta).coefficients
    assert_terms_agree(ball.memoryless_field(loss, theta, 6, step).coefficients, field_terms)
    loss_terms = exact("loss", step).at(beta=numeric).on(loss, theta).coefficients
    assert_terms_agree(ball.modified_loss(loss, theta, 6, step).coefficients, loss_terms)


@pytest.mark.parametrize(
    ("n", "row"),
    [(2, [1]), (3, [3, 3]), (4, [16, 52, 16]), (5, [125, 895, 895, 125])],
)
def test_exponential_matches_the_sums_over_labelled_trees(n, row):
    beta = 0.5
    ball = HeavyBall(1e-9, beta)
    total = sum(c * beta**i for i, c in enumerate(row, start=1))
    expected = total / factorial(n) / (1 - beta) ** (2 * n - 1)
    assert ball.modified_loss(Exponential(), [0.0], n).coefficients[-1] == pytest.approx(expected)
    field = ball.memoryless_field(Exponential(), [0.0], n).coefficients[-1]
    assert field == pytest.approx(n * expected)


@pytest.mark.parametrize("step", [None, 3])
def test_field_is_the_gradient_of_the_modified_loss_by_differences(step):
    ball, theta, width = HeavyBall(0.01, 0.6), np.array([0.4, -0.3, 0.2]), 1e-4
    for order in (1, 2, 4):
        slopes = [
            (
                ball.modified_loss(Waves(), theta + width * unit, order, step).value
                - ball.modified_loss(Waves(), theta - width * unit, order, step).value
            )
            / (2 * width)
            for unit in np.eye(3)
        ]
        field = ball.memoryless_field(Waves(), theta, order, step).value
        assert slopes == pytest.approx(field, rel=1e-6)


def test_low_orders_of_the_modified_equation_match_the_printed_formula():
    # theta' = -1/(1-b) [g + h (1+b)/(2(1-b)^2) H g + h^2/(1-b)^4 (...)] for L = exp at 0: g = H = 1
    b = 0.7
    found = HeavyBall(1e-9, b).modified_equation_field(Exponential(), [0.0], 3).coefficients
    third = (1 + 4 * b + b**2) / 3 + (1 + 10 * b + b**2) / 12
    expected = [1 / (1 - b), (1 + b) / (2 * (1 - b) ** 3), third / (1 - b) ** 5]
    assert found.ravel() == pytest.approx(expected)


def test_modified_equation_without_momentum_matches_that_of_gradient_descent():
    # f + h/2 f'f + h^2 (1/3 f'f'f + 1/12 f''(f, f)), Hairer, Lubich & Wanner, example IX.1.1
    found = HeavyBall(1e-9, 0.0).modified_equation_field(Exponential(), [0.0], 3).coefficients
    assert found.ravel() == pytest.approx([1, 1 / 2, 5 / 12])


def test_modified_equation_is_no_gradient_from_the_third_term_on_by_differences():
    theta, width = np.array([0.4, -0.3]), 1e-4

    def asymmetry(order: int) -> float:
        ball = HeavyBall(1e-9, 0.0)
        jacobian = np.stack(
            [
                ball.modified_equation_field(Quartic(), theta + width * e, order).coefficients[-1]
                - ball.modified_equation_field(Quartic(), theta - width * e, order).coefficients[-1]
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
        ball = HeavyBall(h, 0.6)
        modified = ball.modified_loss(Quartic(), theta, order, step).value
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
    field = HeavyBall(1e-9, beta).memoryless_field(whole, theta, 2, n, batches).coefficients

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
    ball, theta = HeavyBall(0.001, 0.8), np.array([0.5, -0.3])
    batches = [Quartic()] * 8
    for method in (ball.memoryless_field, ball.modified_loss):
        mini, full = method(None, theta, 4, 7, batches), method(Quartic(), theta, 4, 7)
        assert mini.coefficients == pytest.approx(full.coefficients, rel=1e-13)
    mini = ball.envelope(Quartic(), theta, 3, 7, batches)
    assert mini == pytest.approx(ball.envelope(Quartic(), theta, 3, 7), rel=1e-13)


def test_many_points_at_once_match_one_by_one():
    ball, theta = HeavyBall(0.001, 0.9), np.random.default_rng(4).normal(size=(2, 3, 2)) / 2
    together = ball.memoryless_field(Quartic(), theta, "auto")
    losses = ball.modified_loss(Quartic(), theta, 4).value
    assert together.order.shape == losses.shape == (2, 3)
    for index in np.ndindex(2, 3):
        alone = ball.memoryless_field(Quartic(), theta[index], "auto")
        assert together.order[index] == alone.order
        assert together.value[index] == pytest.approx(alone.value, rel=1e-13)
        assert together.error[index] == pytest.approx(alone.error, rel=1e-8)
        assert losses[index] == pytest.approx(ball.modified_loss(Quartic(), theta[index], 4).value)


def test_automatic_order_is_closest_to_the_exact_field_up_to_one():
    theta = np.array([0.5, -0.3])
    ball = HeavyBall(0.2 * (1 - 0.8**0.5) ** 2, 0.8)
    exact = ball.on_manifold(Quartic(), theta, tolerance=1e-6).field
    best = ball.memoryless_field(Quartic(), theta, "auto")
    errors = [
        np.linalg.norm(Terms(best.coefficients[:order], ball.step_size).value - exact)
        for order in range(1, 13)
    ]
    assert errors[int(best.order) - 1] < 5 * min(errors)
    assert best.error < 10 * errors[int(best.order) - 1]


def test_memoryless_step_and_run_repeat_the_field():
    ball, theta = HeavyBall(0.01, 0.5), np.array([0.5, -0.3])
    first = theta - 0.01 * ball.memoryless_field(Quartic(), theta, 3).value
    assert ball.memoryless_step(Quartic(), theta, 3) == pytest.approx(first)
    run = ball.memoryless_run(Quartic(), theta, 2, 3)
    assert run.points[:2] == pytest.approx(np.stack([theta, first]))
    started = ball.memoryless_run(Quartic(), theta, 2, 3, from_rest=True)
    assert started.points[1] == pytest.approx(theta - 0.01 * Quartic().gradient(theta))


@pytest.mark.parametrize(
    ("step_size", "momentum", "message"),
    [
        (0.0, 0.5, "'step_size' must be positive and finite, not 0.0"),
        (float("nan"), 0.5, "'step_size' must be positive and finite, not nan"),
        (0.1, 1.0, "'momentum' must be at least 0 and below 1, not 1.0"),
        (0.1, -0.1, "'momentum' must be at least 0 and below 1, not -0.1"),
        ("fast", 0.5, "must be numbers, not 'fast' and 0.5"),
    ],
    ids=["zero step", "nan step", "momentum 1", "negative momentum", "text"],
)
def test_parameters_out_of_range_are_named(step_size, momentum, message):
    with pytest.raises(DomainError, match=message):
        HeavyBall(step_size, momentum)


def test_bad_arguments_are_named():
    ball, bowl = HeavyBall(0.1, 0.5), Quadratic([[1.0]])
    with pytest.raises(DomainError, match="'order' must be an integer or 'auto', not 'best'"):
        ball.memoryless_field(bowl, [1.0], "best")
    with pytest.raises(DomainError, match="1 parameters on its last axis, not 2"):
        ball.memoryless_field(bowl, [1.0, 2.0], 2)
    with pytest.raises(DomainError, match="'theta' must be finite"):
        ball.run(bowl, [float("inf")], 2)
    with pytest.raises(DomainError, match="must have shape"):
        ball.run(bowl, 1.0, 2)
    with pytest.raises(DomainError, match="'batches' needs 'step'"):
        ball.memoryless_field(bowl, [1.0], 2, batches=[bowl])
    with pytest.raises(DomainError, match="must hold 4 losses, not 1"):
        ball.memoryless_field(bowl, [1.0], 2, step=3, batches=[bowl])
    with pytest.raises(DomainError, match="an array or 'manifold', not 'rest'"):
        ball.run(bowl, [1.0], 2, momentum_buffer="rest")
    with pytest.raises(ResourceError, match="Order 99 would take about 9,801 gradients"):
        ball.memoryless_field(bowl, [1.0], 99)


def test_a_loss_without_value_has_no_modified_loss():
    class Slope:
        def gradient(self, theta):
            return theta

    with pytest.raises(DomainError, match="value\\(theta\\)"):
        HeavyBall(0.1, 0.5).modified_loss(Slope(), [1.0], 2)


def test_gradients_that_are_not_finite_are_named():
    class Hole:
        def gradient(self, theta):
            return theta * np.nan

    with pytest.raises(DomainError, match="Coefficient 0 of the gradient must be finite, not nan"):
        HeavyBall(0.1, 0.5).memoryless_field(Hole(), [1.0], 1)


def test_growing_terms_warn():
    with pytest.warns(ValidityWarning, match="h = 0.5 is too large for order 6"):
        HeavyBall(0.5, 0.9).memoryless_field(Quadratic([[1.0]]), [1.0], 6)


def test_a_past_beyond_memory_is_refused():
    points = np.zeros((2000, 3000))
    with pytest.raises(ResourceError, match=r"12 points of the past with 12 terms each .* 6 GiB"):
        HeavyBall(0.1, 0.5).memoryless_field(Exponential(), points, "auto")


def test_single_precision_is_kept_and_warned_of_at_high_orders():
    theta = np.array([0.5, -0.3], np.float32)
    ball = HeavyBall(0.001, 0.5)
    field = ball.memoryless_field(Quartic(), theta, 3)
    assert field.coefficients.dtype == np.float32
    exact = ball.memoryless_field(Quartic(), theta.astype(float), 3)
    assert field.coefficients == pytest.approx(exact.coefficients, rel=1e-4)
    with pytest.warns(RuntimeWarning, match="Order 6 in float32"):
        ball.memoryless_field(Quartic(), theta, 6)


def test_envelope_on_batches_begins_with_the_newest_one() -> None:
    ball = HeavyBall(step_size=1e-3, momentum=0.5)
    batches = [Quadratic([[a]]) for a in (1.0, 5.0, 2.0)]
    wanted = ball.modified_loss(None, [1.0], 4, 2, batches).value
    assert abs(ball.envelope(None, [1.0], 4, 2, batches) - wanted) < 1e-7


def test_growing_terms_are_warned_of_when_they_grow_at_one_point_only() -> None:
    class Quartic:
        def gradient(self, theta: np.ndarray) -> np.ndarray:
            return theta**3

    ball = HeavyBall(step_size=0.1, momentum=0.5)
    with pytest.warns(ValidityWarning, match="larger than the first"):
        ball.memoryless_field(Quartic(), [[1e-3], [3.0]], 3)


def test_batches_imply_a_start_from_rest() -> None:
    ball, batches = HeavyBall(0.01, 0.5), [Quadratic([[a]]) for a in (1.0, 5.0, 2.0)]
    points = ball.memoryless_run(None, [1.0], 3, 4, batches=batches).points
    again = ball.memoryless_run(None, [1.0], 3, 4, from_rest=True, batches=batches).points
    assert np.array_equal(points, again)
    assert abs(points - ball.run(None, [1.0], 3, batches=batches).points).max() < 1e-5


def test_a_run_from_the_manifold_stays_there_as_the_root_does() -> None:
    ball = HeavyBall(step_size=0.05, momentum=0.5)
    points = ball.run(Quadratic([[1.0]]), [1.0], 5, momentum_buffer="manifold").points.ravel()
    root = (1.45 + np.sqrt(1.45**2 - 2)) / 2
    assert np.allclose(points, root ** np.arange(6), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda b, x: b.memoryless_field(x, [[1], [1, 2]], 2), "'theta' must be an array"),
        (lambda b, x: b.run(x, [1.0], 3, batches=x), "'batches' must be a sequence of losses"),
        (lambda b, x: b.run(x, [1.0], 3, batches="abc"), "must have a method gradient"),
        (lambda b, x: b.run(x, [1.0], 3, [1j]), "momentum buffer must be float64"),
        (lambda b, x: b.run(x, [1.0], 3, [np.nan]), "'momentum_buffer' must be finite"),
        (lambda b, x: b.on_manifold(x, [1.0], "small"), "'tolerance' must be a number"),
        (
            lambda b, x: b.modified_loss(Valued(x, lambda t: t), [1.0], 2),
            r"value of the loss must have the shape \(\)",
        ),
    ],
    ids="ragged single texts complex nan tolerance value".split(),
)
def test_what_does_not_fit_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        call(HeavyBall(0.01, 0.5), Quadratic([[1.0]]))


@pytest.mark.parametrize("step", ["2", [2], 2.5], ids=str)
def test_steps_that_are_no_integers_are_refused(step: object) -> None:
    for method in ("memoryless_field", "modified_loss", "envelope"):
        with pytest.raises(ArgumentTypeError, match="'step' must be an integer"):
            getattr(HeavyBall(0.01, 0.5), method)(Quadratic([[1.0]]), [1.0], 3, step=step)


class Valued:
    """A loss with another value."""

    def __init__(self, loss: Quadratic, value: object) -> None:
        self.gradient = loss.gradient
        self.value = value
