"""The memory of torch's optimizers on modules: make torch."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from polyfam import from_torch, memoryless
from polyfam.bridge import memory_correction, watch
from polyfam.errors import ArgumentTypeError, DomainError, TaylorError
from polyfam.optimizers import AdaGrad, Adam, AdamW, HeavyBall, NAdam, Nesterov, RMSProp

torch.manual_seed(0)
X, LABELS = torch.randn(30, 4, dtype=torch.float64), torch.randint(3, (30,))
BATCH = (X, LABELS)


def net(dtype=torch.float64):
    torch.manual_seed(1)
    layers = [torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 3)]
    return torch.nn.Sequential(*layers).to(dtype)


def cross_entropy(model, batch):
    return F.cross_entropy(model(batch[0]), batch[1])


def flat(tensors):
    return np.concatenate([t.detach().double().reshape(-1).numpy() for t in tensors])


def function_of(model, batch=BATCH, loss=cross_entropy):
    """Return the loss as a polyfam loss, and theta."""
    names, tensors = zip(*model.named_parameters(), strict=True)
    sizes = [t.numel() for t in tensors]

    def function(theta):
        pieces = torch.split(theta, sizes)
        values = {n: v.reshape(t.shape) for n, t, v in zip(names, tensors, pieces, strict=True)}
        return loss(lambda x: torch.func.functional_call(model, values, (x,)), batch)

    return from_torch(function), flat(tensors)


def correction(found):
    return flat([p.correction for p in found.parts])


def direction(found):
    return flat([p.direction for p in found.parts])


# Against polyfam's own first order, which runs the optimizers in Taylor arithmetic or by theirs

OUTSIDE = {"epsilon_inside": False, "epsilon": 1e-3}
SETTINGS = [
    ("SGD", {"momentum": 0.9}, HeavyBall(0.9), None),
    ("SGD", {"momentum": 0.9}, HeavyBall(0.9), 7),
    ("SGD", {"momentum": 0.9, "nesterov": True}, Nesterov(0.9), None),
    ("SGD", {"momentum": 0.9, "nesterov": True}, Nesterov(0.9), 6),
    ("Adam", {"betas": (0.8, 0.95), "eps": 1e-3}, Adam(0.8, 0.95, **OUTSIDE), None),
    ("Adam", {"betas": (0.8, 0.95), "eps": 1e-3}, Adam(0.8, 0.95, **OUTSIDE), 9),
    ("AdamW", {"weight_decay": 0.3, "eps": 1e-3}, AdamW(weight_decay=0.3, **OUTSIDE), None),
    ("AdamW", {"weight_decay": 0.3, "eps": 1e-3}, AdamW(weight_decay=0.3, **OUTSIDE), 5),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3}, RMSProp(0.9, **OUTSIDE), None),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3}, RMSProp(0.9, **OUTSIDE), 12),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-3}, RMSProp(0.9, **OUTSIDE), 100),
    ("Adagrad", {"eps": 1e-3}, AdaGrad(**OUTSIDE), 8),
    (
        "Adagrad",
        {"eps": 1e-3, "initial_accumulator_value": 0.01},
        AdaGrad(initial_square=0.01, **OUTSIDE),
        80,
    ),
    (
        "NAdam",
        {"eps": 1e-3, "momentum_decay": 1e9, "betas": (0.8, 0.9)},
        NAdam(0.8, 0.9, next_weight=True, **OUTSIDE),
        6,
    ),
    ("NAdam", {"eps": 1e-3, "betas": (0.8, 0.9)}, NAdam(0.8, 0.9, **OUTSIDE), None),
]


@pytest.mark.parametrize(("name", "settings", "ours", "step"), SETTINGS, ids=str)
def test_correction_is_that_of_polyfam(name, settings, ours, step):
    model, h = net(), 0.01
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=h, **settings)
    found = memory_correction(model, cross_entropy, optimizer, BATCH, step=step)
    terms = memoryless(ours, *function_of(model), order=2, step=step)
    np.testing.assert_allclose(direction(found), terms[0], rtol=1e-11, atol=1e-13)
    scale = h * np.abs(terms[1]).max()
    np.testing.assert_allclose(correction(found), h * terms[1], rtol=1e-9, atol=1e-11 * scale)


@pytest.mark.parametrize(
    ("name", "settings", "ours", "step"), [SETTINGS[i] for i in (0, 4, 9, 11)], ids=str
)
def test_single_precision_is_right_to_1e_5(name, settings, ours, step):
    model, h = net(torch.float32), 0.01
    batch = (X.float(), LABELS)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=h, **settings)
    found = memory_correction(model, cross_entropy, optimizer, batch, step=step)
    assert all(p.correction.dtype == torch.float32 for p in found.parts)
    double = net(torch.float32).double()
    terms = memoryless(ours, *function_of(double, (X.float().double(), LABELS)), order=2, step=step)
    off = np.linalg.norm(correction(found) - h * terms[1])
    assert off < 1e-5 * h * np.linalg.norm(terms[1])


# Against the optimizers themselves: what is left of a step from rest is of second order in h

RUNS = [
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "dampening": 0.5}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"momentum": 0.9, "weight_decay": 0.5, "maximize": True}),
    ("Adam", {"eps": 1e-1, "betas": (0.8, 0.9)}),
    ("Adam", {"eps": 1e-1, "betas": (0.8, 0.9), "weight_decay": 0.2}),
    ("AdamW", {"eps": 1e-1, "betas": (0.8, 0.9), "weight_decay": 0.2}),
    ("AdamW", {"eps": 1e-1, "betas": (0.8, 0.9), "maximize": True}),
    ("NAdam", {"eps": 1e-1, "betas": (0.8, 0.9)}),
    ("NAdam", {"eps": 1e-1, "weight_decay": 0.2, "decoupled_weight_decay": True}),
    ("RMSprop", {"eps": 1e-1, "alpha": 0.8}),
    ("RMSprop", {"eps": 1e-1, "alpha": 0.8, "weight_decay": 0.2}),
    ("RMSprop", {"eps": 1e-1, "alpha": 0.8, "centered": True}),
    ("Adagrad", {"eps": 1e-1}),
    ("Adagrad", {"eps": 1e-1, "lr_decay": 0.3, "initial_accumulator_value": 0.01}),
    ("Adamax", {"eps": 1e-1, "betas": (0.8, 0.9)}),
]


def step_after(name, settings, h, steps, groups=None):
    """Return the last of n + 1 steps in units of h, and what was predicted of it."""
    model = net()
    parameters = model.parameters() if groups is None else groups(model, h)
    optimizer = getattr(torch.optim, name)(parameters, lr=h, **settings)
    for n in range(steps + 1):
        if n == steps:
            step = n if name == "SGD" else "state"
            found = memory_correction(model, cross_entropy, optimizer, BATCH, step=step)
            before = [p.detach().clone() for p in model.parameters()]
        optimizer.zero_grad()
        cross_entropy(model, BATCH).backward()
        optimizer.step()
    moved = [b - p.detach() for b, p in zip(before, model.parameters(), strict=True)]
    sizes = [p.step_size for p in found.parts]
    predicted = [s * (p.direction + p.correction) for s, p in zip(sizes, found.parts, strict=True)]
    first = [s * p.direction for s, p in zip(sizes, found.parts, strict=True)]
    return (flat(x) / h for x in (moved, predicted, first))


@pytest.mark.parametrize(("name", "settings"), RUNS, ids=str)
def test_next_step_is_predicted_to_second_order(name, settings):
    errors, firsts = [], []
    for h in (8e-4, 4e-4):
        moved, predicted, first = step_after(name, settings, h, 6)
        errors.append(np.linalg.norm(moved - predicted))
        firsts.append(np.linalg.norm(moved - first))
    assert 1.7 < firsts[0] / firsts[1] < 2.4  # without M, first order is left
    assert 3.2 < errors[0] / errors[1] < 5


def test_rmsprop_with_momentum_has_a_closed_form_in_the_limit():
    settings = {"eps": 1e-1, "alpha": 0.5, "momentum": 0.5}
    errors = []
    for h in (2e-4, 1e-4):
        moved, predicted, _ = step_after("RMSprop", settings, h, 80)
        errors.append(np.linalg.norm(moved - predicted))
    assert 3.2 < errors[0] / errors[1] < 5


@pytest.mark.parametrize("name", ["SGD", "AdamW", "RMSprop"])
def test_groups_have_their_own_settings(name):
    first, second = {
        "SGD": ({"momentum": 0.9}, {"momentum": 0.5, "weight_decay": 0.2}),
        "AdamW": ({"betas": (0.9, 0.8)}, {"betas": (0.5, 0.9), "weight_decay": 0.5}),
        "RMSprop": ({"alpha": 0.9}, {"alpha": 0.7}),
    }[name]

    def groups(model, h):
        return [
            {"params": list(model[0].parameters()), "lr": h, **first},
            {"params": list(model[2].parameters()), "lr": h / 3, **second},
        ]

    settings = {} if name == "SGD" else {"eps": 1e-1}
    errors = []
    for h in (8e-4, 4e-4):
        moved, predicted, _ = step_after(name, settings, h, 6, groups)
        errors.append(np.linalg.norm(moved - predicted))
    assert 3.2 < errors[0] / errors[1] < 5


def test_learning_rate_is_that_of_the_schedule_now():
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    schedule.step()
    assert memory_correction(model, cross_entropy, optimizer, BATCH).parts[0].step_size == 0.05


# What it costs


@pytest.mark.parametrize(
    ("name", "products"),
    [("SGD", 1), ("Adam", 1), ("AdamW", 1), ("NAdam", 1), ("RMSprop", 1), ("Adagrad", 1)],
)
def test_one_gradient_and_a_product(name, products):
    model, calls = net(), []

    def counted(model, batch):
        calls.append(1)
        return cross_entropy(model, batch)

    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01)
    found = memory_correction(model, counted, optimizer, BATCH, step=50, check=False)
    assert (found.gradients, found.products, len(calls)) == (
        1, products if name != "SGD" else 0, 1,
    )  # fmt: skip


def test_batches_are_averaged_one_at_a_time():
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    batches = [(X[i : i + 10], LABELS[i : i + 10]) for i in (0, 10, 20)]
    found = memory_correction(model, cross_entropy, optimizer, batches=batches)
    whole = memory_correction(model, cross_entropy, optimizer, BATCH)
    np.testing.assert_allclose(correction(found), correction(whole), rtol=1e-10, atol=1e-14)
    assert found.loss == pytest.approx(whole.loss)
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(X, LABELS), batch_size=10, shuffle=True
    )
    shuffled = memory_correction(model, cross_entropy, optimizer, batches=loader)
    np.testing.assert_allclose(correction(shuffled), correction(whole), rtol=1e-10, atol=1e-14)
    with pytest.raises(ArgumentTypeError, match="twice"):
        memory_correction(model, cross_entropy, optimizer, batches=iter(batches))


# Nothing is changed


def test_model_optimizer_and_random_numbers_stay_as_they_are():
    model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5)).double().eval()
    optimizer = torch.optim.Adam(model.parameters())
    cross_entropy(model, BATCH).backward()
    optimizer.step()
    grads = [p.grad.clone() for p in model.parameters()]
    before = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    random = torch.get_rng_state()
    with torch.no_grad():
        memory_correction(model, cross_entropy, optimizer, BATCH, sharpness=True)
    torch.testing.assert_close((model.state_dict(), optimizer.state_dict()), before, rtol=0, atol=0)
    torch.testing.assert_close([p.grad for p in model.parameters()], grads, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), random)
    assert not model.training
    assert all(p.is_leaf and p.requires_grad for p in model.parameters())


class Noisy(torch.nn.Module):
    """Random in a way that no name shows."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 3)

    def forward(self, x):
        return self.layer(x) * (1 + 0.1 * np.random.random())


