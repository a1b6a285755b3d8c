"""Optimizers of users: the arrays that they see have theta's shape, on every path.

The oracle of the stationary limit is a late step from rest, where nothing is interpolated.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from polyfam import memoryless, modified_equation, perturbation, run
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.flows import modified_flow
from polyfam.losses import Quadratic
from polyfam.optimizers import AdaGrad, Adam, HeavyBall, Lion
from tests.oracles.trajectories import Quartic


class Groups:
    """Another learning rate for the first coordinate."""

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta)

    def update(self, m: Any, g: Any, _: Any) -> Any:
        m = 0.5 * m + g
        return m, np.concatenate([10 * m[:1], m[1:]])


class Clipped(Groups):
    """Momentum of gradients clipped to length 1."""

    def update(self, m: Any, g: Any, _: Any) -> Any:
        length = np.sqrt((g * g).sum())
        m = 0.5 * m + g * (1 / length if length > 1 else 1.0)
        return m, m


class Largest(Groups):
    """Momentum divided by its largest entry, which is the last one here."""

    def update(self, m: Any, g: Any, _: Any) -> Any:
        m = 0.5 * m + g
        return m, m / m[-1]


BOWL = Quadratic([[1.0, 0.2], [0.2, 3.0]])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_groups_of_coordinates_do_not_mix_the_lags(order: int) -> None:
    found = memoryless(Groups(), BOWL, [3.0, 2.0], order=order)
    late = memoryless(Groups(), BOWL, [3.0, 2.0], order=order, step=60)
    assert found[0] == pytest.approx([68.0, 13.2])
    np.testing.assert_allclose(found[:], late[:], rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_clipping_sees_one_gradient_at_a_time(order: int) -> None:
    found = memoryless(Clipped(), Quadratic(np.eye(2)), [3.0, 4.0], order=order)
    assert found[0] == pytest.approx([1.2, 1.6])
    late = memoryless(Clipped(), Quadratic(np.eye(2)), [3.0, 4.0], order=order, step=60)
    np.testing.assert_allclose(found[:], late[:], rtol=1e-11, atol=1e-13)


def test_a_maximum_is_that_of_one_momentum() -> None:
    found = memoryless(Largest(), BOWL, [3.0, 2.0], order=2)
    late = memoryless(Largest(), BOWL, [3.0, 2.0], order=2, step=60)
    np.testing.assert_allclose(found[:], late[:], rtol=1e-11, atol=1e-13)
    assert found[1][-1] == pytest.approx(0.0, abs=1e-13)


@pytest.mark.parametrize("optimizer", [Groups(), Clipped(), Largest()])
def test_many_points_are_seen_one_by_one_on_every_path(optimizer: Any) -> None:
    points = np.array([[3.0, 2.0], [-1.0, 4.0], [0.5, 0.25]])
    options = {"steps": 3, "step_size": 1e-3}

    def every(theta: Any) -> list[np.ndarray]:
        return [
            memoryless(optimizer, BOWL, theta, order=2)[:],
            memoryless(optimizer, BOWL, theta, order=2, step=3)[:],
            modified_equation(optimizer, BOWL, theta, order=2)[:],
            run(optimizer, BOWL, theta, **options).points,
            run(optimizer, BOWL, theta, **options, order=2).points,
            modified_flow(optimizer, BOWL, theta, **options, order=1),
        ]

    together = every(points)
    for i, point in enumerate(points):
        for found, alone in zip(together, every(point), strict=True):
            np.testing.assert_allclose(found[:, i], alone, rtol=1e-8)


@pytest.mark.parametrize("optimizer", [Clipped(), Largest()])
def test_what_mixes_coordinates_is_not_split_into_penalties(optimizer: Any) -> None:
    found = perturbation(optimizer, BOWL, [3.0, 2.0])
    assert found.scale is None
    assert found.penalties == ()
    assert np.array_equal(found.correction, memoryless(optimizer, BOWL, [3.0, 2.0], order=2)[1])


class Made(NamedTuple):
    """An optimizer of two averages, a norm, a slice and a shift, with drawn weights."""

    fast: float
    slow: float
    norm: float
    part: float
    roll: float

    def init(self, theta: Any) -> Any:
        return np.zeros_like(theta), np.zeros_like(theta), 0

    def update(self, state: Any, g: Any, theta: Any) -> Any:
        a, b, count = state
        g = g / np.sqrt(1 + self.norm * (g * g).sum())
        a, b = self.fast * a + g, self.slow * b + np.tanh(g)
        c = a + b + self.roll * np.roll(b, 1)
        c = np.concatenate([(1 + self.part) * c[: len(g) // 2], c[len(g) // 2 :]])
        return (a, b, count + 1), c / np.sqrt(1 + self.norm * (b * b).mean()) + 0.1 * theta


weights = st.floats(0.0, 0.4)


@settings(deadline=None, max_examples=8, phases=[Phase.generate])
@given(st.builds(Made, weights, weights, weights, weights, weights))
def test_any_optimizer_agrees_with_itself_at_a_late_step(optimizer: Made) -> None:
    theta = np.array([0.9, -0.7, 0.2, 0.6])
    limit = memoryless(optimizer, Quartic(), theta, order=3)[:]
    late = memoryless(optimizer, Quartic(), theta, order=3, step=40)[:]
    scale = np.abs(late).max(axis=1, keepdims=True) + 1e-3
    np.testing.assert_allclose(limit / scale, late / scale, atol=1e-9)


class GradientTransformation(NamedTuple):
    """The shape of optax's transformations."""

    init: Any
    update: Any


