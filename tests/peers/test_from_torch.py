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
    "softplus": lambda t: net(t, F.softplus).prod(-1).sum(),
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
    "convolution": lambda t: F.conv2d(t[None, None, :9].reshape(1, 1, 3, 3), X[None, None, :2, :2])
    .square()
    .sum(),
    "average pooling": lambda t: (F.avg_pool2d(t.reshape(1, 1, 4, 3).exp(), 2) ** 2).sum(),
    "max pooling": lambda t: (F.max_pool2d(t.reshape(1, 1, 4, 3).exp(), 2) ** 2).sum(),
    "solve": lambda t: torch.linalg.solve(X[:3] + t[:9].reshape(3, 3), t[9:]).sum(),
}


@pytest.mark.parametrize("name", LOSSES)
def test_series_agrees_with_plain_gradients_to_its_order(name):
    loss = from_torch(LOSSES[name])
    check_series(loss.gradient, loss.series, THETA)


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
        ("batch_norm", lambda t: F.batch_norm(net(t, torch.tanh), None, None, training=True).sum()),
        ("dropout", lambda t: F.dropout(net(t, torch.tanh), 0.5, training=True).sum()),
        ("elu", lambda t: net(t, F.elu).sum()),
        ("GroupNorm", lambda t: F.group_norm(net(t, torch.tanh), 3).square().sum()),
    ],
)
def test_refusal_names_the_culprit(culprit, function):
    with pytest.raises(TaylorError, match=culprit):
        gradient_series(from_torch(function), RNG.normal(size=(3, 12)))


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
