r"""How fast heavy ball finds its manifold: the distance shrinks like beta^n.

The distance at step n is |m_{n+1} - g_h(theta_n)|, the momentum against the exact memoryless field,
from rest and from momenta that point the wrong way.  Theory: (beta + O(h))^n.

References
----------
[KS21] Kovachki & Stuart, Continuous time analysis of momentum methods, JMLR 22 (2021).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam._checks import integer
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, Figure, panels
from polyfam.losses import BilinearToy
from polyfam.memory import on_manifold, sharpness, thresholds
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import HeavyBall
from polyfam.optimizers._rules import MomentumState

TITLE = "Attraction to the manifold: the distance falls like βⁿ"

QUICK: dict[str, Any] = {
    "betas": (0.5, 0.8, 0.9),
    "fractions": (0.02, 0.2),  # of the step size at which the series stops converging
    "theta_0": (1.2, 0.9),
    "digits": 8,
}
FULL = QUICK | {"fractions": (0.005, 0.02, 0.1, 0.2), "digits": 10}

#: Initial momenta in units of the gradient there.
_STARTS = {"at rest": 0.0, "too fast": 3.0, "backwards": -2.0}


def run(parameters: Parameters, report: Report) -> Findings:
    """Run heavy ball and compare its momentum with the exact field at every step."""
    integer(parameters["digits"], "digits", minimum=1, maximum=15)  # doubles hold no more
    toy = BilinearToy()
    theta = np.array(parameters["theta_0"])
    pairs = [(beta, part) for beta in parameters["betas"] for part in parameters["fractions"]]
    table = Rows("beta", "h", "start", "n", "distance")
    notes = []
    for beta, part in tracked(pairs, report):
        h = part * thresholds(beta).convergence / float(sharpness(toy, theta))
        ball = HeavyBall(beta)
        steps = int(np.log(10.0) * parameters["digits"] / -np.log(beta))
        momenta = [c / (1 - beta) * toy.gradient(theta) for c in _STARTS.values()]
        starts, state = np.tile(theta, (len(_STARTS), 1)), MomentumState(np.array(momenta), 0)
        trajectory = run_optimizer(ball, toy, starts, steps=steps, step_size=h, state=state)
        points = trajectory.points[:-1]
        field = on_manifold(ball, toy, points, step_size=h).field
        distances = np.linalg.norm(trajectory.directions[1:] - field, axis=-1)
        for start, column in zip(_STARTS, distances.T, strict=True):
            table.add(beta, h, start, range(steps), column)
        middle = slice(steps // 4, 3 * steps // 4)
        rates = np.exp(np.polyfit(np.arange(steps)[middle], np.log(distances[middle]), 1)[0])
        measured = ", ".join(f"{rate:.4f}" for rate in rates)
        notes.append(f"beta = {beta:g}, h = {h:.2g}: measured rates {measured}.")
    return Findings({"distance": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the distances, a panel for each beta, with beta^n dashed."""
    table = result.arrays("distance")
    betas = result.parameters["betas"]
    figure, axes = panels(1, len(betas), height=280, sharey=True)
    for axis, beta in zip(axes[0], betas, strict=True):
        here = table["beta"] == beta
        widths = np.linspace(1, 2.4, len(np.unique(table["h"][here])))
        for h, width in zip(np.unique(table["h"][here]), widths, strict=True):
            for start, colour in zip(_STARTS, COLOURS, strict=False):
                chosen = here & (table["h"] == h) & (table["start"] == start)
                n, distance = table["n"][chosen], table["distance"][chosen]
                axis.semilogy(n, distance, color=colour, linewidth=width)
        n = table["n"][here]
        guide = 0.1 * table["distance"][here].min() * beta ** (n - float(n.max()))
        axis.semilogy(n, guide, "--", color=GREY)
        axis.text(
            0.45 * n.max(), 0.3 * np.sqrt(guide.max() * guide.min()), "βⁿ", color=GREY, ha="right"
        )
        axis.set(title=f"β = {beta:g}", xlabel="step n", xticks=(0, int(n.max()) // 10 * 10))
    for height, (start, colour) in enumerate(zip(_STARTS, COLOURS, strict=False)):
        axes[0, 0].text(0.97, 0.97 - 0.07 * height, start, color=colour, ha="right", va="top",
                        transform=axes[0, 0].transAxes)  # fmt: skip
    axes[0, 0].set_ylabel("distance from the manifold")
    return figure
