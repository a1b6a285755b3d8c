r"""Quadratics on which flows are compared with descent: Rosca's, and Kovachki and Stuart's.

Gradient descent on diag(1, 0.01) and heavy ball on diag(1, kappa), each beside its gradient flow,
its modified equation of order 2 and its principal flow,

    theta' = -c theta,    theta' = -(f_0 + h f_1)(theta),    theta_i' = log r(h lambda_i)/h theta_i,

c = lambda/(1 - beta), where r(x) is the root of r^2 - (1 + beta - x) r + beta = 0 with r(0) = 1.
Heavy ball starts from rest, or with the momentum of the manifold, the real part of that of the
solution r^n.  Beyond h lambda = (1 - sqrt(beta))^2, which is h = 0.0026/kappa for beta = 0.9, the
principal flow is complex; its real part still passes through the iterates.  For gradient descent
it has no solution where h lambda = 1: the iteration jumps to the minimum.

References
----------
[RWQD23] Rosca, Wu, Qin & Dherin, On a continuous time model of gradient descent dynamics and
instability in deep learning, TMLR (2023).
[KS21] Kovachki & Stuart, Continuous Time Analysis of Momentum Methods, JMLR 22 (2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, INK, PAPER, Axes, Figure, panels, raised
from polyfam.flows import modified_equation, principal_factor
from polyfam.losses import Quadratic
from polyfam.memory import run as run_optimizer
from polyfam.memory import thresholds
from polyfam.optimizers import HeavyBall
from polyfam.optimizers._rules import MomentumState
from polyfam.typing import Array

TITLE = "Quadratics: descent beside its flows"

QUICK: dict[str, Any] = {
    "small_eigenvalue": 0.01,
    "theta_0": (-0.35, -0.2),
    "step_sizes": (0.5, 1.05),
    "steps": 20,
    "kappas": (5.0, 20.0),
    "beta": 0.9,
    "exponents": (5, 6, 7, 8, 9, 10, 11, 12, 13),  # h = 2^-5, ...
    "time": 2.0,
}
FULL = QUICK | {"steps": 100, "exponents": tuple(range(5, 18))}


_FLOWS = ("gradient flow", "modified equation", "principal flow")
_STARTS = {"from rest": "o:", "from the manifold": "s-"}
_POINTS_A_STEP = 40
_SHOWN = (1e-3, 3.0)


def run(parameters: Parameters, report: Report) -> Findings:
    """Follow gradient descent in the plane, and measure the errors of all flows for heavy ball."""
    plane = Rows("h", "path", "n", "theta_1", "theta_2")
    errors = Rows("kappa", "start", "flow", "h", "error")
    notes = []

    start = np.array(parameters["theta_0"])
    for h in tracked(parameters["step_sizes"], report):
        bowl, ball = _bowl(parameters["small_eigenvalue"]), HeavyBall(0.0)
        steps = parameters["steps"]
        descent = run_optimizer(ball, bowl, start, steps=steps, step_size=h).points
        worst = {}
        plane.add(h, "descent", range(steps + 1), *descent.T)
        for flow in _FLOWS:
            fractions = np.linspace(0, steps, _POINTS_A_STEP * steps + 1)
            path = _solved(_multipliers(flow, bowl, ball, h), start, fractions)
            plane.add(h, flow, fractions, *path.T)
            worst[flow] = _distance(path[::_POINTS_A_STEP], descent)
        notes.append(f"Gradient descent, h = {h:g}: farthest from it {_listed(worst, '.1e')}.")

    h = 2.0 ** -np.array(parameters["exponents"])
    for kappa in tracked(parameters["kappas"], report):
        for begin in _STARTS:
            found = [_errors(kappa, begin, x, parameters) for x in h.tolist()]
            for flow in _FLOWS:
                errors.add(kappa, begin, flow, h, [distances[flow] for distances in found])
            slopes = {flow: np.log2(found[-2][flow] / found[-1][flow]) for flow in _FLOWS[:2]}
            notes.append(
                f"Heavy ball, kappa = {kappa:g}, {begin}: last slopes {_listed(slopes, '.2f')}; "
                f"{_FLOWS[2]} at most {max(distances[_FLOWS[2]] for distances in found):.1e} away."
            )
    return Findings({"plane": plane, "errors": errors}, notes)


def draw(result: Result) -> Figure:
    """Draw the planes above, the errors below."""
    step_sizes, kappas = result.parameters["step_sizes"], result.parameters["kappas"]
    figure, axes = panels(2, 2, height=250)
    plane, errors = result.arrays("plane"), result.arrays("errors")
    for axis, h in zip(axes[0], step_sizes, strict=False):
        for flow, colour in zip(_FLOWS, COLOURS, strict=False):
            chosen = (plane["h"] == h) & (plane["path"] == flow)
            axis.plot(plane["theta_1"][chosen], plane["theta_2"][chosen], color=colour)
        chosen = (plane["h"] == h) & (plane["path"] == "descent")
        x, y = plane["theta_1"][chosen], plane["theta_2"][chosen]
        axis.plot(x, y, "o", color=INK, markerfacecolor=PAPER)
        axis.axvline(0, color=GREY, linewidth=0.8)
        axis.set(title=f"gradient descent, h = {h:g}", xlabel="θ₁", ylim=(1.01 * y[0], 0.6 * y[0]))
    axes[0, 0].set_ylabel("θ₂")
    for axis, kappa in zip(axes[1], kappas, strict=False):
        _errors_of_heavy_ball(axis, errors, kappa)
        limit = thresholds(result.parameters["beta"]).convergence / kappa
        axis.axvline(limit, color=GREY, linestyle="--", linewidth=1)
    axes[1, 0].set_ylabel("farthest from heavy ball")
    for text, colour, height in zip(_FLOWS, COLOURS, (0.98, 0.89, 0.80), strict=False):
        axes[0, 0].text(0.95, height, text, color=colour, ha="right", va="top",
                        transform=axes[0, 0].transAxes)  # fmt: skip
    return figure


def _errors_of_heavy_ball(axis: Axes, errors: Mapping[str, Array], kappa: float) -> None:
    """Draw how far each flow goes from heavy ball, from both starts."""
    for flow, colour in zip(_FLOWS, COLOURS, strict=False):
        for start, style in _STARTS.items():
            chosen = (errors["kappa"] == kappa) & (errors["flow"] == flow)
            chosen &= errors["start"] == start
            axis.loglog(errors["h"][chosen], errors["error"][chosen], style, color=colour)
    chosen = (errors["flow"] == _FLOWS[2]) & (errors["start"] == "from the manifold")
    exact = errors["error"][chosen].max()
    words = f"principal flow from\nthe manifold: < 10{raised(np.ceil(np.log10(exact)))}"
    axis.text(0.97, 0.03, words, transform=axis.transAxes, color=COLOURS[2], ha="right")
    axis.set(title=f"heavy ball, κ = {kappa:g}", xlabel="step size h", ylim=_SHOWN)


def _bowl(eigenvalue: float) -> Quadratic:
    """Return the quadratic loss of diag(1, eigenvalue)."""
    return Quadratic(np.diag([1.0, eigenvalue]))


def _multipliers(flow: str, bowl: Quadratic, ball: HeavyBall, h: float) -> Array:
    """Return by what a flow multiplies each coordinate in a step, on a diagonal quadratic."""
    if flow == "principal flow":
        x = h * np.diag(bowl.matrix)
        return np.exp(x * principal_factor(x, float(ball.beta)))
    order = 1 if flow == "gradient flow" else 2
    terms = modified_equation(ball, bowl, np.ones(2), order=order)
    rates = np.polynomial.polynomial.polyval(h, terms[:])  # no warning: validity is the subject
    return np.asarray(np.exp(-h * rates))


def _solved(multipliers: Array, theta: Array, steps: Array) -> Array:
    """Return the points of a flow after so many steps, fractions too, shape (len(steps), 2)."""
    return np.asarray((multipliers ** steps[:, None] * theta).real)


def _errors(kappa: float, start: str, h: float, parameters: Parameters) -> dict[str, float]:
    """Return the largest distance of each flow from heavy ball up to a fixed time."""
    bowl, ball, theta = _bowl(kappa), HeavyBall(parameters["beta"]), np.ones(2)
    steps = round(parameters["time"] / h)
    back = 1 / _multipliers("principal flow", bowl, ball, h)  # to the point before theta
    manifold = start == "from the manifold"
    state = MomentumState((back.real - 1) / h * theta, 1) if manifold else None
    points = run_optimizer(ball, bowl, theta, steps=steps, step_size=h, state=state).points
    n = np.arange(steps + 1)
    found = {flow: _solved(_multipliers(flow, bowl, ball, h), theta, n) for flow in _FLOWS}
    return {flow: _distance(path, points) for flow, path in found.items()}


def _distance(path: Array, points: Array) -> float:
    """Return the largest distance between points of the same row."""
    return float(np.linalg.norm(path - points, axis=-1).max())


def _listed(values: Mapping[str, float], form: str) -> str:
    """Return names with their numbers."""
    return ", ".join(f"{name} {value:{form}}" for name, value in values.items())
