r"""Which minimum of a bilinear toy Adam finds: the memories push it, one each way.

E(t_1, t_2) = (3/2 - 2 t_1 t_2)^2/2 is minimal on a hyperbola.  On a level 4 t_1 t_2 - 3 = c > 0

    |grad E|_1 = c (t_1 + t_2),

which is least where t_1 = t_2.  The correction of Adam adds h (tau_1 - tau_2) |grad E|_1 to the
loss where epsilon is small, tau_i = beta_i/(1 - beta_i): a larger beta_1 should lead to a smaller
one-norm, a larger beta_2 to a larger one, the more so the larger h is.  The one-norm is taken where
a run crosses the level c = 1, since at the end it vanishes.  Without its memory Adam descends along
the sign of the gradient, t_2 - t_1 stays, and t_1 + t_2 = sqrt((t_2 - t_1)^2 + 4) on the level.

References
----------
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, Axes, Figure, label_ends, panels
from polyfam.losses import BilinearToy
from polyfam.memory import run as run_optimizer
from polyfam.memory._arguments import quiet
from polyfam.optimizers import Adam
from polyfam.typing import Array

TITLE = "The bilinear toy: β₁ shrinks |∇E|₁, β₂ grows it"

QUICK: dict[str, Any] = {
    "beta_1_sweep": ((0.5, 0.99), (0.9, 0.99), (0.97, 0.99), (0.99, 0.99)),
    "beta_2_sweep": ((0.9, 0.9), (0.9, 0.97), (0.9, 0.985), (0.9, 0.99)),
    "h_sweep": ((0.9, 0.98), (0.9, 0.9), (0.98, 0.9)),
    "step_size": 0.002,
    "step_sizes": (0.0005, 0.001, 0.002),
    "epsilon": 1e-8,
    "theta_0": (2.8, 3.5),
    "time": 3.5,
}
FULL = QUICK | {"step_sizes": (0.0001, 0.0002, 0.0005, 0.001, 0.002)}


_SWEEPS = ("beta_1_sweep", "beta_2_sweep")
_ADAM, _CORRECTED, _PLAIN = "Adam", "F + h M", "F"
_STYLES = {_ADAM: "o", _CORRECTED: "-"}
_WINDOW = ((0.3, 1.15), (1.15, 1.9))
_KEPT = 500  # points of a path


def run(parameters: Parameters, report: Report) -> Findings:
    """Run Adam for all memories and step sizes, and see where it crosses the level."""
    toy, start = BilinearToy(), np.array(parameters["theta_0"])
    epsilon, time = parameters["epsilon"], parameters["time"]
    paths = Rows("sweep", "beta_1", "beta_2", "t_1", "t_2")
    levels = Rows("beta_1", "beta_2", "h", "run", "one_norm")
    notes = []
    for sweep in tracked(_SWEEPS, report):
        found = []
        h = parameters["step_size"]
        for betas in parameters[sweep]:
            points = run_optimizer(
                Adam(betas[0], betas[1], epsilon), toy, start, steps=round(time / h), step_size=h
            ).points
            kept = points[:: -(-len(points) // _KEPT)]
            paths.add(sweep, *betas, *kept.T)
            found.append(f"{_one_norm(points):.4f} ({betas[0]:g}, {betas[1]:g})")
        notes.append(f"|grad E|_1 on the level, h = {h:g}, (beta_1, beta_2): " + ", ".join(found))

    cases = [(betas, h) for betas in parameters["h_sweep"] for h in parameters["step_sizes"]]
    for betas, h in tracked(cases, report):
        optimizer = Adam(betas[0], betas[1], epsilon)
        options: dict[str, Any] = {"steps": round(time / h), "step_size": h}
        with quiet():  # the terms grow where the gradient vanishes, at the end
            corrected = run_optimizer(optimizer, toy, start, **options, order=2, step=0)
        runs = {
            _ADAM: run_optimizer(optimizer, toy, start, **options).points,
            _CORRECTED: corrected.points,
        }
        norms = {name: _one_norm(points) for name, points in runs.items()}
        norms[_PLAIN] = float(np.hypot(start[1] - start[0], 2))
        for name, norm in norms.items():
            levels.add(*betas, h, name, norm)
        notes.append(
            f"beta_1 = {betas[0]:g}, beta_2 = {betas[1]:g}, h = {h:g}: "
            + ", ".join(f"{name} {norm:.5f}" for name, norm in norms.items())
        )
    return Findings({"paths": paths, "levels": levels}, notes)


def draw(result: Result) -> Figure:
    """Draw the paths of both sweeps near the level, and the change of the one-norm against h."""
    figure, axes = panels(2, 2, height=250)
    paths = result.arrays("paths")
    for axis, sweep, name, fixed in zip(
        axes[0], _SWEEPS, ("beta_1", "beta_2"), ("beta_2", "beta_1"), strict=True
    ):
        here = paths["sweep"] == sweep
        _background(axis)
        labels = []
        for value, colour in zip(np.unique(paths[name][here]), COLOURS, strict=False):
            chosen = here & (paths[name] == value)
            t_1, t_2 = paths["t_1"][chosen], paths["t_2"][chosen]
            axis.plot(t_1, t_2, color=colour)
            edge = float(np.interp(_WINDOW[0][1], t_1[::-1], t_2[::-1]))
            labels.append((_WINDOW[0][1], edge, f"{value:g}", colour))
        axis.set_title(f"{_greek(name)} swept, {_greek(fixed)} = {paths[fixed][here][0]:g}")
        label_ends(axis, labels)
    for axis in axes[1]:
        axis.remove()
    _changes(figure.add_subplot(axes[1, 0].get_gridspec()[1, :]), result)
    return figure


def _background(axis: Axes) -> None:
    """Draw the minima and the level c = 1."""
    x = np.linspace(*_WINDOW[0], 200)
    low = _WINDOW[1][0]
    for c, style, words, side in ((0.0, "-", "minima ", "right"), (1.0, "--", " c = 1", "left")):
        axis.plot(x, (3 + c) / (4 * x), style, color=GREY, linewidth=1)
        axis.text((3 + c) / (4 * low), low + 0.02, words, color=GREY, ha=side)
    axis.set(xlim=_WINDOW[0], ylim=_WINDOW[1], xlabel="t₁", ylabel="t₂")


def _changes(axis: Axes, result: Result) -> None:
    """Draw by how much the memory changes the one-norm on the level, against the step size."""
    table = result.arrays("levels")
    axis.axhline(0, color=GREY, linewidth=1)
    labels = []
    for (beta_1, beta_2), colour in zip(result.parameters["h_sweep"], COLOURS, strict=False):
        here = (table["beta_1"] == beta_1) & (table["beta_2"] == beta_2)
        plain = table["one_norm"][here & (table["run"] == _PLAIN)]
        for name, style in _STYLES.items():
            h = table["h"][here & (table["run"] == name)]
            change = 100 * (table["one_norm"][here & (table["run"] == name)] / plain - 1)
            axis.plot(h, change, style, color=colour)
        labels.append((h[-1], change[-1], f"β₁ {beta_1:g}, β₂ {beta_2:g}", colour))
    axis.set(title="change of |∇E|₁ on c = 1 by the memory, in %", xlabel="step size h")
    axis.text(0.01, 0.03, "dots: Adam; lines: F + hM", transform=axis.transAxes)
    axis.set_xticks(h, [f"{each:g}" for each in h])
    label_ends(axis, labels)


def _one_norm(points: Array) -> float:
    """Return |grad E|_1 where a path crosses 4 t_1 t_2 - 3 = 1, that is t_1 + t_2 there."""
    level = 4 * points.prod(axis=-1) - 4
    after = int(np.argmax(level <= 0))
    if after == 0:
        return float("nan")  # it has not come there
    share = level[after - 1] / (level[after - 1] - level[after])
    return float(points[after - 1].sum() + share * (points[after] - points[after - 1]).sum())


def _greek(name: str) -> str:
    """Return the name of a memory as it is printed."""
    return {"beta_1": "β₁", "beta_2": "β₂"}[name]
