r"""The error of the memoryless update and of its modified equation, for every optimizer.

An optimizer runs from rest for a time T, and forgets its start on the way.  From the middle of its
run on, two others go with it: the memoryless update with R terms in its stationary limit,

    theta_{n+1} = theta_n - h (F_0 + h F_1 + ... + h^{R-1} F_{R-1})(theta_n),

and the solution of the modified equation with R terms.  Both end O(h^R) away; R = 1 is the update
that ignores the memory.

AdaGrad is not among them: it forgets nothing, and its steps shrink, so that no time is fixed.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polyfam import optimizers
from polyfam.experiments.experiment import Findings, Result
from polyfam.experiments.order_of_error import Toy
from polyfam.experiments.rows import Parameters, Report, Rows, tracked
from polyfam.experiments.style import COLOURS, GREY, INK, PAPER, Figure, panels
from polyfam.flows import flow, modified_equation
from polyfam.losses import LogisticRegression
from polyfam.losses.data import load_data
from polyfam.memory import memoryless
from polyfam.memory import run as run_optimizer
from polyfam.typing import Array

TITLE = "Every optimizer without memory: R terms end O(hᴿ) away"

QUICK: dict[str, Any] = {
    "betas": (0.4, 0.5),  # of an optimizer with one memory the second
    "epsilon": 0.2,
    "weight_decay": 0.1,
    "order": 4,
    "order_of_equation": 2,
    "times": (1.2, 4.0),  # on the toy, and on real data
    "steps": (32, 48, 64, 96),
}
FULL = QUICK | {"order_of_equation": 4, "steps": (48, 96, 192, 384)}


_FACES = {"update": None, "equation": PAPER}
#: Errors below this are rounding.
_EXACT = 1e-12


def run(parameters: Parameters, report: Report) -> Findings:
    """Measure all errors and fit their slopes."""
    problems, chosen = _problems(parameters["seed"]), _optimizers(parameters)
    times = dict(zip(problems, parameters["times"], strict=True))
    table = Rows("problem", "optimizer", "form", "order", "h", "error")
    notes = []
    pairs = [(problem, name) for problem in problems for name in chosen]
    for problem, name in tracked(pairs, report):
        h = times[problem] / np.array(parameters["steps"])
        errors = _errors(chosen[name], *problems[problem], h, parameters)
        for form, array in errors.items():
            for order, column in enumerate(array.T, start=1):
                table.add(problem, name, form, order, h, column)
            if array.max() > _EXACT:
                slopes = np.polyfit(np.log(h), np.log(array), 1)[0]
                found = ", ".join(f"{slope:.2f}" for slope in slopes)
                notes.append(f"{problem}, {name}, {form}: slopes {found}.")
            else:
                notes.append(f"{problem}, {name}, {form}: exact, since there is no memory.")
    return Findings({"errors": table}, notes)


def draw(result: Result) -> Figure:
    """Draw the measured slopes, a row for each optimizer, a tick where the theory has them."""
    table = result.arrays("errors")
    problems, names = (list(dict.fromkeys(table[key].tolist())) for key in ("problem", "optimizer"))
    figure, axes = panels(1, 1, height=25 * len(names) + 70)
    axis = axes[0, 0]
    orders = range(1, result.parameters["order"] + 1)
    for order in orders:
        axis.axvline(order, color=GREY, linewidth=1)
    for row, name in enumerate(names):
        for problem, shift, colour in zip(problems, (-0.2, 0.2), COLOURS, strict=False):
            here = (table["problem"] == problem) & (table["optimizer"] == name)
            for form, face in _FACES.items():
                chosen = here & (table["form"] == form)
                found = _slopes({key: column[chosen] for key, column in table.items()})
                y = [row + shift] * len(found)
                axis.plot(found, y, "o", color=colour, markerfacecolor=face or colour)
                if not found:
                    words = "without error"
                    axis.text(3.5, row + shift, words, color=colour, ha="center", va="center")
    axis.set_yticks(range(len(names)), names)
    axis.set_xticks(orders, [f"R = {order}" for order in orders])
    axis.set(ylim=(len(names) - 0.5, -0.7), xlim=(0.5, orders[-1] + 0.5))
    axis.tick_params(length=0)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    legend = ((problems[0], COLOURS[0], 0.0), (problems[1], COLOURS[1], 0.42))
    for text, colour, place in legend:
        axis.text(place, 1.04, text, color=colour, transform=axis.transAxes)
    forms = "filled: update, hollow: modified equation"
    axis.text(0, 1.0, forms, color=INK, transform=axis.transAxes)
    return figure


def _slopes(table: dict[str, Array]) -> list[float]:
    """Return the slope of the errors of each order, none where they are exact."""
    if table["error"].max(initial=0) <= _EXACT:
        return []
    found = []
    for order in np.unique(table["order"]):
        here = table["order"] == order
        fit = np.polyfit(np.log(table["h"][here]), np.log(table["error"][here]), 1)
        found.append(float(fit[0]))
    return found


def _optimizers(parameters: Parameters) -> dict[str, Any]:
    """Return the optimizers by the names of their panels."""
    beta1, beta = parameters["betas"]
    epsilon, decay = parameters["epsilon"], parameters["weight_decay"]
    return {
        "gradient descent": optimizers.GradientDescent(),
        "heavy ball": optimizers.HeavyBall(beta),
        "averaged momentum": optimizers.AveragedMomentum(beta),
        "Nesterov": optimizers.Nesterov(beta),
        "look-ahead": optimizers.LookAhead(beta, ahead=2.0),
        "quasi-hyperbolic": optimizers.QuasiHyperbolic(beta, nu=0.7),
        "RMSProp": optimizers.RMSProp(beta, epsilon),
        "Adam": optimizers.Adam(beta1, beta, epsilon),
        "Adam, ε outside": optimizers.Adam(beta1, beta, epsilon, epsilon_inside=False),
        "AdamW": optimizers.AdamW(beta1, beta, epsilon, weight_decay=decay),
        "NAdam": optimizers.NAdam(beta1, beta, epsilon, weight_decay=decay),
        "Lion": optimizers.Lion(beta1, beta, epsilon, weight_decay=decay),
        "LionK, K = log cosh": optimizers.LionK(np.tanh, beta1, beta, weight_decay=decay),
        "signum": optimizers.Signum(beta, epsilon),
    }


def _problems(seed: int) -> dict[str, tuple[Any, Array]]:
    """Return losses with their starts."""
    tumours = LogisticRegression(*load_data("breast_cancer"), ridge=0.01)
    start = 0.3 * np.random.default_rng(seed).standard_normal(tumours.dimension)
    return {"cubic-quartic toy": (Toy(), np.array([0.9, -0.6])), "tumours": (tumours, start)}


def _errors(
    optimizer: Any, loss: Any, theta: Array, h: Array, parameters: Parameters
) -> dict[str, Array]:
    """Return the errors of the update and of the equation, arrays (step sizes, orders)."""
    counts = np.array(parameters["steps"])
    paths = [
        run_optimizer(optimizer, loss, theta, steps=count, step_size=step_size).points
        for count, step_size in zip(counts.tolist(), h.tolist(), strict=True)
    ]
    middle, end = (
        np.stack([path[count] for path, count in zip(paths, chosen, strict=True)])[:, None]
        for chosen in (counts // 2, counts)
    )

    # The terms do not depend on h nor on R: all step sizes and orders are the points of one array.
    order = parameters["order"]
    points, powers = np.repeat(middle, order, axis=1), _powers(h, order)
    for n in range(max(counts - counts // 2)):
        on = n < counts - counts // 2
        terms = memoryless(optimizer, loss, points[on], order=order)[:]
        points[on] -= h[on, None, None] * _summed(powers[:, on], terms)
    update = np.linalg.norm(points - end, axis=-1)

    order = parameters["order_of_equation"]
    start, powers = np.repeat(middle, order, axis=1), _powers(h, order)

    def field(x: Array) -> Array:
        return -_summed(powers, modified_equation(optimizer, loss, x, order=order)[:])

    times = [0.0, h[0] * counts[0] / 2]
    points = flow(field, start, times, rtol=1e-9, atol=1e-12)[-1]
    return {"update": update, "equation": np.linalg.norm(points - end, axis=-1)}


def _powers(h: Array, order: int) -> Array:
    """Return h^m for m < R and 0 for m >= R, shape (terms, step sizes, orders R = 1, 2, ...)."""
    m = np.arange(order)
    return np.where(m[:, None, None] <= m, h[:, None] ** m[:, None, None], 0.0)


def _summed(powers: Array, terms: Array) -> Array:
    """Return the sums of R terms, shape (step sizes, orders, d)."""
    return np.asarray(np.einsum("mhr,mhrd->hrd", powers, terms))
