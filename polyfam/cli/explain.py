"""``polyfam explain``: what the memory of an optimizer does to the loss."""

from __future__ import annotations

import json
from typing import Any

import click

from polyfam.cli._shared import emit, printing_options
from polyfam.cli._trees import examples, fields

__all__ = ["command"]


@click.command(
    short_help="Say what an optimizer's memory penalises.",
    epilog=examples(
        "polyfam explain adamw --betas 0.9 0.999 --lr 1e-3 --weight-decay 0.1",
        "polyfam explain lion --betas 0.9 0.99",
        "polyfam explain heavy-ball --beta 0.9",
        "polyfam explain heavy-ball --beta 0.9 --lr 2e-4 --lipschitz 3.33",
    ),
)
@click.argument("optimizer")
@click.option("--lr", default=1e-3, show_default=True, help="The step size h.")
@click.option("--betas", type=float, nargs=2, help="beta1 beta2.")
@click.option("--beta", type=float, help="The memory, where there is only one.")
@click.option("--eps", "epsilon", type=float, help="Epsilon, added to the mean square.")
@click.option(
    "--eps-outside", is_flag=True, help="Epsilon is added to the root instead, as in torch."
)
@click.option("--weight-decay", type=float, help="Decoupled weight decay, lam.")
@click.option("--nu", type=float, help="The weight of the average in qhm.")
@click.option("--ahead", type=float, help="How far look-ahead looks ahead, a.")
@click.option(
    "--lipschitz", type=float, help="A Lipschitz constant of the gradient: what it certifies."
)
@printing_options(text="", json=".json")
def command(
    optimizer: str,
    lr: float,
    eps_outside: bool,
    lipschitz: float | None,
    format_: str,
    **given: Any,
) -> None:
    """Say in words and formulas what the memory of OPTIMIZER penalises.

    OPTIMIZER is gd, heavy-ball, averaged, nesterov, look-ahead, qhm, rmsprop, adam, adamw, nadam,
    adagrad, lion, lionk or signum; g stands for the gradient of the loss L and H for its Hessian.
    What is not given has the default of the optimizer, such as betas 0.9 and 0.999 for adam.
    """
    from polyfam.bias import explain
    from polyfam.optimizers import optimizer_named

    given["epsilon_inside"] = False if eps_outside else None
    facts = explain(optimizer_named(optimizer, **given), lr, lipschitz=lipschitz)
    emit(json.dumps(dict(facts)) if format_ == "json" else fields(facts))
