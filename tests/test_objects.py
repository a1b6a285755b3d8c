"""Values show themselves: short reprs, notebook forms, pictures on axes."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from polyfam import beta_polynomial, beta_table, identify, load_certificate, load_table, star
from polyfam.bias import explain, perturbation
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import BilinearToy, Quadratic
from polyfam.memory import certify, memoryless, modified_loss, run
from polyfam.optimizers import HeavyBall

TOY, THETA = BilinearToy(), np.array([1.0, 0.5])
BOWL, BALL = Quadratic(np.eye(2)), HeavyBall(0.5)
VALUES = {
    "polynomial": beta_polynomial(star(100)),
    "table": beta_table(12),
    "published": load_table("family-12"),
    "tree": star(3000),
    "terms": memoryless(BALL, TOY, THETA, order=3, step_size=0.01),
    "expansion": modified_loss(HeavyBall, order=5),
    "trajectory": run(BALL, TOY, THETA, steps=10, step_size=0.01),
    "explanation": explain(BALL, 0.01, loss=TOY, theta=THETA),
    "perturbation": perturbation(BALL, TOY, THETA),
    "certificate": load_certificate(12),
    "bound": certify(BALL, BOWL, THETA, step_size=0.01, order=2),
    "loss": TOY,
    "identification": identify([1, 8, 8, 1]),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_are_short_and_have_a_notebook_form(name: str) -> None:
    value = VALUES[name]
    assert len(repr(value).splitlines()) <= 20
    assert len(repr(value)) <= 2000
    forms = ("_repr_html_", "_repr_latex_", "_repr_svg_")
    shown = [getattr(value, form)() for form in forms if hasattr(value, form)]
    assert any(shown) or name in ("loss", "tree")  # those of one line


def test_small_trees_are_drawn() -> None:
    assert star(100)._repr_svg_().count("<circle") == 100


def test_run_keeps_what_ran_and_draws_its_loss() -> None:
    found = run(BALL, BOWL, THETA, steps=5, step_size=0.1)
    assert (found.optimizer, found.loss, found.step_size) == (BALL, BOWL, 0.1)
    assert found.values == pytest.approx(np.sum(found.points**2, axis=-1) / 2)
    ax = Figure().add_subplot()
    assert found.plot(ax) is ax
    assert ax.lines[0].get_ydata() == pytest.approx(found.values)
    assert ax.get_title() == "HeavyBall(beta=0.5), h = 0.1"


def test_run_on_batches_has_the_loss_of_each_step() -> None:
    batches = [Quadratic(np.eye(2) * k) for k in (1, 2, 3)]
    found = run(BALL, None, THETA, steps=3, step_size=0.1, batches=batches)
    wanted = [each.value(x) for each, x in zip([*batches, batches[-1]], found.points, strict=True)]
    assert found.values == pytest.approx(wanted)


def test_run_without_values_draws_its_directions() -> None:
    class Slope:
        def gradient(self, theta):
            return theta

    found = run(BALL, Slope(), [[1.0], [2.0]], steps=3, step_size=0.1)
    ax = found.plot()
    assert ax.get_ylabel() == "size of the direction"
    assert len(ax.lines) == 2
    plt.close(ax.figure)
    with pytest.raises(DomainError, match="has no method 'value'"):
        _ = found.values


def test_terms_draw_their_sizes() -> None:
    terms = VALUES["terms"]
    ax = Figure().add_subplot()
    assert terms.plot(ax).lines[0].get_ydata() == pytest.approx(terms.sizes)
    with pytest.raises(ArgumentTypeError, match="axes of matplotlib"):
        terms.plot(3)


def test_explanation_says_why_nothing_is_certified() -> None:
    assert "no Lipschitz constant" in dict(VALUES["explanation"])["certified"]


def test_losses_tell_their_name_their_dimension_and_their_numbers():
    from polyfam import losses

    data = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]]
    shown = [
        losses.Quadratic([[1.0, 0.0], [0.0, 2.0]]),
        losses.MLP(data, [0.0, 1.0, 2.0], [4], ridge=0.5),
        losses.LogisticRegression(data, [0, 1, 1], ridge=0.1),
        losses.LogCosh(),
    ]
    for loss in shown:
        text = repr(loss)
        assert text.startswith(f"<{type(loss).__name__}: {loss.dimension} parameter")
        assert len(text) <= 120
        assert "object at" not in text
    assert "ridge = 0.5" in repr(shown[1])
