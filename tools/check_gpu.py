"""Check the memory of torch's optimizers on a GPU: same numbers as on the CPU, in place.

``python tools/check_gpu.py`` compares, for each optimizer and a net with attention, convolutions
and an LSTM, what `polyfam.memory_correction` finds on the CPU in double precision with what it
finds on the GPU in single and double precision, and prints the cost in gradients there.  Without a
GPU it says so and does nothing.  The exit code is 1 if a number is wrong.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable
from typing import Any

import torch

from polyfam import memory_correction

#: The relative errors of the correction that are allowed, by precision.
ALLOWED = {torch.float64: 1e-8, torch.float32: 2e-4}

OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=1e-3),
    "Nesterov": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, eps=1e-4, fused=next(iter(p)).is_cuda),
    "AdamW": lambda p: torch.optim.AdamW(p, eps=1e-4),
    "NAdam": lambda p: torch.optim.NAdam(p, eps=1e-4),
    "RMSprop": lambda p: torch.optim.RMSprop(p, eps=1e-4),
    "Adagrad": lambda p: torch.optim.Adagrad(p, eps=1e-4),
    "Adamax": lambda p: torch.optim.Adamax(p, eps=1e-4),
}


class Net(torch.nn.Module):
    """A convolution, attention and an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = torch.nn.Conv2d(1, 16, 4, stride=4)
        self.attention = torch.nn.MultiheadAttention(16, 4, batch_first=True)
        self.memory = torch.nn.LSTM(16, 16, batch_first=True)
        self.out = torch.nn.Linear(16, 10)

    def forward(self, x: Any) -> Any:
        """Return the outputs of pictures."""
        tokens = self.patches(x).flatten(2).transpose(1, 2)
        tokens = tokens + self.attention(tokens, tokens, tokens, need_weights=False)[0]
        return self.out(self.memory(tokens)[0][:, -1])


def loss(model: Any, batch: Any) -> Any:
    """Return the mean cross-entropy."""
    return torch.nn.functional.cross_entropy(model(batch[0]), batch[1])


def corrected(model: Any, make: Callable[[Any], Any], batch: Any) -> Any:
    """Return the correction at step 20."""
    optimizer = make(list(model.parameters()))
    return memory_correction(model, loss, optimizer, batch, step=20, sharpness=True)


def flat(found: Any) -> Any:
    """Return the corrections in one vector on the CPU."""
    return torch.cat([p.correction.double().cpu().reshape(-1) for p in found.parts])


def main(device: str) -> int:
    """Compare all optimizers, and return the number of wrong ones."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = Net().double()
    batch = (torch.randn(64, 1, 28, 28).double(), torch.randint(10, (64,)))
    wrong = 0
    for name, make in OPTIMIZERS.items():
        truth = flat(corrected(copy.deepcopy(model), make, batch))
        for dtype, allowed in ALLOWED.items():
            there = copy.deepcopy(model).to(device=device, dtype=dtype)
            moved = (batch[0].to(device=device, dtype=dtype), batch[1].to(device))
            found = corrected(there, make, moved)
            assert all(p.correction.device.type == device for p in found.parts)
            error = float((flat(found) - truth).norm() / truth.norm())
            wrong += error > allowed
            verdict = "WRONG" if error > allowed else "right"
            print(f"{name:10} {dtype!s:14} error {error:.1e}: {verdict}")
    return wrong


def cost(device: str) -> None:
    """Print what a correction costs on a perceptron with 10^7 parameters."""
    nn = torch.nn
    layers = [nn.Linear(784, 2048), nn.GELU(), nn.Linear(2048, 4096), nn.GELU()]
    model = nn.Sequential(*layers, nn.Linear(4096, 10)).to(device)
    batch = (torch.randn(2048, 784, device=device), torch.randint(10, (2048,), device=device))
    optimizer = torch.optim.AdamW(model.parameters())
    parameters = list(model.parameters())

    def least(work: Callable[[], Any]) -> float:
        times = []
        for _ in range(10):
            torch.cuda.synchronize()
            start = time.perf_counter()
            work()
            torch.cuda.synchronize()
            times.append(time.perf_counter() - start)
        return min(times)

    one = least(lambda: torch.autograd.grad(loss(model, batch), parameters))
    all_of_it = least(lambda: memory_correction(model, loss, optimizer, batch, step=9, check=False))
    count = sum(p.numel() for p in parameters)
    print(f"AdamW, {count:,} parameters: {all_of_it / one:.1f} gradients of {1e3 * one:.2f} ms")


if __name__ == "__main__":
    if not torch.cuda.is_available():
        print("There is no GPU here: nothing was checked.")
        sys.exit(0)
    failures = main("cuda")
    cost("cuda")
    sys.exit(bool(failures))
