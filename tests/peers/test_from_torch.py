"""The torch adapter, where torch is installed: pytest tests/peers/test_from_torch.py."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from polyfam.errors import TaylorError
from polyfam.losses.derivatives.from_torch import from_torch
from polyfam.losses.derivatives.jets import gradient_jet, gradient_series
from polyfam.losses.derivatives.self_check import check_series

RNG = np.random.default_rng(1)
X = torch.tensor(RNG.normal(size=(7, 3)))
LABELS = torch.tensor([0, 1, 2, 1, 0, 2, 2])
THETA = RNG.normal(size=12)


def net(theta, activation):
    """Return the outputs (7, 3) of a net with 12 parameters."""
    return activation(F.linear(X, theta[:9].reshape(3, 3), theta[9:]))


LOSSES = {
    "tanh": lambda t: net(t, torch.tanh).square().sum(),
    "sigmoid": lambda t: net(t, torch.sigmoid).sum(),
    "relu": lambda t: (net(t, torch.relu) ** 3).sum(),
    "leaky relu": lambda t: (net(t, F.leaky_relu) ** 2).sum(),
    "softplus": lambda t: net(t, F.softplus).square().sum(),
    "softplus, a product of entries": lambda t: net(t, F.softplus).prod(-1).sum(),
    "silu": lambda t: net(t, F.silu).sum(),
    "logsigmoid": lambda t: net(t, F.logsigmoid).sum(),
    "gelu": lambda t: net(t, F.gelu).sum(),
    "gelu by tanh": lambda t: net(t, lambda z: F.gelu(z, approximate="tanh")).sum(),
    "softmax": lambda t: net(t, lambda z: F.softmax(z, -1))[:, 0].sum(),
    "tensor softmax": lambda t: (X @ t[:9].reshape(3, 3)).softmax(-1)[:, 1].sum(),
    "cross entropy": lambda t: F.cross_entropy(net(t, torch.tanh), LABELS),
    "squares": lambda t: F.mse_loss(net(t, torch.tanh), X, reduction="sum"),
    "logistic": lambda t: F.binary_cross_entropy_with_logits(net(t, torch.tanh), X),
    "layer norm": lambda t: (F.layer_norm(net(t, torch.tanh), (3,)) ** 3).sum(),
    "batch norm": lambda t: (
        F.batch_norm(net(t, torch.tanh), X.mean(0), X.var(0), t[:3], t[3:6]) ** 2
    ).sum(),
    "convolution": lambda t: (
        F.conv2d(t[None, None, :9].reshape(1, 1, 3, 3), X[None, None, :2, :2]).square().sum()
    ),
    "group norm": lambda t: (F.group_norm(net(t, torch.tanh), 1, t[:3], t[3:6]) ** 3).sum(),
    "norms of the batch": lambda t: (
        F.batch_norm(net(t, torch.tanh), None, None, t[:3], t[3:6], training=True) ** 3
    ).sum(),
    "elu": lambda t: net(t, F.elu).square().sum(),
    "mish": lambda t: net(t, F.mish).sum(),
    "attention": lambda t: (
        F.scaled_dot_product_attention(*(net(t, torch.tanh)[None, None],) * 3, is_causal=True)
        .square()
        .sum()
    ),
    "average pooling": lambda t: (F.avg_pool2d(t.reshape(1, 1, 4, 3).exp(), 2) ** 2).sum(),
    "max pooling": lambda t: (F.max_pool2d(t.reshape(1, 1, 4, 3).exp(), 2) ** 2).sum(),
    "hardtanh": lambda t: net(t, F.hardtanh).square().sum(),
    "weighted classes": lambda t: F.cross_entropy(net(t, torch.tanh), LABELS, X[0] ** 2),
    "elementary": lambda t: (
        (t.sin() * t.cos() / (1 + t**2) + t.abs().log1p() + t.abs().sqrt().reciprocal()).sum()
        + torch.maximum(t, t**3).expm1().sum()
        + torch.minimum(t.abs().log(), t**4).amax() * t.abs().clamp(min=0.1).rsqrt().amin()
    ),
    "variance": lambda t: net(t, torch.erf).var(0).sum(),
    "strided convolution": lambda t: F.adaptive_avg_pool2d(
        F.conv2d(t.reshape(1, 1, 4, 3).exp(), t[None, None, :9].reshape(1, 1, 3, 3), t[:1], 2, 1), 1
    ).sum(),
    "gather and scatter": lambda t: (
        t.gather(0, LABELS).pow(3).sum() + t.new_zeros(3).index_add(0, LABELS, t[:7]).pow(4).sum()
    ),
    "norms": lambda t: (
        F.normalize(net(t, torch.tanh), dim=0).pow(3).sum()
        + F.cosine_similarity(X[:4], t.reshape(4, 3)).pow(3).sum()
        + t.norm() ** 3 * t.var()
    ),
    "order": lambda t: (
        ((t - torch.arange(12)).sort().values ** 3 * torch.arange(12.0)).sum() * t.max() ** 2
        + (t.topk(2).values ** 3).sum() * t.reshape(3, 4).min(1).values.square().sum()
        + t.cummax(0).values.pow(3).sum() * t.median() * t.kthvalue(3).values
    ),
    "signals": lambda t: (
        torch.fft.fft(t).real.pow(3).sum()
        + F.interpolate(t.reshape(1, 3, 4), scale_factor=2, mode="linear").pow(3).sum()
        + F.interpolate(t.reshape(1, 1, 3, 4), (5, 6), mode="bilinear").pow(3).sum()
    ),
    "solve": lambda t: torch.linalg.solve(X[:3] + t[:9].reshape(3, 3), t[9:]).sum(),
}


#: The only ones without Taylor rules.
ON_THE_CIRCLE = {"solve", "softplus, a product of entries"}


@pytest.mark.parametrize("name", LOSSES)
def test_series_agrees_with_plain_gradients_to_its_order(name):
    loss = from_torch(LOSSES[name])
    check_series(loss.gradient, loss.series, THETA)
    assert loss.choose(THETA) == ("circle" if name in ON_THE_CIRCLE else "rules")


@pytest.mark.parametrize("name", ["tanh", "gelu", "layer norm", "convolution", "attention"])
def test_rules_agree_with_the_complex_circle(name):
    loss, curve = from_torch(LOSSES[name]), RNG.normal(size=(5, 2, 12)) / 3
    curve[0] = THETA
    expected = loss.on_circle(curve)
    np.testing.assert_allclose(loss.series(curve), expected, atol=1e-9 * np.abs(expected).max())


def test_modules_with_mutating_kernels_have_rules():
    """An LSTM adds in place; its torch kernel takes no complex numbers."""
    function, theta = cross_entropy_of(Recurrent().double(), TOKENS)
    loss = from_torch(function)
    check_series(loss.gradient, loss.series, theta)
    assert loss.choose(theta) == "rules"


def test_batches_of_one_length_share_their_trace():
    function, theta = as_function(
        layers(torch.nn.Tanh()).double(),
        lambda call, chosen: F.cross_entropy(call(X[chosen]), LABELS[chosen]),
    )
    loss, curve = from_torch(function, size=7), RNG.normal(size=(3, len(theta))) / 3
    curve[0] = theta
    singles = [loss.batch([i]).series(curve) for i in range(7)]
    assert set(loss._known["traces"]) == {(len(theta), 1)}
    np.testing.assert_allclose(loss.series(curve), np.mean(singles, 0), atol=1e-13)


def test_jet_agrees_with_the_polynomial_of_a_cubic():
    loss = from_torch(lambda theta: (theta**4).sum() / 4)
    jet = gradient_jet(loss, (2, 1), terms=4)
    found = [jet.push(np.full((2, 1), c))[0, 0] for c in (2.0, 1.0, 0.0, 0.0)]
    np.testing.assert_allclose(found, [8, 12, 6, 1], rtol=1e-10)


def test_value_and_hessian_agree_with_torch_on_many_points():
    loss = from_torch(LOSSES["cross entropy"])
    points, v = RNG.normal(size=(2, 5, 12))
    hessian = torch.autograd.functional.hessian
    hessians = [hessian(LOSSES["cross entropy"], torch.tensor(p)) for p in points]
    expected = np.stack([h.numpy() @ w for h, w in zip(hessians, v, strict=True)])
    np.testing.assert_allclose(loss.hessian_vector(points, v), expected, rtol=1e-10, atol=1e-12)
    assert loss.value(points).shape == (5,)


@pytest.mark.parametrize(
    ("culprit", "function"),
    [
        (
            "batch_norm",
            lambda t: F.batch_norm(net(t, torch.tanh), X[0], X[1] ** 2, training=True).sum(),
        ),
        ("dropout", lambda t: F.dropout(net(t, torch.tanh), 0.5, training=True).sum()),
        ("cdist", lambda t: torch.cdist(net(t, torch.tanh), X).square().sum()),
        ("view_as_complex", lambda t: torch.view_as_complex(t.reshape(6, 2)).abs().pow(3).sum()),
    ],
)
def test_refusal_names_the_culprit(culprit, function):
    with pytest.raises(TaylorError, match=culprit):
        gradient_series(from_torch(function), RNG.normal(size=(6, 12)))


def test_batch_norm_of_a_module_in_training_mode_is_refused():
    module = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3)).double()
    names = dict(module.named_parameters())

    def function(theta):
        parts = torch.split(theta, [p.numel() for p in names.values()])
        values = {n: v.reshape(p.shape) for (n, p), v in zip(names.items(), parts, strict=True)}
        return torch.func.functional_call(module, values, (X,)).square().sum()

    theta = RNG.normal(size=(3, 18))
    with pytest.raises(TaylorError, match=r"batch_norm.*module\.eval"):
        gradient_series(from_torch(function), theta)
    module.eval()
    assert np.isfinite(gradient_series(from_torch(function), theta)).all()


def as_function(module, evaluate):
    """Return the loss of a module as a function of its flat parameters, and its parameters."""
    names, tensors = zip(*module.named_parameters(), strict=True)
    sizes = [t.numel() for t in tensors]

    def function(theta, *indices):
        pieces = torch.split(theta, sizes)
        values = {n: v.reshape(t.shape) for n, t, v in zip(names, tensors, pieces, strict=True)}
        return evaluate(
            lambda *inputs: torch.func.functional_call(module, values, inputs), *indices
        )

    flat = torch.cat([t.detach().reshape(-1) for t in tensors]).double().numpy()
    return function, flat


def cross_entropy_of(module, inputs=X, **options):
    """Return the cross-entropy of a module's outputs as a function, and its parameters."""
    return as_function(
        module, lambda call: F.cross_entropy(call(inputs).reshape(7, 3), LABELS, **options)
    )


