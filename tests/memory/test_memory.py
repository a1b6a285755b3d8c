"""Updates without memory: orders of error, against closed forms of the heavy ball, and refusals."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.polynomial.polynomial import polyval

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.losses import MLP, BilinearToy
from polyfam.losses.arithmetic.taylor import TaylorError
from polyfam.memory import DivergenceWarning, ValidityWarning, memoryless, past, run, stationary
from polyfam.memory._arguments import question
from polyfam.memory._memoryless import by_recursion
from polyfam.memory.nodes import lags
from polyfam.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    HeavyBall,
    Lion,
    LionK,
    NAdam,
    RMSProp,
)
from tests.memory.cases import LOSSES, SMOOTH, Batch, LossCase, name
from tests.oracles.trajectories import Quartic

POINT = LOSSES[0].point


def arriving(optimizer: Any, case: LossCase, steps: int, more: int, h: float) -> Any:
    """Return the run, from rest, that is at the point of the case after so many steps."""
    start = case.point
    for _ in range(5):
        trajectory = run(optimizer, case.loss, start, steps=steps + more, step_size=h)
        start = start + case.point - trajectory.points[steps]
    return trajectory


def slopes(optimizer: Any, case: LossCase, step: int, stationary: bool) -> np.ndarray:
    """Return the orders of error in h of the direction at a step, for 1, ..., 4 terms."""
    found = []
    for size in (case.h, case.h / 2):
        trajectory = arriving(optimizer, case, step, 1, size)
        theta, direction = trajectory.points[step], trajectory.directions[step + 1]
        terms = memoryless(optimizer, case.loss, theta, order=4, step=None if stationary else step)[
            :
        ]
        errors = [polyval(size, terms[:order]) - direction for order in (1, 2, 3, 4)]
        found.append(np.linalg.norm(errors, axis=1))
    return np.log2(found[0] / found[1])


ORDERS = np.array([1, 2, 3, 4])


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
@pytest.mark.parametrize("optimizer", SMOOTH[1:], ids=name)
def test_order_of_the_direction_at_a_finite_step(optimizer: Any, case: LossCase) -> None:
    assert (abs(slopes(optimizer, case, 6, False) - ORDERS) < 0.25).all()


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
@pytest.mark.parametrize("optimizer", SMOOTH[1:], ids=name)
def test_order_of_the_direction_in_the_stationary_regime(optimizer: Any, case: LossCase) -> None:
    assert (abs(slopes(optimizer, case, 36, True) - ORDERS) < 0.35).all()


RUNS = [HeavyBall(0.3), RMSProp(0.3, 0.5), Adam(0.2, 0.3, 0.5), Lion(0.2, 0.3, 0.5)]


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
@pytest.mark.parametrize("optimizer", RUNS, ids=name)
def test_order_of_the_run_in_the_stationary_regime(optimizer: Any, case: LossCase) -> None:
    for order in ORDERS:
        errors = []
        for steps in (4, 8):
            h = 4 * case.h / steps
            exact = arriving(optimizer, case, 26, steps, h).points[26:]
            found = run(optimizer, case.loss, exact[0], steps=steps, step_size=h, order=order)
            errors.append(abs(found.points[-1] - exact[-1]).max())
        assert np.log2(errors[0] / errors[1]) > order - 0.3


@pytest.mark.parametrize("optimizer", RUNS, ids=name)
def test_order_of_the_run_from_rest(optimizer: Any) -> None:
    for order in ORDERS:
        errors = []
        for steps in (12, 24):
            exact = run(optimizer, Quartic(), POINT, steps=steps, step_size=0.08 / steps).points
            found = run(
                optimizer,
                Quartic(),
                POINT,
                steps=steps,
                step_size=0.08 / steps,
                order=order,
                step=0,
            )
            errors.append(abs(found.points[-1] - exact[-1]).max())
        assert np.log2(errors[0] / errors[1]) > order - 0.5


def test_order_of_the_run_with_batches() -> None:
    """Logistic regression with one batch of five a step, in the order they come."""
    chosen = np.random.default_rng(3).integers(4, size=10)
    batches = [Batch(slice(5 * i, 5 * i + 5)) for i in range(4)]
    for order in (1, 2, 3):
        errors = []
        for repeat in (1, 2):  # with half the step, each batch is taken twice
            losses = [batches[i] for i in chosen.repeat(repeat)]
            steps, h = len(losses), 0.4 / len(losses)
            args = (Adam(0.4, 0.5, 0.5), None, LOSSES[1].point)
            options = {"steps": steps, "step_size": h, "batches": losses}
            exact = run(*args, **options).points[-1]
            found = run(*args, **options, order=order, step=0).points[-1]
            errors.append(abs(found - exact).max())
        assert np.log2(errors[0] / errors[1]) > order - 0.5


def test_adagrad_gains_half_an_order_a_term() -> None:
    """Its memory is as long as the run: the past is sqrt(n) h away, and not h."""
    theta = np.array([1.5, -0.7, 0.9, 1.2])
    for order in (1, 2):
        errors = []
        for steps in (20, 80):
            exact = run(
                AdaGrad(1e-3), Quartic(), theta, steps=steps, step_size=0.02 / steps
            ).points[-1]
            found = run(
                AdaGrad(1e-3),
                Quartic(),
                theta,
                steps=steps,
                step_size=0.02 / steps,
                order=order,
                step=0,
            )
            errors.append(abs(found.points[-1] - exact).max())
        assert abs(np.log2(errors[0] / errors[1]) / 2 - (order + 1) / 2) < 0.25
    assert (abs(slopes(AdaGrad(0.5), LOSSES[0], 6, False) - ORDERS) < 0.3).all()


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
def test_heavy_ball_matches_its_own_theory(beta: float) -> None:
    """The sums of `polyfam.memory.linear` use the momentum's matrices and no recursion."""
    for step in (None, 0, 1, 5):
        field = memoryless(HeavyBall(beta), Quartic(), POINT, order=6, step=step)[:]
        found = by_recursion(question(HeavyBall(beta), Quartic(), POINT, 6, step))
        scale = abs(field).max(axis=1, keepdims=True) + 1e-300
        np.testing.assert_allclose(found / scale, field / scale, atol=1e-10)


