r"""What momentum penalises while a net is trained: the terms of the modified loss along the run.

    (1 - beta) L_h = L + h beta/(2 (1 - beta)^2) |grad L|^2 + ...,

here scaled to the loss that the effective step h/(1 - beta) descends.  The term of h^j is a sum
over trees with j edges; the first penalises the gradient's length, the others may have either sign.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.style import COLOURS, GREY, axes_grid
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import modified_loss, sharpness, thresholds
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import HeavyBall

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FULL", "QUICK", "TITLE", "draw", "run"]

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


def run(parameters: Mapping[str, Any], report: Callable[[int, int], None]) -> Findings:
    """Train, and expand the modified loss now and then."""
    features, labels = load_data("digits")
    count, beta, order = parameters["digits"], parameters["beta"], parameters["order"]
    net = MLP(features[:count], labels[:count], (parameters["hidden_units"],))
    ball, h = HeavyBall(beta), parameters["step_size"]
    start = net.initial_point(parameters["seed"])
    trajectory = run_optimizer(ball, net, start, steps=parameters["steps"], step_size=h)
    looks = np.unique(np.geomspace(1, parameters["steps"], parameters["looks"]).astype(int))
    table: dict[str, list[Any]] = {
        key: [] for key in ("step", "loss", *_terms(order), "convergence")
    }
    limit = thresholds(beta).convergence
    for done, n in enumerate(looks.tolist()):
        report(done, len(looks))
        theta = trajectory.points[n]
        # without a step size there is no warning: validity is drawn in the second panel
        scaled = (
            (1 - beta) * modified_loss(ball, net, theta, order=order)[:] * h ** np.arange(order)
        )
        table["step"].append(n)
        table["loss"].append(float(scaled[0]))
        for name, value in zip(_terms(order), scaled[1:], strict=True):
            table[name].append(float(value))
        table["convergence"].append(h * float(sharpness(net, theta)) / limit)
    report(len(looks), len(looks))
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
    table = {key: np.asarray(column) for key, column in result.tables["terms"].items()}
    figure, axes = axes_grid(1, 2, width=4.4, height=3.2)
    left, right = axes[0]
    left.loglog(table["step"], table["loss"], color="black", label="loss L")
    for name, colour in zip(_terms(result.parameters["order"]), COLOURS, strict=False):
        values = table[name]
        label = "h |∇L|² β/2(1-β)²" if name == "h^1" else f"term of {name}"
        left.loglog(table["step"], np.abs(values), color=colour, label=label, linewidth=1)
        for sign, face in ((values > 0, colour), (values < 0, "white")):
            left.plot(
                table["step"][sign],
                np.abs(values[sign]),
                "o",
                color=colour,
                markerfacecolor=face,
            )
    left.set(
        title="terms of (1-β) times the modified loss",
        xlabel="step n",
        ylabel="size (hollow: negative)",
    )
    left.legend()
    right.semilogx(table["step"], table["convergence"], "o-", color=COLOURS[1])
    right.axhline(1, color=GREY, linestyle="--", linewidth=1)
    right.annotate("the series of chains stops converging", (table["step"][0], 1.03), fontsize=8)
    right.set(title="h λ / (1-√β)²", xlabel="step n", ylim=(0, 1.15))
    return figure


def _terms(order: int) -> list[str]:
    """Name the terms beyond the loss."""
    return [f"h^{power}" for power in range(1, order)]
