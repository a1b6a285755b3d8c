"""Functions of torch that reject complex tensors, written so that they accept them.

Evaluating a loss at complex parameters gives its Taylor coefficients
(`polyfam.losses.derivatives.circle`) if every function in it is the analytic one.  torch has no
complex kernels for the softmax, GELU, ReLU, ... of `torch.nn.functional`; inside the context
`complex_rules` they are replaced by their formulas, with decisions taken by the real part.  Real
data may meet complex parameters there.  What has no rule goes to torch, which raises.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import pi, sqrt
from typing import Any

from polyfam._checks import optional_import
from polyfam.errors import TaylorError

__all__ = ["complex_rules"]


def complex_rules() -> Any:
    """Return the context in which torch's functions accept complex tensors."""
    overrides = optional_import("torch.overrides", "torch")

    class Rules(overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
        """Looks at every call of a torch function."""

        def __torch_function__(
            self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            name = getattr(function, "__name__", "")
            if any(_is_complex(a) for a in (*args, *kwargs.values())):
                if name in _RULES:
                    return _RULES[name](*args, **kwargs)
                if name in _PRODUCTS:
                    args = [_promoted(a) for a in args]
                    kwargs = {key: _promoted(a) for key, a in kwargs.items()}
            return function(*args, **kwargs)

    return Rules()


#: Products need all their tensors of one type.
_PRODUCTS = {
    "__matmul__", "__rmatmul__", "addmm", "addmv", "baddbmm", "bmm", "conv1d", "conv2d", "conv3d",
    "dot", "einsum", "inner", "linear", "matmul", "mm", "mv", "tensordot",
}  # fmt: skip


def _torch() -> Any:
    """Return torch, late: the package does without."""
    return optional_import("torch", "torch")


def _is_complex(value: Any) -> bool:
    """Say whether a value is, or a list of values holds, a complex tensor."""
    if isinstance(value, list | tuple):
        return any(_is_complex(v) for v in value)
    return isinstance(value, _torch().Tensor) and bool(value.is_complex())


def _promoted(value: Any) -> Any:
    """Return a value with its floating tensors made complex."""
    if isinstance(value, list | tuple):
        return type(value)(_promoted(v) for v in value)
    if isinstance(value, _torch().Tensor) and value.is_floating_point():
        return value.to(_torch().complex128)
    return value


@cache
def _erf() -> Callable[[Any], Any]:
    """Return the error function, by scipy."""
    torch = _torch()

    class Erf(torch.autograd.Function):  # type: ignore[misc, name-defined]
        """The error function and its derivative."""

        @staticmethod
        def forward(context: Any, z: Any) -> Any:
            context.save_for_backward(z)
            special = optional_import("scipy.special", "numerics")
            return torch.from_numpy(special.erf(z.detach().resolve_conj().numpy()))

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            (z,) = context.saved_tensors
            return gradient * (2 / sqrt(pi) * torch.exp(-z * z)).conj()

    apply: Callable[[Any], Any] = Erf.apply
    return apply


# Units


def _chosen(condition: Any, z: Any, other: Any) -> Any:
    """Return z where a condition holds, and elsewhere something else."""
    return _torch().where(condition, z, other)


def _relu(z: Any, inplace: bool = False) -> Any:  # noqa: ARG001
    return _chosen(z.real > 0, z, _torch().zeros_like(z))


def _leaky_relu(z: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:  # noqa: ARG001
    return _chosen(z.real > 0, z, negative_slope * z)


def _elu(z: Any, alpha: float = 1.0, inplace: bool = False) -> Any:  # noqa: ARG001
    left = _chosen(z.real > 0, _torch().zeros_like(z), z)
    return _chosen(z.real > 0, z, alpha * (_torch().exp(left) - 1))


def _softplus(z: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:  # noqa: ARG001
    scaled = beta * z
    falling = _chosen(scaled.real > 0, -scaled, scaled)
    return (_relu(scaled) + _torch().log1p(_torch().exp(falling))) / beta


def _silu(z: Any, inplace: bool = False) -> Any:  # noqa: ARG001
    return z * _torch().sigmoid(z)


def _mish(z: Any, inplace: bool = False) -> Any:  # noqa: ARG001
    return z * _torch().tanh(_softplus(z))


def _log_sigmoid(z: Any) -> Any:
    return -_softplus(-z)


def _gelu(z: Any, approximate: str = "none") -> Any:
    if approximate == "tanh":
        return z / 2 * (1 + _torch().tanh(sqrt(2 / pi) * (z + 0.044715 * z**3)))
    return z / 2 * (1 + _erf()(z / sqrt(2)))


def _log_softmax(z: Any, dim: int = -1, *_: Any, **__: Any) -> Any:
    z = z - z.real.max(dim, keepdim=True).values.detach()
    return z - _torch().log(_torch().exp(z).sum(dim, keepdim=True))


def _softmax(z: Any, dim: int = -1, *_: Any, **__: Any) -> Any:
    return _torch().exp(_log_softmax(z, dim))


def _attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    if dropout_p or enable_gqa:
        raise TaylorError(
            "The loss calls torch's 'scaled_dot_product_attention' with options that have no "
            "complex rule: dropout_p must be 0, and enable_gqa false."
        )
    torch = _torch()
    weights = query @ key.transpose(-2, -1) * (scale or 1 / sqrt(query.shape[-1]))
    if is_causal:
        attn_mask = torch.ones(weights.shape[-2:], dtype=torch.bool).tril()
    if attn_mask is not None and attn_mask.dtype == torch.bool:
        attn_mask = torch.zeros(attn_mask.shape).masked_fill(~attn_mask, -1e30)
    weights = weights if attn_mask is None else weights + attn_mask
    return _softmax(weights, -1) @ _promoted(value)


# Losses


def _reduced(losses: Any, reduction: str) -> Any:
    return losses if reduction == "none" else getattr(losses, reduction)()


def _cross_entropy(z: Any, target: Any, *args: Any, **options: Any) -> Any:
    reduction = options.pop("reduction", "mean")
    defaults = {"weight": None, "size_average": None, "reduce": None, "ignore_index": -100}
    plain = all(options.get(key, value) == value for key, value in defaults.items())
    if args or not plain or options.get("label_smoothing", 0.0) or target.is_floating_point():
        raise TaylorError(
            "The loss calls torch's 'cross_entropy' with options that have no complex rule: "
            "use log_softmax and products."
        )
    classes = 1 if z.ndim > 1 else 0
    chosen = _log_softmax(z, classes).gather(classes, target.unsqueeze(classes))
    return -_reduced(chosen.squeeze(classes), reduction)


def _mse_loss(z: Any, target: Any, *_: Any, reduction: str = "mean", **__: Any) -> Any:
    return _reduced((z - target) ** 2, reduction)


def _logistic(z: Any, y: Any, *args: Any, reduction: str = "mean", **options: Any) -> Any:
    if args or any(value is not None for value in options.values()):
        raise TaylorError(
            "The loss calls torch's 'binary_cross_entropy_with_logits' with weights, which have"
            " no complex rule: use softplus and products."
        )
    return _reduced(_softplus(z) - y * z, reduction)


# Normalisations and pooling


def _normed(z: Any, axes: tuple[int, ...], eps: float) -> Any:
    centred = z - z.mean(axes, keepdim=True)
    return centred / _torch().sqrt((centred * centred).mean(axes, keepdim=True) + eps)


def _scaled(z: Any, weight: Any, bias: Any, shape: tuple[int, ...]) -> Any:
    z = z if weight is None else z * weight.reshape(shape)
    return z if bias is None else z + bias.reshape(shape)


def _layer_norm(z: Any, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    return _scaled(_normed(z, tuple(range(-len(shape), 0)), eps), weight, bias, tuple(shape))


def _group_norm(
    z: Any, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    split = z.reshape(z.shape[0], groups, -1)
    normed = _normed(split, (-1,), eps).reshape(z.shape)
    return _scaled(normed, weight, bias, (1, -1, *(1,) * (z.ndim - 2)))


def _batch_norm(z: Any, mean: Any, variance: Any, *rest: Any, **options: Any) -> Any:
    named = dict(zip(("weight", "bias", "training", "momentum", "eps"), rest, strict=False))
    named |= options
    shape = (1, -1, *(1,) * (z.ndim - 2))
    if mean is None:
        normed = _normed(z, (0, *range(2, z.ndim)), named.get("eps", 1e-5))
    else:
        scale = _torch().rsqrt(variance + named.get("eps", 1e-5))
        normed = (z - mean.reshape(shape)) * scale.reshape(shape)
    return _scaled(normed, named.get("weight"), named.get("bias"), shape)


def _average_pooling(name: str) -> Callable[..., Any]:
    def pooled(z: Any, *args: Any, **options: Any) -> Any:
        function = getattr(_torch().nn.functional, name)
        parts = (function(part, *args, **options) for part in (z.real, z.imag))
        return _torch().complex(*parts)

    return pooled


def _max_pool2d(z: Any, *args: Any, **options: Any) -> Any:
    options.pop("return_indices", None)
    pool = _torch().nn.functional.max_pool2d
    _, places = pool(z.real.detach(), *args, **options, return_indices=True)
    return z.flatten(-2).gather(-1, places.flatten(-2)).reshape(places.shape)


#: The formulas by the names of the functions they replace.
_RULES: dict[str, Callable[..., Any]] = {
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "softplus": _softplus,
    "log_sigmoid": _log_sigmoid,
    "logsigmoid": _log_sigmoid,
    "silu": _silu,
    "mish": _mish,
    "gelu": _gelu,
    "erf": lambda z: _erf()(z),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "scaled_dot_product_attention": _attention,
    "cross_entropy": _cross_entropy,
    "mse_loss": _mse_loss,
    "binary_cross_entropy_with_logits": _logistic,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "batch_norm": _batch_norm,
    "avg_pool2d": _average_pooling("avg_pool2d"),
    "adaptive_avg_pool2d": _average_pooling("adaptive_avg_pool2d"),
    "max_pool2d": _max_pool2d,
}
