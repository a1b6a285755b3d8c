r"""Does Adam's memory change the net that it finds?  A sweep of both memories, to equal loss.

Full-batch Adam trains a net on some digits until the loss falls below a target, for several
beta_2 at a large beta_1, and for several beta_1 at beta_2 = 0.999, from several starts.  There, at
equal training loss, three things are measured: the perturbed one-norm of the gradient,
|grad L|_{1,eps}, the largest eigenvalue of the Hessian, and the accuracy on the other digits.

To first order Adam penalises h (tau_1 - tau_2) |grad L|_{1,eps}, tau_i = beta_i/(1 - beta_i): a
larger beta_1 should make the one-norm smaller, a larger beta_2 larger [ADAM].  Whether sharpness
and accuracy follow is a question to the data.  Lion, which has no such term, is the reference.
With ``net="cnn"`` a small convolutional net takes the place of the perceptron.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from polyfam.errors import DomainError
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, FAINT, GREY, Figure, panels
from polyfam.losses import MLP
from polyfam.losses.data import load_data
from polyfam.memory import sharpness
from polyfam.optimizers import Adam, Lion
from polyfam.typing import Array

TITLE = "Adam's memories swept, at equal training loss"

QUICK: dict[str, Any] = {
    "beta_2s": (0.9, 0.97, 0.99, 0.997, 0.999),
    "beta_1": 0.99,
    "beta_1s": (0.0, 0.9, 0.97, 0.99, 0.997),
    "beta_2": 0.999,
    "epsilon": 1e-8,
    "step_size": 0.0005,
    "betas_of_lion": (0.9, 0.99),
    "step_size_of_lion": 0.0003,
    "net": "perceptron",  # or "cnn", which needs torch
    "digits": 300,
    "hidden_units": 16,  # or channels
    "target": 0.05,
    "most_steps": 3000,
    "starts": 4,
}
FULL = QUICK | {
    "step_size": 0.0002,
    "step_size_of_lion": 0.0001,
    "digits": 600,
    "target": 0.03,
    "most_steps": 20000,
    "starts": 8,
}


_GREEK = {"beta_1": "β₁", "beta_2": "β₂"}

_MEASURES = {
    "one_norm": "one-norm of the gradient",
    "sharpness": "sharpness",
    "accuracy": "accuracy on other digits",
    "steps": "steps to the target",
}


def run(parameters: Parameters, report: Report) -> Findings:
    """Train for every pair of memories, all starts at once, and measure at the target."""
    net, others = _problem(parameters)
    first = parameters["seed"]
    starts = np.stack([net.initial_point(first + s) for s in range(parameters["starts"])])
    h, epsilon = parameters["step_size"], parameters["epsilon"]
    pairs = [(parameters["beta_1"], beta_2) for beta_2 in parameters["beta_2s"]]
    pairs += [(beta_1, parameters["beta_2"]) for beta_1 in parameters["beta_1s"]]
    pairs = list(dict.fromkeys(pairs))
    cases: list[tuple[str, tuple[float, float], Any, float]] = [
        ("Adam", pair, Adam(*pair, epsilon), h) for pair in pairs
    ]
    lion = Lion(*parameters["betas_of_lion"])
    cases.append(("Lion", parameters["betas_of_lion"], lion, parameters["step_size_of_lion"]))

    table = Rows("optimizer", "beta_1", "beta_2", "start", *_MEASURES)
    for name, betas, optimizer, step_size in tracked(cases, report):
        points, steps = _trained(optimizer, net, starts, step_size, parameters)
        gradients = net.gradient(points)
        accuracy = np.mean(net.predict(points, others[0]).argmax(-1) == others[1], axis=-1)
        for start in np.flatnonzero(steps).tolist():
            one_norm = float(np.sqrt(gradients[start] ** 2 + epsilon).sum())
            measured = one_norm, float(sharpness(net, points[start])), float(accuracy[start])
            table.add(name, *betas, start, *measured, int(steps[start]))
    asked = len(cases) * len(starts)
    notes = [*_notes(table, parameters), f"{len(table['start'])} of {asked} reached the target."]
    return Findings({"nets": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the means over the starts with their standard errors, against the age of the memory."""
    table = result.arrays("nets")
    figure, axes = panels(2, 2, height=240, sharex=True)
    lion = table["optimizer"] == "Lion"
    for axis, (measure, words) in zip(axes.flat, _MEASURES.items(), strict=True):
        for swept, colour in zip(("beta_2", "beta_1"), COLOURS, strict=False):
            betas, chosen = _sweep(table, swept, result.parameters)
            means, errors = _means(table[measure], chosen)
            ages = 1 / (1 - np.array(betas))
            axis.errorbar(ages, means, errors, fmt="o-", color=colour, capsize=3)
        if lion.any():
            (mean,), (error,) = _means(table[measure], [lion])
            axis.axhspan(mean - error, mean + error, color=FAINT, linewidth=0)
            axis.axhline(mean, color=GREY, linewidth=1)
        axis.set(title=words, xscale="log", ylim=(0, 1.1 * axis.get_ylim()[1]))
    for axis in axes[-1]:
        axis.set_xlabel("age 1/(1-β) in steps")
    legend = [(f"{_GREEK[swept]} swept", colour) for swept, colour in
              zip(("beta_2", "beta_1"), COLOURS, strict=False)]  # fmt: skip
    for place, (text, colour) in enumerate([*legend, ("Lion", GREY)]):
        axes[1, 0].text(
            0.03, 0.26 - 0.11 * place, text, color=colour, transform=axes[1, 0].transAxes
        )
    return figure


