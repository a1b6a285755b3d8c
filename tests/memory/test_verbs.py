"""The verbs: the optimizer first, exact without a loss, the same refusals everywhere."""

from __future__ import annotations

from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from polyfam import (
    HeavyBall,
    Kernel,
    Terms,
    ValidityWarning,
    explain,
    memoryless,
    modified_equation,
    modified_loss,
    run,
)
from polyfam import optimizers as namespace
from polyfam.errors import ArgumentTypeError, DomainError, PolyfamError
from polyfam.flows import first_order_ode, modified_flow
from polyfam.losses import CubicNet, Quadratic
from polyfam.memory import closed_form
from polyfam.optimizers import (
    Adam,
    AveragedMomentum,
    GradientDescent,
    LookAhead,
    Nesterov,
    QuasiHyperbolic,
    optimizer_named,
)
from polyfam.series import Expansion

LOSS, THETA = CubicNet(1.0, 1.5), np.array([1.1, -0.4])
BOWL = Quadratic([[1.0]])
LINEAR = [
    GradientDescent(),
    HeavyBall(Fraction(1, 2)),
    AveragedMomentum(Fraction(1, 2)),
    Nesterov(Fraction(1, 2)),
    LookAhead(Fraction(1, 2), Fraction(1, 3)),
    QuasiHyperbolic(Fraction(1, 2), Fraction(2, 3)),
]
VERBS = [memoryless, modified_equation]


@pytest.mark.parametrize("optimizer", LINEAR, ids=lambda o: type(o).__name__)
def test_trees_of_a_long_past_are_its_labels(optimizer: Any) -> None:
    """Many points at a late step: a sum over 17 trees; with equal batches, over 61 labels."""
    points = THETA + np.linspace(0, 0.5, 80)[:, None]
    by_trees = memoryless(optimizer, LOSS, points, order=5, step=60)[:]
    by_labels = memoryless(optimizer, None, points, order=5, step=60, batches=[LOSS] * 61)[:]
    np.testing.assert_allclose(by_trees, by_labels, rtol=1e-11, atol=1e-11 * abs(by_labels).max())


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
@pytest.mark.parametrize("optimizer", LINEAR, ids=lambda o: type(o).__name__)
def test_paper_and_loss_agree(verb: Any, optimizer: Any) -> None:
    """The exact series evaluated on the loss, by trees, and the way without trees."""
    exact = verb(optimizer, order=5)
    assert isinstance(exact, Expansion)
    found = verb(optimizer, LOSS, THETA, order=5)
    assert isinstance(found, Terms)
    on = exact.on(LOSS, THETA)[:]
    np.testing.assert_allclose(found[:], on, rtol=1e-10, atol=1e-10 * abs(on).max())


@pytest.mark.parametrize("optimizer", LINEAR, ids=lambda o: type(o).__name__)
def test_a_class_keeps_its_parameters_as_symbols(optimizer: Any) -> None:
    names = [name for name in ("beta", "ahead", "nu") if hasattr(optimizer, name)]
    values = {name: getattr(optimizer, name) for name in names}
    assert memoryless(type(optimizer), order=4).at(**values) == memoryless(optimizer, order=4)


@pytest.mark.parametrize("step", [None, 3])
def test_a_kernel_is_an_optimizer(step: int | None) -> None:
    kernel = Nesterov(Fraction(1, 2)).kernel()
    found = memoryless(kernel, LOSS, THETA, order=4, step=step)
    exact = memoryless(Nesterov(Fraction(1, 2)), LOSS, THETA, order=4, step=step)
    np.testing.assert_allclose(found[:], exact[:], rtol=1e-11)
    assert memoryless(kernel, order=3) == memoryless(Nesterov(Fraction(1, 2)), order=3)
    with pytest.raises(DomainError, match="has the parameters beta: give them values"):
        memoryless(Kernel("1/(1 - beta*z)"), LOSS, THETA, order=2)


@pytest.mark.parametrize("step", [None, 4])
@pytest.mark.parametrize("optimizer", LINEAR[1:], ids=lambda o: type(o).__name__)
def test_modified_losses_have_the_update_for_gradient(optimizer: Any, step: int | None) -> None:
    """Central differences of the loss against the terms of the update."""
    order = 4 if isinstance(optimizer, HeavyBall | AveragedMomentum) else 2
    field = memoryless(optimizer, LOSS, THETA, order=order, step=step)[:]
    width = 1e-5
    points = THETA + width * np.concatenate([np.eye(2), -np.eye(2)])
    values = modified_loss(optimizer, LOSS, points, order=order, step=step)[:]
    slopes = (values[:, :2] - values[:, 2:]) / (2 * width)
    np.testing.assert_allclose(slopes, field, rtol=1e-6, atol=1e-8 * abs(field).max())
    if order == 2:
        with pytest.raises(DomainError, match="first order in h only: order=2 is the largest"):
            modified_loss(optimizer, LOSS, THETA, order=3)


