"""What optax's chains penalise, and their thresholds, against torch's recipes: make torch.

The Hessian is written down, so that the penalties are compared with the correction itself too.
"""

from __future__ import annotations

import pickle

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch

from polyfam.bridge import memory_correction
from polyfam.errors import DomainError

H, EPS = 1e-4, 1e-2
ROOT = np.random.default_rng(0).normal(size=(4, 4))
HESSIAN = ROOT @ ROOT.T + np.eye(4)
THETA = np.array([1.0, -2.0, 0.5, 3.0])
#: The first entries are a leaf of one axis, the others one of two.
PARTS = {"a": THETA[:2], "b": THETA[2:, None]}


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def of_torch(model, _):
    return model.w @ torch.tensor(HESSIAN) @ model.w / 2


def of_jax(p, _):
    theta = jnp.concatenate([p["a"], p["b"][:, 0]])
    return theta @ HESSIAN @ theta / 2


def in_torch(name, settings, step):
    model = torch.nn.Module()
    model.w = torch.nn.Parameter(torch.tensor(THETA))
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=H, **settings)
    if name == "Adagrad":  # torch divides by the state, which begins as that of no step
        optimizer.state[model.w]["sum"] += (step + 1) * torch.tensor(HESSIAN @ THETA) ** 2
    options = {"step": step, "sharpness": True, "tolerance": 1e-9, "check": False}
    return memory_correction(model, of_torch, optimizer, batches=[None], **options)


def in_jax(chain, step, sharpness=False, **options):
    options |= {"step": step, "sharpness": sharpness, "tolerance": 1e-9, "check": False}
    return memory_correction(PARTS, of_jax, chain, batches=[None], **options)


BETAS = {"b1": 0.8, "b2": 0.9, "eps": EPS}
ADAM = {"betas": (0.8, 0.9), "eps": EPS}
RMS = {"decay": 0.9, "eps": EPS, "eps_in_sqrt": False}
CASES = {
    "sgd": (optax.sgd(H), "SGD", {}),
    "momentum": (optax.sgd(H, 0.9), "SGD", {"momentum": 0.9}),
    "nesterov": (optax.sgd(H, 0.9, nesterov=True), "SGD", {"momentum": 0.9, "nesterov": True}),
    "adam": (optax.adam(H, **BETAS), "Adam", ADAM),
    "adamw": (optax.adamw(H, **BETAS, weight_decay=0.1), "AdamW", ADAM | {"weight_decay": 0.1}),
    "nadam": (optax.nadam(H, **BETAS), "NAdam", ADAM | {"momentum_decay": 1e9}),
    "rmsprop": (optax.rmsprop(H, **RMS), "RMSprop", {"alpha": 0.9, "eps": EPS}),
    "centred": (
        optax.rmsprop(H, **(RMS | {"eps": 1e-14}), centered=True),
        "RMSprop",
        {"alpha": 0.9, "eps": 1e-14, "centered": True},
    ),
    "adagrad": (
        optax.adagrad(H, 0.1, eps=0.0),
        "Adagrad",
        {"initial_accumulator_value": 0.1, "eps": 0.0},
    ),
    "adamax": (optax.adamax(H, 0.8, 0.9, 1e-14), "Adamax", {"betas": (0.8, 0.9), "eps": 1e-14}),
}


def same_penalty(ours, theirs):
    assert (ours.formula, ours.verdict) == (theirs.formula, theirs.verdict)
    for key in ("value", "lowest", "highest"):
        assert getattr(ours, key) == pytest.approx(getattr(theirs, key), rel=1e-9, abs=1e-30)


@pytest.mark.parametrize("name", CASES)
def test_penalties_and_thresholds_are_those_of_torch(name):
    chain, *peer = CASES[name]
    for step in (0, 1, 7):
        ((ours,), (theirs,)) = in_jax(chain, step).penalties, in_torch(*peer, step).penalties
        same_penalty(ours, theirs)
    found, wanted = in_jax(chain, 7, sharpness=True).spectrum, in_torch(*peer, 7).spectrum
    for limit in ("oscillation", "stability"):
        ratio = found.largest / getattr(found, limit)
        assert ratio == pytest.approx(wanted.largest / getattr(wanted, limit), rel=1e-6)
    assert found.smallest / found.largest == pytest.approx(
        wanted.smallest / wanted.largest, rel=1e-5
    )


