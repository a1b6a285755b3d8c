"""Certificates against closed forms (quadratics), the exact field, and heavy ball itself."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from polyfam.bias import explain
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import LinearRegression, LogisticRegression, Quadratic, SoftmaxRegression
from polyfam.memory import memoryless, run
from polyfam.memory.certificates import certify, certify_run
from polyfam.memory.manifold_bounds import initial_error, manifold_bounds
from polyfam.optimizers import Adam, HeavyBall, Nesterov
from polyfam.optimizers._rules import MomentumState
from tests.memory.balls import Ball

BETAS = (0.0, 0.1, 0.5, 0.9, 0.99)


class Wave:
    """L = sum of a_i (1 - cos(w_i theta_i))/w_i^2: the gradient is max |a_i|-Lipschitz."""

    def __init__(self, *pairs):
        self.a, self.w = np.array(pairs, float).T
        self.dimension, self.lipschitz = len(pairs), np.abs(self.a).max()

    def gradient(self, theta):
        return self.a * np.sin(self.w * theta) / self.w


class LogCosh:
    """L = sum log cosh theta_i, convex, with a 1-Lipschitz gradient."""

    dimension, lipschitz = 2, 1.0

    def gradient(self, theta):
        return np.tanh(theta)


def samples(seed, kind=float):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((12, 2))
    return x, rng.standard_normal(12) if kind is float else rng.integers(0, kind, 12)


def sample_constant(x, scale):
    """Return scale times the largest eigenvalue of the mean of (x, 1)(x, 1)^T."""
    a = np.hstack([x, np.ones((len(x), 1))])
    return scale * np.linalg.eigvalsh(a.T @ a / len(x))[-1]


def ten_losses():
    """Return pairs of a loss and a Lipschitz constant of its gradient."""
    rng = np.random.default_rng(7)
    rotation = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    bent = rotation @ np.diag([2.0, 0.3, -1.0]) @ rotation.T
    x, y = samples(1)
    x2, y2 = samples(2, kind=2)
    x3, y3 = samples(3, kind=3)
    waves = [Wave((1, 1)), Wave((-1, 1), (0.5, 2)), Wave((2, 0.5), (1, 3), (-1.5, 1))]
    return [
        (Quadratic([[2.0]]), 2.0),
        (Quadratic(np.diag([1.0, 5.0]), [1.0, -1.0]), 5.0),
        (Quadratic(bent), 2.0),
        *((wave, wave.lipschitz) for wave in waves),
        (LogCosh(), 1.0),
        (LinearRegression(x, y), sample_constant(x, 1.0)),
        (LogisticRegression(x2, y2, ridge=0.1), sample_constant(x2, 0.25) + 0.1),
        (SoftmaxRegression(x3, y3), sample_constant(x3, 0.5)),
    ]


LOSSES = ten_losses()
IDS = [f"{i}-{type(loss).__name__}" for i, (loss, _) in enumerate(LOSSES)]


def start(loss):
    return np.linspace(0.4, -0.9, loss.dimension)


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize(("loss", "lam"), LOSSES, ids=IDS)
def test_from_rest_the_certificate_covers_the_distance_from_heavy_ball(loss, lam, beta):
    for part in (0.2, 0.9):
        h = part * (1 - sqrt(beta)) ** 2 / lam
        for order in (1, 3):
            bound = certify(
                HeavyBall(beta),
                loss,
                start(loss),
                step_size=h,
                order=order,
                lipschitz=lam,
                steps=25,
                step=0,
            )
            truth = Ball(h, beta).run(loss, start(loss), 25).points
            assert bound.holds
            distance = np.linalg.norm(bound.points - truth, axis=-1)
            assert (distance <= bound.point_errors + 1e-14).all()
            assert bound.point_errors[-1] < np.inf


@pytest.mark.parametrize("beta", BETAS[1:4])
@pytest.mark.parametrize(("loss", "lam"), LOSSES, ids=IDS)
def test_on_the_manifold_the_certificate_covers_the_distance_from_the_exact_field(loss, lam, beta):
    h = 0.3 * (1 - sqrt(beta)) ** 2 / lam
    for order in (1, 2, 4):
        bound = certify(
            HeavyBall(beta), loss, start(loss), step_size=h, order=order, lipschitz=lam, steps=8
        )
        truth = np.linalg.norm(
            bound.fields - Ball(h, beta).manifold(loss, bound.points).field, axis=-1
        )
        assert (truth <= bound.field_errors + 1e-13).all()
        assert bound.field_errors.max() <= 1.2 * truth.max() + 1e-11


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_the_certificate_is_equal_to_the_error_for_the_steepest_quadratic(beta, part):
    lam = 2.0
    h = part * (1 - sqrt(beta)) ** 2 / lam
    x = h * lam
    root = (1 + beta - x + sqrt(((1 - sqrt(beta)) ** 2 - x) * ((1 + sqrt(beta)) ** 2 - x))) / 2
    exact = lam * root / (root - beta)
    for order in (1, 2, 4, 7):
        bound = certify(
            HeavyBall(beta),
            Quadratic([[lam]]),
            [1.0],
            step_size=h,
            order=order,
            lipschitz=lam,
            steps=5,
        )
        error = np.abs(bound.fields - exact * bound.points)[:, 0]
        assert bound.field_errors == pytest.approx(error, rel=1e-9, abs=1e-12 * exact)
    known = manifold_bounds(h, beta, lam)
    assert known.field_lipschitz == pytest.approx(exact, rel=1e-14)
    assert known.attraction == pytest.approx(beta / root, rel=1e-14)


@pytest.mark.parametrize("beta", [0.3, 0.7, 0.9])
@pytest.mark.parametrize("part", [0.3, 0.8])
def test_sine_comes_close_to_every_constant(beta, part):
    """At theta = 0 the slope of sin is 1 = Lam: Lip(g) = K and the attraction r_- show there."""
    wave, h = Wave((1, 1)), part * (1 - sqrt(beta)) ** 2
    known = manifold_bounds(h, beta, 1.0)
    near = Ball(h, beta).manifold(wave, np.array([[1e-4], [-1e-4]])).field[:, 0]
    slope = (near[0] - near[1]) / 2e-4
    assert slope == pytest.approx(known.field_lipschitz, rel=1e-4)
    assert slope <= known.field_lipschitz * (1 + 1e-8)
    grid = np.linspace(-4, 4, 33)[:, None]
    field = Ball(h, beta).manifold(wave, grid).field[:, 0]
    assert (np.abs(np.diff(field)) <= known.field_lipschitz * np.diff(grid[:, 0])).all()


def test_heavy_ball_is_drawn_to_the_manifold_from_any_momentum():
    wave, beta = Wave((1, 1), (-0.5, 2)), 0.6
    h = 0.7 * (1 - sqrt(beta)) ** 2
    run = Ball(h, beta).run(wave, [0.3, 1.0], 20, state=MomentumState(np.array([3.0, -2.0]), 0))
    points, momenta = run.points[:-1], run.directions[1:]
    distance = np.linalg.norm(momenta - Ball(h, beta).manifold(wave, points).field, axis=-1)
    known = manifold_bounds(h, beta, wave.lipschitz)
    assert (distance[1:] <= known.attraction * distance[:-1] + 1e-12).all()
    errors, _ = certify_run(known, [wave] * 20, points, momenta, initial=distance[0])
    assert (distance <= errors + 1e-12).all()
    assert distance[0] <= initial_error(known, momenta[0], wave.gradient(points[0]))


def test_mini_batches_from_rest():
    batches = [LOSSES[1][0], Quadratic(np.diag([4.0, 0.5])), Wave((5, 1), (-2, 1))] * 7
    bound = certify(
        HeavyBall(0.5),
        None,
        [0.4, -0.9],
        step_size=0.01,
        order=3,
        lipschitz=5.0,
        steps=20,
        step=0,
        batches=batches,
    )
    truth = Ball(0.01, 0.5).run(batches[0], [0.4, -0.9], 20, batches=batches).points
    distance = np.linalg.norm(bound.points - truth, axis=-1)
    assert (distance <= bound.point_errors + 1e-15).all()
    assert 0 < bound.point_errors[-1] < 2e-3


def test_convexity_makes_the_bounds_of_the_points_better():
    settings = {"step_size": 0.02, "order": 2, "lipschitz": 1.0, "steps": 100, "step": 0}
    plain = certify(HeavyBall(0.5), LogCosh(), [0.5, 2.0], **settings)
    convex = certify(HeavyBall(0.5), LogCosh(), [0.5, 2.0], curvature=0.0, **settings)
    truth = Ball(0.02, 0.5).run(LogCosh(), [0.5, 2.0], 100).points
    distance = np.linalg.norm(convex.points - truth, axis=-1)
    assert (distance <= convex.point_errors + 1e-15).all()
    assert convex.point_errors[-1] < plain.point_errors[-1] / 4


def test_beyond_the_threshold_it_says_what_is_missing_and_what_can_be_said():
    bowl = Quadratic(np.diag([1.0, -30.0]))
    bound = certify(HeavyBall(0.5), bowl, [1.0, 1.0], step_size=0.02, order=3, lipschitz=30.0)
    assert not bound.holds
    assert np.isinf(bound.field_errors).all()
    assert "h Lam = 0.6 is not below (1 - sqrt(beta))^2 = 0.086; take h below 0.0029" in str(bound)
    assert "h |lambda|max is 0.6" in str(bound)
    rough = certify(HeavyBall(0.5), Wave((1, 1)), [1.57], step_size=0.05, order=2, lipschitz=9.0)
    assert "name a ball with radius= " in str(rough)
    just = (1 - sqrt(0.5)) ** 2
    below, above = (manifold_bounds(just * (1 + e), 0.5, 1.0).exists for e in (-1e-14, 1e-14))
    assert below
    assert not above


def test_a_run_that_leaves_the_ball_is_certified_up_to_there():
    quartic = type("Quartic", (), {"gradient": lambda _, theta: theta**3, "dimension": 1})()
    settings = {"step_size": 0.01, "order": 2, "lipschitz": 3 * 1.2**2, "step": 0}
    bound = certify(HeavyBall(0.5), quartic, [1.0], steps=60, radius=0.2, **settings)
    assert not bound.holds
    assert "certified up to step" in str(bound)
    truth = Ball(0.01, 0.5).run(quartic, [1.0], 60).points[:, 0]
    assert (np.abs(bound.points[:, 0] - truth) <= bound.point_errors + 1e-15).all()
    last = int(np.isfinite(bound.point_errors).argmin()) - 1
    assert str(last) in str(bound)
    assert abs(truth[last] - 1) <= 0.2
    short = certify(HeavyBall(0.5), quartic, [1.0], steps=last, radius=0.2, **settings)
    assert short.holds


def test_breast_cancer_within_six_percent():
    """Logistic regression from theta = 0, h Lam a quarter of the threshold."""
    sklearn = pytest.importorskip("sklearn.datasets")
    features, targets = sklearn.load_breast_cancer(return_X_y=True)
    x = (features - features.mean(0)) / features.std(0)
    lam = sample_constant(x, 0.25) + 1e-2
    loss = LogisticRegression(x, targets, ridge=1e-2)
    expected = {1: 1.67e-2, 2: 9.03e-4, 3: 7.80e-5, 4: 8.75e-6}
    for order, true in expected.items():
        bound = certify(
            HeavyBall(0.9),
            loss,
            np.zeros(31),
            step_size=2e-4,
            order=order,
            lipschitz=lam,
            steps=400,
        )
        certified = bound.field_errors[-1] / np.linalg.norm(bound.fields[-1])
        assert true < certified < 1.07 * true
    assert repr(bound).startswith("believe it: h Lam = 0.00067 < 0.0026; 4 terms are right to 0.00")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"step_size": 0.0}, "step_size"),
        ({"lipschitz": -1.0}, "lipschitz"),
        ({"lipschitz": np.nan}, "lipschitz"),
        ({"curvature": 3.0}, "curvature"),
        ({"radius": 0.0}, "radius"),
        ({"order": 0}, "order"),
    ],
)
def test_values_out_of_range(change, word):
    settings = {"step_size": 0.01, "order": 2, "lipschitz": 1.0} | change
    with pytest.raises(DomainError, match=word):
        certify(HeavyBall(0.5), Quadratic([[1.0]]), [1.0], **settings)


def test_other_optimizers_and_impossible_starts():
    with pytest.raises(ArgumentTypeError, match="Only heavy ball"):
        certify(Adam(), Quadratic([[1.0]]), [1.0], step_size=0.1, order=1, lipschitz=1.0)
    with pytest.raises(DomainError, match="needs step=0"):
        certify(
            HeavyBall(0.5),
            None,
            [1.0],
            step_size=0.1,
            order=1,
            lipschitz=1.0,
            batches=[Quadratic([[1.0]])],
        )


def test_terms_certify_themselves_with_the_constant_of_the_loss():
    terms = memoryless(HeavyBall(0.5), Quadratic(np.diag([1.0, 5.0])), [1.0, 1.0], order=3)
    line = "believe it: h Lam = 0.01 < 0.086; 3 terms are right to 9.3e-05"
    assert repr(terms.at(0.002).certify()) == line
    with pytest.raises(DomainError, match="step size"):
        terms.certify()
    other = memoryless(Nesterov(0.5), Quadratic([[1.0]]), [1.0], order=2, step_size=0.01)
    with pytest.raises(DomainError, match="only for the stationary update"):
        other.certify()


@pytest.mark.parametrize("step", [None, 0])
def test_runs_certify_themselves(step):
    bowl, options = Quadratic(np.diag([1.0, 5.0])), {"step_size": 0.002, "steps": 30}
    found = run(HeavyBall(0.5), bowl, [1.0, 1.0], order=3, step=step, **options)
    bound = found.certify()
    assert bound.points == pytest.approx(found.points, rel=1e-13)
    state = "manifold" if step is None else None
    truth = run(HeavyBall(0.5), bowl, [1.0, 1.0], state=state, **options).points
    distance = np.linalg.norm(found.points - truth, axis=-1)
    assert (distance <= bound.point_errors + 1e-14).all()
    assert distance[-1] > bound.point_errors[-1] / 20
    assert "certify() bounds its error" in repr(found)


def test_runs_of_batches_certify_all_but_the_last_step():
    batches = [Quadratic([[1.0]]), Quadratic([[3.0]])] * 3
    options = {"step_size": 0.01, "steps": 6, "batches": batches}
    bound = run(HeavyBall(0.5), None, [1.0], order=2, step=0, **options).certify()
    truth = run(HeavyBall(0.5), None, [1.0], **options).points[:6]
    assert bound.bounds.lipschitz == pytest.approx(3.0)
    assert (np.abs(bound.points - truth)[:, 0] <= bound.point_errors + 1e-14).all()


@pytest.mark.parametrize(
    ("optimizer", "changes"),
    [
        (HeavyBall(0.5), {"order": None}),
        (HeavyBall(0.5), {"order": "auto"}),
        (HeavyBall(0.5), {"step": 3}),
        (HeavyBall(0.5), {"step": 0, "window": 4}),
        (Nesterov(0.5), {}),
    ],
)
def test_other_runs_have_no_certificate(optimizer, changes):
    options = {"steps": 2, "step_size": 0.01, "order": 2} | changes
    found = run(optimizer, Quadratic([[1.0]]), [1.0], **options)
    with pytest.raises(DomainError, match="only for the update of heavy ball without memory"):
        found.certify()
    assert "certify" not in repr(found)


def test_a_certificate_starts_from_rest_or_on_the_manifold():
    bowl = Quadratic([[1.0]])
    with pytest.raises(DomainError, match="'step' must be 0, a start from rest, or None"):
        certify(HeavyBall(0.5), bowl, [1.0], step_size=0.01, order=2, step=5)


def test_a_loss_without_a_constant_says_so():
    with pytest.raises(ArgumentTypeError, match="No bound of the gradient's slope"):
        certify(HeavyBall(0.5), Wave((1, 1)), [1.0], step_size=0.01, order=1)


def test_explain_shows_what_is_certified():
    bowl = Quadratic([[1.0]])
    facts = dict(explain(HeavyBall(0.5), 0.01, loss=bowl, theta=[1.0]))
    assert facts["certified"].startswith("believe it: h Lam = 0.01 < 0.086")
    facts = dict(explain(HeavyBall(0.5), 1.0, lipschitz=1.0))
    assert facts["certified"].startswith("no manifold is certified: h Lam = 1 >= 0.0858")
    assert dict(explain(Adam(), 0.01, lipschitz=1.0))["certified"].startswith("nothing")
