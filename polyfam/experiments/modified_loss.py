r"""The modified loss as a surface, and descents on it beside heavy ball.

Heavy ball from the manifold, the gradient flow theta' = -grad L/(1 - beta), gradient descent on
L/(1 - beta) (order 1) and gradient descent on the modified loss of orders 2 and 4, from one point
of a valley,

    L(theta) = log cosh(theta_1) + 4 log cosh(2 theta_2 - theta_1).

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, FAINT, INK, Figure, label_ends, panels
from polyfam.flows import gradient_flow
from polyfam.memory import modified_loss
from polyfam.memory import run as run_optimizer
from polyfam.memory._arguments import quiet
from polyfam.optimizers import HeavyBall

TITLE = "Heavy ball descends the modified loss"

QUICK: dict[str, Any] = {
    "beta": 0.5,
    "step_size": 0.0035,
    "theta_0": (-1.0, 0.1),
    "steps": 200,
    "orders": (1, 2, 4),
    "grid": 60,
    "window": ((-0.85, -0.45), (-0.42, -0.12)),
}
FULL = QUICK | {"grid": 240}

_BALL, _FLOW = "heavy ball", "gradient flow"
#: A mark for every so many steps.
_EVERY = 10
_DOTS: dict[str, Any] = {"marker": "o", "markersize": 3.5, "linewidth": 0}
_STYLES: dict[str, dict[str, Any]] = {
    _BALL: {"marker": "o", "markersize": 7, "markerfacecolor": "none", "linewidth": 0},
    _FLOW: {"linewidth": 1.4},
}


class Valley:
    """The loss, in plain numpy."""

    def value(self, theta: Any) -> Any:
        """Return L at points (..., 2), shape (...)."""
        along, across = _coordinates(theta)
        return np.log(np.cosh(along)) + 4 * np.log(np.cosh(across))

    def gradient(self, theta: Any) -> Any:
        """Return the gradient at points (..., 2)."""
        along, across = _coordinates(theta)
        pull = np.tanh(across)
        return np.stack([np.tanh(along) - 4 * pull, 8 * pull], axis=-1)


def run(parameters: Parameters, report: Report) -> Findings:
    """Follow every descent and evaluate the surfaces on a grid."""
    valley, beta = Valley(), parameters["beta"]
    ball, h = HeavyBall(beta), parameters["step_size"]
    theta, steps = np.array(parameters["theta_0"]), parameters["steps"]

    times = h * np.arange(steps + 1)
    options: dict[str, Any] = {"steps": steps, "step_size": h}
    paths = {
        _BALL: run_optimizer(ball, valley, theta, **options, state="manifold").points,
        _FLOW: gradient_flow(valley, theta, times, speed=1 / (1 - beta)),
    }
    axes = [np.linspace(low, high, parameters["grid"]) for low, high in parameters["window"]]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    surface: dict[str, Any] = {"theta_1": grid[..., 0].ravel(), "theta_2": grid[..., 1].ravel()}
    for order in tracked(parameters["orders"], report):
        paths[_descent(order)] = run_optimizer(ball, valley, theta, **options, order=order).points
        with quiet():  # at the corners of the picture the terms grow
            modified = modified_loss(ball, valley, grid, order=order, step_size=h)
        surface[f"order_{order}"] = modified.value.ravel()

    table = Rows("path", "n", "theta_1", "theta_2", "distance")
    notes = []
    for name, points in paths.items():
        distances = np.linalg.norm(points - paths[_BALL], axis=-1)
        table.add(name, range(steps + 1), *points.T, distances)
        if name != _BALL:
            notes.append(f"{name}: at most {distances.max():.1e} from heavy ball.")
    return Findings({"paths": table, "surface": surface}, notes)


def draw(result: Result) -> Figure:
    """Draw each surface at the bend with the paths on it, and the distances from heavy ball."""
    orders, grid = result.parameters["orders"], result.parameters["grid"]
    table = result.arrays("paths")
    surface = {key: column.reshape(grid, grid) for key, column in result.arrays("surface").items()}
    figure, axes = panels(2, 2, height=240)
    colours = dict(zip([_BALL, _FLOW, *map(_descent, orders)], (INK, *COLOURS), strict=False))
    for axis, order in zip(axes.flat, orders, strict=False):
        values = surface[f"order_{order}"]
        levels = np.quantile(values, np.linspace(0.02, 0.95, 14))
        axis.contour(
            surface["theta_1"], surface["theta_2"], values, levels, colors=FAINT, linewidths=1
        )
        for name in (_FLOW, _descent(order), _BALL):
            chosen = (table["path"] == name) & ((name == _FLOW) | (table["n"] % _EVERY == 0))
            x, y = table["theta_1"][chosen], table["theta_2"][chosen]
            axis.plot(x, y, color=colours[name], **_STYLES.get(name, _DOTS))
        title = "L/(1-β)" if order == 1 else f"modified loss, order {order}"
        axis.set(title=title, xlim=result.parameters["window"][0])
        axis.set(xlabel="θ₁", ylabel="θ₂", ylim=result.parameters["window"][1])
    words = ((_BALL, 0.96), (_FLOW, 0.86), (_descent(orders[0]), 0.76))
    for name, height in words:
        axes[0, 0].text(0.97, height, name, color=colours[name], ha="right", va="top",
                        transform=axes[0, 0].transAxes)  # fmt: skip
    last, labels = axes[1, 1], []
    for name, colour in list(colours.items())[1:]:
        chosen = (table["path"] == name) & (table["n"] > 0)
        n, distance = table["n"][chosen], table["distance"][chosen]
        last.semilogy(n, distance, color=colour)
        labels.append((n[-1], distance[-1], "flow" if name == _FLOW else name[9:], colour))
    last.set(title="distance from heavy ball", xlabel="step n")
    last.set_xlim(0, n[-1])
    label_ends(last, labels)
    return figure


def _coordinates(theta: Any) -> tuple[Any, Any]:
    """Return the coordinates along and across the valley."""
    return theta[..., 0], 2 * theta[..., 1] - theta[..., 0]


def _descent(order: int) -> str:
    """Name gradient descent on the modified loss of an order."""
    return f"descent, order {order}"