@pytest.mark.parametrize("name", ["momentum", "nadam", "rmsprop"])
def test_many_steps_are_the_limit_of_torch(name):
    chain, kind, settings = CASES[name]
    ((ours,), (theirs,)) = in_jax(chain, 400).penalties, in_torch(kind, settings, None).penalties
    same_penalty(ours, theirs)


def test_rmsprop_with_momentum_has_its_limit_after_many_steps():
    chain = optax.rmsprop(H, **RMS, momentum=0.5)
    settings = {"alpha": 0.9, "eps": EPS, "momentum": 0.5}
    found, wanted = in_jax(chain, 400, sharpness=True), in_torch("RMSprop", settings, None)
    same_penalty(found.penalties[0], wanted.penalties[0])
    ratio = found.spectrum.largest / found.spectrum.stability
    assert ratio == pytest.approx(wanted.spectrum.largest / wanted.spectrum.stability, rel=1e-6)
    early = in_jax(chain, 2)
    assert early.penalties == ()
    assert "neither -c g nor" in early.notes[-1]


@pytest.mark.parametrize(
    ("name", "step"),
    [("nesterov", 5), ("small adam", 5), ("small rmsprop", 30), ("adamax", 9), ("belief", 7)],
)
def test_a_penalty_has_the_gradient_that_the_correction_has(name, step):
    small = {
        "small adam": optax.adam(H, 0.9, 0.99, 1e-14),
        "small rmsprop": optax.rmsprop(H, 0.9),
        "belief": optax.adabelief(H, eps=1e-14, eps_root=0.0),
    }
    chain = small[name] if name in small else CASES[name][0]
    found = in_jax(chain, step)
    (penalty,), g = found.penalties, HESSIAN @ THETA
    flat = [np.concatenate([np.ravel(getattr(p, key)) for p in found.parts]) for key in
            ("direction", "correction")]  # fmt: skip
    gradient = HESSIAN @ (np.sign(g) if penalty.formula == "|grad L|_1" else g)
    weights = g / flat[0] * flat[1] / gradient
    assert weights == pytest.approx([penalty.lowest] * 4, rel=1e-7)
    assert penalty.highest == pytest.approx(penalty.lowest, rel=1e-7)


def test_leaves_are_asked_one_by_one():
    """Groups, masks and schedules: each leaf has its own penalty, frozen ones have none."""
    labels = {"a": "ball", "b": "adam"}
    several = optax.multi_transform({"ball": optax.sgd(H, 0.9), "adam": CASES["adam"][0]}, labels)
    found = in_jax(several, 7, sharpness=True)
    assert [p.formula for p in found.penalties] == ["|grad L|^2/2", "|grad L|_1"]
    assert [p.parameters for p in found.penalties] == [2, 2]
    same = in_jax(CASES["momentum"][0], 7).penalties[0]
    assert found.penalties[0].lowest == pytest.approx(same.lowest)
    assert found.spectrum.stability == np.inf
    assert "several kinds" in found.notes[-1]
    frozen = optax.multi_transform({"ball": optax.sgd(H, 0.9), "adam": optax.set_to_zero()}, labels)
    found = in_jax(frozen, 7, sharpness=True)
    assert [p.parameters for p in found.penalties] == [2]
    block = np.linalg.eigvalsh(HESSIAN[:2, :2])
    largest = found.spectrum.largest / found.spectrum.stability
    assert largest == pytest.approx(H * block[-1] / 3.8)
    masked = optax.adamw(
        H, **BETAS, weight_decay=0.1, mask=lambda p: jax.tree.map(lambda x: x.ndim > 1, p)
    )
    same_penalty(in_jax(masked, 7).penalties[0], in_jax(CASES["adam"][0], 7).penalties[0])


def test_schedules_and_settings_count_as_they_are_now():
    schedule = optax.linear_schedule(H / 2, H, 7)
    found = in_jax(optax.sgd(schedule, 0.9), 7, sharpness=True)
    assert found.spectrum.stability == pytest.approx(3.8 / H)
    injected = optax.inject_hyperparams(optax.sgd)(H / 3, momentum=0.9)
    state = injected.init(PARTS)
    state.hyperparams["learning_rate"] = jnp.asarray(H)
    found = in_jax(injected, 7, sharpness=True, state=state)
    plain = in_jax(CASES["momentum"][0], 7)
    assert found.spectrum.stability == pytest.approx(3.8 / H)
    assert found.direction_size == pytest.approx(plain.direction_size)
    assert found.correction_size == pytest.approx(plain.correction_size)
    same_penalty(found.penalties[0], plain.penalties[0])


