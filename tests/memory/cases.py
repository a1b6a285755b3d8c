"""Losses and smooth optimizers for the tests of memory; gradients in plain numpy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from polyfam.optimizers import (
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
from tests.oracles.trajectories import Quartic

RNG = np.random.default_rng(5)


class Logistic:
    """Logistic regression with a ridge, 20 samples of 3 features."""

    features = RNG.normal(size=(20, 3))
    labels = (features @ [1.0, -2.0, 0.5] + RNG.normal(size=20) > 0).astype(float)

    def gradient(self, theta: Any) -> Any:
        slope = 1 / (1 + np.exp(-theta @ self.features.T)) - self.labels
        return slope @ self.features / 20 + 0.1 * theta


class Net:
    """A tanh net with two inputs, three hidden units and squares, 12 samples, 9 parameters."""

    inputs = RNG.normal(size=(12, 2))
    targets = np.sin(inputs[:, 0]) * inputs[:, 1]

    def gradient(self, theta: Any) -> Any:
        first = theta[..., :6].reshape(*theta.shape[:-1], 2, 3)
        second = theta[..., 6:]
        hidden = np.tanh(self.inputs @ first)
        error = (hidden * second[..., None, :]).sum(axis=-1) - self.targets
        back = error[..., :, None] * (1 - hidden * hidden) * second[..., None, :]
        slopes = self.inputs.T @ back / 12, (error[..., :, None] * hidden).sum(axis=-2) / 12
        return np.concatenate([slopes[0].reshape(*theta.shape[:-1], 6), slopes[1]], axis=-1)


class Batch:
    """The part of the logistic loss that one batch of samples makes."""

    def __init__(self, chosen: slice) -> None:
        self.features = Logistic.features[chosen]
        self.labels = Logistic.labels[chosen]

    def gradient(self, theta: Any) -> Any:
        slope = 1 / (1 + np.exp(-theta @ self.features.T)) - self.labels
        return slope @ self.features / len(self.labels) + 0.1 * theta


class LossCase(NamedTuple):
    name: str
    loss: Any
    point: np.ndarray
    h: float


LOSSES = [
    LossCase("quartic", Quartic(), np.array([0.9, -0.7, 0.2, 0.6]), 0.004),
    LossCase("logistic", Logistic(), np.array([0.5, -0.3, 0.8]), 0.02),
    LossCase("net", Net(), np.random.default_rng(1).normal(size=9), 0.01),
]

#: Memories are short, so that forty steps are as good as infinitely many.
SMOOTH = [
    GradientDescent(),
    HeavyBall(0.4),
    AveragedMomentum(0.4),
    AveragedMomentum(0.4, bias_correction=True),
    Nesterov(0.4),
    LookAhead(0.4, 0.3),
    QuasiHyperbolic(0.4, 0.7),
    RMSProp(0.4, 0.5),
    RMSProp(0.4, 0.5, epsilon_inside=False),
    RMSProp(0.4, 0.5, bias_correction=True),
    Adam(0.3, 0.4, 0.5),
    Adam(0.3, 0.4, 0.5, epsilon_inside=False),
    Adam(0.4, 0.3, 0.5, bias_correction=False),
    AdamW(0.3, 0.4, 0.5, weight_decay=0.3),
    AdamW(0.3, 0.4, 0.5, False, False, weight_decay=0.3),
    NAdam(0.3, 0.4, 0.5, weight_decay=0.3),
    NAdam(0.3, 0.4, 0.5, epsilon_inside=False, next_weight=True),
    Lion(0.3, 0.4, 0.5, weight_decay=0.3),
    Lion(0.3, 0.4, 0.5, bias_correction=True),
    LionK(np.tanh, 0.3, 0.4, 0.3),
    LionK(np.arctan, 0.3, 0.4, bias_correction=True),
    Signum(0.4, 0.5, 0.3),
    Signum(0.4, 0.5, bias_correction=True),
]


def name(optimizer: Any) -> str:
    """Return a short id: the class and the values of its fields."""
    values = (getattr(v, "__name__", str(v)) for v in vars(optimizer).values())
    return "-".join([type(optimizer).__name__, *values])
