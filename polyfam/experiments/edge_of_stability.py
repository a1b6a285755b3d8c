r"""Training at the edge of stability, and the central flow through the middle of it.

A small net learns digits with squared errors.  Its sharpness rises to the threshold, 2/h for
gradient descent and (2 + 2 beta)/h for heavy ball, and stays there while the iterates oscillate.
The gradient flow goes on to sharper places; the central flow stays, and its loss, with the
oscillation in it, is the mean of the losses that are seen.

References
----------
Cohen, Damian, Talwalkar, Kolter & Lee, Understanding Optimization in Deep Learning with Central
Flows, ICLR (2025), arXiv:2410.24206.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, Figure, label_ends, panels
from polyfam.flows import central_flow, gradient_flow
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import run as run_optimizer
from polyfam.memory import sharpness
from polyfam.optimizers import GradientDescent, HeavyBall
from polyfam.typing import Array

TITLE = "The central flow through the edge of stability"

QUICK: dict[str, Any] = {
    "betas": (0.0, 0.5),
    "share": 2.05,
    "digits": 80,
    "hidden_units": 3,
    "warm_up": 60,
    "steps": 150,
    "every": 3,
}
FULL = QUICK | {"betas": (0.0, 0.5, 0.9), "digits": 200, "hidden_units": 6, "steps": 400}


def run(parameters: Parameters, report: Report) -> Findings:
    """Run each optimizer from one point, and the flows beside it."""
    features, labels = load_data("digits")
    count, steps, every = parameters["digits"], parameters["steps"], parameters["every"]
    loss = MLP(features[:count], labels[:count], [parameters["hidden_units"]], loss="squares")
    start = loss.initial_point(seed=parameters["seed"])
    start = run_optimizer(
        GradientDescent(), loss, start, steps=parameters["warm_up"], step_size=0.03
    ).points[-1]
    curvature = float(sharpness(loss, start))
    table = Rows("beta", "n", "sharpness", "loss", "flow", "flow_loss", "variance")
    notes = []
    for beta in tracked(parameters["betas"], report):
        optimizer = HeavyBall(beta) if beta else GradientDescent()
        h = parameters["share"] * (1 + beta) / curvature
        n = np.arange(0, steps + 1, every)
        points = run_optimizer(optimizer, loss, start, steps=steps, step_size=h).points
        path = central_flow(optimizer, loss, start, step_size=h, times=h * n)
        free = gradient_flow(loss, start, [h * steps], speed=1 / (1 - beta), rtol=1e-4)[0]
        seen = [float(sharpness(loss, point)) for point in points[n]], loss.value(points[n])
        table.add(beta, n, *seen, path.sharpness, path.losses, path.variance)
        notes.append(_note(beta, path.threshold, table, len(n), float(sharpness(loss, free))))
        notes.append(_distance(beta, points, path.points[-1], free))
    return Findings({"path": table}, notes)


def _note(
    beta: float, threshold: float, table: Mapping[str, list[float]], rows: int, free: float
) -> str:
    """Return what the last third of a run shows."""
    last = slice(-max(1, rows // 3), None)
    seen, flow = (np.mean(table[key][last]) for key in ("loss", "flow_loss"))
    sharp = np.mean(table["sharpness"][last])
    return (
        f"beta = {beta:g}, last third: sharpness {sharp / threshold:.2f} of the threshold, "
        f"of the gradient flow at the end {free / threshold:.2f}; mean loss {seen:.3g}, "
        f"central flow {flow:.3g}."
    )


def _distance(beta: float, points: Array, flow: Array, free: Array) -> str:
    """Return how far the flows end from the mean of the last iterates."""
    mean = points[-11:].mean(axis=0)
    apart, without = (float(np.linalg.norm(end - mean)) for end in (flow, free))
    return (
        f"beta = {beta:g}: at the end the mean of the iterates is {apart:.3g} from the central "
        f"flow, {without:.3g} from the gradient flow."
    )


def draw(result: Result) -> Figure:
    """Draw sharpness over threshold above and loss below."""
    figure, axes = panels(2, 1, height=190, sharex=True)
    table = result.arrays("path")
    labels: list[list[tuple[float, float, str, str]]] = [[], []]
    for colour, beta in zip(COLOURS, result.parameters["betas"], strict=False):
        here = table["beta"] == beta
        n = table["n"][here]
        pairs = (("sharpness", "flow"), ("loss", "flow_loss"))
        for axis, names, found in zip(axes[:, 0], pairs, labels, strict=True):
            seen, flow = (table[name][here] for name in names)
            axis.plot(n, seen, ".", color=colour, markersize=4)
            axis.plot(n, flow, color=colour)
            found.append((n[-1], flow[-1], f"β = {beta:g}", colour))
    axes[0, 0].set(title="sharpness (dots: iterates, lines: central flow)")
    axes[1, 0].set(title="loss", yscale="log", xlabel="step")
    for axis, found in zip(axes[:, 0], labels, strict=True):
        label_ends(axis, found)
    return figure
