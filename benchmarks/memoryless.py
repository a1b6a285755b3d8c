"""The cost of the heavy-ball field, in gradients, beside JAX and the sum over trees.

    python benchmarks/memoryless.py [--repeat R] [--jax]

One unit is one gradient of the same loss in the same library, on one core:

field        all of g_0, ..., g_{R-1} by polyfam, R = 2, 4, 6, 8
jet          the same loop on jax.experimental.jet of jax.grad, compiled (with --jax)
nested       the same loop on nested forward mode of jax.grad, compiled (with --jax)
trees        the sum over trees (on the logistic regression of 31 parameters only)

Then 1,000 starting points of a loss in two parameters, at once against one by one in Python.
The minimum of the repetitions counts; quote the ratios.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")

import numpy as np

from polyfam.losses import MLP, BilinearToy, LogisticRegression, SoftmaxRegression
from polyfam.losses.data import load_data
from polyfam.memory import memoryless
from polyfam.memory.linear import linear
from polyfam.optimizers import HeavyBall
from polyfam.series import field

ORDERS = (2, 4, 6, 8)
BALL = HeavyBall(0.9)


def seconds(work: Callable[[], Any], repeat: int) -> float:
    """Return the shortest of several times, after a first call that does not count."""
    work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def report(name: str, loss: Any, theta: np.ndarray, repeat: int) -> None:
    """Print the costs of the field of one loss."""
    gradient = seconds(lambda: loss.gradient(theta), 10 * repeat)
    print(f"{name}, {theta.size} parameters, one gradient {1e3 * gradient:.3f} ms")
    for order in ORDERS:
        cost = seconds(lambda r=order: memoryless(BALL, loss, theta, order=r), repeat)
        print(f"  field   R = {order}: {cost / gradient:7.1f} gradients {1e3 * cost:9.1f} ms")


def report_trees(loss: Any, theta: np.ndarray, repeat: int) -> None:
    """Print the costs of the sum over trees."""
    gradient = seconds(lambda: loss.gradient(theta), 10 * repeat)
    for order in (2, 4, 6):
        cost = seconds(lambda r=order: field(order=r).at(beta="9/10").on(loss, theta), 1)
        print(f"  trees   R = {order}: {cost / gradient:7.1f} gradients {1e3 * cost:9.1f} ms")


def report_jax(features: np.ndarray, labels: np.ndarray, hidden: int | None, repeat: int) -> None:
    """Print what the loop over the past costs in JAX, on jets and on nested jvps."""
    import jax
    import jax.numpy as jnp
    from jax.experimental.jet import jet

    jax.config.update("jax_enable_x64", True)
    widths = [features.shape[1], *([hidden] if hidden else []), 10]
    x, y = jnp.asarray(features), jnp.asarray(labels)
    shapes = [(b, a + 1) for a, b in pairwise(widths)]
    sizes = np.cumsum([0, *(a * b for a, b in shapes)])

    def loss(theta):
        z = x
        for i, shape in enumerate(shapes):
            w = theta[sizes[i] : sizes[i + 1]].reshape(shape)
            z = (jnp.tanh(z) if i else z) @ w[:, :-1].T + w[:, -1]
        return jnp.mean(jnp.log(jnp.exp(z).sum(1)) - z[jnp.arange(len(y)), y])

    gradient = jax.grad(loss)
    theta = jnp.asarray(0.1 * np.random.default_rng(0).standard_normal(sizes[-1]))
    compiled = jax.jit(gradient)
    unit = seconds(lambda: compiled(theta).block_until_ready(), 10 * repeat)
    print(f"  JAX: one gradient {1e3 * unit:.3f} ms")

    def along(curve):
        """Return the coefficients of the gradient along one curve, coefficients (R, d)."""
        factorials = np.cumprod([1.0, *range(1, len(curve))])
        derivatives = [c * f for c, f in zip(curve[1:], factorials[1:], strict=True)]
        if not derivatives:
            return [gradient(curve[0])]
        value, series = jet(gradient, (curve[0],), (derivatives,))
        return [value, *(s / f for s, f in zip(series, factorials[1:], strict=True))]

    def nested(curve):
        """Return the last coefficient of the gradient by nested forward mode."""

        def coefficient(n, t):
            if n == 0:
                return gradient(sum(c * t**i for i, c in enumerate(curve)))
            return jax.jvp(partial(coefficient, n - 1), (t,), (1.0,))[1] / n

        return coefficient(len(curve) - 1, 0.0)

    def field(last, order):
        nodes = linear(BALL).nodes(order, None, one_loss=True)
        curve = [jnp.broadcast_to(theta, (order - 1, len(theta)))]
        terms = []
        for j in range(order):
            values = last(curve)
            present = values[:1] if j == 0 else jnp.zeros_like(values[:1])
            values = jnp.concatenate([present, values])
            terms.append(nodes.weights @ values)
            curve.append(nodes.past[1:] @ values)
        return jnp.stack(terms)

    ways = {
        "jet": jax.vmap(lambda curve: along(curve)[-1]),
        "nested": jax.vmap(nested),
    }
    for name, last in ways.items():
        for order in ORDERS[:3] if name == "jet" else ORDERS[:2]:
            start = time.perf_counter()
            work = jax.jit(lambda last=last, order=order: field(last, order))
            work().block_until_ready()
            compiling = time.perf_counter() - start
            cost = seconds(lambda work=work: work().block_until_ready(), repeat)
            print(
                f"  {name:7} R = {order}: {cost / unit:7.1f} gradients {1e3 * cost:9.1f} ms "
                f"after {compiling:.1f} s of compiling"
            )


def report_batch(repeat: int) -> None:
    """Print what it brings to take 1,000 points at once."""
    loss = BilinearToy()
    theta = np.random.default_rng(0).uniform(0.5, 1.5, (1000, 2))
    for order in (2, 4, 8):
        together = seconds(lambda r=order: memoryless(BALL, loss, theta, order=r), repeat)
        alone = seconds(
            lambda r=order: [memoryless(BALL, loss, point, order=r) for point in theta], 1
        )
        print(f"  1,000 points, R = {order}: {alone / together:6.0f} times faster at once")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--jax", action="store_true")
    options = parser.parse_args()

    digits = load_data("digits")
    softmax = SoftmaxRegression(*digits)
    theta = 0.1 * np.random.default_rng(0).standard_normal(softmax.dimension)
    report("softmax regression on digits", softmax, theta, options.repeat)
    if options.jax:
        report_jax(*digits, None, options.repeat)
    mlp = MLP(*digits, (32,))
    report("MLP 64-32-10 on digits", mlp, mlp.initial_point(0), options.repeat)
    if options.jax:
        report_jax(*digits, 32, options.repeat)
    logistic = LogisticRegression(*load_data("breast_cancer"))
    theta = 0.1 * np.random.default_rng(0).standard_normal(logistic.dimension)
    report("logistic regression on breast cancer", logistic, theta, options.repeat)
    report_trees(logistic, theta, options.repeat)
    print("the bilinear toy in two parameters")
    report_batch(options.repeat)


if __name__ == "__main__":
    main()
