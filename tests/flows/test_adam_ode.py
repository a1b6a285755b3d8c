"""The equation of Adam: the formulas of the paper, a second algorithm, and measured orders."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.errors import DomainError
from polyfam.flows import adam_ode, heavy_ball_ode
from polyfam.flows.backward_error import modified_field
from polyfam.losses import CubicNet, Quadratic
from polyfam.losses.derivatives.hessians import hessian, hessian_vector
from polyfam.optimizers import Adam, AdamW, Momentum, RMSProp, run

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
        with pytest.raises(DomainError, match="'stationary' excludes 'batches'"):
            adam_ode(optimizer, LOSS, 0.1, BATCHES, stationary=True)
        return
    batches = BATCHES[: step + 1] if mini else None
    ode = adam_ode(optimizer, LOSS, 0.1, batches, stationary=step is None)
    exact = modified_field(optimizer, LOSS, THETA, 2, step, batches)
    np.testing.assert_allclose(ode.terms(THETA, step), exact, rtol=1e-11)


def published(losses, theta, beta, rho, epsilon, inside):
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
        s = np.sqrt(average(rho, [g * g for g in gradients[: last + 1]]))
        root = np.sqrt(s * s + epsilon) if inside else s + epsilon
        return average(beta, gradients[: last + 1]), root, s

    ratios = [m / r for m, r, _ in map(moments, range(n + 1))]
    past = [sum(ratios[k:n], np.zeros(len(theta))) for k in range(n + 1)]
    mean, root, s = moments(n)
    ell = average(beta, [h @ x for h, x in zip(hessians, past, strict=True)])
    ell_bar = average(beta, [h @ ratios[n] for h in hessians])
    triples = list(zip(gradients, hessians, past, strict=True))
    pi = average(rho, [g * (h @ x) for g, h, x in triples])
    pi_bar = average(rho, [g * (h @ ratios[n]) for g, h, _ in triples])
    cube = root**3 if inside else root**2 * s
    return mean / root, -mean * (2 * pi + pi_bar) / (2 * cube) + (2 * ell + ell_bar) / (2 * root)


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("step", [0, 1, 4])
def test_mini_batch_terms_match_the_published_sums(inside, step):
    optimizer = Adam(0.6, 0.7, 0.5, epsilon_inside=inside)
    batches = BATCHES[: step + 1]
    found = adam_ode(optimizer, None, 0.1, batches).terms(THETA, step)
    exact = published(batches, THETA, 0.6, 0.7, 0.5, inside)
    np.testing.assert_allclose(found, exact, rtol=1e-12)


@pytest.mark.parametrize(("beta", "rho"), [(0.9, 0.99), (0.9, 0.5), (0.0, 0.9)])
def test_stationary_terms_match_the_published_bracket(beta, rho):
    epsilon, g = 0.2, LOSS.gradient(THETA)
    root = np.sqrt(g * g + epsilon)
    a, b = (1 + beta) / (1 - beta), (1 + rho) / (1 - rho)
    slope = hessian_vector(LOSS, THETA, g / root)  # of the perturbed one-norm
    exact = (a - b + b * epsilon / root**2) / (2 * root) * slope
    ode = adam_ode(Adam(beta, rho, epsilon), LOSS, 0.1, stationary=True)
    np.testing.assert_allclose(ode.terms(THETA)[1], exact, rtol=1e-12)


@pytest.mark.parametrize("mini", [False, True], ids=["full", "mini"])
@pytest.mark.parametrize(
    ("make", "optimizer", "span"),
    [(adam_ode, Adam(0.3, 0.4, 1.0), 0.24), (heavy_ball_ode, Momentum(0.3), 0.06)],
    ids=["adam", "heavy ball"],
)
def test_error_against_the_iterates_from_rest_is_of_second_order(make, optimizer, span, mini):
    errors = []
    for steps in (12, 24):
        h = span / steps
        every = [CubicNet(1.0 + 0.02 * (n % 5), 1.0) for n in range(steps)]
        batches = every if mini else None
        loss = CubicNet(1.0, 1.0)
        true = run(optimizer, loss, THETA, steps, h, batches=batches).points
        followed = make(optimizer, loss, h, batches).integrate(THETA, steps)
        assert followed.shape == true.shape
        errors.append(np.abs(followed - true).max())
    assert np.log2(errors[0] / errors[1]) > 1.75


def test_right_hand_side_is_one_for_solve_ivp():
    from scipy.integrate import solve_ivp

    ode = adam_ode(Adam(0.6, 0.7, 1.0), LOSS, 0.05, stationary=True)
    solution = solve_ivp(ode, (0, 0.5), THETA, method="DOP853", rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(solution.y[:, -1], ode.integrate(THETA, 10)[-1], rtol=1e-8)
    rest = adam_ode(Adam(0.6, 0.7, 1.0), LOSS, 0.05)
    np.testing.assert_array_equal(rest(0.1 + 1e-15, THETA), rest.field(THETA, 2))


def test_many_points_match_one_at_a_time():
    points = THETA + np.array([[0.0, 0.0], [0.1, -0.2]])
    for batches in (None, BATCHES):
        ode = adam_ode(Adam(0.6, 0.7, 0.5), LOSS, 0.1, batches)
        alone = [ode.field(point, 3) for point in points]
        np.testing.assert_allclose(ode.field(points, 3), alone, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: adam_ode(RMSProp(), LOSS, 0.1), "must be Adam or AdamW, not RMSProp"),
        (lambda: heavy_ball_ode(RMSProp(), LOSS, 0.1), "must be Momentum, not RMSProp"),
        (lambda: adam_ode(Adam(), LOSS, 0.0), "'step_size' must be a finite number above 0"),
        (lambda: adam_ode(Adam(), LOSS, 0.1).terms(THETA), "'step' must be the number n"),
        (lambda: adam_ode(Adam(), LOSS, 0.1, BATCHES).integrate(THETA, 6), "each of the 6 steps"),
        (lambda: adam_ode(Adam(), LOSS, 0.1, BATCHES).terms(THETA, 5), "Step 5 needs 6 batches"),
        (
            lambda: adam_ode(Adam(epsilon=0.0), Quadratic(np.eye(2)), 0.1).terms([1.0, 0.0], 0),
            "0/0 where the gradient vanishes, at coordinate 1",
        ),
    ],
    ids=range(7),
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(DomainError, match=sentence):
        call()


def test_a_time_just_below_a_step_by_rounding_belongs_to_it() -> None:
    ode = adam_ode(Adam(epsilon=1.0), Quadratic([[2.0]]), 0.1)
    assert int(0.6 / 0.1) == 5
    assert np.array_equal(ode(0.6, np.ones(1)), ode.field(np.ones(1), 6))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ode: ode(np.nan, [1.0]), "'t' must be a finite number from 0 on"),
        (lambda ode: ode.terms([1.0], -1), "'step' must be at least 0"),
        (
            lambda ode: adam_ode(ode.optimizer, None, 0.1, batches=ode.loss),
            "'batches' must be a sequence of losses",
        ),
        (lambda ode: adam_ode(ode.optimizer, None, 0.1).terms([1.0], 2), "method gradient"),
    ],
    ids="time step batches loss".split(),
)
def test_what_does_not_fit_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises(DomainError, match=message):
        call(adam_ode(Adam(epsilon=1.0), Quadratic([[2.0]]), 0.1))