def test_heavy_ball_with_batches_matches_its_own_theory() -> None:
    losses = [Batch(slice(5 * i, 5 * i + 5)) for i in (0, 3, 1, 1, 2)]
    theta = LOSSES[1].point
    field = memoryless(HeavyBall(0.7), None, theta, order=4, step=4, batches=losses)[:]
    found = by_recursion(question(HeavyBall(0.7), None, theta, 4, 4, None, losses))
    np.testing.assert_allclose(found, field, rtol=1e-11)


@pytest.mark.parametrize("optimizer", SMOOTH, ids=name)
def test_late_steps_match_the_stationary_limit(optimizer: Any) -> None:
    limit = memoryless(optimizer, Quartic(), POINT, order=4)[:]
    late = memoryless(optimizer, Quartic(), POINT, order=4, step=90)[:]
    np.testing.assert_allclose(late, limit, rtol=1e-9, atol=1e-12)


def test_long_memories_keep_their_digits() -> None:
    """Two time scales, 10 and 100: late finite steps, where nothing is interpolated."""
    optimizer = Adam(0.9, 0.99, 0.1)
    limit = memoryless(optimizer, Quartic(), POINT, order=2)[:]
    late = memoryless(optimizer, Quartic(), POINT, order=2, step=2600)[:]
    np.testing.assert_allclose(late, limit, rtol=1e-8)