def test_single_precision_is_asked_in_double():
    double = in_jax(CASES["adam"][0], 7, sharpness=True)
    with jax.enable_x64(False):
        single = jax.tree.map(lambda x: jnp.asarray(x, jnp.float32), PARTS)
        found = memory_correction(
            single, of_jax, CASES["adam"][0], batches=[None], step=7, sharpness=True, check=False
        )
    ((ours,), (theirs,)) = found.penalties, double.penalties
    assert ours.verdict == theirs.verdict
    for key in ("value", "lowest", "highest"):
        assert getattr(ours, key) == pytest.approx(getattr(theirs, key), rel=1e-6)
    assert found.spectrum.stability == pytest.approx(double.spectrum.stability)
    assert found.spectrum.largest == pytest.approx(double.spectrum.largest, rel=1e-4)
    assert found.parts[0].correction.dtype == jnp.float32


REFUSED = {
    "global norm": (
        optax.chain(optax.clip_by_global_norm(1.0), optax.adam(H)),
        "gradients of others",
    ),
    "lamb": (optax.lamb(H), "gradients of others"),
    "adafactor": (optax.adafactor(H, min_dim_size_to_factor=1), "gradients of others"),
    "coupled decay": (optax.chain(optax.add_decayed_weights(0.1), optax.sgd(H, 0.9)), "into the"),
    "lion": (optax.lion(H), "sign"),
    "signum": (optax.chain(optax.trace(0.9), optax.scale_by_sign(), optax.scale(-H)), "sign"),
    "a quotient that is a sign": (
        optax.stateless(lambda g, _: jax.tree.map(lambda x: -H * x / abs(x), g)),
        "sign",
    ),
    "clipping that acts": (optax.chain(optax.clip(1.0), optax.sgd(H, 0.9)), "neither"),
    "a rate of 0": (optax.sgd(0.0, 0.9), "moves nothing"),
    "momentum, then a root": (
        optax.chain(optax.scale_by_rss(0.0, 1e-3), optax.trace(0.9), optax.scale(-H)),
        "neither",
    ),
    "an unknown function": (optax.stateless(lambda g, _: jax.tree.map(jnp.tanh, g)), "neither"),
    "arrays of these shapes": (
        optax.stateless(lambda g, _: jax.tree.map(lambda x, y: -x * y, g, PARTS)),
        "shapes",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_penalty_says_why(name):
    chain, sentence = REFUSED[name]
    with jax.disable_jit():
        found = in_jax(chain, 3)
    assert found.penalties == ()
    assert sentence in found.notes[-1]
    assert not found.spectrum


def test_thresholds_that_are_not_known_say_why():
    for chain, sentence in (
        (optax.sgd(H, 0.9999), "more than 4096"),
        (optax.sgd(H, 1.5), "counts"),
        (optax.contrib.ademamix(H), "counts"),
        (optax.rmsprop(H, 0.9, initial_scale=1.0), "counts"),
    ):
        found = in_jax(chain, 3, sharpness=True)
        assert found.spectrum.stability == np.inf
        assert found.spectrum.what == "eigenvalues of H"
        assert sentence in found.notes[-1]


@pytest.mark.parametrize("step", [0, 3])
@pytest.mark.parametrize("settings", [{"b1": 1.0}, {"b2": 1.0}])
def test_chains_without_a_finite_step_are_refused(settings, step):
    with pytest.raises(DomainError, match="not finite: one of its settings"):
        in_jax(optax.adam(H, **settings), step)


def test_amsgrad_is_refused():
    with pytest.raises(DomainError, match="AMSGrad"):
        in_jax(optax.amsgrad(H), 3)


def test_penalties_are_worked_out_when_they_are_read():
    found = in_jax(CASES["momentum"][0], 7)
    found = pickle.loads(pickle.dumps(found))
    assert isinstance(found.penalties, tuple)
    assert found.penalties[0].verdict == "penalised"
