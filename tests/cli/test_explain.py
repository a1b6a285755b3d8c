"""polyfam explain: what it says about every optimizer, and what it refuses."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from polyfam.cli import main
from polyfam.optimizers._names import named_optimizers

ADAGRAD = "|g|_1 is anti-penalised, more and more, while the step h/sqrt(n + 1) shrinks"


def run(*arguments):
    """Run ``polyfam explain``."""
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["explain", *arguments])


def facts(output):
    """Return the facts by label, folded lines put together again."""
    found, label = {}, None
    for line in output.splitlines():
        if line[2] != " ":
            label, _, text = line.strip().partition("  ")
            found[label] = text.strip()
        else:
            found[label] += " " + line.strip()
    return found


def test_adamw_says_what_the_paper_says():
    options = "--betas 0.9 0.999 --lr 1e-3 --weight-decay 0.1".split()
    found = facts(run("adamw", *options).output)
    assert found["eps -> 0"] == (
        "modified loss [1 + lam (tau_2 - tau_1) h] L - h (tau_2 - tau_1) [|g|_1 + lam g . theta] "
        "= 1.099 L - 0.99 |g|_1 - 0.099 g . theta"
    )
    assert found["verdict"] == "|g|_1 is anti-penalised, since tau_2 > tau_1"
    assert found["ages"].startswith(
        "tau_1 = beta1/(1 - beta1) = 9, tau_2 = beta2/(1 - beta2) = 999"
    )


@pytest.mark.parametrize(
    ("arguments", "label", "text"),
    [
        ("gd", "verdict", "|g|^2 is not touched"),
        ("heavy-ball --beta 0.8", "modified loss", "L + h w |g|^2/2 = L + 0.01 |g|^2"),
        ("averaged", "correction", "M = W w H g, w = beta/(1 - beta) = 9"),
        ("nesterov", "gradient?", "to first order in h only"),
        ("look-ahead --ahead 12", "verdict", "|g|^2 is anti-penalised"),
        ("look-ahead --ahead 0", "gradient?", "at every order in h"),
        ("qhm --nu 0.5 --beta 0.5", "correction", "M = W w H g, w = nu beta/(1 - beta) = 0.5"),
        ("rmsprop --eps-outside", "correction", "M = 1/R (- tau_2 |g|/R) * H (g/R)"),
        ("rmsprop", "eps large", "only -h tau_2 |g|_4^4/(4 eps^(3/2))"),
        ("Adam --betas 0.99 0.9", "verdict", "|g|_1 is penalised, since tau_2 < tau_1"),
        ("adam --betas 0.9 0.9", "verdict", "|g|_1 is not touched, since tau_2 = tau_1"),
        ("nadam", "eps -> 0", "modified loss L - h (tau_2 - tau_1) |g|_1 = L - 0.9909 |g|_1"),
        ("adagrad", "growth", "kappa_n = -(sqrt(1) + ... + sqrt(n))/(n + 1), about -2/3 sqrt(n)"),
        ("adagrad", "verdict", ADAGRAD),
        ("sgd", "correction", "M = 0"),
        (
            "heavy-ball --lr 0.1",
            "believe it",
            (
                "while h |lambda| < 0.002633 for every eigenvalue lambda of H: with this h, "
                "while all |lambda| < 0.02633; exact for quadratic losses, and sufficient for "
                "others when a Lipschitz constant of g stands for |lambda|"
            ),
        ),
        (
            "heavy-ball --beta 0.5 --lr 0.1",
            "beyond",
            (
                "where lambda exceeds 30 the iterates oscillate at the edge of stability and no "
                "expansion holds: polyfam.flows.central_flow follows their mean"
            ),
        ),
        ("lion", "verdict", "|g|_1 is not touched where |g_i| is much larger than sqrt(eps)"),
        ("lionk", "no memory", "F = -grad K(-g)"),
        ("signum", "correction", "M = w eps/R^3 * grad |g|_{1,eps}, w = beta/(1 - beta) = 9"),
    ],
    ids=lambda value: value if " " not in value else None,
)
def test_it_says_what_the_formulas_say(arguments, label, text):
    result = run(*arguments.split())
    assert result.exit_code == 0
    assert facts(result.output)[label] == text


def test_adagrad_matches_its_sum_of_roots():
    n = 9
    text = facts(run("adagrad").output)["eps -> 0"]
    assert f"kappa_n = {-sum(k**0.5 for k in range(1, n + 1)) / (n + 1):.4g} at n = 9" in text


@pytest.mark.parametrize("name", named_optimizers())
def test_every_optimizer_fits_into_80_columns(name):
    result = run(name)
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("foo", "No optimizer is called 'foo'; there are adagrad, adam,"),
        ("gd --beta 0.5", "Optimizer 'gd' has no hyperparameter 'beta': it has none."),
        ("lion --nu 0.5", "Optimizer 'lion' has no hyperparameter 'nu': it has beta1, beta2,"),
        ("adam --betas 1.2 0.9", "Hyperparameter 'beta1' must be a number in [0, 1), not 1.2."),
        ("adam --betas 0.9 nan", "Hyperparameter 'beta2' must be a number in [0, 1), not nan."),
        ("adam --eps -1", "Hyperparameter 'epsilon' must be a finite number and at least 0"),
        ("adamw --weight-decay inf", "Hyperparameter 'weight_decay' must be a finite number"),
        ("adam --lr 0", "Argument 'step_size' must be a finite number above 0, not 0.0."),
        ("adam --betas 0.9", "Option '--betas' requires 2 arguments."),
    ],
    ids=range(9),
)
def test_bad_hyperparameters_are_one_sentence(arguments, sentence):
    result = run(*arguments.split())
    assert result.exit_code == 2
    assert sentence in result.stderr