class Counting(torch.nn.Module):
    """Changes a buffer."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 3)
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        self.seen += 1
        return self.layer(x)


@pytest.mark.parametrize(
    ("model", "culprit"),
    [
        (torch.nn.Sequential(torch.nn.Dropout(0.5), torch.nn.Linear(4, 3)), "dropout"),
        (torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3)), "batch_norm"),
        (Noisy(), "random"),
        (Counting(), "changes a tensor"),
    ],
)
def test_training_mode_is_refused_by_name(model, culprit):
    model = model.double().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    before, random = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    with pytest.raises(TaylorError, match=culprit):
        memory_correction(model, cross_entropy, optimizer, BATCH)
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
    assert torch.equal(torch.get_rng_state(), random)
    assert model.training


# What is right by products, and what is not


class Block(torch.nn.Module):
    """Tokens, attention by torch's kernel, an LSTM."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(6, 4)
        self.attention = torch.nn.MultiheadAttention(4, 2, batch_first=True)
        self.norm = torch.nn.LayerNorm(4)
        self.memory = torch.nn.LSTM(4, 4, batch_first=True)
        self.out = torch.nn.Linear(4, 3)

    def forward(self, x):
        tokens = self.table((x > 0).long().cumsum(1))
        tokens = tokens + F.scaled_dot_product_attention(tokens, tokens, tokens, is_causal=True)
        tokens = self.norm(tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0])
        return self.out(self.memory(tokens)[0][:, -1])


