r"""What Adam's memory penalises, in one dimension, against the size of the gradient.

The potential of the first-order correction of Adam's flow, for pairs of memories and for epsilon
small and large against the square of the gradient: penalised where it rises, anti-penalised where
it falls.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.bias import penalty_integral, regime_table, sign_change
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows
from polyfam.experiments.style import COLOURS, GREY, Figure, label_ends, panels, raised

TITLE = "What Adam's memory penalises, in one dimension"

QUICK: dict[str, Any] = {
    "pairs": ((0.5, 0.9), (0.8, 0.9), (0.9, 0.9), (0.95, 0.9), (0.97, 0.9)),
    "epsilons": (1e-6, 1.0, 100.0),
    "largest_gradient": 3.0,
    "points": 241,
}
FULL = QUICK | {"points": 2401}


def run(parameters: Parameters, report: Report) -> Findings:
    """Evaluate the penalty on a grid of gradients, and read off the regimes."""
    largest = parameters["largest_gradient"]
    x = np.linspace(-largest, largest, parameters["points"])
    table = Rows("beta_1", "beta_2", "epsilon", "gradient", "penalty")
    for epsilon in parameters["epsilons"]:
        for beta1, beta2 in parameters["pairs"]:
            penalty = penalty_integral(x, beta1=beta1, beta2=beta2, epsilon=epsilon)
            table.add(beta1, beta2, epsilon, x, penalty)
    notes = [
        f"beta1 = {beta1:g}, beta2 = {beta2:g}, epsilon {epsilon}: {norm} {verdict}."
        for beta1, beta2, epsilon, norm, verdict in regime_table(parameters["pairs"])
    ]
    report(1, 1)
    return Findings({"penalty": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the penalties, a panel for each epsilon, a curve for each pair of memories."""
    table = result.arrays("penalty")
    epsilons, pairs = result.parameters["epsilons"], result.parameters["pairs"]
    figure, axes = panels(len(epsilons), 1, height=165, sharex=True)
    for axis, epsilon in zip(axes[:, 0], epsilons, strict=True):
        axis.axhline(0, color=GREY, linewidth=0.8)
        labels = []
        for (beta_1, beta_2), colour in zip(pairs, COLOURS, strict=False):
            chosen = (table["epsilon"] == epsilon) & (table["beta_1"] == beta_1)
            chosen &= table["beta_2"] == beta_2
            x, y = table["gradient"][chosen], table["penalty"][chosen]
            axis.plot(x, y, color=colour)
            labels.append((x[-1], y[-1], f"β₁ = {beta_1:g}", colour))
            turn = sign_change(beta1=beta_1, beta2=beta_2, epsilon=epsilon)
            if turn < x[-1]:
                at = np.interp([-turn, turn], x, y)
                axis.plot([-turn, turn], at, "|", color=colour, markersize=9, markeredgewidth=2)
        axis.set(title=f"penalty for ε = 10{raised(np.log10(epsilon))}, β₂ = {pairs[0][1]:g}")
        axis.set_xlim(-x[-1], x[-1])
        label_ends(axis, labels)
    axes[-1, 0].set_xlabel("gradient (bars: where its pull changes sign)")
    return figure
