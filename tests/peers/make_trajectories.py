"""Write tests/oracles/trajectories.json with torch and optax.

Run it from the root: python -m tests.peers.make_trajectories.  Versions are recorded in the file.
Every peer runs in double precision on the CPU.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
import optax
import torch

from tests.oracles.trajectories import FILE, START, STEP_SIZE, STEPS, Quartic

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)  # NAdam's own weights have the default type

#: Optimizer and hyperparameters of polyfam, then the peer as a Python expression.
PEERS: list[tuple[str, dict[str, Any], str]] = [
    ("GradientDescent", {}, "torch.optim.SGD"),
    ("GradientDescent", {}, "optax.sgd"),
    ("HeavyBall", {"beta": 0.8}, "torch.optim.SGD(momentum=0.8)"),
    ("HeavyBall", {"beta": 0.8}, "optax.sgd(momentum=0.8)"),
    ("AveragedMomentum", {"beta": 0.8}, "optax.ema(0.8, debias=False)"),
    ("AveragedMomentum", {"beta": 0.8, "bias_correction": True}, "optax.ema(0.8, debias=True)"),
    ("Nesterov", {"beta": 0.8}, "torch.optim.SGD(momentum=0.8, nesterov=True)"),
    ("Nesterov", {"beta": 0.8}, "optax.sgd(momentum=0.8, nesterov=True)"),
    ("LookAhead", {"beta": 0.8}, "torch.optim.SGD(momentum=0.8, nesterov=True)"),
    ("LookAhead", {"beta": 0.8, "ahead": 0}, "torch.optim.SGD(momentum=0.8)"),
    ("QuasiHyperbolic", {"beta": 0.8, "nu": 1}, "optax.ema(0.8, debias=False)"),
    (
        "RMSProp",
        {"beta": 0.8, "epsilon": 1e-3, "epsilon_inside": False},
        "torch.optim.RMSprop(alpha=0.8, eps=1e-3)",
    ),
    (
        "RMSProp",
        {"beta": 0.8, "epsilon": 1e-3, "epsilon_inside": False},
        "optax.rmsprop(decay=0.8, eps=1e-3, eps_in_sqrt=False)",
    ),
    ("RMSProp", {"beta": 0.8, "epsilon": 1e-3}, "optax.rmsprop(decay=0.8, eps=1e-3)"),
    (
        "RMSProp",
        {"beta": 0.8, "epsilon": 1e-3, "bias_correction": True},
        "optax.rmsprop(decay=0.8, eps=1e-3, bias_correction=True)",
    ),
    (
        "Adam",
        {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3, "epsilon_inside": False},
        "torch.optim.Adam(betas=(0.7, 0.9), eps=1e-3)",
    ),
    (
        "Adam",
        {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3, "epsilon_inside": False},
        "optax.adam(b1=0.7, b2=0.9, eps=1e-3)",
    ),
    (
        "Adam",
        {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3},
        "optax.adam(b1=0.7, b2=0.9, eps=0.0, eps_root=1e-3)",
    ),
    (
        "AdamW",
        {
            "beta1": 0.7,
            "beta2": 0.9,
            "epsilon": 1e-3,
            "epsilon_inside": False,
            "weight_decay": 0.25,
        },
        "torch.optim.AdamW(betas=(0.7, 0.9), eps=1e-3, weight_decay=0.25)",
    ),
    (
        "AdamW",
        {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-3, "weight_decay": 0.25},
        "optax.adamw(b1=0.7, b2=0.9, eps=0.0, eps_root=1e-3, weight_decay=0.25)",
    ),
    (
        "NAdam",
        {
            "beta1": 0.7,
            "beta2": 0.9,
            "epsilon": 1e-3,
            "epsilon_inside": False,
            "weight_decay": 0.25,
            "next_weight": True,
        },
        (
            "torch.optim.NAdam(betas=(0.7, 0.9), eps=1e-3, weight_decay=0.25, momentum_decay=1e9, "
            "decoupled_weight_decay=True)"
        ),
    ),
    (
        "NAdam",
        {
            "beta1": 0.7,
            "beta2": 0.9,
            "epsilon": 1e-3,
            "weight_decay": 0.25,
            "next_weight": True,
        },
        "optax.nadamw(b1=0.7, b2=0.9, eps=0.0, eps_root=1e-3, weight_decay=0.25)",
    ),
    (
        "AdaGrad",
        {"epsilon": 1e-3, "epsilon_inside": False},
        "torch.optim.Adagrad(eps=1e-3)",
    ),
    (
        "AdaGrad",
        {"epsilon": 1e-3, "initial_square": 0.25},
        "optax.adagrad(initial_accumulator_value=0.25, eps=1e-3)",
    ),
    ("Lion", {"beta1": 0.7, "beta2": 0.8}, "optax.lion(b1=0.7, b2=0.8, weight_decay=0.0)"),
    (
        "Lion",
        {"beta1": 0.7, "beta2": 0.8, "weight_decay": 0.25},
        "optax.lion(b1=0.7, b2=0.8, weight_decay=0.25)",
    ),
    (
        "LionK",
        {"gradient_of_k": "tanh", "beta1": 0.7, "beta2": 0.8},
        "optax.scale_by_lion(b1=0.7, b2=0.8, mode='smooth')",
    ),
    ("Signum", {"beta": 0.8}, "optax.signum(beta=0.8)"),
]


def points(peer: str) -> list[list[float]]:
    """Run one peer."""
    name, _, arguments = peer.rstrip(")").partition("(")
    run = torch_points if peer.startswith("torch") else optax_points
    return [theta.tolist() for theta in run(name, arguments)]


def torch_points(name: str, arguments: str) -> Iterator[np.ndarray]:
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = eval(f"{name}([theta], lr={STEP_SIZE}, {arguments})", {"torch": torch} | locals())
    yield np.array(START)
    for _ in range(STEPS):
        theta.grad = torch.from_numpy(Quartic().gradient(theta.detach().numpy()))
        optimizer.step()
        yield theta.detach().numpy().copy()


def optax_points(name: str, arguments: str) -> Iterator[np.ndarray]:
    if name in {"optax.ema", "optax.scale_by_lion"}:
        rule = optax.chain(eval(f"{name}({arguments})"), optax.scale_by_learning_rate(STEP_SIZE))
    else:
        rule = eval(f"{name}({STEP_SIZE}, {arguments})")
    theta = jax.numpy.array(START)
    state = rule.init(theta)
    yield np.asarray(theta)
    for _ in range(STEPS):
        updates, state = rule.update(Quartic().gradient(np.asarray(theta)), state, theta)
        theta = optax.apply_updates(theta, updates)
        yield np.asarray(theta)


def main() -> None:
    cases = [
        {
            "optimizer": name,
            "hyperparameters": hyperparameters,
            "peer": peer,
            "points": points(peer),
        }
        for name, hyperparameters, peer in PEERS
    ]
    versions = {"jax": jax.__version__, "optax": optax.__version__, "torch": torch.__version__}
    head = {"command": "python -m tests.peers.make_trajectories", "versions": versions}
    lines = ",\n".join(json.dumps(case) for case in cases)  # one case a line
    FILE.write_text(f'{json.dumps(head)[:-1]},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
