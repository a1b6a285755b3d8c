"""What memory_correction costs on torch models, in plain gradients of torch.

    python benchmarks/bridge.py [--repeat R] [--threads N]

Two perceptrons of 10^5 and 10^6 parameters and a convolutional net, single precision, batches of
128 inputs, one thread, the least of R times: a plain gradient; a product with the Hessian by
curvlinops, where it is installed; the correction with its check (the first call) and without (later
ones), for SGD, AdamW, NAdam and RMSprop at step 500; and both ends of the spectrum, cold and warm.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from polyfam import memory_correction


def least(work: Callable[[], Any], repeat: int) -> float:
    """Return the least processor time of a call in seconds; the first one warms up."""
    times = []
    for _ in range(repeat + 1):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times[1:])


def models() -> Iterator[tuple[str, Any, Any]]:
    """Yield names, models and inputs."""
    nn = torch.nn
    for name, width in (("perceptron, 10^5", 110), ("perceptron, 10^6", 700)):
        layers = [nn.Linear(784, width), nn.GELU(), nn.Linear(width, width), nn.GELU()]
        yield name, nn.Sequential(*layers, nn.Linear(width, 10)), torch.randn(128, 784)
    layers = [nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU()]
    tail = [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 10)]
    yield "convolutional net", nn.Sequential(*layers, *tail), torch.randn(128, 1, 28, 28)


def loss(model: Any, batch: Any) -> Any:
    return torch.nn.functional.cross_entropy(model(batch[0]), batch[1])


def curvlinops_product(model: Any, batch: Any) -> Callable[[], Any] | None:
    """Return a product with the Hessian by curvlinops."""
    if importlib.util.find_spec("curvlinops") is None:
        return None
    import curvlinops

    parameters = list(model.parameters())
    operator = curvlinops.HessianLinearOperator(
        model, torch.nn.CrossEntropyLoss(), parameters, [batch], check_deterministic=False
    )
    vector = torch.randn(sum(p.numel() for p in parameters))
    return lambda: operator @ vector


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

        one = least(gradient, 4 * arguments.repeat)
        count = sum(p.numel() for p in parameters)
        print(f"{name}: {count:,} parameters, a gradient takes {1000 * one:.1f} ms")

        def show(what: str, work: Callable[[], Any], one: float = one) -> None:
            print(f"  {what:44}{least(work, arguments.repeat) / one:8.1f} gradients")

        product = curvlinops_product(model, batch)
        if product is not None:
            show("curvlinops, one product (with its gradient)", product)
        for kind, options in (
            (torch.optim.SGD, {"momentum": 0.9}),
            (torch.optim.AdamW, {}),
            (torch.optim.NAdam, {}),
            (torch.optim.RMSprop, {}),
        ):
            optimizer = kind(model.parameters(), lr=1e-3, **options)

            def corrected(model=model, optimizer=optimizer, batch=batch, **more: Any) -> Any:
                return memory_correction(model, loss, optimizer, batch, step=500, **more)

            show(f"{kind.__name__}, with the check", corrected)
            show(f"{kind.__name__}", lambda: corrected(check=False))
        cold = memory_correction(model, loss, optimizer, batch, sharpness=True).spectrum
        warm = memory_correction(
            model, loss, optimizer, batch, sharpness=True, start=cold.vector
        ).spectrum
        print(f"  both ends of the spectrum: {cold.products} products, {warm.products} from there")


if __name__ == "__main__":
    main()
