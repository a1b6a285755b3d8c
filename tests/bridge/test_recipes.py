"""The numbers of torch's optimizers, in numpy, against polyfam's first order: without torch."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam.bridge import memory_correction
from polyfam.bridge._lags import Lags, compressed
from polyfam.bridge._lanczos import ends_of_spectrum, warm_start
from polyfam.bridge._torch_recipes import RECIPES
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses import Quadratic
from polyfam.memory import memoryless
from polyfam.optimizers import AdaGrad, Adam, AdamW, HeavyBall, NAdam, Nesterov, RMSProp

RNG = np.random.default_rng(0)
ROOT = RNG.normal(size=(6, 6))
BOWL, THETA, H = Quadratic(ROOT @ ROOT.T), RNG.normal(size=6), 0.01
OUTSIDE = {"epsilon_inside": False, "epsilon": 1e-2}
SGD = {"lr": H, "momentum": 0.9, "dampening": 0.0, "nesterov": False}
ADAM = {"lr": H, "betas": (0.8, 0.95), "eps": 1e-2}
RMS = {"lr": H, "alpha": 0.9, "eps": 1e-2, "momentum": 0.0, "centered": False}

CASES = [
    ("SGD", SGD, HeavyBall(0.9), None),
    ("SGD", SGD, HeavyBall(0.9), 4),
    ("SGD", SGD | {"nesterov": True}, Nesterov(0.9), 4),
    ("Adam", ADAM, Adam(0.8, 0.95, **OUTSIDE), 7),
    ("Adam", ADAM, Adam(0.8, 0.95, **OUTSIDE), None),
    (
        "AdamW",
        ADAM | {"weight_decay": 0.3, "decoupled_weight_decay": True},
        AdamW(0.8, 0.95, weight_decay=0.3, **OUTSIDE),
        7,
    ),
    ("NAdam", ADAM | {"momentum_decay": 0.004}, NAdam(0.8, 0.95, **OUTSIDE), None),
    ("RMSprop", RMS, RMSProp(0.9, **OUTSIDE), 60),
    ("Adagrad", {"lr": H, "lr_decay": 0.0, "eps": 1e-2}, AdaGrad(**OUTSIDE), 90),
]


@pytest.mark.parametrize(("name", "group", "ours", "step"), CASES, ids=str)
def test_recipe_gives_the_first_order_of_polyfam(name, group, ours, step):
    recipe, gradient = RECIPES[name](group, step), BOWL.gradient(THETA)
    expected = memoryless(ours, BOWL, THETA, order=2, step=step)
    past, *spare = np.empty((3, 6))
    direction = recipe.direction(gradient, THETA, past.copy())
    np.testing.assert_allclose(direction, expected[0], rtol=1e-12)
    found = 0.0
    for lags in recipe.memories():
        recipe.accumulated(lags, gradient, THETA, 2e-16, out=past, spare=spare)
        factor = recipe.factor(gradient, lags is recipe.means, lags is recipe.squares, spare)
        found = found + factor * BOWL.hessian_vector(THETA, past)
    np.testing.assert_allclose(found, H * expected[1], rtol=1e-9, atol=1e-12)


def test_gauss_nodes_stand_for_many_steps():
    steps = np.arange(100_000) + 1.0
    rules = list(compressed(np.log(steps), steps, 24))
    exact = (steps / (np.sqrt(steps) * 0.3 + 1e-3)).sum()
    assert [len(nodes) for nodes, _ in rules] == list(range(1, 25))
    errors = [abs((w / (np.exp(x / 2) * 0.3 + 1e-3)).sum() / exact - 1) for x, w in rules]
    assert errors[-1] < 1e-12
    assert errors[0] > errors[2] > errors[4]
    ((one,), (first,)), (two, both) = compressed(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5)
    assert (one, first) == pytest.approx((11 / 7, 7))
    np.testing.assert_allclose([two, both], [[1, 2], [3, 4]])


def test_age_is_the_sum_of_the_tails():
    weights = RNG.random(9)
    assert Lags.of(weights).age == pytest.approx(np.arange(9) @ weights)


@pytest.mark.parametrize(
    ("name", "group", "step", "sentence"),
    [
        ("Adam", ADAM | {"amsgrad": True}, 5, "never forgets"),
        ("Adagrad", {"lr": H, "lr_decay": 0.0, "eps": 0.1}, None, "no stationary limit"),
        ("RMSprop", RMS | {"centered": True}, None, "deviation"),
        ("RMSprop", RMS | {"momentum": 0.5}, 5, "step=None"),
    ],
)
def test_settings_without_memoryless_update_say_why(name, group, step, sentence):
    with pytest.raises(DomainError, match=sentence):
        RECIPES[name](group, step)


def test_lanczos_finds_both_ends_and_starts_warm():
    values = np.concatenate([[-4.0], np.linspace(-1, 1, 500), [9.0]])
    products = []

    def product(vector):
        products.append(1)
        return [values * vector[0]]

    random = [RNG.normal(size=len(values))]
    cold = ends_of_spectrum(product, warm_start(random, None))
    assert (cold.smallest, cold.largest) == pytest.approx((-4, 9), rel=1e-5)
    assert cold.products == len(products)
    warm = ends_of_spectrum(product, warm_start(random, cold.vector))
    assert warm.products < cold.products
    assert (warm.smallest, warm.largest) == pytest.approx((-4, 9), rel=1e-5)


@pytest.mark.parametrize("batches", [3, ...])
def test_batches_that_are_no_collection_are_refused_by_name(batches):
    with pytest.raises(ArgumentTypeError, match=r"^Argument 'batches' must be a list of batches"):
        memory_correction(None, max, None, batches=batches)