class Reversed(Groups):
    """An update whose state comes second."""

    def update(self, updates: Any, state: Any, params: Any) -> Any:  # noqa: ARG002
        return updates, state


FOREIGN = [
    GradientTransformation(lambda params: (), lambda updates, state, params=None: (updates, state)),  # noqa: ARG005
    Reversed(),
]


@pytest.mark.parametrize("optimizer", FOREIGN, ids=["optax", "order"])
@pytest.mark.parametrize("step", [None, 3])
def test_transformations_of_optax_are_refused_by_name(optimizer: Any, step: int | None) -> None:
    sentence = r"in the manner of optax, update\(updates, state, params\): wrap it"
    with pytest.raises(ArgumentTypeError, match=sentence):
        memoryless(optimizer, BOWL, [1.0, 2.0], order=2, step=step)
    with pytest.raises(ArgumentTypeError, match=sentence):
        run(optimizer, BOWL, [1.0, 2.0], steps=2, step_size=0.1)
    with pytest.raises(ArgumentTypeError, match=sentence):
        perturbation(optimizer, BOWL, [1.0, 2.0])


@pytest.mark.parametrize("base", [Adam, HeavyBall, Lion, AdaGrad])
def test_a_subclass_with_another_update_does_not_inherit_a_closed_form(base: type) -> None:
    """Clipped Adam would have answered with Adam's memory; a class that holds one answers its own.

    The oracle is a difference of the true directions: M from rest after one step.
    """
    with pytest.raises(ArgumentTypeError, match=f"another update than {base.__name__}"):

        class Changed(base):  # type: ignore[misc]
            def update(self, state: Any, gradient: Any, theta: Any) -> Any:
                return super().update(state, gradient / np.linalg.norm(gradient), theta)

    class Milder(base):  # type: ignore[misc]
        """Another default is no other update."""

    inner = Milder(epsilon=1.0) if base is not HeavyBall else Milder(0.5)

    class Holding:
        def init(self, theta: Any) -> Any:
            return inner.init(theta)

        def update(self, state: Any, gradient: Any, theta: Any) -> Any:
            return inner.update(state, gradient / np.linalg.norm(gradient), theta)

    theta, optimizer, h = np.array([3.0, 2.0]), Holding(), 1e-6
    found = memoryless(optimizer, BOWL, theta, order=2, step=1)

    def second(h: float) -> Any:
        """Return the second direction, at theta, when the first step came from theta + h F."""
        before = theta + h * optimizer.update(optimizer.init(theta), BOWL.gradient(theta), theta)[1]
        state, _ = optimizer.update(optimizer.init(theta), BOWL.gradient(before), before)
        return optimizer.update(state, BOWL.gradient(theta), theta)[1]

    np.testing.assert_allclose(found[1], (second(h) - second(-h)) / (2 * h), rtol=1e-6, atol=1e-9)


class Listed(Groups):
    """Momentum in a list, beside a counter."""

    def init(self, theta: Any) -> Any:
        return [np.zeros_like(theta), 0]

    def update(self, state: Any, g: Any, _: Any) -> Any:
        m = 0.5 * state[0] + g
        return [m, state[1] + 1], m


class Nested(Groups):
    """Momentum in a list in a dict, whose keys come in another order later."""

    def init(self, theta: Any) -> Any:
        return {"seen": 0, "means": [np.zeros_like(theta), (np.zeros_like(theta),)]}

    def update(self, state: Any, g: Any, _: Any) -> Any:
        m = 0.5 * state["means"][0] + g
        return {"means": [m, (g,)], "seen": state["seen"] + 1}, m


@pytest.mark.parametrize("kind", [Listed, Nested])
@pytest.mark.parametrize("step", [None, 3])
def test_states_are_arrays_in_lists_and_dicts_too(kind: Any, step: int | None) -> None:
    found = memoryless(kind(), BOWL, [3.0, 2.0], order=3, step=step)
    ball = memoryless(HeavyBall(0.5), BOWL, [3.0, 2.0], order=3, step=step)
    np.testing.assert_allclose(found[:], ball[:], rtol=1e-12)


def test_a_state_with_a_number_says_what_to_do() -> None:
    class Summed(Groups):
        def init(self, theta: Any) -> Any:
            return {"sum": {"of squares": 0.0}, "mean": np.zeros_like(theta)}

    with pytest.raises(ArgumentTypeError, match=r"field 'sum.of squares' does not: keep a number"):
        memoryless(Summed(), BOWL, [3.0, 2.0], order=3)


def test_a_broken_promise_to_be_elementwise_is_refused_every_time() -> None:
    class Promising(Largest):
        elementwise = True

    optimizer = Promising()
    for _ in range(2):
        with pytest.raises(DomainError, match="Promising mixes coordinates"):
            memoryless(optimizer, BOWL, [3.0, 2.0], order=2)
