"""Functions of torch that reject complex tensors, written so that they accept them.

Evaluating a loss at complex parameters gives its Taylor coefficients
(`polyfam.losses.derivatives.circle`) if every function in it is the analytic one.  torch has no
complex kernels for the softmax, GELU, ReLU, ... of `torch.nn.functional`; inside the context
`complex_rules` they are replaced by their formulas, with decisions taken by the real part.  Real
data may meet complex parameters there. What has no rule goes to torch, which raises; what is random
or keeps statistics is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt
from typing import Any

from polyfam._checks import optional_import
from polyfam.errors import TaylorError

__all__ = ["complex_rules"]


def complex_rules() -> Any:
    """Return the context in which torch's functions accept complex tensors."""
    torch = optional_import("torch", "torch")
    overrides = optional_import("torch.overrides", "torch")
    rules = _rules(torch)

    class Rules(overrides.TorchFunctionMode):
        """Looks at every call of a torch function."""

        def __torch_function__(
            self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            name = getattr(function, "__name__", "")
            complex_ = any(_is_complex(torch, a) for a in (*args, *kwargs.values()))
            if name in _REFUSED and _REFUSED[name](args, kwargs):
                raise TaylorError(
                    f"The loss calls torch's '{name}' in training mode, which is random or keeps "
                    "statistics: put the module into evaluation mode, module.eval()."
                )
            if complex_ and name in rules:
                return rules[name](*args, **kwargs)
            if complex_ and name in _PRODUCTS:
                args = [_promoted(torch, a) for a in args]
                kwargs = {key: _promoted(torch, a) for key, a in kwargs.items()}
            return function(*args, **kwargs)

    return Rules()


#: Products need all their tensors of one type.
_PRODUCTS = {
    "__matmul__", "__rmatmul__", "addmm", "addmv", "baddbmm", "bmm", "conv1d", "conv2d", "conv3d",
    "dot", "einsum", "inner", "linear", "matmul", "mm", "mv", "tensordot",
}  # fmt: skip

#: Functions refused, with the test of their arguments.
_REFUSED: dict[str, Callable[[Any, Any], Any]] = {
    "batch_norm": lambda args, kwargs: kwargs.get("training", args[5] if len(args) > 5 else False),
    "instance_norm": lambda args, kwargs: kwargs.get("use_input_stats", True),  # noqa: ARG005
    "dropout": lambda args, kwargs: kwargs.get("training", args[2] if len(args) > 2 else True),
}


def _is_complex(torch: Any, value: Any) -> bool:
    """Say whether a value is, or a list of values holds, a complex tensor."""
    if isinstance(value, list | tuple):
        return any(_is_complex(torch, v) for v in value)
    return isinstance(value, torch.Tensor) and value.is_complex()


def _promoted(torch: Any, value: Any) -> Any:
    """Return a value with its floating tensors made complex."""
    if isinstance(value, list | tuple):
        return type(value)(_promoted(torch, v) for v in value)
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.to(torch.complex128)
    return value


def _rules(torch: Any) -> dict[str, Callable[..., Any]]:
    """Return the formulas by the names of the functions they replace."""

    class Erf(torch.autograd.Function):
        """The error function, by scipy."""

        @staticmethod
        def forward(context: Any, z: Any) -> Any:
            context.save_for_backward(z)
            special = optional_import("scipy.special", "numerics")
            return torch.from_numpy(special.erf(z.detach().resolve_conj().numpy()))

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            (z,) = context.saved_tensors
            return gradient * (2 / sqrt(pi) * torch.exp(-z * z)).conj()

    def relu(z: Any, inplace: bool = False) -> Any:  # noqa: ARG001
        return torch.where(z.real > 0, z, torch.zeros_like(z))

    def leaky_relu(z: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:  # noqa: ARG001
        return torch.where(z.real > 0, z, negative_slope * z)

    def softplus(z: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:  # noqa: ARG001
        scaled = beta * z
        falling = torch.where(scaled.real > 0, -scaled, scaled)
        return (relu(scaled) + torch.log1p(torch.exp(falling))) / beta

    def gelu(z: Any, approximate: str = "none") -> Any:
        if approximate == "tanh":
            return z / 2 * (1 + torch.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))
        return z / 2 * (1 + Erf.apply(z / sqrt(2)))

    def log_softmax(z: Any, dim: int, *_: Any, **__: Any) -> Any:
        z = z - z.real.max(dim, keepdim=True).values.detach()
        return z - torch.log(torch.exp(z).sum(dim, keepdim=True))

    def softmax(z: Any, dim: int, *_: Any, **__: Any) -> Any:
        return torch.exp(log_softmax(z, dim))

    def reduced(losses: Any, reduction: str) -> Any:
        return losses if reduction == "none" else getattr(losses, reduction)()

    def cross_entropy(z: Any, target: Any, *args: Any, **options: Any) -> Any:
        reduction = options.pop("reduction", "mean")
        defaults = {"weight": None, "size_average": None, "reduce": None, "ignore_index": -100}
        plain = all(options.get(key, value) == value for key, value in defaults.items())
        if args or not plain or options.get("label_smoothing", 0.0) or target.is_floating_point():
            raise TaylorError(
                "The loss calls torch's 'cross_entropy' with options that have no complex rule: "
                "use log_softmax and products."
            )
        classes = 1 if z.ndim > 1 else 0
        chosen = log_softmax(z, classes).gather(classes, target.unsqueeze(classes))
        return -reduced(chosen.squeeze(classes), reduction)

    def mse_loss(z: Any, target: Any, *_: Any, reduction: str = "mean", **__: Any) -> Any:
        return reduced((z - target) ** 2, reduction)

    def logistic(z: Any, y: Any, *args: Any, reduction: str = "mean", **options: Any) -> Any:
        if args or any(value is not None for value in options.values()):
            raise TaylorError(
                "The loss calls torch's 'binary_cross_entropy_with_logits' with weights, which have"
                " no complex rule: use softplus and products."
            )
        return reduced(softplus(z) - y * z, reduction)

    def layer_norm(
        z: Any, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
    ) -> Any:
        axes = tuple(range(-len(shape), 0))
        centred = z - z.mean(axes, keepdim=True)
        normed = centred / torch.sqrt((centred * centred).mean(axes, keepdim=True) + eps)
        normed = normed if weight is None else normed * weight
        return normed if bias is None else normed + bias

    def batch_norm(z: Any, mean: Any, variance: Any, *rest: Any, **options: Any) -> Any:
        named = dict(zip(("weight", "bias", "training", "momentum", "eps"), rest, strict=False))
        named |= options
        shape = (1, -1, *(1,) * (z.ndim - 2))
        scale = torch.rsqrt(variance + named.get("eps", 1e-5))
        scale = scale if named.get("weight") is None else scale * named["weight"]
        moved = (z - mean.reshape(shape)) * scale.reshape(shape)
        return moved if named.get("bias") is None else moved + named["bias"].reshape(shape)

    def average_pooling(function: Any) -> Callable[..., Any]:
        return lambda z, *args, **options: torch.complex(
            function(z.real, *args, **options), function(z.imag, *args, **options)
        )

    def max_pool2d(z: Any, *args: Any, **options: Any) -> Any:
        options.pop("return_indices", None)
        pool = torch.nn.functional.max_pool2d
        _, places = pool(z.real.detach(), *args, **options, return_indices=True)
        return z.flatten(-2).gather(-1, places.flatten(-2)).reshape(places.shape)

    return {
        "relu": relu,
        "leaky_relu": leaky_relu,
        "softplus": softplus,
        "log_sigmoid": lambda z: -softplus(-z),
        "silu": lambda z, inplace=False: z * torch.sigmoid(z),  # noqa: ARG005
        "gelu": gelu,
        "erf": Erf.apply,
        "softmax": softmax,
        "log_softmax": log_softmax,
        "cross_entropy": cross_entropy,
        "mse_loss": mse_loss,
        "binary_cross_entropy_with_logits": logistic,
        "layer_norm": layer_norm,
        "batch_norm": batch_norm,
        "avg_pool2d": average_pooling(torch.nn.functional.avg_pool2d),
        "adaptive_avg_pool2d": average_pooling(torch.nn.functional.adaptive_avg_pool2d),
        "max_pool2d": max_pool2d,
    }
