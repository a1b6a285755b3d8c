"""What memory_correction costs on torch models, in plain gradients of torch.

    python benchmarks/bridge.py [--repeat R] [--threads N]

Two perceptrons of 10^5 and 10^6 parameters and a convolutional net, single precision, batches of
128 inputs, one thread, processor time, the least of R times, in turn with a plain gradient: a
gradient with a product by torch alone; a product by curvlinops, where it is installed; the
correction with its check (the first call), without (later ones), and with its penalties read, which
are worked out then, for SGD, Adam, AdamW, NAdam and RMSprop at step 500; and both ends of the
spectrum, cold, warm, and by curvlinops with scipy. Then, in double precision, the terms of heavy
ball to orders 2, 3 and 4 by `from_torch`, where a unit is a gradient of the adapter.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from scipy.sparse.linalg import LinearOperator, eigsh

from polyfam import from_torch, memory_correction, memoryless
from polyfam.optimizers import HeavyBall


def least(works: list[Callable[[], Any]], repeat: int) -> list[float]:
    """Return the least processor times of calls in seconds, in turn; the first ones warm up."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeat + 1):
        for work, seen in zip(works, times, strict=True):
            start = time.process_time()
            work()
            seen.append(time.process_time() - start)
    return [min(seen[1:]) for seen in times]


def show(what: str, work: Callable[[], Any], unit: Callable[[], Any], repeat: int) -> None:
    """Print what a call costs in units."""
    cost, one = least([work, unit], repeat)
    print(f"  {what:48}{cost / one:8.1f} gradients", flush=True)


def report_orders(name: str, model: Any, inputs: Any, repeat: int) -> None:
    """Print what the terms of heavy ball cost."""
    model, inputs = model.double(), inputs.double()
    labels = torch.randint(10, (len(inputs),))
    names, tensors = zip(*model.named_parameters(), strict=True)
    sizes = [t.numel() for t in tensors]

    def function(theta: Any) -> Any:
        parts = zip(names, tensors, theta.split(sizes), strict=True)
        values = {key: part.reshape(t.shape) for key, t, part in parts}
        outputs = torch.func.functional_call(model, values, (inputs,))
        return torch.nn.functional.cross_entropy(outputs, labels)

    theta = torch.cat([t.detach().reshape(-1) for t in tensors]).numpy()
    smooth = from_torch(function)
    print(f"{name}, double precision, heavy ball without memory")
    for order in (2, 3, 4):
        show(
            f"order {order}",
            lambda order=order: memoryless(HeavyBall(0.9), smooth, theta, order=order),
            lambda: smooth.gradient(theta),
            repeat,
        )


def models() -> Iterator[tuple[str, Any, Any]]:
    """Yield names, models and inputs."""
    nn = torch.nn
    for name, width in (("perceptron, 10^5", 110), ("perceptron, 10^6", 700)):
        layers = [nn.Linear(784, width), nn.GELU(), nn.Linear(width, width), nn.GELU()]
        yield name, nn.Sequential(*layers, nn.Linear(width, 10)), torch.randn(128, 784)
    layers = [nn.Conv2d(1, 16, 3), nn.SiLU(), nn.AvgPool2d(2), nn.Conv2d(16, 32, 3), nn.SiLU()]
    tail = [nn.AvgPool2d(2), nn.Flatten(), nn.Linear(800, 10)]
    yield "convolutional net", nn.Sequential(*layers, *tail), torch.randn(128, 1, 28, 28)


def loss(model: Any, batch: Any) -> Any:
    return torch.nn.functional.cross_entropy(model(batch[0]), batch[1])


def curvlinops_operator(model: Any, batch: Any) -> Any:
    """Return the Hessian as curvlinops has it, None where that is not installed."""
    if importlib.util.find_spec("curvlinops") is None:
        return None
    import curvlinops

    parameters, entropy = list(model.parameters()), torch.nn.CrossEntropyLoss()
    operator = curvlinops.HessianLinearOperator(
        model, entropy, parameters, [batch], check_deterministic=False
    )
    try:
        operator @ torch.ones(operator.shape[1])
    except NotImplementedError as error:  # it needs forward derivatives of backward sweeps
        print(f"  curvlinops: {error}")
        return None
    return operator


def ends_by_scipy(operator: Any) -> int:
    """Return how many products scipy takes for both ends of a spectrum, to a part in 1,000."""
    matrix, count = operator.to_scipy(), 0

    def product(vector: Any) -> Any:
        nonlocal count
        count += 1
        return matrix @ vector

    counted = LinearOperator(matrix.shape, matvec=product, dtype=matrix.dtype)
    for which in ("LA", "SA"):
        eigsh(counted, k=1, which=which, tol=1e-3, return_eigenvectors=False)
    return count


def report_spectrum(model: Any, batch: Any, gradient: Callable[[], Any], operator: Any) -> None:
    """Print what both ends of the spectrum cost here and by curvlinops with scipy."""
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

    def ends(**more: Any) -> Any:
        return memory_correction(
            model, loss, optimizer, batch, sharpness=True, check=False, **more
        ).spectrum

    cold = ends()
    warm = ends(start=cold.vector)
    print(f"  both ends of the spectrum: {cold.products} products, {warm.products} from there")
    show("both ends of the spectrum, with the correction", ends, gradient, 1)
    if operator is not None:
        print(f"  curvlinops and scipy.sparse.linalg.eigsh: {ends_by_scipy(operator)} products")
        show("curvlinops and eigsh", lambda: ends_by_scipy(operator), gradient, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    for name, model, inputs in models():
        batch = (inputs, torch.randint(10, (len(inputs),)))
        parameters = list(model.parameters())

        def gradient(model=model, batch=batch, parameters=parameters) -> Any:
            return torch.autograd.grad(loss(model, batch), parameters)

        (one,) = least([gradient], 4 * arguments.repeat)
        count = sum(p.numel() for p in parameters)
        print(f"{name}: {count:,} parameters, a gradient takes {1000 * one:.1f} ms")

        def product_of_torch(model=model, batch=batch, parameters=parameters) -> Any:
            graph = torch.autograd.grad(loss(model, batch), parameters, create_graph=True)
            return torch.autograd.grad(graph, parameters, [g.detach() for g in graph])

        show("torch alone, a gradient and a product", product_of_torch, gradient, arguments.repeat)
        operator = curvlinops_operator(model, batch)
        if operator is not None:
            vector = torch.randn(count)
            product = partial(operator.__matmul__, vector)
            show("curvlinops, one product (with its gradient)", product, gradient, arguments.repeat)
        for kind, options in (
            (torch.optim.SGD, {"momentum": 0.9}),
            (torch.optim.Adam, {}),
            (torch.optim.AdamW, {}),
            (torch.optim.NAdam, {}),
            (torch.optim.RMSprop, {}),
        ):
            optimizer = kind(model.parameters(), lr=1e-3, **options)

            def corrected(model=model, optimizer=optimizer, batch=batch, **more: Any) -> Any:
                return memory_correction(model, loss, optimizer, batch, step=500, **more)

            later = partial(corrected, check=False)
            show(f"{kind.__name__}, with the check", corrected, gradient, arguments.repeat)
            show(f"{kind.__name__}", later, gradient, arguments.repeat)
            read = partial(lambda call: tuple(call().penalties), later)
            show(f"{kind.__name__}, its penalties read", read, gradient, arguments.repeat)
        report_spectrum(model, batch, gradient, operator)
    for name, model, inputs in models():
        if "10^6" not in name:
            report_orders(name, model, inputs, arguments.repeat)


if __name__ == "__main__":
    main()