MODULES = {
    "attention, embedding, LSTM": Block,
    "relu": lambda: torch.nn.Sequential(
        torch.nn.Linear(4, 9), torch.nn.ReLU(), torch.nn.Linear(9, 3)
    ),
    "group norm": lambda: torch.nn.Sequential(
        torch.nn.Linear(4, 6), torch.nn.GroupNorm(2, 6), torch.nn.GELU(), torch.nn.Linear(6, 3)
    ),
    "convolution": lambda: torch.nn.Sequential(
        torch.nn.Unflatten(1, (1, 2, 2)), torch.nn.Conv2d(1, 8, 2, padding=1), torch.nn.ELU(),
        torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", MODULES)
def test_modules_pass_and_agree_with_differences(name, dtype):
    torch.manual_seed(2)
    model = MODULES[name]().to(dtype)
    batch = (X.to(dtype), LABELS)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    with torch.no_grad():
        found = memory_correction(model, cross_entropy, optimizer, batch)
    assert found.checks
    assert np.isfinite(correction(found)).all()
    assert found.correction_size > 0


def test_weight_norm_has_a_wrong_product_and_is_refused():
    with pytest.warns(FutureWarning):
        model = torch.nn.utils.weight_norm(torch.nn.Linear(4, 3), dim=None).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    try:
        found = memory_correction(model, cross_entropy, optimizer, BATCH)
    except TaylorError as error:
        assert "weight_norm" in str(error)  # noqa: PT017
    else:  # mended in torch
        assert found.checks


def test_detached_part_is_refused():
    model = net()

    def loss(model, _batch):
        weight = model[0].weight
        return ((weight - 0.9 * weight.detach().flip(0)) ** 2).sum() / 2

    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    with pytest.raises(TaylorError, match="detach"):
        memory_correction(model, loss, optimizer, BATCH)


def test_dead_coordinates_and_frozen_parameters_do_not_move():
    model = net()
    dead = (torch.cat([X[:, :3], 0 * X[:, 3:]], 1), LABELS)
    for optimizer in (torch.optim.Adam, torch.optim.RMSprop, torch.optim.Adagrad):
        found = memory_correction(
            model, cross_entropy, optimizer(model.parameters(), lr=0.01), dead, step=50
        )
        assert not found["0.weight"].correction[:, 3].any()
        assert not found["0.weight"].direction[:, 3].any()
        assert found.correction_size > 0
    with pytest.raises(DomainError, match="eps > 0"):
        memory_correction(model, cross_entropy, torch.optim.Adam(model.parameters(), eps=0.0), dead)
    model[0].weight.requires_grad_(False)
    found = memory_correction(model, cross_entropy, torch.optim.Adam(model.parameters()), BATCH)
    assert [p.name for p in found.parts] == ["0.bias", "2.weight", "2.bias"]
    assert "20 frozen" in found.notes[0]


@pytest.mark.parametrize(
    ("optimizer", "sentence"),
    [
        (lambda p: torch.optim.Adam(p, amsgrad=True), "AMSGrad"),
        (lambda p: torch.optim.RMSprop(p, centered=True, momentum=0.5), "deviation"),
        (lambda p: torch.optim.SGD(p, momentum=1.0), "momentum = 1 is not below 1"),
        (lambda p: torch.optim.SGD(p, momentum=1.5, dampening=2.0), "momentum = 1.5 is not"),
        (lambda p: torch.optim.RMSprop(p, alpha=1.0), "alpha = 1 is not below 1"),
        (lambda p: torch.optim.RMSprop(p, alpha=1.2, centered=True), "alpha = 1.2 is not"),
        (lambda p: torch.optim.RMSprop(p, momentum=1.5), "momentum = 1.5 is not below 1"),
        (lambda p: torch.optim.Adadelta(p), "one of torch.optim"),
        (lambda p: type("Mine", (torch.optim.SGD,), {})(p, lr=0.1), "Mine"),
        (lambda _: torch.optim.SGD([torch.zeros(3, requires_grad=True)]), "none of the model"),
    ],
)
def test_foreign_optimizers_are_refused_by_name(optimizer, sentence):
    model = net()
    for step in ("state", 3, None):
        with pytest.raises((DomainError, ArgumentTypeError), match=sentence):
            memory_correction(model, cross_entropy, optimizer(model.parameters()), BATCH, step=step)


def test_gradients_that_count_backwards_have_no_thresholds():
    """With a dampening above 1 heavy ball climbs: the usual thresholds would be negative."""
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, dampening=2.0)
    found = memory_correction(model, cross_entropy, optimizer, BATCH, step=None, sharpness=True)
    assert found.spectrum.stability == np.inf
    assert found.spectrum.verdict == "no threshold is known"


def test_wrong_arguments_are_one_sentence():
    model = net()
    optimizer = torch.optim.Adam(model.parameters())
    for loss in (F.cross_entropy, torch.nn.CrossEntropyLoss()):
        with pytest.raises(ArgumentTypeError, match="lambda model, batch"):
            memory_correction(model, loss, optimizer, BATCH)
    for loss, sentence in (
        (lambda model, batch: model(batch[0]), "one number"),
        (lambda _model, _batch: 3.0, "one number"),
        (lambda model, batch: cross_entropy(model, batch).detach(), "does not depend"),
        (lambda model, batch: cross_entropy(model, batch) * np.inf, "finite"),
    ):
        with pytest.raises((ArgumentTypeError, DomainError), match=sentence):
            memory_correction(model, loss, optimizer, BATCH)
    half = net(torch.bfloat16)
    with pytest.raises(DomainError, match="float"):
        memory_correction(half, cross_entropy, torch.optim.SGD(half.parameters()), BATCH)
    with pytest.raises(ArgumentTypeError, match=r"torch\.nn\.Module"):
        memory_correction(3, cross_entropy, optimizer, BATCH)


# Curvature, certificate, print, plot, watch


def test_both_ends_of_the_spectrum_and_the_warm_start():
    model, h = net(), 0.1
    optimizer = torch.optim.SGD(model.parameters(), lr=h, momentum=0.9)
    loss, theta = function_of(model)
    hessian = np.stack([loss.hessian_vector(theta, e) for e in np.eye(len(theta))])
    values = h * np.linalg.eigvalsh(hessian)
    cold = memory_correction(model, cross_entropy, optimizer, BATCH, sharpness=True).spectrum
    assert cold.smallest == pytest.approx(values[0], abs=1e-3 * values[-1])
    assert cold.largest == pytest.approx(values[-1], rel=1e-4)
    warm = memory_correction(
        model, cross_entropy, optimizer, BATCH, sharpness=True, start=cold.vector
    ).spectrum
    assert warm.products < cold.products
    assert warm.largest == pytest.approx(values[-1], rel=1e-4)


def test_preconditioned_spectrum_uses_the_state():
    model = net()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.1, alpha=0.5, eps=1e-3)
    for _ in range(3):
        optimizer.zero_grad()
        cross_entropy(model, BATCH).backward()
        optimizer.step()
    scale = np.sqrt(flat([optimizer.state[p]["square_avg"] for p in model.parameters()])) + 1e-3
    loss, theta = function_of(model)
    hessian = np.stack([loss.hessian_vector(theta, e) for e in np.eye(len(theta))])
    values = 0.1 * np.linalg.eigvalsh(hessian / np.sqrt(np.outer(scale, scale)))
    found = memory_correction(model, cross_entropy, optimizer, BATCH, sharpness=True).spectrum
    assert found.largest == pytest.approx(values[-1], rel=1e-4)
    assert found.smallest == pytest.approx(values[0], abs=1e-3 * values[-1])


