r"""The sign of Adam's correction against the batch size: anti-penalty or penalty.

On logistic regression of the breast cancer data, after some training, the expected correction E M
of Adam over independent batches is compared with what the full batch makes it a multiple of,
grad |g|_1 in the geometry of the denominators:

    weight = <R E M, H y>/<H y, H y>,      R^2 = E g_B^2 + epsilon,  y = g/R.

With the full batch and small epsilon it is tau_1 - tau_2 = beta_1/(1-beta_1) - beta_2/(1-beta_2).

References
----------
Cattaneo & Shigida, The Effect of Mini-Batch Noise on the Implicit Bias of Adam, arXiv:2602.01642.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from polyfam.bias import expected_correction, sampled_terms
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows
from polyfam.experiments.style import COLOURS, GREY, Figure, label_ends, panels
from polyfam.losses import LogisticRegression
from polyfam.losses.data import load_data
from polyfam.losses.derivatives.hessians import hessian_vector
from polyfam.memory import run as run_optimizer
from polyfam.optimizers import Adam
from polyfam.typing import Array

TITLE = "Small batches turn Adam's sign"

QUICK: dict[str, Any] = {
    "beta1": 0.9,
    "beta2": (0.95, 0.99),
    "epsilon": 1e-12,
    "sizes": (569, 284, 142, 71, 33, 16, 8),
    "training": 300,
    "ridge": 0.01,
    "samples": 0,
    "steps": 150,
}
FULL = QUICK | {"beta2": (0.95, 0.99, 0.999), "samples": 40}


def run(parameters: Parameters, report: Report) -> Findings:
    """Take the expected correction for every memory and batch size; sample it where asked to."""
    features, labels = load_data("breast_cancer")
    order = np.random.default_rng(parameters["seed"]).permutation(len(labels))
    whole = LogisticRegression(features, labels, ridge=parameters["ridge"])
    start = np.zeros(whole.dimension)
    trained = run_optimizer(
        Adam(0.9, 0.999), whole, start, steps=parameters["training"], step_size=0.01
    ).points[-1]
    table = Rows("beta2", "size", "weight", "sampled", "error")
    notes, total = [], len(parameters["beta2"]) * len(parameters["sizes"])
    for beta2 in parameters["beta2"]:
        optimizer = Adam(parameters["beta1"], beta2, parameters["epsilon"])
        for size in parameters["sizes"]:
            report(len(table["size"]), total)
            parts = order[: len(order) // size * size].reshape(-1, size)
            losses = [
                LogisticRegression(features[p], labels[p], ridge=parameters["ridge"]) for p in parts
            ]
            weight = _weigher(losses, trained, parameters["epsilon"])
            found = weight(sum(expected_correction(optimizer, losses, trained)))
            table.add(beta2, size, found, *_sampled(optimizer, losses, trained, parameters, weight))
        notes.append(_note(parameters["beta1"], beta2, table))
    report(total, total)
    return Findings({"weights": table}, notes)


def _weigher(losses: list[Any], theta: Array, epsilon: float) -> Callable[[Any], float]:
    """Return what measures a correction against grad |g|_1."""
    gradients = np.stack([loss.gradient(theta) for loss in losses])
    scale = np.sqrt(np.mean(gradients**2, axis=0) + epsilon)
    y = gradients.mean(axis=0) / scale
    moved = np.mean([hessian_vector(loss, theta, y) for loss in losses], axis=0)
    return lambda correction: float((scale * correction) @ moved / (moved @ moved))


def _sampled(
    optimizer: Adam,
    losses: list[Any],
    theta: Array,
    parameters: Parameters,
    weight: Callable[[Any], float],
) -> list[float]:
    """Return the weight by Monte Carlo and its standard error, nan where none is asked for."""
    count, steps = parameters["samples"], parameters["steps"]
    if not count or optimizer.beta2**steps > 0.01:
        return [np.nan, np.nan]
    draws = [
        weight(
            sampled_terms(optimizer, losses, theta, order=2, step=steps, samples=2, seed=each)[0][1]
        )
        for each in range(count // 2)
    ]
    return [float(np.mean(draws)), float(np.std(draws, ddof=1) / np.sqrt(len(draws)))]


def _note(beta1: float, beta2: float, table: Mapping[str, Any]) -> str:
    """Return where the sign changes for one memory."""
    rows = [
        (size, weight)
        for b, size, weight in zip(table["beta2"], table["size"], table["weight"], strict=True)
        if b == beta2
    ]
    tau = beta1 / (1 - beta1) - beta2 / (1 - beta2)
    text = f"({beta1:g}, {beta2:g}): {rows[0][1]:.4g} at batches of {rows[0][0]:g}"
    text += f" (tau_1 - tau_2 = {tau:.4g}), {rows[-1][1]:.3g} at {rows[-1][0]:g}"
    turned = [size for size, weight in rows if weight > 0]
    return text + (f"; a penalty from {max(turned):g} on downwards." if turned else "; no penalty.")


def draw(result: Result) -> Figure:
    """Draw the weight against the batch size, a line for each memory."""
    figure, axes = panels(height=250)
    axis = axes[0, 0]
    table = result.arrays("weights")
    labels = []
    for colour, beta2 in zip(COLOURS, result.parameters["beta2"], strict=False):
        here = table["beta2"] == beta2
        size, weight = table["size"][here], table["weight"][here]
        axis.plot(size, weight, "o-", color=colour)
        labels.append((size[0], weight[0], f"β₂ = {beta2:g}", colour))
        if np.isfinite(table["sampled"][here]).any():
            axis.errorbar(
                size, table["sampled"][here], 2 * table["error"][here], fmt="x", color=colour
            )
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.set(xscale="log", xlabel="batch size", title="weight of |grad L|₁, in units of h")
    axis.set_yscale("symlog", linthresh=1.0)
    axis.set_yticks([-100, -10, -1, 0, 1, 10], ["-100", "-10", "-1", "0", "1", "10"])
    sizes = result.parameters["sizes"]
    axis.set_xticks(sizes, [f"{each:g}" for each in sizes])
    axis.minorticks_off()
    label_ends(axis, labels)
    return figure
