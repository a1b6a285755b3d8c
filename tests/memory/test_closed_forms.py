"""Closed forms of F and M against the general mechanism and against literal formulas of [MEM]."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import Quadratic
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory import closed_form
from polyfam.memory._arguments import question
from polyfam.memory._memoryless import by_recursion
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    HeavyBall,
    Lion,
    NAdam,
    Nesterov,
    RMSProp,
    Signum,
)
from tests.memory.cases import LOSSES, SMOOTH, LossCase, name


@pytest.mark.parametrize("step", [None, 0, 1, 2, 9])
@pytest.mark.parametrize("optimizer", SMOOTH, ids=name)
def test_closed_forms_match_the_mechanism(optimizer: Any, step: int | None) -> None:
    for case in LOSSES:
        expected = by_recursion(question(optimizer, case.loss, case.point, 2, step))
        found = np.array(closed_form(optimizer, case.loss, case.point, step=step))
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def row(optimizer: Any, case: LossCase) -> tuple[np.ndarray, np.ndarray]:
    """Return F and M as the table of [MEM] prints them, in the limit, epsilon inside."""
    theta = case.point
    g = case.loss.gradient(theta)

    def hessian(v: np.ndarray) -> np.ndarray:
        return hessian_vector(case.loss, theta, v)

    match optimizer:
        case HeavyBall(b):
            return g / (1 - b), b / (1 - b) ** 3 * hessian(g)
        case Nesterov(b):
            return g / (1 - b), b**2 / (1 - b) ** 3 * hessian(g)
        case Lion(beta1, beta2, epsilon, decay):
            factor = beta1 / (1 - beta2) * epsilon / (g**2 + epsilon) ** 1.5
        case Signum(b, epsilon, decay):
            factor = b / (1 - b) * epsilon / (g**2 + epsilon) ** 1.5
        case RMSProp(b, epsilon):
            decay = 0.0
            factor = -b / (1 - b) * g**2 / (g**2 + epsilon) ** 1.5
        case NAdam(b1, b2, epsilon, _, decay):
            ages = b1**2 / (1 - b1), b2 / (1 - b2)
            factor = (ages[0] - ages[1] * g**2 / (g**2 + epsilon)) / np.sqrt(g**2 + epsilon)
        case Adam(b1, b2, epsilon) | AdamW(b1, b2, epsilon):
            decay = getattr(optimizer, "weight_decay", 0.0)
            ages = b1 / (1 - b1), b2 / (1 - b2)
            factor = (ages[0] - ages[1] * g**2 / (g**2 + epsilon)) / np.sqrt(g**2 + epsilon)
    u = g / np.sqrt(g**2 + epsilon)
    norm = np.sqrt(epsilon + g**2)
    gradient_of_norm = hessian(g / norm)
    return u + decay * theta, factor * (gradient_of_norm + decay * hessian(theta))


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
@pytest.mark.parametrize(
    "optimizer",
    [
        HeavyBall(0.9),
        Nesterov(0.9),
        AdamW(0.9, 0.999, 1e-2, weight_decay=0.1),
        Adam(0.9, 0.999, 1e-2),
        NAdam(0.9, 0.99, 1e-2, weight_decay=0.1),
        RMSProp(0.99, 1e-2),
        Lion(0.9, 0.99, 1e-2, 0.1),
        Signum(0.9, 1e-2, 0.1),
    ],
    ids=name,
)
def test_mechanism_and_closed_forms_match_the_published_table(
    optimizer: Any, case: LossCase
) -> None:
    expected = np.array(row(optimizer, case))
    found = by_recursion(question(optimizer, case.loss, case.point, 2))
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-11 * abs(expected).max())
    np.testing.assert_allclose(
        np.array(closed_form(optimizer, case.loss, case.point)), expected, rtol=1e-11, atol=1e-12
    )


def test_bias_corrected_finite_steps_match_the_published_sums() -> None:
    """tau_i -> (1 - b_i)/(1 - b_i^(n+1)) sum k b_i^k; r1 (1 - r2)/(1 - r1 r2^n) sum k r2^(k-1)."""
    case = LOSSES[1]
    theta, n = case.point, 7
    g = case.loss.gradient(theta)
    k = np.arange(1, n + 1)
    b1, b2 = ((1 - b) / (1 - b ** (n + 1)) * np.sum(k * b**k) for b in (0.9, 0.99))
    square = g**2 + 0.01
    moved = hessian_vector(case.loss, theta, g / np.sqrt(square) + 0.1 * theta)
    expected = (b1 - b2 * g**2 / square) / np.sqrt(square) * moved
    adamw = AdamW(0.9, 0.99, 0.01, weight_decay=0.1)
    np.testing.assert_allclose(
        by_recursion(question(adamw, case.loss, theta, 2, n))[1], expected, rtol=1e-11
    )
    age = 0.9 * 0.01 / (1 - 0.9 * 0.99**n) * np.sum(k * 0.99 ** (k - 1))
    expected = age * 0.01 / square**1.5 * moved
    lion = Lion(0.9, 0.99, 0.01, 0.1, bias_correction=True)
    np.testing.assert_allclose(
        by_recursion(question(lion, case.loss, theta, 2, n))[1], expected, rtol=1e-11
    )


def test_optimizers_without_a_closed_form_are_sent_to_the_mechanism() -> None:
    with pytest.raises(DomainError, match=r"no closed form for AdaGrad: use memoryless"):
        closed_form(AdaGrad(), LOSSES[0].loss, LOSSES[0].point)


def test_steps_that_are_no_integers_are_refused() -> None:
    for step in (2.5, "2"):
        with pytest.raises(ArgumentTypeError, match="'step' must be an integer"):
            closed_form(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], step=step)