def _problem(parameters: Parameters) -> tuple[Any, tuple[Array, Array]]:
    """Return a net on some of the digits, and the others."""
    if parameters["net"] not in ("perceptron", "cnn"):
        raise DomainError(
            f"Parameter 'net' must be 'perceptron' or 'cnn', not {parameters['net']!r}."
        )
    features, labels = load_data("digits")
    order = np.random.default_rng(parameters["seed"]).permutation(len(labels))
    features, labels = features[order], labels[order]
    count = parameters["digits"]
    some, others = (features[:count], labels[:count]), (features[count:], labels[count:])
    if parameters["net"] == "cnn":
        from polyfam.experiments.small_cnn import SmallCNN

        return SmallCNN(*some, parameters["hidden_units"]), others
    return MLP(*some, (parameters["hidden_units"],)), others


def _trained(
    optimizer: Any, net: Any, starts: Array, step_size: float, parameters: Parameters
) -> tuple[Array, Array]:
    """Return the first points with a loss below the target, and after how many steps; 0: none."""
    theta, found = starts, starts.copy()
    steps = np.zeros(len(starts), int)
    state = optimizer.init(theta)
    for n in range(1, parameters["most_steps"] + 1):
        state, direction = optimizer.update(state, net.gradient(theta), theta)
        theta = theta - step_size * direction
        there = (net.value(theta) < parameters["target"]) & (steps == 0)
        found[there], steps[there] = theta[there], n
        if steps.all():
            break
    return found, steps


def _sweep(
    table: Mapping[str, Array], swept: str, parameters: Parameters
) -> tuple[list[float], list[Array]]:
    """Return the values of a memory that some net reached the target with, and their rows."""
    fixed = "beta_1" if swept == "beta_2" else "beta_2"
    here = (table["optimizer"] == "Adam") & (table[fixed] == parameters[fixed])
    betas = [beta for beta in parameters[f"{swept}s"] if np.any(here & (table[swept] == beta))]
    return betas, [here & (table[swept] == beta) for beta in betas]


def _means(values: Array, groups: list[Array]) -> tuple[list[float], list[float]]:
    """Return the means of groups of rows, and their standard errors."""
    parts = [values[group] for group in groups]
    errors = [np.std(part, ddof=1) / np.sqrt(len(part)) if len(part) > 1 else 0 for part in parts]
    return [float(part.mean()) for part in parts], [float(error) for error in errors]


def _notes(columns: Mapping[str, Any], parameters: Parameters) -> list[str]:
    """List the means along each sweep, and the change from its ends, start by start."""
    table = {key: np.asarray(column) for key, column in columns.items()}
    notes = []
    for swept in ("beta_2", "beta_1"):
        betas, groups = _sweep(table, swept, parameters)
        for measure in _MEASURES if betas else ():
            found = ", ".join(f"{mean:.4g}" for mean in _means(table[measure], groups)[0])
            note = f"{measure} for {swept} = {', '.join(f'{beta:g}' for beta in betas)}: {found}"
            if len(groups) > 1 and groups[0].sum() == groups[-1].sum() == parameters["starts"]:
                changes = table[measure][groups[-1]] - table[measure][groups[0]]
                (mean,), (error,) = _means(changes, [np.ones(len(changes), bool)])
                note += f"; last less first {mean:.2g} with standard error {error:.1g}"
            notes.append(f"{note}.")
    lion = table["optimizer"] == "Lion"
    if lion.any():
        parts = (f"{measure} {table[measure][lion].mean():.4g}" for measure in _MEASURES)
        notes.append("Lion: " + ", ".join(parts) + ".")
    return notes