def test_many_points_match_one_at_a_time() -> None:
    points = np.random.default_rng(2).normal(size=(2, 3, 4))
    for step in (None, 3):
        for order in (2, 4):
            together = memoryless(AdamW(0.5, 0.8, 0.1), Quartic(), points, order=order, step=step)[
                :
            ]
            for i, k in np.ndindex(2, 3):
                alone = memoryless(
                    AdamW(0.5, 0.8, 0.1), Quartic(), points[i, k], order=order, step=step
                )[:]
                np.testing.assert_allclose(together[:, i, k], alone, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("optimizer", SMOOTH[1:], ids=name)
def test_basis_of_the_past_matches_all_gradients(optimizer: Any) -> None:
    """Order 2 applies the Hessian to a basis, order 3 runs a jet at every point."""
    few = memoryless(optimizer, Quartic(), POINT, order=2, step=12)[:]
    all_points = memoryless(optimizer, Quartic(), POINT, order=3, step=12)[:]
    np.testing.assert_allclose(few, all_points[:2], rtol=1e-11, atol=1e-13)


class Hidden:
    """A loss of the package without its jets: plain numpy, in Taylor arithmetic."""

    def __init__(self, loss: Any) -> None:
        self.gradient = loss.gradient


@pytest.mark.parametrize("step", [None, 5])
def test_jets_of_losses_match_taylor_arithmetic(step: int | None) -> None:
    rng = np.random.default_rng(0)
    net = MLP(rng.normal(size=(9, 2)), rng.integers(3, size=9), widths=(4,), activation="gelu")
    for loss in (BilinearToy(), net):
        theta = rng.normal(size=loss.dimension)
        for order in (2, 4):
            fast = memoryless(AdamW(0.9, 0.95, 0.1), loss, theta, order=order, step=step)[:]
            slow = memoryless(AdamW(0.9, 0.95, 0.1), Hidden(loss), theta, order=order, step=step)[:]
            scale = abs(slow).max(axis=1, keepdims=True)
            np.testing.assert_allclose(fast / scale, slow / scale, atol=1e-10)


@pytest.mark.parametrize("optimizer", [Adam(0.9, 0.999, 0.01), Lion(0.9, 0.99, 0.01)], ids=name)
def test_other_nodes_give_the_same_terms(optimizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit does not know where the polynomials in the lag are sampled."""
    terms = memoryless(optimizer, Quartic(), POINT, order=6)[:]
    monkeypatch.setattr(stationary, "lags", lambda terms, memory: lags(terms, 0.6 * memory))
    others = memoryless(optimizer, Quartic(), POINT, order=6)[:]
    scale = abs(terms).max(axis=1, keepdims=True)
    np.testing.assert_allclose(others / scale, terms / scale, atol=1e-9)


class Counting:
    """The quartic, which counts the points at which its Taylor gradient is taken."""

    def __init__(self) -> None:
        self.points = 0

    def gradient(self, theta: Any) -> Any:
        self.points += int(np.prod(theta.shape[:-1]))
        return Quartic().gradient(theta)


@pytest.mark.parametrize(
    "optimizer", [HeavyBall(0.9), AdamW(epsilon=0.1), Lion(epsilon=0.1, bias_correction=True)]
)
def test_second_order_steps_cost_few_gradients_however_late(optimizer: Any) -> None:
    counts = []
    for step in (3, 40):
        loss = Counting()
        memoryless(optimizer, loss, POINT, order=2, step=step)[:]
        counts.append(loss.points)
    assert counts[0] == counts[1] <= 7


def test_window_freezes_the_start_up_coefficients() -> None:
    args = (Adam(0.5, 0.6, 0.1), Quartic(), POINT)
    options = {"steps": 6, "step_size": 0.01, "order": 2, "step": 0}
    whole = run(*args, **options).points
    np.testing.assert_array_equal(run(*args, **options, window=5).points, whole)
    short = run(*args, **options, window=2).points
    np.testing.assert_array_equal(short[:4], whole[:4])
    assert abs(short - whole).max() > 1e-6


class Normalised(NamedTuple):
    """Momentum divided by its length: the direction mixes coordinates, the state does not."""

    beta: float = 0.6

    def init(self, theta: Any) -> tuple[Any]:
        return (np.zeros_like(theta),)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:  # noqa: ARG002
        (m,) = state
        m = self.beta * m + gradient
        return (m,), m / np.sqrt((m * m).sum(axis=-1, keepdims=True))


class TwoScales(NamedTuple):
    """An average of an average, and a state that is not a tuple of arrays of one kind."""

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta), 0, np.zeros_like(theta)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:  # noqa: ARG002
        a, count, b = state
        a, b = 0.5 * a + 0.3 * gradient + 0.1 * b, 0.4 * b + 0.6 * a
        return (a, count + 1, b), np.sqrt(1 + b * b) * a


class Bare(NamedTuple):
    """A state that is an array and nothing else."""

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:  # noqa: ARG002
        m = 0.5 * state + np.tanh(gradient)
        return m, np.arctan(m)


class Curved(NamedTuple):
    """An update that is not affine in its state."""

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:  # noqa: ARG002
        m = np.tanh(0.6 * state + gradient)
        return m, m


@pytest.mark.parametrize("optimizer", [Normalised(), TwoScales(), Bare(), Curved()])
def test_optimizers_of_a_user_have_the_right_orders(optimizer: Any) -> None:
    case = LOSSES[0]._replace(h=0.002)
    assert (abs(slopes(optimizer, case, 6, False) - ORDERS) < 0.25).all()
    assert (abs(slopes(optimizer, case, 60, True) - ORDERS) < 0.25).all()


class User:
    """Momentum, with a hook in its update."""

    def __init__(self, hook: Any) -> None:
        self.hook = hook

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta)

    def update(self, state: Any, gradient: Any, theta: Any) -> Any:  # noqa: ARG002
        m = self.hook(state, gradient)
        return m, m


def in_place(m: Any, g: Any) -> Any:
    m *= 0.5
    m += g
    return m


def in_gradient(m: Any, g: Any) -> Any:
    g += 0.5 * m
    return g


@pytest.mark.parametrize("hook", [in_place, in_gradient])
@pytest.mark.parametrize("step", [None, 3])
def test_changes_in_place_are_refused(hook: Any, step: int | None) -> None:
    with pytest.raises(DomainError, match="update of User changes its arguments in place"):
        memoryless(User(hook), Quartic(), POINT, order=2, step=step)[:]


def test_operations_without_a_series_are_named() -> None:
    with pytest.raises(TaylorError, match=r"numpy\.sort"):
        memoryless(User(lambda m, g: 0.5 * m + np.sort(g)), Quartic(), POINT, order=2, step=3)[:]
    with pytest.raises(TaylorError, match=r"float\(\)"):
        memoryless(User(lambda m, g: 0.5 * m + g / float(g[0])), Quartic(), POINT, order=2, step=3)[
            :
        ]


def test_states_that_mix_coordinates_need_a_finite_step() -> None:
    for sign in (1, -1):
        mixing = User(lambda m, g, s=sign: 0.4 * m + s * 0.1 * np.roll(m, 1, axis=-1) + g)
        with pytest.raises(DomainError, match=r"mix(es)? coordinates.*finite step=n"):
            memoryless(mixing, Quartic(), POINT, order=2)[:]
    assert (abs(slopes(mixing, LOSSES[0], 6, False) - ORDERS) < 0.3).all()


def test_memories_that_do_not_fade_need_a_finite_step() -> None:
    with pytest.raises(DomainError, match=r"AdaGrad has no stationary regime.*finite step=n"):
        memoryless(AdaGrad(0.1), Quartic(), POINT, order=2)[:]


@pytest.mark.parametrize("step", [None, 3])
def test_hard_signs_are_explained(step: int | None) -> None:
    with pytest.raises(TaylorError, match=r"hard sign has no memory .* epsilon > 0 for the smooth"):
        memoryless(Lion(), Quartic(), POINT, order=2, step=step)[:]
    signs = np.sign(Quartic().gradient(POINT))
    np.testing.assert_array_equal(memoryless(Lion(), Quartic(), POINT, order=1, step=9)[0], signs)


class Coupled:
    """A parabola whose gradient vanishes at (1, 1, 1) in the second coordinate only."""

    matrix = np.array([[2.0, 1.0, 0.0], [1.0, 1.0, -2.0], [0.0, -2.0, 3.0]])

    def gradient(self, theta: Any) -> Any:
        return theta @ self.matrix


@pytest.mark.parametrize("step", [None, 3])
@pytest.mark.parametrize("optimizer", [RMSProp(epsilon=0.0), Adam(epsilon=0.0), NAdam(epsilon=0.0)])
def test_vanishing_gradients_without_epsilon_are_named(optimizer: Any, step: int | None) -> None:
    with pytest.raises(DomainError, match=r"0/0 .* at coordinate 1: take epsilon > 0"):
        memoryless(optimizer, Coupled(), np.ones(3), order=2, step=step)[:]


@pytest.mark.parametrize("step", [None, 3])
def test_vanishing_gradients_under_a_root_are_named(step: int | None) -> None:
    """To first order the closed form knows the limit; beyond there is none."""
    optimizer, loss = Adam(0.5, 0.6, 0.1, epsilon_inside=False), Coupled()
    with pytest.raises(DomainError, match=r"coordinate 1: .*epsilon_inside=True"):
        memoryless(optimizer, loss, np.ones(3), order=3, step=step)
    found = memoryless(optimizer, loss, np.ones(3), order=2, step=step)
    near = memoryless(optimizer, loss, np.array([1.0, 1.0 + 1e-9, 1.0]), order=2, step=step)
    np.testing.assert_allclose(found[:], near[:], rtol=1e-6, atol=1e-6)


def test_divergence_is_kept_and_dated() -> None:
    with (
        pytest.warns(DivergenceWarning, match="first at step"),
        pytest.warns(ValidityWarning, match="the first step 0, a term is larger than the first"),
    ):
        found = run(HeavyBall(0.5), Quartic(), POINT, steps=30, step_size=2.0, order=2)
    assert np.isfinite(found.points[found.diverged]).all()


def test_bad_arguments_are_refused_in_one_sentence() -> None:
    with pytest.raises(DomainError, match="'order' must be at least 1, not 0"):
        memoryless(Adam(), Quartic(), POINT, order=0)[:]
    with pytest.raises(ArgumentTypeError, match="'step' must be an integer"):
        memoryless(Adam(), Quartic(), POINT, order=2, step=2.5)[:]
    with pytest.raises(DomainError, match="'batches' needs a finite step=n"):
        memoryless(Adam(), None, POINT, order=2, batches=[Quartic()])[:]
    with pytest.raises(DomainError, match="'batches' must hold 4 losses, not 2"):
        memoryless(Adam(), None, POINT, order=2, step=3, batches=[Quartic()] * 2)[:]
    with pytest.raises(DomainError, match="'window' needs 'step', 0 for a start from rest"):
        run(Adam(), Quartic(), POINT, steps=3, step_size=0.1, order=2, window=2)
    with pytest.raises(DomainError, match="'step_size' must be a finite number above 0"):
        run(Adam(), Quartic(), POINT, steps=3, step_size=-0.1, order=2, step=0)

    class Scalar(User):
        def init(self, theta: Any) -> Any:  # noqa: ARG002
            return (np.zeros(1), 0)

    with pytest.raises(
        ArgumentTypeError, match="state of Scalar must hold arrays of theta's shape"
    ):
        memoryless(Scalar(None), Quartic(), POINT, order=2)[:]


def test_absurd_pasts_are_refused_before_memory_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "_MEMORY", 1000)
    with pytest.raises(ResourceError, match="gradients at 21 points of the past with 3 terms"):
        memoryless(Adam(epsilon=1.0), Quartic(), POINT, order=3, step=20)[:]


def test_general_k_matches_its_elementwise_case() -> None:
    general = LionK(lambda x: x / np.sqrt(x * x + 0.5), 0.4, 0.6, 0.3)
    for step in (None, 5):
        np.testing.assert_allclose(
            memoryless(general, Quartic(), POINT, order=4, step=step)[:],
            memoryless(Lion(0.4, 0.6, 0.5, 0.3), Quartic(), POINT, order=4, step=step)[:],
            rtol=1e-10,
        )


def test_a_window_on_batches_looks_at_the_newest_ones() -> None:
    losses = [Scaled(a) for a in (1.0, 5.0, 2.0, 4.0)]
    found = run(
        HeavyBall(0.5),
        None,
        [1.0],
        steps=4,
        step_size=0.1,
        order=2,
        batches=losses,
        window=1,
        step=0,
    ).directions[-1]
    x = run(
        HeavyBall(0.5),
        None,
        [1.0],
        steps=3,
        step_size=0.1,
        order=2,
        batches=losses,
        window=1,
        step=0,
    ).points[-1]
    assert np.array_equal(
        found,
        polyval(0.1, memoryless(HeavyBall(0.5), None, x, order=2, step=1, batches=losses[2:])[:]),
    )


def test_a_run_raises_what_is_no_divergence() -> None:
    with pytest.raises(DomainError, match="no stationary regime"):
        run(AdaGrad(), Scaled(1.0), [1.0], steps=3, step_size=0.1, order=2)


class Scaled:
    """A parabola."""

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def gradient(self, theta: Any) -> Any:
        return self.scale * theta


class Broken:
    """An optimizer whose update returns something else than a pair."""

    def __init__(self, found: object) -> None:
        self.found = found

    def init(self, theta: np.ndarray) -> np.ndarray:
        return 0 * theta

    def update(self, state: Any, gradient: Any, theta: Any) -> object:  # noqa: ARG002
        return self.found


@pytest.mark.parametrize("step", [None, 2], ids=str)
@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (None, "'optimizer' must be an object with init and update, such as Adam"),
        (Adam, "'optimizer' must be an object with init and update, such as Adam"),
        (HeavyBall, "must be an object .* not 'HeavyBall' .write an instance"),
        (Broken(None), "update of Broken must return a pair"),
        (Broken((np.zeros(1), 1.0)), "update of Broken must return a pair"),
        (Broken((np.zeros(1), np.ones(3))), "direction of theta's shape"),
    ],
    ids="none class ball nothing scalar shape".split(),
)
def test_what_is_no_optimizer_is_refused_in_one_sentence(
    optimizer: object, message: str, step: int | None
) -> None:
    with pytest.raises((DomainError, ArgumentTypeError), match=message):
        memoryless(optimizer, Scaled(1.0), [1.0], order=3, step=step)


@pytest.mark.parametrize("step", [None, 3], ids=str)
def test_no_points_are_refused_in_one_sentence(step: int | None) -> None:
    with pytest.raises(DomainError, match="must be at least 1, not"):
        memoryless(Adam(), Scaled(1.0), np.zeros((0, 2)), order=2, step=step)[:]
