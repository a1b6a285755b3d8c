"""The memory of optax's chains, by their own updates under jvp: make torch."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
import torch

from polyfam.bridge import memory_correction, watch
from polyfam.errors import DomainError, TaylorError

RNG = np.random.default_rng(0)
X, LABELS = RNG.normal(size=(20, 4)), RNG.integers(3, size=20)


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def params(dtype=jnp.float64):
    rng = np.random.default_rng(1)
    shapes = {"a": {"w": (4, 5), "b": (5,)}, "c": (5, 3)}
    return jax.tree.map(
        lambda s: jnp.asarray(rng.normal(size=s), dtype),
        shapes,
        is_leaf=lambda s: isinstance(s, tuple),
    )


def loss(p, batch):
    x, y = batch
    z = jnp.tanh(x @ p["a"]["w"] + p["a"]["b"]) @ p["c"]
    return optax.softmax_cross_entropy_with_integer_labels(z, y).mean()


BATCH = (X, LABELS)
SCALED = {"eps": 1e-1, "b1": 0.8, "b2": 0.9}
CHAINS = {
    "heavy ball": lambda h: optax.sgd(h, momentum=0.9),
    "nesterov": lambda h: optax.sgd(h, momentum=0.9, nesterov=True),
    "adam": lambda h: optax.adam(h, **SCALED),
    "adamw, masked": lambda h: optax.adamw(
        h, **SCALED, weight_decay=0.3, mask={"a": {"w": True, "b": False}, "c": True}
    ),
    "nadam": lambda h: optax.nadam(h, **SCALED),
    "rmsprop": lambda h: optax.rmsprop(h, decay=0.8, eps=1e-1),
    "rmsprop with momentum": lambda h: optax.rmsprop(h, decay=0.8, eps=1e-1, momentum=0.7),
    "centred rmsprop": lambda h: optax.rmsprop(h, decay=0.8, eps=1e-1, centered=True),
    "adagrad": lambda h: optax.adagrad(h, eps=1e-1),
    "clipped, coupled decay": lambda h: optax.chain(
        optax.clip_by_global_norm(0.1), optax.add_decayed_weights(0.2), optax.sgd(h, momentum=0.9)
    ),
    "schedule": lambda h: optax.chain(
        optax.trace(0.9), optax.scale_by_learning_rate(optax.linear_schedule(h, 3 * h, 6))
    ),
    "several": lambda h: optax.multi_transform(
        {"ball": optax.sgd(h, momentum=0.8), "adam": optax.adam(h / 2, **SCALED)},
        {"a": {"w": "ball", "b": "adam"}, "c": "adam"},
    ),
}


def last_step(optimizer, h, steps):
    """Return the last of n + 1 steps in units of h, and what was predicted of it."""
    p = params()
    state, gradient = optimizer.init(p), jax.jit(jax.grad(loss))
    for n in range(steps + 1):
        if n == steps:
            found = memory_correction(p, loss, optimizer, BATCH, step=n)
        update, state = optimizer.update(gradient(p, BATCH), state, p)
        if n < steps:
            p = optax.apply_updates(p, update)
    flat = lambda leaves: np.concatenate([np.ravel(x) for x in leaves]) / h  # noqa: E731
    moved = -flat(jax.tree.leaves(update))
    first = flat([x.direction for x in found.parts])
    return moved, first + flat([x.correction for x in found.parts]), first


@pytest.mark.parametrize("name", CHAINS)
def test_next_step_is_predicted_to_second_order(name):
    errors, firsts = [], []
    for h in (8e-4, 4e-4):
        with jax.disable_jit():  # compiling twelve chains twice takes minutes
            moved, predicted, first = last_step(CHAINS[name](h), h, 4)
        errors.append(np.linalg.norm(moved - predicted))
        firsts.append(np.linalg.norm(moved - first))
    assert 1.7 < firsts[0] / firsts[1] < 2.4
    assert 3.2 < errors[0] / errors[1] < 5


def test_no_memory_is_no_correction():
    found = memory_correction(params(), loss, optax.sgd(0.1), BATCH, step=9)
    assert found.correction_size == 0


def test_counter_is_read_from_the_state_and_single_precision_agrees():
    optimizer, p = optax.adam(1e-3), params()
    state = optimizer.init(p)
    for _ in range(4):
        _, state = optimizer.update(jax.grad(loss)(p, BATCH), state, p)
    double = memory_correction(p, loss, optimizer, BATCH, state=state)
    assert double.step == 4
    single = memory_correction(
        jax.tree.map(lambda x: x.astype(jnp.float32), p),
        loss,
        optimizer,
        (X.astype(np.float32), LABELS),
        step=4,
    )
    assert single.parts[0].correction.dtype == jnp.float32
    for a, b in zip(single.parts, double.parts, strict=True):
        assert np.linalg.norm(a.correction - b.correction) < 2e-5 * b.correction_size


def test_one_gradient_and_one_product_whatever_the_step():
    p = params()
    for chain in (optax.adam(1e-3), optax.sgd(0.01, momentum=0.9), optax.adamw(1e-3)):
        found = memory_correction(p, loss, chain, BATCH, step=300, check=False)
        assert (found.gradients, found.products) == (1, 1)
    found = memory_correction(
        p, loss, optax.adam(1e-3), batches=[BATCH, BATCH], step=3, sharpness=True
    )
    assert found.gradients == 2
    assert found.spectrum.smallest < found.spectrum.largest


def test_what_is_refused():
    p = params()
    with pytest.raises(DomainError, match="random"):
        memory_correction(p, loss, optax.add_noise(0.1, 0.5, 0), BATCH, step=3)
    with pytest.raises(DomainError, match="stationary"):
        memory_correction(p, loss, optax.adam(0.1), BATCH, step=None)
    with pytest.raises(DomainError, match="state="):
        memory_correction(p, loss, optax.adam(0.1), BATCH)
    with pytest.raises(DomainError, match="counter"):
        memory_correction(p, loss, optax.sgd(0.1, momentum=0.9), BATCH, state=optax.EmptyState())
    with pytest.raises(TaylorError, match="stop_gradient"):
        memory_correction(
            p,
            lambda q, _: ((q["c"] - 0.9 * jax.lax.stop_gradient(q["c"])[::-1]) ** 2).sum(),
            optax.sgd(0.1, momentum=0.9),
            BATCH,
            step=5,
        )
    with pytest.raises(TaylorError, match="one number"):
        memory_correction(p, lambda q, _: q["c"], optax.sgd(0.1), BATCH, step=5)
    with pytest.raises(DomainError, match="precision"):
        memory_correction({"n": jnp.arange(3)}, loss, optax.sgd(0.1), BATCH, step=5)


def test_watch_takes_new_trees():
    optimizer, p = optax.adam(1e-2), params()
    state, look = optimizer.init(p), watch(None, loss, optimizer, every=2)
    for _ in range(5):
        look(BATCH, params=p, state=state)
        update, state = optimizer.update(jax.grad(loss)(p, BATCH), state, p)
        p = optax.apply_updates(p, update)
    assert [(call, found.step) for call, found in look.history] == [(0, 0), (2, 2), (4, 4)]
    assert max(map(len, repr(look.history[-1][1]).split("\n"))) <= 80


VANISHING = {
    "adam": (optax.adam, torch.optim.Adam),
    "adamw": (lambda h: optax.adamw(h, weight_decay=0.01), torch.optim.AdamW),
    "nadam": (optax.nadam, torch.optim.NAdam),
}


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_where_the_gradient_vanishes_the_correction_is_that_of_torch(name):
    """The second gradient is exactly zero and moves; the third entry is dead."""
    chain, kind = VANISHING[name]
    theta = np.array([0.0, 2.0, 1.0])
    model = torch.nn.Module()
    model.w = torch.nn.Parameter(torch.tensor(theta))
    expected = memory_correction(
        model,
        lambda m, _: m.w[0] * m.w[1] + m.w[0] ** 2 / 2,
        kind(model.parameters(), lr=1e-3, weight_decay=0.01 if name == "adamw" else 0.0),
        batches=[None],
        step=20,
    ).parts[0]
    found = memory_correction(
        jnp.asarray(theta),
        lambda w, _: w[0] * w[1] + w[0] ** 2 / 2,
        chain(1e-3),
        batches=[None],
        step=20,
    ).parts[0]
    np.testing.assert_allclose(found.direction, 1e-3 * np.asarray(expected.direction), rtol=1e-9)
    np.testing.assert_allclose(found.correction, 1e-3 * np.asarray(expected.correction), rtol=1e-6)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize("name", VANISHING)
def test_dead_parameters_change_nothing(name, dtype):
    chain = VANISHING[name][0]
    live = {"a": jnp.array([1.0, 2.0], dtype)}
    both = live | {"b": jnp.zeros(3, dtype)}

    def correction(params):
        square = lambda p, _: (p["a"] ** 4).sum() + 0 * sum(x.sum() for x in p.values())  # noqa: E731
        return memory_correction(params, square, chain(1e-3), batches=[None], step=50)

    alone, found = correction(live), correction(both)
    np.testing.assert_allclose(found.parts[0].correction, alone.parts[0].correction, rtol=1e-5)
    np.testing.assert_array_equal(found.parts[1].correction, np.zeros(3))
