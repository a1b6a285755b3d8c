"""Flows against closed solutions, and their errors in the step size."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.flows import flow, gradient_flow
from polyfam.losses import Quadratic
from tests.memory.balls import Ball


class Quartic:
    def gradient(self, theta):
        return theta**3


def test_flow_matches_the_closed_solution():
    times = np.array([0.0, 0.5, 2.0])
    start = np.array([[1.0], [0.3]])
    expected = start / np.sqrt(1 + 2 * times[:, None, None] * start**2)
    assert gradient_flow(Quartic(), start, times) == pytest.approx(expected, rel=1e-9)
    slow = gradient_flow(Quartic(), start, 2 * times, speed=0.5)
    assert slow == pytest.approx(expected, rel=1e-9)


def test_complex_flows_stay_complex():
    path = flow(lambda z: 1j * z, np.array([1.0 + 0j]), [0.0, np.pi])
    assert path.ravel() == pytest.approx([1, -1], abs=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_modified_equation_matches_the_iterates_to_its_order(order):
    def error(h: float) -> float:
        ball = Ball(h, 0.5)
        run = ball.run(Quartic(), [1.0], round(0.4 / h), state="manifold")
        return abs(ball.flow(Quartic(), [1.0], [0.4], order)[0] - run.points[-1]).item()

    assert np.log2(error(0.004) / error(0.002)) == pytest.approx(order, abs=0.15)


def test_principal_flow_is_right_to_second_order_beyond_quadratics():
    # it keeps H H grad L, and drops D^3 L[grad L, grad L] of the same power of h
    def error(h: float) -> float:
        ball = Ball(h, 0.5)
        run = ball.run(Quartic(), [1.0], round(0.4 / h), state="manifold")
        return abs(ball.principal(Quartic(), [1.0], [0.4])[0] - run.points[-1]).item()

    assert np.log2(error(0.004) / error(0.002)) == pytest.approx(2, abs=0.15)


def test_times_are_checked_and_explosions_told():
    with pytest.raises(DomainError, match="ascending"):
        gradient_flow(Quadratic([[1.0]]), [1.0], [1.0, 0.5])
    with pytest.raises(DomainError, match="stuck at t = 1"):
        flow(lambda x: x**2, [1.0], [0.0, 2.0])


@pytest.mark.parametrize("times", [[-1.0, 0.0], [1.0, 0.5], [], 1.0], ids=str)
def test_times_that_do_not_ascend_from_zero_are_refused(times: object) -> None:
    with pytest.raises(DomainError, match="'times' must be a list of ascending numbers from 0 on"):
        flow(lambda theta: -theta, [1.0], times)
