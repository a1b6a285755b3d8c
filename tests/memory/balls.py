"""A heavy ball with its step size: the verbs of the package with both filled in."""

from __future__ import annotations

from typing import Any, NamedTuple

from polyfam import memoryless, modified_equation, modified_loss, principal_flow, run
from polyfam.flows import modified_flow
from polyfam.memory import on_manifold
from polyfam.optimizers import HeavyBall
from tests.oracles.envelope import envelope


class Ball(NamedTuple):
    step_size: float
    momentum: float

    @property
    def _first(self) -> dict[str, Any]:
        return {"step_size": self.step_size}

    def run(self, loss: Any, theta: Any, steps: int, **options: Any) -> Any:
        return run(HeavyBall(self.momentum), loss, theta, steps=steps, **self._first, **options)

    def field(
        self, loss: Any, theta: Any, order: Any, step: Any = None, batches: Any = None
    ) -> Any:
        return self._series(memoryless, loss, theta, order, step, batches)

    def loss(self, loss: Any, theta: Any, order: Any, step: Any = None, batches: Any = None) -> Any:
        return self._series(modified_loss, loss, theta, order, step, batches)

    def envelope(
        self, loss: Any, theta: Any, order: Any, step: Any = None, batches: Any = None
    ) -> Any:
        return self._series(envelope, loss, theta, order, step, batches)

    def equation(self, loss: Any, theta: Any, order: Any) -> Any:
        return self._series(modified_equation, loss, theta, order, None, None)

    def _series(self, verb: Any, loss: Any, theta: Any, order: Any, step: Any, batches: Any) -> Any:
        options = {"order": order, "step": step, "batches": batches}
        return verb(HeavyBall(self.momentum), loss, theta, **self._first, **options)

    def manifold(self, loss: Any, theta: Any, **options: Any) -> Any:
        return on_manifold(HeavyBall(self.momentum), loss, theta, **self._first, **options)

    def flow(self, loss: Any, theta: Any, times: Any, order: Any, **options: Any) -> Any:
        return modified_flow(
            HeavyBall(self.momentum),
            loss,
            theta,
            times=times,
            order=order,
            **self._first,
            **options,
        )

    def principal(self, loss: Any, theta: Any, times: Any, **options: Any) -> Any:
        return principal_flow(
            HeavyBall(self.momentum), loss, theta, times=times, **self._first, **options
        )
