"""Expansions on losses against the ways that know no trees: the past and its differences."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.losses import MLP, LogisticRegression, Quadratic, Rosenbrock
from polyfam.memory import memoryless
from polyfam.memory.linear import equation_terms, linear
from polyfam.optimizers import HeavyBall
from polyfam.series import (
    Expansion,
    Kernel,
    expected_loss,
    field,
    finite_kernel,
    kernel,
    modified_equation,
    modified_loss,
    realised_field,
    realised_loss,
)
from polyfam.trees import FreeTree
from polyfam.typing import Array
from tests.oracles.logarithm import equation_of_iteration

RNG = np.random.default_rng(3)
FEATURES = RNG.standard_normal((12, 3))
LABELS = (FEATURES @ [1.0, -1.0, 0.5] + RNG.standard_normal(12) > 0).astype(int)
ROOT = RNG.standard_normal((4, 4))
LOSSES = {
    "quadratic": (Quadratic(ROOT @ ROOT.T), RNG.standard_normal((2, 4))),
    "logistic": (LogisticRegression(FEATURES, LABELS, ridge=0.1), RNG.standard_normal((2, 4))),
    "mlp": (MLP(FEATURES, LABELS, (3,)), None),
    "rosenbrock": (Rosenbrock(), np.array([[-0.7, 0.4], [0.9, 1.1]])),
}
ORDER = 6


def case(name: str) -> tuple[Any, Array]:
    loss, theta = LOSSES[name]
    return loss, loss.initial_point(0)[None] if theta is None else theta


class Weighted:
    """A memory with weights w_0, w_1, ...: p g and q times heavy ball's past."""

    elementwise = True

    def __init__(self, first: float, later: float, beta: float) -> None:
        self.first, self.later, self.beta = first, later, beta

    def init(self, theta: Any) -> Array:
        return np.zeros_like(theta)

    def update(self, state: Any, gradient: Any, _: Any) -> tuple[Any, Any]:
        return self.beta * state + gradient, self.first * gradient + self.later * state


MEMORIES = {
    "heavy-ball": (kernel("heavy-ball").at(beta="9/10"), Weighted(1, 0.9, 0.9)),
    "nesterov": (kernel("nesterov").at(beta="7/10"), Weighted(1.7, 0.49, 0.7)),
    "quasi-hyperbolic": (
        kernel("quasi-hyperbolic").at(nu="3/4", beta="4/5"),
        Weighted(0.4, 0.12, 0.8),
    ),
    "text": (Kernel("1 - z/(5 - 2*z)"), Weighted(1, -0.2, 0.4)),
    "gradient-descent": (finite_kernel([1]), Weighted(1, 0, 0)),
}


def assert_terms_agree(found: Array, expected: Array) -> None:
    for one, other in zip(found, expected, strict=True):
        assert np.abs(one - other).max() <= 1e-10 * np.abs(other).max()


@cache
def exact(name: str, step: int | None) -> Expansion:
    return field(MEMORIES[name][0], order=ORDER, step=step)


@pytest.mark.parametrize("step", [None, 0, 1, 5])
@pytest.mark.parametrize("memory", MEMORIES)
@pytest.mark.parametrize("name", LOSSES)
def test_fields_agree_with_the_optimizer_on_series(
    name: str, memory: str, step: int | None
) -> None:
    loss, theta = case(name)
    found = exact(memory, step).on(loss, theta)
    assert found.coefficients.shape == (ORDER, *theta.shape)
    expected = memoryless(MEMORIES[memory][1], loss, theta, order=ORDER, step=step)
    kept = 1 + max(term.power for term in exact(memory, step))  # gradient descent has one term
    assert_terms_agree(found[:kept], expected[:kept])
    assert np.abs(expected[kept:]).max(initial=0) < 1e-8
    fast = memoryless(MEMORIES[memory][0], loss, theta, order=ORDER, step=step)
    assert_terms_agree(found[:kept], fast[:kept])


@pytest.mark.parametrize("beta", ["0", "1/2", "9/10"])
@pytest.mark.parametrize("name", LOSSES)
def test_modified_equation_agrees_with_differences_along_the_past(name: str, beta: str) -> None:
    loss, theta = case(name)
    expected = equation_terms(linear(HeavyBall(Fraction(beta))), loss, theta, ORDER)
    found = modified_equation(order=ORDER).at(beta=beta).on(loss, theta)
    assert_terms_agree(found.coefficients, expected)


def test_equation_of_nesterov_has_the_flow_of_its_field() -> None:
    """On L = lambda theta^2/2 the step 1 - h g and the exponential of the flow agree."""
    memory = kernel("nesterov").at(beta="1/2")
    bowl, h = Quadratic([[1.0]]), 1e-2
    step = field(memory, order=8).on(bowl, [1.0], step_size=h).value.item()
    flow = equation_of_iteration(field(memory, order=8)).on(bowl, [1.0], step_size=h).value.item()
    assert np.log1p(-h * step) == pytest.approx(-h * flow, rel=1e-12)


