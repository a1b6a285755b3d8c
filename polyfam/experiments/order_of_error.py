r"""The error of the memoryless field against the step size: with R terms it falls like h^R.

Heavy ball runs for a fixed time; at its last point its momentum is compared with R terms of the
field.  From rest the coefficients are those of step n, from the manifold the stationary ones, and
with mini-batches those of the batches that were drawn.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.style import COLOURS, axes_grid, label_line, slope_triangle
from polyfam.losses import MLP, LogisticRegression
from polyfam.losses.data import load_data
from polyfam.memory import memoryless, sharpness, thresholds
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import HeavyBall

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FULL", "QUICK", "TITLE", "draw", "run"]

TITLE = "The error of R terms of the memoryless field falls like hᴿ"

QUICK: dict[str, Any] = {
    "beta": 0.8,
    "orders": (1, 2, 3, 4, 5),
    "largest_h": 0.16,  # of the step size at which the series of chains stops converging
    "halvings": 2,
    "steps": 60,  # with the largest step size
    "digits": 100,  # images
    "hidden_units": 6,
    "batch_part": 0.25,
}
FULL = QUICK | {"halvings": 3, "digits": 1797, "hidden_units": 16}

_STARTS = ("from the manifold", "from rest", "from rest, mini-batches")


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


def run(parameters: Mapping[str, Any], report: Callable[[int, int], None]) -> Findings:
    """Measure all errors and fit their slopes."""
    names, starts = ("cubic-quartic toy", "logistic regression", "perceptron"), _STARTS
    table: dict[str, list[Any]] = {key: [] for key in ("problem", "start", "order", "h", "error")}
    notes = []
    for done, (name, start) in enumerate((name, start) for name in names for start in starts):
        report(done, len(names) * len(starts))
        rng = np.random.default_rng(parameters["seed"])
        loss, theta = _problem(name, parameters, rng)
        limit = thresholds(parameters["beta"]).convergence / float(sharpness(loss, theta))
        step_sizes = parameters["largest_h"] * limit / 2.0 ** np.arange(parameters["halvings"] + 1)
        errors = np.array(
            [
                _errors(loss, theta, h, halvings, start, parameters, rng)
                for halvings, h in enumerate(step_sizes)
            ]
        )
        for order, column in zip(parameters["orders"], errors.T, strict=True):
            table["problem"] += [name] * len(column)
            table["start"] += [start] * len(column)
            table["order"] += [order] * len(column)
            table["h"] += step_sizes.tolist()
            table["error"] += column.tolist()
        slopes = np.polyfit(np.log(step_sizes), np.log(errors), 1)[0]
        notes.append(f"{name}, {start}: slopes " + ", ".join(f"{s:.2f}" for s in slopes) + ".")
    report(len(names) * len(starts), len(names) * len(starts))
    return Findings({"errors": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the errors, a panel for each problem and start."""
    table = {key: np.asarray(column) for key, column in result.tables["errors"].items()}
    problems = list(dict.fromkeys(result.tables["errors"]["problem"]))
    figure, axes = axes_grid(len(problems), len(_STARTS), width=3.0, height=2.4, sharey="row")
    for row, problem in zip(axes, problems, strict=True):
        for axis, start in zip(row, _STARTS, strict=True):
            here = (table["problem"] == problem) & (table["start"] == start)
            for order, colour in zip(result.parameters["orders"], COLOURS, strict=False):
                chosen = here & (table["order"] == order)
                h, error = table["h"][chosen], table["error"][chosen]
                axis.loglog(h, error, "o-", color=colour)
                label_line(axis, h[0], error[0], f"R = {order}", colour)
                slope_triangle(axis, h[-1], 0.35 * error[-1], order, width=1.4)
            axis.set_xticks(h, [f"{each:.2g}" for each in h])
            axis.minorticks_off()
            axis.set_title(f"{problem}, {start}", fontsize=8)
            axis.margins(x=0.18)
        row[0].set_ylabel("relative error")
    for axis in axes[-1]:
        axis.set_xlabel("step size h")
    return figure


def _problem(
    name: str, parameters: Mapping[str, Any], rng: np.random.Generator
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
    parameters: Mapping[str, Any],
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
