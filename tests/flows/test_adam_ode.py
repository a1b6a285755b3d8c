"""The equation of Adam: the formulas of the paper, a second algorithm, and measured orders."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows import first_order_ode, modified_equation
from polyfam.losses import CubicNet, Quadratic
from polyfam.losses.derivatives.hessians import hessian, hessian_vector
from polyfam.memory import run
from polyfam.optimizers import Adam, AdamW, HeavyBall, Lion

LOSS = CubicNet(1.0, 1.5)
BATCHES = [CubicNet(1 + 0.1 * k, 1.5 - 0.2 * k) for k in range(5)]
THETA = np.array([1.2, -0.4])

OPTIMIZERS = [
    Adam(0.6, 0.7, 0.5),
    Adam(0.6, 0.7, 0.5, epsilon_inside=False),
    Adam(0.6, 0.7, 0.5, bias_correction=False),
    AdamW(0.9, 0.8, 0.1, weight_decay=0.3),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=repr)
@pytest.mark.parametrize("step", [None, 0, 4])
@pytest.mark.parametrize("mini", [False, True], ids=["full", "mini"])
def test_terms_match_backward_error_analysis(optimizer, step, mini):
    if mini and step is None:
        with pytest.raises(DomainError, match="'batches' needs step=0"):
            first_order_ode(optimizer, LOSS, step_size=0.1, batches=BATCHES)
        return
    batches = BATCHES[: step + 1] if mini else None
    first = None if step is None else 0
    ode = first_order_ode(optimizer, LOSS, step_size=0.1, step=first, batches=batches)
    exact = modified_equation(optimizer, LOSS, THETA, order=2, step=step, batches=batches)[:]
    np.testing.assert_allclose(ode.terms(THETA, step), exact, rtol=1e-11)


def published(losses, theta, beta1, beta2, epsilon, inside):
    """Return the equation of the paper at step n, with its sums written out."""
    n = len(losses) - 1
    gradients = [loss.gradient(theta) for loss in losses]
    hessians = [hessian(loss, theta) for loss in losses]

    def average(rate, values):
        last = len(values) - 1
        weights = [
            rate ** (last - k) * (1 - rate) / (1 - rate ** (last + 1)) for k in range(last + 1)
        ]
        return sum(w * v for w, v in zip(weights, values, strict=True))

    def moments(last):
        s = np.sqrt(average(beta2, [g * g for g in gradients[: last + 1]]))
        root = np.sqrt(s * s + epsilon) if inside else s + epsilon
        return average(beta1, gradients[: last + 1]), root, s

    ratios = [m / r for m, r, _ in map(moments, range(n + 1))]
    past = [sum(ratios[k:n], np.zeros(len(theta))) for k in range(n + 1)]
    mean, root, s = moments(n)
    ell = average(beta1, [h @ x for h, x in zip(hessians, past, strict=True)])
    ell_bar = average(beta1, [h @ ratios[n] for h in hessians])
    triples = list(zip(gradients, hessians, past, strict=True))
    pi = average(beta2, [g * (h @ x) for g, h, x in triples])
    pi_bar = average(beta2, [g * (h @ ratios[n]) for g, h, _ in triples])
    cube = root**3 if inside else root**2 * s
    return mean / root, -mean * (2 * pi + pi_bar) / (2 * cube) + (2 * ell + ell_bar) / (2 * root)


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("step", [0, 1, 4])
def test_mini_batch_terms_match_the_published_sums(inside, step):
    optimizer = Adam(0.6, 0.7, 0.5, epsilon_inside=inside)
    batches = BATCHES[: step + 1]
    found = first_order_ode(optimizer, None, step_size=0.1, step=0, batches=batches).terms(
        THETA, step
    )
    exact = published(batches, THETA, 0.6, 0.7, 0.5, inside)
    np.testing.assert_allclose(found, exact, rtol=1e-12)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.99), (0.9, 0.5), (0.0, 0.9)])
def test_stationary_terms_match_the_published_bracket(beta1, beta2):
    epsilon, g = 0.2, LOSS.gradient(THETA)
    root = np.sqrt(g * g + epsilon)
    a, b = (1 + beta1) / (1 - beta1), (1 + beta2) / (1 - beta2)
    slope = hessian_vector(LOSS, THETA, g / root)  # of the perturbed one-norm
    exact = (a - b + b * epsilon / root**2) / (2 * root) * slope
    ode = first_order_ode(Adam(beta1, beta2, epsilon), LOSS, step_size=0.1)
    np.testing.assert_allclose(ode.terms(THETA)[1], exact, rtol=1e-12)


@pytest.mark.parametrize("mini", [False, True], ids=["full", "mini"])
@pytest.mark.parametrize(
    ("optimizer", "span"),
    [(Adam(0.3, 0.4, 1.0), 0.24), (HeavyBall(0.3), 0.06)],
    ids=["adam", "heavy ball"],
)
def test_error_against_the_iterates_from_rest_is_of_second_order(optimizer, span, mini):
    errors = []
    for steps in (12, 24):
        h = span / steps
        every = [CubicNet(1.0 + 0.02 * (n % 5), 1.0) for n in range(steps)]
        batches = every if mini else None
        loss = CubicNet(1.0, 1.0)
        true = run(optimizer, loss, THETA, steps=steps, step_size=h, batches=batches).points
        followed = first_order_ode(optimizer, loss, step_size=h, step=0, batches=batches).integrate(
            THETA, steps
        )
        assert followed.shape == true.shape
        errors.append(np.abs(followed - true).max())
    assert np.log2(errors[0] / errors[1]) > 1.75


def test_right_hand_side_is_one_for_solve_ivp():
    from scipy.integrate import solve_ivp

    ode = first_order_ode(Adam(0.6, 0.7, 1.0), LOSS, step_size=0.05)
    solution = solve_ivp(ode, (0, 0.5), THETA, method="DOP853", rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(solution.y[:, -1], ode.integrate(THETA, 10)[-1], rtol=1e-8)
    rest = first_order_ode(Adam(0.6, 0.7, 1.0), LOSS, step_size=0.05, step=0)
    np.testing.assert_array_equal(rest(0.1 + 1e-15, THETA), rest.field(THETA, 2))


def test_many_points_match_one_at_a_time():
    points = THETA + np.array([[0.0, 0.0], [0.1, -0.2]])
    for batches in (None, BATCHES):
        ode = first_order_ode(Adam(0.6, 0.7, 0.5), LOSS, step_size=0.1, step=0, batches=batches)
        alone = [ode.field(point, 3) for point in points]
        np.testing.assert_allclose(ode.field(points, 3), alone, rtol=1e-12)


def ode(optimizer, loss=LOSS, **options):
    """Return an equation from rest."""
    return first_order_ode(optimizer, loss, **{"step_size": 0.1, "step": 0} | options)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ode(Lion(epsilon=1.0)), "must have a direction M/R .* not Lion"),
        (lambda: ode(Adam), "must have a direction M/R .* not Adam"),
        (lambda: ode(Adam(), step_size=0.0), "'step_size' must be a finite number above 0"),
        (lambda: ode(Adam()).terms(THETA), "'step' must be the number n"),
        (lambda: ode(Adam(), batches=BATCHES).integrate(THETA, 6), "each of the 6 steps"),
        (lambda: ode(Adam(), batches=BATCHES).terms(THETA, 5), "Step 5 needs 6 batches"),
        (
            lambda: ode(Adam(epsilon=0.0), Quadratic(np.eye(2))).terms([1.0, 0.0], 0),
            "0/0 where the gradient vanishes, at coordinate 1",
        ),
    ],
    ids=range(7),
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises((DomainError, ArgumentTypeError), match=sentence):
        call()


def test_a_time_just_below_a_step_by_rounding_belongs_to_it() -> None:
    equation = ode(Adam(epsilon=1.0), Quadratic([[2.0]]))
    assert int(0.6 / 0.1) == 5
    assert np.array_equal(equation(0.6, np.ones(1)), equation.field(np.ones(1), 6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x(np.nan, [1.0]), "'t' must be a finite number from 0 on"),
        (lambda x: x.terms([1.0], -1), "'step' must be at least 0"),
        (
            lambda x: ode(x.optimizer, None, batches=x.loss),
            "'batches' must be a sequence of losses",
        ),
        (lambda x: ode(x.optimizer, None).terms([1.0], 2), "method gradient"),
    ],
    ids="time step batches loss".split(),
)
def test_what_does_not_fit_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises((DomainError, ArgumentTypeError), match=message):
        call(ode(Adam(epsilon=1.0), Quadratic([[2.0]])))


def test_the_equation_warns_where_its_correction_outgrows_the_first_term():
    """Oracle: on a parabola with curvature 1 the ratio is h (1 + beta) / (2 (1 - beta)^2)."""
    from polyfam.memory import ValidityWarning

    for step_size, warns in ((0.3, False), (0.36, True)):  # the ratio is 1 at 1/3
        ode = first_order_ode(HeavyBall(0.5), Quadratic([[1.0]]), step_size=step_size)
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            ode.integrate([1.0], 1)
        assert [each.category for each in seen] == [ValidityWarning] * warns
        assert all(each.filename == __file__ for each in seen)