class Recurrent(torch.nn.Module):
    """An embedding, an LSTM and a linear layer: what language models are made of."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(5, 3)
        self.memory = torch.nn.LSTM(3, 4, batch_first=True)
        self.out = torch.nn.Linear(4, 3)

    def forward(self, tokens):
        return self.out(self.memory(self.table(tokens))[0][:, -1])


class Attention(torch.nn.Module):
    """One block of attention over three tokens."""

    def __init__(self):
        super().__init__()
        self.attention = torch.nn.MultiheadAttention(4, 2, batch_first=True)
        self.embed, self.out = torch.nn.Linear(1, 4), torch.nn.Linear(12, 3)

    def forward(self, x):
        tokens = self.embed(x[:, :, None])
        mixed = self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.out((tokens + mixed).flatten(1))


def layers(*middle):
    return torch.nn.Sequential(torch.nn.Linear(3, 6), *middle, torch.nn.Linear(6, 3))


torch.manual_seed(0)
TOKENS = torch.tensor(RNG.integers(5, size=(7, 4)))
MODULES = {
    "relu": (layers(torch.nn.ReLU()), X),
    "leaky relu": (layers(torch.nn.LeakyReLU()), X),
    "elu": (layers(torch.nn.ELU()), X),
    "prelu": (layers(torch.nn.PReLU()), X),
    "glu": (torch.nn.Sequential(torch.nn.Linear(3, 12), torch.nn.GLU(), torch.nn.Linear(6, 3)), X),
    "group norm": (layers(torch.nn.GroupNorm(2, 6), torch.nn.Tanh()), X),
    "layer norm": (layers(torch.nn.LayerNorm(6), torch.nn.ReLU()), X),
    "max pooling": (
        torch.nn.Sequential(torch.nn.Linear(3, 12), torch.nn.MaxPool1d(2), torch.nn.Linear(6, 3)),
        X,
    ),
    "lstm": (Recurrent(), TOKENS),
    "attention": (Attention(), X),
}


@pytest.mark.parametrize("name", MODULES)
def test_order_two_is_a_gradient_and_a_product_of_any_module(name):
    """The Jacobian of the gradient by torch itself, column by column, is the oracle."""
    module, inputs = MODULES[name]
    function, theta = cross_entropy_of(module.double(), inputs)
    v = RNG.normal(size=theta.shape)
    with torch.no_grad():
        found = gradient_series(from_torch(function), np.stack([theta, v]))
    point, step = torch.tensor(theta), 1e-6 * torch.tensor(v)

    def gradient(at):
        at = at.clone().requires_grad_()
        return torch.autograd.grad(function(at), at)[0]

    np.testing.assert_allclose(found[0], gradient(point).numpy(), rtol=1e-12, atol=1e-15)
    expected = ((gradient(point + step) - gradient(point - step)) / 2e-6).numpy()
    np.testing.assert_allclose(found[1], expected, atol=1e-7 * np.abs(expected).max())


OPTIONS = {
    "smoothing": {"label_smoothing": 0.1},
    "weights": {"weight": torch.tensor([1.0, 2.0, 0.5])},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_of_the_cross_entropy_pass_at_order_two(name):
    options = {
        k: v.double() if isinstance(v, torch.Tensor) else v for k, v in OPTIONS[name].items()
    }
    function, theta = cross_entropy_of(layers(torch.nn.ReLU()).double(), **options)
    loss = from_torch(function)
    jet = gradient_jet(loss, theta.shape, 2)
    jet.push(theta)
    assert np.isfinite(jet.push(np.ones_like(theta))).all()


def test_single_precision_modules_pass_and_say_what_they_cannot():
    function, theta = cross_entropy_of(layers(torch.nn.Tanh()).float(), X.float())
    double, _ = cross_entropy_of(layers(torch.nn.Tanh()).double())
    loss, v = from_torch(function), np.ones_like(theta)
    found = loss.hessian_vector(theta, v)
    assert found.dtype == np.float64
    expected = from_torch(double).hessian_vector(theta, v)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    with pytest.raises(TaylorError, match=r"double precision: .* module\.double"):
        gradient_series(loss, np.stack([theta, v, v]))


def weight_normed(theta):
    """Return a loss whose double backward is wrong in torch 2.13 (issue 81195)."""
    weights = torch._weight_norm(theta[:9].reshape(3, 3), theta[9:, None], 0)
    return (X @ weights).tanh().square().sum()


WRONG = {
    "detach": lambda t: ((t - 0.9 * t.detach().flip(0)) ** 2).sum() / 2,
    "_weight_norm": weight_normed,
}


@pytest.mark.parametrize("name", WRONG)
def test_products_that_are_not_the_derivative_are_refused_by_name(name):
    loss = from_torch(WRONG[name])
    for work in (
        lambda: loss.hessian_vector(THETA, THETA),
        lambda: gradient_series(loss, np.stack([THETA, THETA])),
    ):
        with pytest.raises(TaylorError, match=rf"differs from differences .* torch's {name}"):
            work()


class Dropping(torch.nn.Module):
    """Random in a way that no name gives away."""

    def forward(self, x):
        return x * torch.empty_like(x).bernoulli_(0.5)


RANDOM = {
    "dropout": torch.nn.Dropout(0.5),
    "alpha_dropout": torch.nn.AlphaDropout(0.5),
    "batch_norm": torch.nn.BatchNorm1d(6),
    "bernoulli_": Dropping(),
    "rrelu": torch.nn.RReLU(),
}
PATHS = {
    "value": lambda loss, theta: loss.value(theta),
    "gradient": lambda loss, theta: loss.gradient(theta),
    "product": lambda loss, theta: loss.hessian_vector(theta, theta),
    "series": lambda loss, theta: loss.series(np.stack([theta] * 4)),
    "jet": lambda loss, theta: gradient_jet(loss, theta.shape, 3).push(theta),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", RANDOM)
def test_random_or_changing_modules_are_refused_on_every_path_and_not_changed(name, path):
    module = layers(RANDOM[name]).double().train()
    before = {key: value.clone() for key, value in module.state_dict().items()}
    function, theta = cross_entropy_of(module)
    with pytest.raises(TaylorError, match=rf"'{name}' in training mode.*module\.eval"):
        PATHS[path](from_torch(function), theta)
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())


def test_counters_and_hidden_randomness_are_found_by_evaluating_twice():
    counter, generator = torch.zeros(1, dtype=torch.double), np.random.default_rng(0)

    def counting(theta):
        counter.add_(1)
        return theta.square().sum()

    with pytest.raises(TaylorError, match="changes a tensor that it did not make"):
        from_torch(counting).gradient(THETA)
    assert counter.item() == 0
    with pytest.raises(TaylorError, match="The loss is random: at one point it is"):
        from_torch(lambda t: t.square().sum() * generator.normal()).gradient(THETA)


def test_changes_of_the_argument_in_place_are_refused_with_the_remedy():
    with pytest.raises(TaylorError, match=r"in place.*theta\.clone"):
        from_torch(lambda t: t.mul_(2).square().sum()).gradient(THETA)


def test_losses_without_curvature_or_without_parameters_have_zeros():
    linear, constant = from_torch(lambda t: t.sum()), from_torch(lambda t: 0 * t.detach().sum())
    assert not linear.hessian_vector(THETA, THETA).any()
    assert not constant.gradient(THETA).any()


def test_batches_share_their_checks():
    calls = []
    function, theta = as_function(
        layers(torch.nn.ReLU()).double(),
        lambda call, chosen: F.cross_entropy(call(X[chosen]), LABELS[chosen]),
    )

    def counted(flat, chosen):
        calls.append(len(chosen))
        return function(flat, chosen)

    loss = from_torch(counted, size=7)
    loss.hessian_vector(theta, theta)
    first = len(calls)
    batches = [loss.batch([i, i + 1]) for i in range(6)]
    products = [b.hessian_vector(theta, theta) for b in batches]
    assert len(calls) - first == 6
    singles = [loss.batch([i]).hessian_vector(theta, theta) for i in range(7)]
    np.testing.assert_allclose(products[2], (singles[2] + singles[3]) / 2, atol=1e-14)
    np.testing.assert_allclose(loss.hessian_vector(theta, theta), np.mean(singles, 0), atol=1e-14)


@pytest.mark.parametrize("nodes", [1, 3])
def test_order_two_costs_one_gradient_and_one_product_for_all_nodes(nodes):
    """Calls of the function: two for the look at it, then one, and a check once."""
    calls = []

    def function(theta):
        calls.append(1)
        return F.cross_entropy(net(theta, torch.relu), LABELS)

    loss = from_torch(function)
    counts = []
    for _ in range(2):
        calls.clear()
        jet = gradient_jet(loss, (nodes, 12), 2)
        jet.push(np.stack([THETA] * nodes))
        jet.push(RNG.normal(size=(nodes, 12)))
        counts.append(len(calls))
    assert counts[1] == 1
    assert counts[0] <= 6


def test_the_example_of_the_documentation_runs() -> None:
    loss = from_torch(lambda theta: (theta**4).sum() / 4)
    assert loss.gradient(np.array([2.0, 1.0])).tolist() == [8.0, 1.0]
