r"""What momentum penalises while a net is trained: the terms of the modified loss along the run.

    (1 - beta) L_h = L + h beta/(2 (1 - beta)^2) |grad L|^2 + ...,

here scaled to the loss that the effective step h/(1 - beta) descends.  The term of h^j is a sum
over trees with j edges; the first penalises the gradient's length, the others may have either sign.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, INK, PAPER, Figure, label_ends, panels, raised
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import modified_loss, sharpness, thresholds
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import HeavyBall

TITLE = "What momentum penalises while a net learns digits"

QUICK: dict[str, Any] = {
    "beta": 0.9,
    "step_size": 0.002,
    "steps": 1200,
    "looks": 25,
    "order": 4,
    "digits": 300,
    "hidden_units": 12,
}
FULL = QUICK | {"steps": 6000, "looks": 60, "digits": 1797, "hidden_units": 32}


def run(parameters: Parameters, report: Report) -> Findings:
    """Train, and expand the modified loss now and then."""
    features, labels = load_data("digits")
    count, beta, order = parameters["digits"], parameters["beta"], parameters["order"]
    net = MLP(features[:count], labels[:count], (parameters["hidden_units"],))
    ball, h = HeavyBall(beta), parameters["step_size"]
    start = net.initial_point(parameters["seed"])
    trajectory = run_optimizer(ball, net, start, steps=parameters["steps"], step_size=h)
    looks = np.unique(np.geomspace(1, parameters["steps"], parameters["looks"]).astype(int))
    table = Rows("step", "loss", *_terms(order), "convergence")
    limit = thresholds(beta).convergence
    for n in tracked(looks.tolist(), report):
        theta = trajectory.points[n]
        # without a step size there is no warning: validity is drawn in the second panel
        scaled = (
            (1 - beta) * modified_loss(ball, net, theta, order=order)[:] * h ** np.arange(order)
        )
        table.add(n, *scaled.tolist(), h * float(sharpness(net, theta)) / limit)
    share = np.array(table["h^1"]) / np.array(table["loss"])
    notes = [
        f"Loss {table['loss'][0]:.3f} to {table['loss'][-1]:.3f} in {parameters['steps']} steps.",
        f"The term of |grad L|^2 is at most {share.max():.2%} of the loss.",
        (
            "The series of chains converges where h lambda/(1 - sqrt(beta))^2 < 1: it is "
            f"{min(table['convergence']):.2f} to {max(table['convergence']):.2f} along the run."
        ),
    ]
    return Findings({"terms": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the terms along the run, and how close the series is to its limit."""
    table = result.arrays("terms")
    figure, axes = panels(2, 1, height=230, sharex=True, height_ratios=(3, 2))
    above, below = axes[:, 0]
    above.loglog(table["step"], table["loss"], color=INK)
    labels = [(table["step"][-1], table["loss"][-1], "loss L", INK)]
    for name, colour in zip(_terms(result.parameters["order"]), COLOURS, strict=False):
        size, power = np.abs(table[name]), int(name[2:])
        word = "h" if power == 1 else f"h{raised(power)}"
        above.loglog(table["step"], size, color=colour, linewidth=1)
        for sign, face in ((table[name] > 0, colour), (table[name] < 0, PAPER)):
            above.plot(table["step"][sign], size[sign], "o", color=colour, markerfacecolor=face)
        labels.append((table["step"][-1], size[-1], f"term of {word}", colour))
    above.set(title="terms of (1-β) times the modified loss (hollow: negative)")
    above.set_xlim(table["step"][0], table["step"][-1])
    below.semilogx(table["step"], table["convergence"], "o-", color=COLOURS[1])
    below.axhline(1, color=GREY, linestyle="--", linewidth=1)
    below.text(table["step"][0], 1.03, " beyond 1 the series of chains diverges", color=GREY)
    below.set(title="hλ/(1-√β)²", xlabel="step n", ylim=(0, 1.25))
    label_ends(above, labels)
    return figure


def _terms(order: int) -> list[str]:
    """Name the terms beyond the loss."""
    return [f"h^{power}" for power in range(1, order)]
