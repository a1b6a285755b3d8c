"""What no machine can hold is refused in a sentence, before anything is allocated."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from polyfam.bias import expected_correction, perturbation, preconditioner, sampled_terms
from polyfam.errors import DomainError, ResourceError
from polyfam.flows import first_order_ode, modified_equation, modified_flow
from polyfam.losses import Quadratic
from polyfam.memory import (
    certify,
    closed_form,
    memoryless,
    modified_loss,
    run,
    term_bounds,
)
from polyfam.optimizers import Adam, HeavyBall, Lion, Nesterov

BOWL, THETA, BALL = Quadratic([[1.0]]), [1.0], HeavyBall(0.5)
ON = (BOWL, THETA)

LONG_RUNS: dict[str, Callable[[int], Any]] = {
    "run": lambda n: run(BALL, *ON, steps=n, step_size=0.1),
    "memoryless run": lambda n: run(BALL, *ON, steps=n, step_size=0.1, order=2),
    "certify": lambda n: certify(BALL, *ON, steps=n, step_size=0.01, order=2),
    "stationary flow": lambda n: modified_flow(BALL, *ON, steps=n, step_size=0.1, order=2),
    "flow from rest": lambda n: modified_flow(BALL, *ON, steps=n, step_size=0.1, order=2, step=0),
    "ode": lambda n: first_order_ode(Adam(), BOWL, step_size=0.1).integrate(THETA, n),
}
LATE_STEPS: dict[str, Callable[[int], Any]] = {
    "closed ball": lambda n: memoryless(BALL, *ON, order=2, step=n),
    "closed Adam": lambda n: memoryless(Adam(), *ON, order=2, step=n),
    "Adam": lambda n: memoryless(Adam(), *ON, order=3, step=n),
    "Lion": lambda n: closed_form(Lion(), *ON, step=n),
    "loss": lambda n: modified_loss(Nesterov(1 - 1e-13), *ON, order=2, step=n),
    "equation": lambda n: modified_equation(Adam(), *ON, order=2, step=n),
    "expected": lambda n: expected_correction(BALL, [BOWL, BOWL], THETA, step=n),
    "sampled": lambda n: sampled_terms(
        BALL, [BOWL, BOWL], THETA, step=n, order=2, samples=2, seed=0
    ),
    "perturbation": lambda n: perturbation(Adam(), *ON, step=n),
    "ode at a step": lambda n: first_order_ode(Adam(), BOWL, step_size=0.1, step=0).terms(THETA, n),
}


def refused(call: Callable[[int], Any], n: int, sentence: str) -> None:
    """Check the sentence, and that nothing large was allocated before it."""
    tracemalloc.start()
    with pytest.raises(ResourceError, match=sentence):
        call(n)
    assert tracemalloc.get_traced_memory()[1] < 1 << 24
    tracemalloc.stop()


@pytest.mark.parametrize("n", [10**12, 10**5000], ids=["trillion", "beyond texts"])
@pytest.mark.parametrize("door", LONG_RUNS)
def test_runs_that_no_memory_holds_are_refused(door: str, n: int) -> None:
    refused(LONG_RUNS[door], n, "and 4 is the limit: take fewer steps")


@pytest.mark.parametrize("n", [10**12, 10**5000], ids=["trillion", "beyond texts"])
@pytest.mark.parametrize("door", LATE_STEPS)
def test_steps_with_too_long_a_past_are_refused(door: str, n: int) -> None:
    refused(LATE_STEPS[door], n, "step=None is the limit of infinitely many")


@pytest.mark.parametrize("n", [10**12, 10**5000], ids=["trillion", "beyond texts"])
def test_late_steps_of_a_forgetful_memory_are_stationary(n: int) -> None:
    late = memoryless(BALL, *ON, order=3, step=n)
    np.testing.assert_array_equal(late[:], memoryless(BALL, *ON, order=3)[:])


def test_a_slow_memory_has_too_long_a_start() -> None:
    slow = HeavyBall(1 - 1e-13)
    refused(lambda n: memoryless(slow, *ON, order=3, step=n), 10**12, "4,096 steps are the limit")


def test_orders_beyond_the_limit_are_refused() -> None:
    for n in (25, 10**5000):
        for optimizer in (BALL, Adam()):
            refused(lambda n, o=optimizer: memoryless(o, *ON, order=n), n, "24 is the limit")


def test_counts_out_of_range_are_named() -> None:
    with pytest.raises(DomainError, match="'terms' must be at most 100"):
        term_bounds(0.01, 0.5, 101, gradient_bound=1.0, rate=1.0)
    with pytest.raises(DomainError, match="'steps' must be at least 1, not 0"):
        preconditioner(Adam(), [1.0], steps=0)