def test_what_is_not_linear_says_why_there_is_no_series() -> None:
    for verb in (memoryless, modified_loss, modified_equation):
        for adam in (Adam, Adam()):
            with pytest.raises(DomainError, match="Adam is not a weighted sum of past gradients"):
                verb(adam, order=2)
        with pytest.raises(ArgumentTypeError, match="must be a linear memory such as HeavyBall"):
            verb("adam", order=2)
    with pytest.raises(DomainError, match="perturbation\\(\\) says what it penalises"):
        modified_loss(Adam(), LOSS, THETA, order=2)


FIRST = (HeavyBall(0.5), LOSS, THETA)
PAIR = [LOSS, CubicNet(1.0, 2.0)]
STEPS = {"steps": 2, "step_size": 0.01}


@pytest.mark.parametrize("verb", [memoryless, modified_loss, modified_equation])
@pytest.mark.parametrize(
    ("first", "options", "sentence"),
    [
        (FIRST, {"order": "auto"}, "'auto' only with a 'step_size'"),
        (FIRST, {"order": "best", "step_size": 0.1}, "must be an integer or 'auto', not 'best'"),
        (FIRST, {"order": 2, "batches": [LOSS]}, "'batches' needs a finite step=n"),
        (FIRST, {"order": 2, "step": 2, "batches": [LOSS]}, "must hold 3 losses, not 1"),
        (FIRST, {"order": 2, "step_size": 0.0}, "'step_size' must be a finite number above 0"),
        (FIRST[:2], {"order": 2}, "'theta' is missing"),
        (FIRST[:1], {"order": 2, "step_size": 0.1}, "'step_size' needs a loss"),
        (FIRST[:1], {"order": "auto"}, "'auto' only with a loss and a 'step_size'"),
        ((HeavyBall(0.5), None, THETA), {"order": 2}, "'theta' needs a loss"),
        ((HeavyBall, LOSS, THETA), {"order": 2}, "write an instance"),
    ],
    ids=range(10),
)
def test_arguments_that_exclude_each_other_have_one_sentence(
    verb: Any, first: Any, options: Any, sentence: str
) -> None:
    with pytest.raises(PolyfamError, match=sentence):
        verb(*first, **options)


@pytest.mark.parametrize(
    ("call", "options", "sentence"),
    [
        (run, {"step": 0}, "'step' needs 'order'"),
        (run, {"window": 1}, "'window' needs 'order'"),
        (run, {"order": 2, "window": 1}, "'window' needs 'step'"),
        (run, {"order": 2, "batches": [LOSS] * 2}, "'batches' needs 'step'"),
        (run, {"order": 2, "step": 1, "batches": [LOSS] * 2}, "'batches' needs step=0"),
        (run, {"order": 2, "state": np.zeros(2)}, "'state' and 'order' exclude each other"),
        (run, {"state": "manifold", "batches": [LOSS] * 2}, "'manifold' and 'batches' exclude"),
        (modified_flow, {"order": 2, "times": [0.1]}, "'steps' and 'times' exclude each other"),
        (modified_flow, {"order": 2, "batches": [LOSS] * 2}, "'batches' needs step=0"),
        (
            modified_flow,
            {"order": 2, "steps": None, "times": [0.1], "step": 0},
            "'times' and 'step' exclude each other",
        ),
    ],
    ids=range(10),
)
def test_pairs_of_arguments_of_runs(call: Any, options: Any, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence):
        call(*FIRST, **STEPS | options)


def test_batches_exclude_the_stationary_equation() -> None:
    with pytest.raises(DomainError, match="'batches' needs step=0"):
        first_order_ode(Adam(), LOSS, step_size=0.1, batches=[LOSS])


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.__name__)
@pytest.mark.parametrize("optimizer", [HeavyBall(0.9), Nesterov(0.9), Adam(0.9, 0.99)])
def test_growing_terms_warn_at_the_users_line(verb: Any, optimizer: Any) -> None:
    with pytest.warns(ValidityWarning, match="h = 5 is too large") as caught:
        verb(optimizer, LOSS, THETA, order=3, step_size=5.0)
    assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(ValidityWarning, match="a term is larger than the first one") as caught:
        run(optimizer, LOSS, THETA, steps=1, step_size=5.0, order=2)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize(
    "call",
    [
        lambda h: modified_loss(*FIRST, order=3, step_size=h),
        lambda h: modified_loss(*FIRST, order=3).at(h),
        lambda h: modified_flow(*FIRST, order=3, step_size=h, steps=1),
        lambda h: memoryless(HeavyBall(Fraction(1, 2)), order=4).on(LOSS, THETA, step_size=h),
        lambda h: memoryless(HeavyBall(0.5).kernel(), LOSS, THETA, order=3, step_size=h),
        lambda h: memoryless(*FIRST, order=3, step=4, step_size=h),
        lambda h: memoryless(
            HeavyBall(0.5), None, THETA, order=3, step=1, step_size=h, batches=PAIR
        ),
        lambda h: modified_equation(*FIRST, order=3, step=2, step_size=h),
    ],
    ids=range(8),
)
def test_growing_terms_warn_through_every_door(call: Any) -> None:
    with pytest.warns(ValidityWarning, match="h = 0.2|at h = 0.2") as caught:
        call(0.2)
    assert {warning.filename for warning in caught} == {__file__}


