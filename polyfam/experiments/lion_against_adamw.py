r"""How much the memory of AdamW and of Lion changes their steps, along the same run.

A net learns digits with AdamW, and again with Lion.  At points of both runs the correction h M of
both optimizers is compared with their F: in the stationary limit, elementwise,

    AdamW   M = (tau_1 - tau_2 g^2/R^2)/R * H F,        R = sqrt(g^2 + epsilon),
    Lion    M = beta_1/(1 - beta_2) epsilon/R^3 * H F,

so that Lion's vanishes where |g| is much larger than sqrt(epsilon).  For most parameters, which the
median of h |M_i|/|F_i| tells, that is so; the length |M| is that of the few with small gradients.
Where a share exceeds 1 the expansion cannot be trusted.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, Figure, panels, raised
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import closed_form
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import AdamW, Lion

TITLE = "How much of a step is memory: Lion against AdamW"

QUICK: dict[str, Any] = {
    "digits": 300,
    "hidden_units": 32,
    "step_size": 1e-4,
    "steps": 3000,
    "looks": 25,
    "betas": (0.9, 0.999),
    "betas_of_lion": (0.9, 0.99),
    "epsilons": (1e-6, 1e-8, 1e-10),
    "weight_decay": 0.1,
}
FULL = QUICK | {"digits": 1797, "steps": 6000, "looks": 60}

_SHARES = ("length", "median")  # h |M|/|F|, and the median of h |M_i|/|F_i|


def run(parameters: Parameters, report: Report) -> Findings:
    """Train with both optimizers, and measure the corrections of both along both runs."""
    features, labels = load_data("digits")
    count, h = parameters["digits"], parameters["step_size"]
    net = MLP(features[:count], labels[:count], (parameters["hidden_units"],))
    theta, steps = net.initial_point(parameters["seed"]), parameters["steps"]
    looks = np.unique(np.geomspace(1, steps, parameters["looks"]).astype(int))
    table = Rows("run", "n", "loss", "optimizer", "epsilon", *_SHARES)
    notes = []
    for trained in tracked(("AdamW", "Lion"), report):
        optimizer = _optimizer(trained, parameters["epsilons"][-1], parameters)
        points = run_optimizer(optimizer, net, theta, steps=steps, step_size=h).points[looks]
        losses = net.value(points)
        for name in ("AdamW", "Lion"):
            for epsilon in parameters["epsilons"]:
                optimizer = _optimizer(name, epsilon, parameters)
                length, median = _shares(optimizer, net, points, h)
                table.add(trained, looks, losses, name, epsilon, length, median)
                notes.append(
                    f"Trained by {trained}, epsilon = {epsilon:g}, {name}: typically "
                    f"h |M|/|F| = {np.median(length):.2g}, median of h |M_i|/|F_i| = "
                    f"{np.median(median):.2g}."
                )
        notes.append(f"Trained by {trained}: loss {losses[0]:.2f} to {losses[-1]:.1e}.")
    return Findings({"shares": table}, notes)


def draw(result: Result) -> Figure:
    """Draw what share of a step is memory in the median coordinate, along both runs."""
    table = result.arrays("shares")
    figure, axes = panels(2, 1, height=200, sharex=True, sharey=True)
    for axis, trained in zip(axes[:, 0], ("AdamW", "Lion"), strict=True):
        axis.axhline(1, color=GREY, linewidth=1)
        for name, colour in zip(("AdamW", "Lion"), COLOURS, strict=False):
            for epsilon in result.parameters["epsilons"]:
                chosen = (table["run"] == trained) & (table["optimizer"] == name)
                chosen &= table["epsilon"] == epsilon
                n, values = table["n"][chosen], table["median"][chosen]
                axis.loglog(n, values, color=colour, linewidth=1.2)
                words = f"Lion, ε = 10{raised(np.log10(epsilon))}" if name == "Lion" else name
                if name == "Lion" or epsilon == result.parameters["epsilons"][-1]:
                    axis.annotate(words, (n[0], values[0]), xytext=(5, 5), color=colour,
                                  textcoords="offset points")  # fmt: skip
        axis.set(title=f"median of h |Mᵢ|/|Fᵢ| along a run of {trained}", xlim=(n[0], n[-1]))
        axis.set_ylim(top=100)
    axes[-1, 0].set_xlabel("step n")
    return figure


def _optimizer(name: str, epsilon: float, parameters: Parameters) -> AdamW | Lion:
    """Return AdamW or Lion with a smooth sign."""
    decay = parameters["weight_decay"]
    beta1, beta2 = parameters["betas" if name == "AdamW" else "betas_of_lion"]
    if name == "AdamW":
        return AdamW(beta1, beta2, epsilon, weight_decay=decay)
    return Lion(beta1, beta2, epsilon, weight_decay=decay)


def _shares(optimizer: AdamW | Lion, net: MLP, points: Any, h: float) -> tuple[Any, Any]:
    """Return h |M|/|F| and the median of h |M_i|/|F_i| at each point, in the stationary limit."""
    direction, correction = closed_form(optimizer, net, points)
    length = h * np.linalg.norm(correction, axis=-1) / np.linalg.norm(direction, axis=-1)
    moving = np.where(direction == 0, np.nan, direction)  # weights of constant pixels stand still
    return length, h * np.nanmedian(np.abs(correction / moving), axis=-1)
