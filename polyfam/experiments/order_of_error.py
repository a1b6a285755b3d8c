r"""The error of the memoryless field against the step size: with R terms it falls like h^R.

Heavy ball runs for a fixed time; at its last point its momentum is compared with R terms of the
field.  From rest the coefficients are those of step n, from the manifold the stationary ones, and
with mini-batches those of the batches that were drawn.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, Figure, label_ends, panels
from polyfam.losses import MLP, LogisticRegression
from polyfam.losses.data import load_data
from polyfam.memory import memoryless, sharpness, thresholds
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import HeavyBall

TITLE = "The error of R terms of the memoryless field falls like hᴿ"

QUICK: dict[str, Any] = {
    "beta": 0.8,
    "orders": (1, 2, 3, 4, 5),
    "largest_part": 0.16,  # of the step size at which the series of chains stops converging
    "halvings": 3,
    "steps": 60,  # with the largest step size
    "digits": 100,  # images
    "hidden_units": 6,
    "batch_part": 0.25,
}
FULL = QUICK | {"halvings": 4, "digits": 1797, "hidden_units": 16}

_STARTS = ("from the manifold", "from rest", "from rest, mini-batches")
_SHORT = dict(zip(_STARTS, ("manifold", "rest", "mini-batches"), strict=True))


class Toy:
    """A cubic and quartic well in two parameters; a batch of it is tilted."""

    size = 8

    def __init__(self, tilt: float = 0.0) -> None:
        self.tilt = tilt

    def gradient(self, theta: Any) -> Any:
        """Return the gradient at points (..., 2)."""
        x, y = theta[..., 0], theta[..., 1]
        first = (1 + self.tilt) * x + 0.3 * y + 0.3 * x**2 + 0.4 * x * y
        second = 2 * y + 0.3 * x + 0.2 * x**2 + (0.2 + self.tilt) * y**3
        return np.stack([first, second], axis=-1)

    def batch(self, indices: Any) -> Toy:
        """Return the well with the mean tilt of some samples."""
        return Toy(0.2 * float(np.mean(indices) - (self.size - 1) / 2))


def run(parameters: Parameters, report: Report) -> Findings:
    """Measure all errors and fit their slopes."""
    names, starts = ("cubic-quartic toy", "logistic regression", "perceptron"), _STARTS
    table = Rows("problem", "start", "order", "part", "h", "error")
    notes = []
    for name, start in tracked([(name, start) for name in names for start in starts], report):
        rng = np.random.default_rng(parameters["seed"])
        loss, theta = _problem(name, parameters, rng)
        limit = thresholds(parameters["beta"]).convergence / float(sharpness(loss, theta))
        parts = parameters["largest_part"] / 2.0 ** np.arange(parameters["halvings"] + 1)
        step_sizes = parts * limit
        errors = np.array(
            [
                _errors(loss, theta, h, halvings, start, parameters, rng)
                for halvings, h in enumerate(step_sizes)
            ]
        )
        for order, column in zip(parameters["orders"], errors.T, strict=True):
            table.add(name, start, order, parts, step_sizes, column)
        slopes = np.polyfit(np.log(step_sizes), np.log(errors), 1)[0]
        notes.append(f"{name}, {start}: slopes " + ", ".join(f"{s:.2f}" for s in slopes) + ".")
    return Findings({"errors": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the errors of one problem and start, and a table of the slopes of all."""
    table = result.arrays("errors")
    problems, orders = list(dict.fromkeys(table["problem"].tolist())), result.parameters["orders"]
    figure, axes = panels(2, 1, height=250, height_ratios=(3, 2))
    axis, below = axes[:, 0]
    labels = []
    here = (table["problem"] == problems[-1]) & (table["start"] == _STARTS[0])
    for order, colour in zip(orders, COLOURS, strict=False):
        chosen = here & (table["order"] == order)
        part, error = table["part"][chosen], table["error"][chosen]
        axis.loglog(part, error, "o-", color=colour)
        labels.append((part[0], error[0], f"R = {order}", colour))
    axis.set_xticks(part, [f"{each:.2g}" for each in part])
    axis.minorticks_off()
    axis.set(xlabel="h as a part of the threshold", xlim=(0.9 * part[-1], 1.05 * part[0]))
    axis.set_title(f"|field - momentum|/|momentum|: {problems[-1]}, {_STARTS[0]}")
    label_ends(axis, labels)
    below.set_axis_off()
    below.set(xlim=(0, 1), ylim=(len(problems) * len(_STARTS), -1))
    places = np.linspace(0.62, 0.98, len(orders))
    below.text(0, -0.6, "measured slopes", va="center")
    for x, order, colour in zip(places, orders, COLOURS, strict=False):
        below.text(
            x,
            -0.6,
            f"R = {order}" if x == places[0] else f"{order}",
            color=colour,
            ha="right",
            va="center",
        )
    for y, (problem, start) in enumerate((p, s) for p in problems for s in _STARTS):
        below.text(0, y + 0.4, f"{problem}, {_SHORT[start]}", va="center")
        here = (table["problem"] == problem) & (table["start"] == start)
        for x, order in zip(places, orders, strict=True):
            chosen = here & (table["order"] == order)
            slope = np.polyfit(np.log(table["h"][chosen]), np.log(table["error"][chosen]), 1)[0]
            below.text(x, y + 0.4, f"{slope:.2f}", ha="right", va="center")
    return figure


def _problem(
    name: str, parameters: Parameters, rng: np.random.Generator
) -> tuple[Any, np.ndarray[Any, Any]]:
    """Return a loss and where to start."""
    if name == "cubic-quartic toy":
        return Toy(), np.array([0.9, -0.6])
    if name == "logistic regression":
        loss = LogisticRegression(*load_data("breast_cancer"), ridge=0.01)
        return loss, 0.3 * rng.standard_normal(loss.dimension)
    features, labels = load_data("digits")
    count = parameters["digits"]
    net = MLP(features[:count], labels[:count], (parameters["hidden_units"],))
    return net, net.initial_point(parameters["seed"])


def _errors(
    loss: Any,
    theta: np.ndarray[Any, Any],
    h: float,
    halvings: int,
    start: str,
    parameters: Parameters,
    rng: np.random.Generator,
) -> list[float]:
    """Return the relative errors of all orders at the end of one run."""
    ball, steps = HeavyBall(parameters["beta"]), parameters["steps"] << halvings
    batches: list[Any] | None = None
    last: int | None = steps - 1
    options: dict[str, Any] = {"steps": steps, "step_size": h}
    if start == "from the manifold":
        trajectory = run_optimizer(ball, loss, theta, **options, state="manifold")
        last = None
    else:
        if "mini-batches" in start:
            part = max(1, int(parameters["batch_part"] * loss.size))
            batches = [loss.batch(rng.choice(loss.size, part, replace=False)) for _ in range(steps)]
        trajectory = run_optimizer(ball, loss, theta, **options, batches=batches)
    momentum, point = trajectory.directions[-1], trajectory.points[-2]
    order = max(parameters["orders"])
    terms = memoryless(ball, loss, point, order=order, step=last, batches=batches)
    sums = np.cumsum(h ** np.arange(order)[:, None] * terms[:], axis=0)
    distances = np.linalg.norm(sums - momentum, axis=-1) / np.linalg.norm(momentum)
    return [float(distances[order - 1]) for order in parameters["orders"]]
