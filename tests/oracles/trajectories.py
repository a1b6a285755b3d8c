"""Trajectories of other programs' optimizers on one small problem, frozen in trajectories.json.

Each case names an optimizer of polyfam with its hyperparameters, the peer with its own, and the
points the peer went through.  The gradient uses + and * only, so that all of them see the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from polyfam import optimizers
from polyfam.memory import run

FILE = Path(__file__).with_suffix(".json")
START = (1.5, -0.7, 0.2, 2.0)
STEPS = 15
STEP_SIZE = 0.0625


class Quartic:
    """A quartic with neighbours coupled, sum of x_i^4/4 - x_i x_{i+1} + shifts; not symmetric."""

    shift = np.array([0.3, -0.2, 0.1, 0.7])

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        return theta * theta * theta - np.roll(theta, 1, axis=-1) + self.shift


class Case(NamedTuple):
    optimizer: str
    hyperparameters: dict[str, Any]
    peer: str
    points: list[list[float]]

    @property
    def id(self) -> str:
        return f"{self.optimizer}-{self.peer}"


def cases() -> list[Case]:
    return [Case(**case) for case in json.loads(FILE.read_text())["cases"]]


def ours(name: str, hyperparameters: dict[str, Any]) -> np.ndarray:
    """Return the points of our own optimizer on the same problem."""
    named = {"tanh": np.tanh}
    values = {key: named.get(value, value) for key, value in hyperparameters.items()}
    optimizer = getattr(optimizers, name)(**values)
    return run(optimizer, Quartic(), START, steps=STEPS, step_size=STEP_SIZE).points