def test_a_kernel_has_no_modified_equation_of_its_own_steps() -> None:
    kernel = HeavyBall(0.5).kernel()
    with pytest.raises(DomainError, match="A kernel has a stationary modified equation only"):
        modified_equation(kernel, LOSS, THETA, order=2, step=3)
    with pytest.raises(DomainError, match="no exact modified equation at step 3: leave out 'step'"):
        modified_equation(kernel, order=2, step=3)
    with pytest.raises(DomainError, match="at step 3: give a loss, or leave out 'step'"):
        modified_equation(HeavyBall(0.5), order=2, step=3)


def test_the_order_is_cut_alike_for_all_optimizers() -> None:
    for optimizer in (HeavyBall(0.5), Adam(0.5, 0.6, 1.0)):
        terms = memoryless(optimizer, LOSS, THETA, order="auto", step_size=1e-3)
        assert terms.valid
        assert 1 < int(terms.order) <= len(terms)


def test_late_closed_forms_of_many_parameters_take_no_array_of_steps() -> None:
    """Running sums: 1,001 steps of 50,000 parameters would be 400 MB an array."""
    import tracemalloc

    theta = np.linspace(0.5, 1.0, 50_000)

    class Cubes:
        def gradient(self, x: Any) -> Any:
            return x**3

        def hessian_vector(self, x: Any, v: Any) -> Any:
            return 3 * x**2 * v

    for name in ("lion", "rmsprop", "nadam"):
        optimizer = optimizer_named(name, epsilon=1e-6)
        tracemalloc.start()
        closed_form(optimizer, Cubes(), theta, step=1000)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 * theta.nbytes


class Doubled(HeavyBall):
    """An optimizer in one file: twice the heavy ball."""

    names = ("doubled",)

    @classmethod
    def memory_of(cls, beta: Any) -> Any:
        return type(HeavyBall(0.5).memory)(2, 2 * beta, beta)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:
        state, direction = super().update(state, gradient, theta)
        return state, 2 * direction


def test_a_new_optimizer_is_one_file_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listed once, it has a name, words, a closed form, a kernel and an exact series."""
    module = ModuleType("polyfam.optimizers.doubled")
    module.Doubled = Doubled  # type: ignore[attr-defined]
    monkeypatch.setitem(namespace.__dict__, "Doubled", Doubled)
    monkeypatch.setattr(namespace, "__dir__", lambda: [*namespace.__all__, "Doubled"])
    optimizer = optimizer_named("doubled")
    assert type(optimizer) is Doubled
    assert dict(explain(optimizer, 0.1))["optimizer"].startswith("Doubled: beta = 0.9")
    assert memoryless(optimizer, BOWL, [1.0], order=2)[:, 0] == pytest.approx([20.0, 3600.0])
    general = memoryless(optimizer, BOWL, [1.0], order=4)
    assert general[:].ravel() == pytest.approx(memoryless(optimizer, order=4).on(BOWL, [1.0])[:, 0])


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble])
def test_numbers_of_numpy_are_hyperparameters_on_paper_and_on_a_loss(kind: Any) -> None:
    """The oracle is beta/(1 - beta)^3 lambda^2 = 48 at beta = 3/4, lambda = 1."""
    optimizer = HeavyBall(kind(0.75))
    assert memoryless(optimizer, BOWL, [1.0], order=3)[1] == pytest.approx(
        memoryless(HeavyBall(0.75), BOWL, [1.0], order=3)[1], rel=1e-14
    )
    assert memoryless(optimizer, order=2).on(Quadratic([[1.0]]), [1.0])[1] == pytest.approx([48.0])
    with pytest.raises(DomainError, match="masked"):
        memoryless(optimizer, BOWL, np.ma.array([1.0], mask=[1]), order=2)
