r"""Error bars that can be trusted: the certified error of R terms against the true one.

Logistic regression on the breast cancer data, along a run from theta = 0 on the manifold: the error
of the field at the last point, relative, once against the number of terms and once against the step
size, up to the threshold h Lam = (1 - sqrt(beta))^2 beyond which nothing is certified.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, Figure, label_ends, panels
from polyfam.losses import LogisticRegression, load_data
from polyfam.memory import on_manifold, thresholds
from polyfam.memory.certificates import certify
from polyfam.optimizers import HeavyBall

TITLE = "Certified and true error of the memoryless field"

QUICK: dict[str, Any] = {
    "beta": 0.9,
    "ridge": 0.01,
    "orders": (1, 2, 3, 4),
    "fractions": (0.01, 0.1, 0.5),  # of the threshold
    "steps": 40,
}
FULL = QUICK | {
    "orders": (1, 2, 3, 4, 5, 6, 8, 10),
    "fractions": (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8),
    "steps": 200,
}


def run(parameters: Parameters, report: Report) -> Findings:
    """Certify runs of all orders and step sizes, and compare with the exact field at the end."""
    features, targets = load_data("breast_cancer")
    loss = LogisticRegression(features, targets, ridge=parameters["ridge"])
    inputs = np.hstack([features, np.ones((len(features), 1))])
    gram = inputs.T @ inputs / len(inputs)
    lipschitz = float(np.linalg.eigvalsh(gram)[-1]) / 4 + parameters["ridge"]
    beta, theta = parameters["beta"], np.zeros(loss.dimension)
    threshold = thresholds(beta).convergence / lipschitz
    pairs = [(part, order) for part in parameters["fractions"] for order in parameters["orders"]]
    table = Rows("fraction", "h", "terms", "certified", "true")
    for part, order in tracked(pairs, report):
        h = part * threshold
        settings = {"step_size": h, "order": order, "lipschitz": lipschitz}
        ball = HeavyBall(beta)
        bound = certify(ball, loss, theta, steps=parameters["steps"], **settings)
        field = on_manifold(ball, loss, bound.points[-1], step_size=h).field
        size = float(np.linalg.norm(field))
        error = float(np.linalg.norm(bound.fields[-1] - field)) / size
        table.add(part, h, order, float(bound.field_errors[-1]) / size, error)
    ratio = max(c / t for c, t in zip(table["certified"], table["true"], strict=True) if t > 1e-12)
    note = f"Lipschitz constant {lipschitz:.4g}, threshold of the step size {threshold:.3g}; "
    return Findings({"errors": table}, [f"{note}the largest ratio to the truth is {ratio:.3f}."])


def draw(result: Result) -> Figure:
    """Draw the certified errors as lines and the true ones as dots on them."""
    table = result.arrays("errors")
    figure, axes = panels(1, 2, height=330, sharey=True)
    views = (("terms", "fraction", "h/limit"), ("fraction", "terms", "R"))
    for axis, (across, along, name) in zip(axes[0], views, strict=True):
        labels, top = [], table[along].max() if along == "fraction" else table[along].min()
        for value, colour in zip(np.unique(table[along]), COLOURS * 3, strict=False):
            here = table[along] == value
            x, y = table[across][here], table["certified"][here]
            axis.semilogy(x, y, color=colour, linewidth=1.2)
            axis.semilogy(x, table["true"][here], "o", color=colour, markersize=4)
            words = f"{name} = {value:g}" if value == top else f"{value:g}"
            end = -1 if along == "fraction" else 0
            labels.append((x[end], y[end], words, colour))
        axis.set_title("against the terms" if along == "fraction" else "against the step size")
        if across == "fraction":
            axis.set(xscale="log", xlabel="h/limit", xlim=(0.7 * min(x), 1.2))
            axis.axvline(1.0, color=GREY, linestyle="--", linewidth=1)
        else:
            axis.set(xlabel="number of terms R", ylabel="relative error of the field")
        label_ends(axis, labels, left=along == "terms")
    axes[0, 0].text(0.03, 0.02, "lines: certified\ndots: true", transform=axes[0, 0].transAxes)
    return figure