def test_certificate_is_for_heavy_ball():
    model = net()
    ball = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
    found = memory_correction(model, cross_entropy, ball, BATCH, lipschitz=3.0)
    assert found.certificate.exists
    assert "manifold" in repr(found)
    for other in (
        torch.optim.Adam(model.parameters()),
        torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, nesterov=True),
    ):
        with pytest.raises(DomainError, match="lipschitz"):
            memory_correction(model, cross_entropy, other, BATCH, lipschitz=3.0)


def test_penalties_are_those_of_the_papers():
    model, h = net(), 0.01
    ball = torch.optim.SGD(model.parameters(), lr=h, momentum=0.9)
    (penalty,) = memory_correction(model, cross_entropy, ball, BATCH).penalties
    assert penalty.lowest == pytest.approx(h * 90)
    assert penalty.verdict == "penalised"
    adam = torch.optim.Adam(model.parameters(), lr=h, eps=1e-300)
    (penalty,) = memory_correction(model, cross_entropy, adam, BATCH, step=None).penalties
    assert penalty.lowest == pytest.approx(h * (9 - 999), rel=1e-6)
    assert penalty.highest == pytest.approx(h * (9 - 999), rel=1e-6)
    assert penalty.verdict == "anti-penalised"


PENALISING = {
    "SGD": {"momentum": 0.9, "dampening": 0.5},
    "SGD ": {"momentum": 0.9, "nesterov": True},
    "Adam": {"betas": (0.9, 0.99), "eps": 1e-14},
    "NAdam": {"eps": 1e-14},
    "Adamax": {"eps": 1e-14},
    "Adagrad": {"eps": 1e-14},
    "RMSprop": {"alpha": 0.9, "eps": 1e-14},
    "RMSprop ": {"alpha": 0.9, "eps": 1e-14, "centered": True},
}


