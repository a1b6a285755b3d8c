"""The gradient's Taylor coefficients along a curve, up to h^8, beside jax.experimental.jet.

    taskset -c 0 python benchmarks/jets.py [--order K] [--points N] [--repeat R]

Problems: softmax regression and the tanh MLP 64-32-10 on the digits of scikit-learn (1797 x 64),
full batch, double precision, one thread, along one curve or several at once.  Ways: the jets of
the built-in losses, pushed one coefficient at a time; the same gradient run on `Taylor` arrays;
plain numpy code on a complex circle; `from_jax`, all terms at once and pushed one at a time; and,
written by hand, ``jax.experimental.jet`` of ``jax.grad`` under ``jax.jit``.  All is compiled
beforehand.  The runs alternate, and the minimum is taken.  The unit is one gradient of polyfam, at
all points, in the same run.
"""

from __future__ import annotations

import argparse
import math
import os
import time

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.jet import jet as jax_jet

from polyfam.losses import (
    MLP,
    SoftmaxRegression,
    black_box,
    from_jax,
    gradient_jet,
    gradient_series,
    load_data,
)


def seconds(work) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def in_jax(loss, labels):
    """Return the loss as a JAX function of the same flat parameters."""
    inputs = loss.inputs

    def function(theta):
        layer = inputs
        for level, matrix in enumerate(loss.matrices(theta)):
            if level:
                layer = jnp.concatenate([jnp.tanh(layer), jnp.ones((1, layer.shape[1]))])
            layer = matrix @ layer
        return -jnp.mean(jax.nn.log_softmax(layer, axis=0)[labels, jnp.arange(len(labels))])

    return function


def by_hand(function, terms):
    """Return the series of the gradient at curves (terms, n, d) as jax.experimental.jet has it."""
    factorials = [float(math.factorial(k)) for k in range(terms)]

    def series(curve):
        higher = [c * f for c, f in zip(curve[1:], factorials[1:], strict=True)]
        first, rest = jax_jet(jax.grad(function), (curve[0],), (higher,))
        return jnp.stack([first, *(c / f for c, f in zip(rest, factorials[1:], strict=True))])

    compiled = jax.jit(jax.vmap(series, 1, 1))

    def work(curve):
        flat = curve.reshape(terms, -1, curve.shape[-1])
        with jax.enable_x64(True):
            return np.asarray(compiled(flat)).reshape(curve.shape)

    return work


class Plain:
    """A loss without the jet of its own."""

    def __init__(self, loss):
        self.gradient = loss.gradient


def in_numpy(loss):
    """Return the gradient as one writes it in plain numpy, complex points allowed."""

    def gradient(theta):
        matrices, layers = loss.matrices(theta), [loss.inputs]
        for matrix in matrices[:-1]:
            units = np.tanh(matrix @ layers[-1])
            layers.append(np.concatenate([units, np.ones_like(units[..., :1, :])], axis=-2))
        outputs = matrices[-1] @ layers[-1]
        powers = np.exp(outputs - outputs.real.max(axis=-2, keepdims=True))
        error = (powers / powers.sum(axis=-2, keepdims=True) - loss.targets) / loss.size
        found = [error @ layers[-1].mT]
        for level in range(len(layers) - 1, 0, -1):
            slopes = 1 - layers[level][..., :-1, :] ** 2
            error = (matrices[level][..., :-1].mT @ error) * slopes
            found.append(error @ layers[level - 1].mT)
        flat = [part.reshape(*theta.shape[:-1], -1) for part in found[::-1]]
        return np.concatenate(flat, axis=-1)

    return gradient


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--order", type=int, default=8, help="the highest power of h")
    parser.add_argument("--points", type=int, default=1, help="how many curves at once")
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    features, labels = load_data("digits")
    problems = {
        "softmax regression": SoftmaxRegression(features, labels),
        "MLP 64-32-10": MLP(features, labels, widths=(32,)),
    }
    for title, loss in problems.items():
        rng = np.random.default_rng(0)
        shape = (options.points, loss.dimension) if options.points > 1 else (loss.dimension,)
        curve = rng.standard_normal((options.order + 1, *shape)) / 10
        curve[0] += loss.initial_point(seed=0)
        function = in_jax(loss, labels)
        theirs, circle = from_jax(function), black_box(in_numpy(loss))
        hand = by_hand(function, len(curve))

        def pushes(loss=loss, curve=curve):
            jet = gradient_jet(loss, curve[0].shape, len(curve))
            return np.stack([jet.push(coefficient).copy() for coefficient in curve])

        ways = {
            "gradient": lambda loss=loss, curve=curve: loss.gradient(curve[0]),
            "JAX gradient": lambda theirs=theirs, curve=curve: theirs.gradient(curve[0]),
            "jet": pushes,
            "Taylor": lambda loss=loss, curve=curve: gradient_series(Plain(loss), curve),
            "circle": lambda circle=circle, curve=curve: gradient_series(circle, curve),
            "from_jax": lambda theirs=theirs, curve=curve: gradient_series(theirs, curve),
            "its pushes": lambda theirs=theirs, pushes=pushes: pushes(theirs),
            "JAX jet": lambda hand=hand, curve=curve: hand(curve),
        }
        expected = pushes()
        scale = np.abs(expected).max(axis=-1, keepdims=True)
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.repeat):
            for name, work in ways.items():
                times[name].append(seconds(work))
        best = {name: min(measured[1:]) for name, measured in times.items()}
        print(f"{title}, {loss.dimension} parameters, to h^{options.order}", end=", ")
        print(f"points: {options.points}")
        for name, work in ways.items():
            ratio = best[name] / best["gradient"]
            line = f"  {name:13}{best[name] * 1e3:8.2f} ms {ratio:7.1f} gradients"
            if "gradient" not in name:
                error = np.abs((work() - expected) / scale).max()
                ratio = best[name] / best["JAX jet"]
                line += f"   {ratio:5.2f} of JAX's jet   differs by {error:.0e}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
