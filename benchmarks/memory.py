"""What a step of Adam without memory costs, in gradients of the same loss.

    python benchmarks/memory.py [--repeat R]

Softmax regression and a tanh MLP 64-32-10 on the digits, one thread, the least of R times: the
stationary update of orders 1 to 4, the update at a finite step of orders 2, 3 and 4, the closed
form of order 2, and runs of order 2 from rest, whose gradients are counted.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from polyfam.losses import MLP, SoftmaxRegression, load_data
from polyfam.memory import closed_form, memoryless, run
from polyfam.optimizers import Adam

ADAM = Adam(0.9, 0.999, 1e-6)


def least(work: Callable[[], Any], repeat: int) -> float:
    """Return the least time of a call in seconds."""
    times = []
    for _ in range(repeat + 1):  # the first one warms up
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times[1:])


class Counted:
    """A loss that counts the coefficients pushed through its jets, times the points."""

    def __init__(self, loss: Any) -> None:
        self.loss = loss
        self.pushes = 0

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        return self.loss.gradient(theta)

    def jet(self, shape: tuple[int, ...], terms: int) -> Any:
        jet = self.loss.jet(shape, terms)
        points = int(np.prod(shape[:-1]))

        class Pushed:
            def push(_, coefficient: np.ndarray) -> np.ndarray:  # noqa: N805
                self.pushes += points
                return jet.push(coefficient)

        return Pushed()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    data = load_data("digits")
    losses = {
        "softmax regression": SoftmaxRegression(*data),
        "MLP 64-32-10": MLP(*data, widths=(32,)),
    }
    for name, loss in losses.items():
        theta = 0.1 * np.random.default_rng(0).normal(size=loss.dimension)
        gradient = least(lambda loss=loss, theta=theta: loss.gradient(theta), 4 * repeat)
        print(f"{name}, {loss.dimension} parameters, one gradient {1000 * gradient:.2f} ms")

        def show(what: str, work: Callable[[], Any], gradient: float = gradient) -> None:
            print(f"  {what:32}{least(work, repeat) / gradient:8.1f} gradients")

        show("closed form, order 2", lambda: closed_form(ADAM, loss, theta))  # noqa: B023
        for order in (1, 2, 3, 4):
            show(
                f"stationary, order {order}",
                lambda order=order: memoryless(ADAM, loss, theta, order=order),  # noqa: B023
            )
        for order, step in ((2, 10), (2, 100), (3, 10), (4, 10)):
            show(
                f"step {step}, order {order}",
                partial(memoryless, ADAM, loss, theta, order=order, step=step),
            )
        for steps in (25, 50, 100):
            counted = Counted(loss)
            run(ADAM, counted, theta, steps=steps, step_size=1e-4, order=2, step=0)
            print(f"  run of {steps:3} steps, order 2: {counted.pushes} coefficients of gradients")


if __name__ == "__main__":
    main()