#: Adagrad forgets nothing, and the centred root vanishes: neither has a limit.
ENDLESS = ("Adagrad", "RMSprop ")


@pytest.mark.parametrize("step", [0, 1, 5, 60, None])
@pytest.mark.parametrize("name", PENALISING)
def test_a_penalty_has_the_gradient_that_the_correction_has(name, step):
    """P h M, P = g/F, must be the weight times H sign(g), or H g, with a Hessian written down."""
    draw = torch.Generator().manual_seed(0)
    root = torch.randn(4, 4, dtype=torch.float64, generator=draw)
    hessian = root @ root.T + torch.eye(4, dtype=torch.float64)
    model = torch.nn.Module()
    model.w = torch.nn.Parameter(torch.tensor([1.0, -2.0, 0.5, 3.0], dtype=torch.float64))
    g = hessian @ model.w.detach()
    kind = getattr(torch.optim, name.strip())
    optimizer = kind(model.parameters(), lr=1e-4, **PENALISING[name])
    loss = lambda m, _: m.w @ hessian @ m.w / 2  # noqa: E731
    if step is None and name in ENDLESS:
        with pytest.raises(DomainError):
            memory_correction(model, loss, optimizer, batches=[None], step=step)
        return
    found = memory_correction(model, loss, optimizer, batches=[None], step=step)
    (part,), (penalty,) = found.parts, found.penalties
    pulled = g / part.direction * part.correction
    gradient = hessian @ (torch.sign(g) if penalty.formula == "|grad L|_1" else g)
    weights = (pulled / gradient).tolist()
    assert weights == pytest.approx([penalty.lowest] * 4, rel=1e-8, abs=1e-18)
    assert penalty.highest == pytest.approx(penalty.lowest, rel=1e-8, abs=1e-18)


def test_it_prints_in_80_columns_and_draws():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    model = torch.nn.Sequential(*(torch.nn.Linear(4, 4) for _ in range(20))).double()
    optimizer = torch.optim.NAdam(model.parameters())
    found = memory_correction(
        model, lambda m, b: m(b[0]).square().mean(), optimizer, BATCH, sharpness=True
    )
    assert max(map(len, repr(found).split("\n"))) <= 80
    assert "and 16 smaller ones" in repr(found)
    assert len(found.plot().containers) == 2


def test_watch_looks_every_so_often_and_checks_once():
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    look = watch(model, cross_entropy, optimizer, every=5, sharpness=True)
    for _ in range(11):
        optimizer.zero_grad()
        cross_entropy(model, BATCH).backward()
        optimizer.step()
        look(BATCH)
    assert [(call, found.step) for call, found in look.history] == [(0, 1), (5, 6), (10, 11)]
    assert [found.checks > 0 for _, found in look.history] == [True, False, False]
    assert look.history[0][1].parts[0].correction is None
    assert look.history[-1][1].parts[0].correction is not None
    assert len(look.plot().lines) == 3
