"""``polyfam expand``: what momentum turns the loss into, as an exact expansion in h."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from textwrap import fill
from typing import TYPE_CHECKING

import click

from polyfam._checks import quoted
from polyfam.cli._shared import emit, printing_options, progress
from polyfam.cli._trees import examples
from polyfam.errors import DomainError

if TYPE_CHECKING:
    from polyfam.series.expansion import Expansion
    from polyfam.series.kernels import Kernel

__all__ = ["command"]

_WIDEST = 100
_TITLES = {
    "loss": "Modified loss of {}: steps theta - h grad L_h(theta)",
    "field": "Memoryless field of {}: steps theta - h g_h(theta)",
    "equation": "Modified equation of {}: theta' = -f_h(theta)",
}
_LEGEND = "g = grad L, H = the Hessian, Dk = the k-th derivative, u . v = the inner product"


class _Rational(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """An exact number, 9/10 or 0.9."""

    name = "number"

    def convert(
        self, value: str, param: click.Parameter | None, context: click.Context | None
    ) -> Fraction:
        from polyfam.series.parsing import rational_number

        try:
            return rational_number(value, "number")
        except DomainError:
            self.fail(f"{quoted(value)} is not a number such as 9/10 or 0.9.", param, context)


@click.command(
    short_help="Expand what momentum makes of a loss.",
    epilog=examples(
        "polyfam expand --order 5",
        "polyfam expand --what equation --order 3 --momentum 9/10",
        "polyfam expand --what field --kernel nesterov --one-variable --format latex",
    ),
)
@click.option(
    "--order",
    type=click.IntRange(1, 12),
    default=4,
    show_default=True,
    help="Number of terms h^0, h^1, ...: trees with at most so many vertices.",
)
@click.option(
    "--what",
    type=click.Choice([*_TITLES]),
    default="loss",
    show_default=True,
    help="The modified loss, its gradient field, or the modified equation.",
)
@click.option("--momentum", type=_Rational(), help="A value of beta such as 9/10; exact.")
@click.option(
    "--kernel",
    "name",
    metavar="NAME",
    help="Another memory than heavy ball's: gradient-descent, nesterov, dampened, "
    "quasi-hyperbolic or aggregated.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value of a parameter of the kernel, such as tau=1/10; may be repeated.",
)
@click.option(
    "--step",
    type=click.IntRange(0),
    help="The step n = 0, 1, ... from rest; else the limit n = infinity.",
)
@click.option("--one-variable", is_flag=True, help="Write L', L'', ... of a loss in one variable.")
@printing_options(text="", latex=".tex", sympy="", json=".json")
def command(
    order: int,
    what: str,
    momentum: Fraction | None,
    name: str | None,
    settings: tuple[str, ...],
    step: int | None,
    one_variable: bool,
    format_: str,
) -> None:
    """Expand in the step size h what heavy ball, or another memory, makes of a loss L.

    Heavy ball with step size h and momentum beta is gradient descent on a modified loss. Every
    term is exact: a power of h, a polynomial in beta over a power of 1 - beta, and derivatives of
    L contracted along a tree. The series is for small h times curvature: it is asymptotic, and
    where h times an eigenvalue of the Hessian exceeds (1 - sqrt(beta))^2 heavy ball oscillates.
    """
    if step is not None and what == "equation":
        raise click.UsageError("--step is for the loss and the field.")
    if one_variable and format_ == "json":
        raise click.UsageError("--one-variable has no JSON form; 'derivatives' tells each term's.")
    if settings and name is None:
        raise click.UsageError("--set needs --kernel; --momentum sets beta.")
    if momentum is not None and not 0 <= momentum < 1:
        raise click.BadParameter(
            f"{quoted(str(momentum))} is not in [0, 1).", param_hint="'--momentum'"
        )
    memory = None if name is None else _kernel(name, momentum, settings)
    title = "heavy ball" if memory is None else memory.name
    expansion = _expansion(what, order, step, momentum, memory)
    if format_ == "latex":
        emit(expansion.latex(one_variable))
    elif format_ == "sympy":
        emit(expansion.in_one_variable() if one_variable else expansion.sympy())
    elif format_ == "json":
        emit(_json(what, title, expansion))
    else:
        if step is not None:
            title += f" at step {step} from rest"
        emit(_text(_TITLES[what].format(title), what, expansion, one_variable))


def _expansion(
    what: str, order: int, step: int | None, momentum: Fraction | None, memory: Kernel | None
) -> Expansion:
    """Return what is asked for, or the command that gives what there is."""
    from polyfam.series import field, gradient_order, modified_equation, modified_loss

    if what == "loss" and memory is not None and step is None:
        verdict = gradient_order(memory)
        if verdict.order is not None and verdict.order < order:
            raise DomainError(f"{verdict} Take --what field, or --order {verdict.order}.")
    with progress("trees") as tell:
        if what == "equation":
            expansion = modified_equation(memory, order=order, progress=tell)
        else:
            verb = modified_loss if what == "loss" else field
            expansion = verb(memory, order=order, step=step, progress=tell)
    return expansion if momentum is None or memory is not None else expansion.at(beta=momentum)


def _kernel(name: str, momentum: Fraction | None, settings: tuple[str, ...]) -> Kernel:
    """Return a kernel by its name, with values for its parameters."""
    from polyfam.series import kernel

    values: dict[str, Fraction | str] = {} if momentum is None else {"beta": momentum}
    for setting in settings:
        parameter, equals, value = setting.partition("=")
        if not equals:
            raise click.BadParameter(f"{quoted(setting)} is not NAME=VALUE.", param_hint="'--set'")
        values[parameter.strip()] = value.strip()
    return kernel(name).at(**values)


def _text(title: str, what: str, expansion: Expansion, one_variable: bool) -> str:
    """Return the expansion with a title, and for fields whether they are a gradient."""
    width = min(_WIDEST, shutil.get_terminal_size().columns)
    parts = [title] if one_variable else [title, _LEGEND]
    parts = [fill(part, width) for part in parts]
    parts += ["", expansion.text(width, one_variable)]
    if what != "loss":
        parts += ["", fill(str(expansion.is_gradient_up_to()), width, break_long_words=False)]
    return "\n".join(parts)


def _json(what: str, title: str, expansion: Expansion) -> str:
    """Return the terms as one line of JSON; rational functions are texts."""
    from polyfam.series.differentials import degrees
    from polyfam.series.rational import text

    terms = [
        {
            "level_sequence": term.tree.levels,
            "power": term.power,
            "coefficient": text(term.coefficient),
            "sigma": str(term.sigma),
            "differential": term.differential,
            "derivatives": degrees(term.tree),
        }
        for term in expansion
    ]
    facts = {"what": what, "of": title, "order": expansion.order, "terms": terms}
    if what != "loss":
        facts["gradient_order"] = expansion.is_gradient_up_to().order
    return json.dumps(facts)
