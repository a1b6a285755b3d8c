"""What a torch loss must not do: be random, keep statistics, change a tensor of its owner.

Inside `Guard` every call of a torch function is looked at.  Batch normalisation and dropout in
training mode are refused by name.  Tensors that are about to be changed in place, such as the
counter of batch normalisation, are copied first, and put back when the loss is refused: the user's
module stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polyfam._checks import optional_import
from polyfam.errors import TaylorError

__all__ = ["guard", "refuse_changes"]

#: Functions with a training mode, and the place and the default of that argument.
_MODES: dict[str, tuple[str, int, bool]] = {
    "batch_norm": ("training", 5, False),
    "instance_norm": ("use_input_stats", 5, True),
    "dropout": ("training", 2, True),
    "dropout1d": ("training", 2, True),
    "dropout2d": ("training", 2, True),
    "dropout3d": ("training", 2, True),
    "alpha_dropout": ("training", 2, False),
    "feature_alpha_dropout": ("training", 2, False),
    "rrelu": ("training", 3, False),
}
#: Functions that are random whatever their arguments.
_RANDOM = {
    "bernoulli", "bernoulli_", "multinomial", "normal", "normal_", "poisson", "rand", "rand_like",
    "randint", "randint_like", "randn", "randn_like", "randperm", "uniform_", "exponential_",
    "gumbel_softmax",
}  # fmt: skip


def guard() -> Any:
    """Return the context that refuses random functions and notes changes in place.

    Its attributes: ``changed``, pairs of a tensor and its copy, and ``called``, names.
    """
    overrides = optional_import("torch.overrides", "torch")

    class Guard(overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
        """Looks at every call of a torch function."""

        def __init__(self) -> None:
            super().__init__()
            self.changed: list[tuple[Any, Any]] = []
            self.called: set[str] = set()
            self.own: set[int] = set()

        def __torch_function__(
            self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            name = getattr(function, "__name__", "")
            self.called.add(name)
            if _is_random(name, args, kwargs):
                refuse_changes(self.changed)
                raise TaylorError(
                    f"The loss calls torch's '{name}' in training mode, which is random or keeps "
                    "statistics: put the module into evaluation mode, module.eval()."
                )
            if name.endswith("_") and not name.endswith("__") and args:
                self._note(args[0])
            result = function(*args, **kwargs)
            if not name.startswith("__get"):
                self.own.add(id(result))
            return result

        def _note(self, target: Any) -> None:
            """Keep a copy of a tensor that the loss did not make."""
            known = id(target) in self.own or any(target is t for t, _ in self.changed)
            if not known and hasattr(target, "detach") and target.grad_fn is None:
                self.changed.append((target, target.detach().clone()))

    return Guard()


def refuse_changes(changed: list[tuple[Any, Any]]) -> bool:
    """Put tensors back, and say whether one had changed."""
    torch = optional_import("torch", "torch")
    found = False
    for tensor, copy in changed:
        if not torch.equal(tensor.detach(), copy):
            found = True
            with torch.no_grad():
                tensor.copy_(copy)
    return found


def _is_random(name: str, args: Any, kwargs: Any) -> bool:
    """Say whether a call draws random numbers or keeps statistics."""
    if name in _RANDOM:
        return True
    if name not in _MODES:
        return False
    key, place, default = _MODES[name]
    given: Callable[[int, str, Any], Any] = lambda i, k, d: (  # noqa: E731
        args[i] if len(args) > i else kwargs.get(k, d)
    )
    if "dropout" in name and given(1, "p", 0.5) == 0:
        return False
    if name == "instance_norm" and given(1, "running_mean", None) is None:
        return False  # statistics of the sample itself: no state
    if name == "batch_norm" and given(1, "running_mean", None) is None:
        return False  # of the whole batch, which is the data: no state either
    return bool(given(place, key, default))