@pytest.mark.parametrize("step", [None, 3])
@pytest.mark.parametrize("name", LOSSES)
def test_gradients_of_modified_losses_are_the_fields(name: str, step: int | None) -> None:
    """Central differences of the scalars, for they come from other halves of the trees."""
    loss, theta = case(name)
    point = theta[0]
    slope = RNG.standard_normal(point.shape)
    slope /= np.linalg.norm(slope)
    modified = modified_loss(order=4, step=step).at(beta="1/2")
    vectors = field(order=4, step=step).at(beta="1/2").on(loss, point).coefficients
    e = 1e-3
    weights, places = [1, -8, 8, -1], [-2, -1, 1, 2]
    values = modified.on(loss, [point + k * e * slope for k in places]).coefficients
    assert values @ weights / (12 * e) == pytest.approx(vectors @ slope, rel=1e-5, abs=1e-5)


def test_sums_at_a_step_size_match_the_terms() -> None:
    terms = field(order=3).at(beta="1/2").on(Quadratic([[1.0]]), [1.0])
    assert terms.at(0.05).value == pytest.approx([2 + 0.05 * 4 + 0.0025 * 24])


def test_what_cannot_be_evaluated_is_refused_in_one_sentence() -> None:
    with pytest.raises(DomainError, match=r"contain parameters: give them values .* \.at\(beta="):
        modified_loss(order=2).on(Quadratic([[1.0]]), [1.0])
    with pytest.raises(DomainError, match=r"\.at\(beta=\.\.\., nu=\.\.\.\)"):
        field(kernel("quasi-hyperbolic"), order=2).on(Quadratic([[1.0]]), [1.0])

    class Slope:
        def gradient(self, theta: Any) -> Any:
            return 2 * theta

    with pytest.raises(DomainError, match=r"must have a method value\(theta\), and 'Slope' has"):
        Expansion({FreeTree(): 1}, 1).on(Slope(), [1.0])
    with pytest.raises(ArgumentTypeError, match="A loss must have a method gradient"):
        field(order=1).at(beta=0).on("loss", [1.0])  # type: ignore[arg-type]


def batches(count: int) -> list[Any]:
    """Return logistic losses on single samples, which share nothing but the ridge."""
    return [
        LogisticRegression(FEATURES[i : i + 2], np.array([0, 1]), ridge=0.1) for i in range(count)
    ]


def test_realised_expansions_agree_with_the_optimizer_on_batches() -> None:
    losses, theta = batches(5), RNG.standard_normal((2, 4))
    memory = Weighted(1, 0.5, 0.5)
    expected = memoryless(memory, losses[0], theta, order=5, step=4, batches=losses)
    found = realised_field(order=5).at(beta="1/2").on(losses, theta)
    assert_terms_agree(found.coefficients, np.asarray(expected))


def test_equal_batches_are_the_full_batch_at_that_step() -> None:
    loss, theta = case("logistic")
    realised = realised_loss(order=5).at(beta="1/2").on([loss] * 4, theta)
    full = modified_loss(order=5, step=3).at(beta="1/2").on(loss, theta)
    assert_terms_agree(realised.coefficients, full.coefficients)
    expected = expected_loss(order=4).at(beta="1/2").on([loss] * 2, theta)
    stationary = modified_loss(order=4).at(beta="1/2").on(loss, theta)
    assert_terms_agree(expected.coefficients, stationary.coefficients)


def test_expected_loss_agrees_with_the_mean_over_all_sequences() -> None:
    """Six steps with two batches; beta = 1/50 forgets what lies before them."""
    losses, theta = batches(2), np.array([0.3, -0.2, 0.5, 0.1])
    steps, realised = 6, realised_loss(order=4).at(beta="1/50")
    values = [
        realised.on(sequence, theta).coefficients for sequence in product(losses, repeat=steps)
    ]
    found = expected_loss(order=4).at(beta="1/50").on(losses, theta).coefficients
    assert found == pytest.approx(np.mean(values, axis=0), rel=1e-6)


def test_batches_that_are_none_are_refused_in_one_sentence() -> None:
    with pytest.raises(DomainError, match=r"give it a value, \.at\(beta=\.\.\.\)"):
        realised_loss(order=2).on(batches(2), np.zeros(4))
    with pytest.raises(DomainError, match="Argument 'losses' must not be empty"):
        realised_field(order=2).at(beta=0).on([], [1.0])
    with pytest.raises(ArgumentTypeError, match="'losses' must be a list of losses"):
        expected_loss(order=2).at(beta=0).on("losses", [1.0])
    with pytest.raises(ResourceError, match="30 batches fill 3 blocks in 27000 ways"):
        expected_loss(order=3).at(beta=0).on(batches(2) * 15, np.zeros(4))


def test_a_coefficient_beyond_the_doubles_is_refused() -> None:
    expansion = modified_loss(order=3).at(beta=1 - Fraction(1, 10**100))
    with pytest.raises(DomainError, match="exceeds the range of the doubles"):
        expansion.on(Quadratic([[1.0]]), [1.0])
