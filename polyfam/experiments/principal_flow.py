r"""The principal flow of heavy ball in the complex plane, with the iterates on it.

On L = theta^2/2 from theta(0) = 1 the principal flow is theta(t) = r(h)^(t/h), r the root of
r^2 - (1 + beta - h) r + beta = 0 with r(0) = 1.  Heavy ball from the manifold gives theta_n = r^n,
its points at t = nh: real below h = (1 - sqrt(beta))^2, on a spiral up to (1 + sqrt(beta))^2,
alternating beyond, and unstable from 2 (1 + beta) on.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, PAPER, Figure, panels
from polyfam.flows import principal_factor, principal_flow
from polyfam.losses import Quadratic
from polyfam.memory import regime, thresholds
from polyfam.optimizers import HeavyBall

TITLE = "The principal flow of heavy ball on a parabola"

QUICK: dict[str, Any] = {
    "beta": 0.7,
    "step_sizes": (0.02, 0.1, 1.5, 3.39),
    "steps": 24,
    "points_a_step": 40,
}
FULL = QUICK | {"points_a_step": 200}


def run(parameters: Parameters, report: Report) -> Findings:
    """Integrate the flow for every step size and run heavy ball beside it."""
    beta, steps = parameters["beta"], parameters["steps"]
    bowl, start = Quadratic([[1.0]]), np.array([1.0 + 0.0j])
    flow = Rows("h", "t", "re", "im")
    iterates = Rows("h", "n", "re", "im")
    distance = 0.0
    for h in tracked(parameters["step_sizes"], report):
        times = h * np.linspace(0, steps, steps * parameters["points_a_step"] + 1)
        path = principal_flow(HeavyBall(beta), bowl, start, step_size=h, times=times)[:, 0]
        points = _heavy_ball(h, beta, steps)
        distance = max(distance, np.abs(path[:: parameters["points_a_step"]] - points).max())
        flow.add(h, times, path.real, path.imag)
        iterates.add(h, range(steps + 1), points.real, points.imag)
    limits = thresholds(beta)
    notes = [
        (
            f"Thresholds of h: {limits.convergence:.5f} (oscillation begins), "
            f"{limits.oscillation:.5f} (alternation), {limits.stability:.5f} (divergence)."
        ),
        f"Largest distance of an iterate from the flow at t = nh: {distance:.1e}.",
    ]
    return Findings({"flow": flow, "iterates": iterates}, notes)


def draw(result: Result) -> Figure:
    """Draw one plane for each step size, all of the same scale, with the shadow of the flow."""
    step_sizes = result.parameters["step_sizes"]
    figure, axes = panels(-(-len(step_sizes) // 2), 2, height=230)
    flow, iterates = result.arrays("flow"), result.arrays("iterates")
    extent = 1.08 * max(*np.abs(flow["re"]), *np.abs(flow["im"]))
    for axis, h in zip(axes.flat, step_sizes, strict=False):
        path, points = flow["h"] == h, iterates["h"] == h
        re, im = iterates["re"][points], iterates["im"][points]
        axis.axhline(0, color=GREY, linewidth=0.8)
        axis.plot(flow["re"][path], flow["im"][path], color=COLOURS[0], linewidth=1.2)
        axis.vlines(re, 0, im, color=GREY, linewidth=0.7)
        axis.plot(re, im, "o", color=COLOURS[0], markerfacecolor=PAPER, markersize=4)
        axis.plot(re, 0 * re, "o", color=COLOURS[1], markersize=4)
        words = _regime(h, result.parameters["beta"])
        axis.set(title=f"h = {h:g}: {words}", xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        axis.set(xlim=(-extent, extent), ylim=(-extent, extent), aspect="equal")
    for axis in axes.flat[len(step_sizes) :]:
        axis.set_axis_off()
    legend = (
        ("flow in the complex plane", COLOURS[0], 0.96),
        ("its shadow, heavy ball", COLOURS[1], 0.1),
    )
    for text, colour, height in legend:
        axes[0, 0].text(0.03, height, text, color=colour, va="top", transform=axes[0, 0].transAxes)
    return figure


def _regime(h: float, beta: float) -> str:
    """Return what heavy ball does, in a word."""
    name = str(regime(h, beta, 1.0))
    return name.split(" ", maxsplit=1)[0]


def _heavy_ball(h: float, beta: float, steps: int) -> np.ndarray[Any, Any]:
    """Run heavy ball on the parabola, in complex numbers, from 1 with the manifold's buffer."""
    # m_0 is the momentum of the step from the point before, theta_{-1} = 1/r, to 1
    r = np.exp(h * complex(principal_factor(h, beta)))
    theta, m = 1.0 + 0.0j, (1 / r - 1) / h
    points = [theta]
    for _ in range(steps):
        m = beta * m + theta
        theta = theta - h * m
        points.append(theta)
    return np.array(points)
