"""polyfam expand: every expansion in every format, at 80 columns."""

from __future__ import annotations

import json

import pytest
import sympy
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.series.equation import modified_equation
from polyfam.series.linear_memory import field, modified_loss


def run(*arguments: str, columns: int = 80) -> Result:
    """Run the verb."""
    return CliRunner(env={"COLUMNS": str(columns)}).invoke(main, ["expand", *arguments])


def test_text_of_the_loss_matches_the_literal_page() -> None:
    result = run("--order", "4")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Modified loss of heavy ball: steps theta - h grad L_h(theta)",
        "g = grad L, H = the Hessian, Dk = the k-th derivative, u . v = the inner product",
        "",
        "L_h = sum of",
        "  1/(1 - beta) times",
        "    L            1",
        "  h/(1 - beta)^3 times",
        "    g . g        1/2*beta",
        "  h^2/(1 - beta)^5 times",
        "    g . H g      1/2*(beta + beta^2)",
        "  h^3/(1 - beta)^7 times",
        "    D3(g, g, g)  1/6*(beta + 4*beta^2 + beta^3)",
        "    H g . H g    1/2*(beta + 3*beta^2 + beta^3)",
    ]


def test_text_of_the_equation_ends_with_the_verdict() -> None:
    lines = run("--what", "equation", "--order", "3", "--momentum", "0").stdout.splitlines()
    assert lines == [
        "Modified equation of heavy ball: theta' = -f_h(theta)",
        "g = grad L, H = the Hessian, Dk = the k-th derivative, u . v = the inner product",
        "",
        "f_h = sum of",
        "  1 times",
        "    g         1",
        "  h times",
        "    H g       1/2",
        "  h^2 times",
        "    D3(g, g)  1/12",
        "    H H g     1/3",
        "",
        "A gradient up to h^1 only: at h^2 two rootings of one tree are D3(g, g) and H H",
        "g, whose coefficients times sigma are 1/6 and 1/3.",
    ]


@pytest.mark.parametrize(
    ("arguments", "expansion"),
    [
        ((), modified_loss(order=4)),
        (("--what", "field", "--order", "5"), field(order=5)),
        (("--what", "equation", "--order", "3"), modified_equation(order=3)),
        (("--momentum", "9/10", "--order", "3"), modified_loss(order=3).at(beta="9/10")),
        (("--momentum", "0.9", "--order", "3"), modified_loss(order=3).at(beta="9/10")),
        (("--step", "2", "--order", "3"), modified_loss(order=3, step=2)),
        (("--kernel", "heavy-ball", "--order", "3"), modified_loss(order=3)),
        (
            ("--kernel", "heavy-ball", "--what", "equation", "--order", "3"),
            modified_equation(order=3),
        ),
    ],
    ids=["loss", "field", "equation", "momentum", "decimal", "step", "kernel", "kernel-equation"],
)
def test_output_matches_the_library(arguments: tuple[str, ...], expansion: object) -> None:
    latex = run(*arguments, "--format", "latex").stdout
    assert latex == f"{expansion.latex()}\n"
    shown = run(*arguments).stdout
    assert expansion.text(80) in shown
    assert max(map(len, shown.splitlines())) <= 80
    one = run(*arguments, "--one-variable").stdout
    assert expansion.text(80, one_variable=True) in one


def test_sympy_can_be_read_back() -> None:
    names = {"beta": sympy.Symbol("beta")}
    shown = run("--format", "sympy", "--order", "3", "--one-variable").stdout
    assert sympy.sympify(shown, names) == modified_loss(order=3).in_one_variable()
    assert run("--format", "sympy", "--order", "1").stdout == "L/(1 - beta)\n"


def test_json_matches_literals() -> None:
    facts = json.loads(run("--order", "2", "--what", "field", "--format", "json").stdout)
    assert facts == {
        "what": "field",
        "of": "heavy ball",
        "order": 2,
        "terms": [
            {
                "level_sequence": [0],
                "power": 0,
                "coefficient": "1/(1 - beta)",
                "sigma": "1",
                "differential": "g",
                "derivatives": [1],
            },
            {
                "level_sequence": [0, 1],
                "power": 1,
                "coefficient": "beta/(1 - beta)^3",
                "sigma": "1",
                "differential": "H g",
                "derivatives": [1, 2],
            },
        ],
        "gradient_order": 2,
    }


def test_nesterov_has_a_modified_loss_of_two_terms_and_no_more() -> None:
    assert run("--kernel", "nesterov", "--order", "2").stdout.splitlines()[-1] == (
        "    g . g  1/2*beta^2"
    )
    result = run("--kernel", "nesterov", "--order", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: Nesterov's momentum has a modified loss to 2 terms and no further, that of heavy "
        "ball with step c h, c = 1/(1 - beta + beta^2), and momentum beta^2/(1 - beta + beta^2): "
        "the star with 2 edges has the coefficient (beta^2 + beta^3)/(1 - beta)^5 rooted as 0 1 1 "
        "and (beta^2 + beta^4)/(1 - beta)^5 rooted as 0 1 2. Take --what field, or --order 2.\n"
    )


def test_kernels_take_their_parameters_by_name() -> None:
    arguments = ("--kernel", "quasi-hyperbolic", "--what", "field", "--order", "2")
    plain = run(*arguments, "--set", "nu=0", "--momentum", "1/2", "--format", "latex")
    assert plain.stdout == "g_h =\n\\nabla L\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--order", "0"), "0 is not in the range 1<=x<=12"),
        (("--order", "13"), "13 is not in the range 1<=x<=12"),
        (("--momentum", "1"), "'1' is not in [0, 1)"),
        (("--momentum", "-1/2"), "'-1/2' is not in [0, 1)"),
        (("--momentum", "nan"), "'nan' is not a number such as 9/10 or 0.9"),
        (("--momentum", "1/0"), "'1/0' is not a number"),
        (("--step", "-1"), "-1 is not in the range x>=0"),
        (("--step", "2", "--what", "equation"), "--step is for the loss and the field"),
        (("--step", "2", "--kernel", "nesterov"), "There is no modified loss of order 4"),
        (("--order", "3", "--momentum", "1e1000000"), "'1e1000000' is not a number"),
        (("--kernel", "nesterov", "--set", "beta=1e1000000"), "at most 400 digits"),
        (("--one-variable", "--format", "json"), "--one-variable has no JSON form"),
        (("--set", "nu=1"), "--set needs --kernel"),
        (("--kernel", "quasi-hyperbolic", "--set", "nu"), "'nu' is not NAME=VALUE"),
        (("--kernel", "adam"), "No kernel is called 'adam'"),
        (("--kernel", "nesterov", "--set", "nu=1"), "no parameter 'nu'"),
        (("--what", "equation", "--order", "3", "--kernel", "nesterov", "--set", "beta=x"), "beta"),
    ],
    ids=[
        "order-0",
        "order-13",
        "momentum-1",
        "momentum-negative",
        "momentum-nan",
        "momentum-1-0",
        "step-negative",
        "step-equation",
        "step-kernel",
        "momentum-huge",
        "parameter-huge",
        "json-one-variable",
        "set-alone",
        "set-no-value",
        "kernel-unknown",
        "parameter-unknown",
        "parameter-word",
    ],
)
def test_bad_input_is_refused_in_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output
