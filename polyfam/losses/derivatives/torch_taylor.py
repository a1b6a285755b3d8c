r"""Taylor series of the gradient of a torch loss along a curve, one coefficient after another.

The gradient is traced once to torch's core operations (``make_fx`` with their decompositions, the
reverse sweep included), and the graph is gone through once for every order, by the rules of
`polyfam.losses.derivatives.jax_taylor`: linear operations act on the newest coefficient, products
are convolved, elementary functions follow from their differential equations, and decisions are
those of the constant terms.  What has no rule here is refused by its name.

References
----------
[GW] Griewank & Walther, Evaluating Derivatives, chapter 13.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache
from typing import Any

from polyfam._checks import optional_import
from polyfam.errors import TaylorError
from polyfam.losses.derivatives.torch_taylor_rules import RULES, Moving, Rule, linear

__all__ = ["Tower", "trace"]

#: Constant between their jumps.
_DECISIONS = {
    "any", "all", "argmax", "argmin", "bitwise_and", "bitwise_not", "bitwise_or", "ceil", "eq",
    "floor", "full_like", "ge", "gt", "isinf", "isnan", "le", "logical_and", "logical_not",
    "logical_or", "lt", "ne", "new_zeros", "ones_like", "round", "sign", "zeros_like",
}  # fmt: skip


@cache
def _decompositions() -> dict[Any, Any]:
    """Return what torch's operations are made of."""
    decomp = optional_import("torch._decomp", "torch")
    aten = optional_import("torch", "torch").ops.aten
    names = (
        "_log_softmax", "_softmax", "addmm", "addmv", "baddbmm", "elu", "gelu", "hardtanh",
        "huber_loss", "leaky_relu", "linalg_vector_norm", "log_sigmoid_forward", "mish", "mse_loss",
        "native_batch_norm", "native_group_norm", "native_layer_norm", "nll_loss_forward", "relu",
        "rsub", "silu", "softplus", "var_mean",
    )  # fmt: skip
    more = decomp.get_decompositions([getattr(aten, name) for name in names])
    return {**decomp.core_aten_decompositions(), **more}


def _formulas() -> Any:
    """Return a context in which functions that no trace gets through are their formulas."""
    overrides = optional_import("torch.overrides", "torch")

    class Formulas(overrides.TorchFunctionMode):  # type: ignore[misc, name-defined]
        """Looks at every call of a torch function."""

        def __torch_function__(
            self, function: Any, _types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            if getattr(function, "__name__", "") == "cosine_similarity":
                function = _cosine_similarity
            return function(*args, **(kwargs or {}))

    return Formulas()


def _cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Return the cosine of the angles; torch's own changes constants in place."""
    units = (x / x.norm(dim=dim, keepdim=True).clamp_min(eps) for x in (x1, x2))
    return operator.mul(*units).sum(dim)


def trace(loss: Callable[..., Any], *arguments: Any) -> list[Operation]:
    """Return the operations of the gradient of a loss, of a point and perhaps of indices.

    Raises
    ------
    TaylorError
        For what cannot be traced, operations without a rule, and changes in place.
    """
    proxies = optional_import("torch.fx.experimental.proxy_tensor", "torch")
    func = optional_import("torch.func", "torch")

    def formulas(*given: Any) -> Any:
        with _formulas():
            return loss(*given)

    gradient = func.functionalize(func.grad(formulas), remove="mutations")
    try:
        module = proxies.make_fx(gradient, decomposition_table=_decompositions())(*arguments)
    except Exception as error:  # in many ways
        reason = str(error).strip().split("\n")[0]
        raise TaylorError(f"torch cannot trace the loss: {reason}") from error
    module.graph.eliminate_dead_code()
    found: list[Operation] = []
    places: dict[Any, int] = {}
    for node in module.graph.nodes:
        places[node] = len(found)
        found.append(Operation(node, module, places, found))
    return found


class Operation:
    """One operation of a traced gradient.

    Parameters
    ----------
    node : torch.fx.Node
    module : torch.fx.GraphModule
        Holds the constants.
    places : dict
        The numbers of the operations so far.
    before : list of Operation
    """

    def __init__(
        self, node: Any, module: Any, places: dict[Any, int], before: list[Operation]
    ) -> None:
        self.kind, self.target, self.options = node.op, node.target, node.kwargs
        self.name = _name(node.target)
        self.constant = getattr(module, node.target) if node.op == "get_attr" else None
        #: The arguments, and the places from which tensors among them come, perhaps in a list.
        self.arguments, self.sources = list(node.args), list[tuple[int, int | None, int]]()
        for i, value in enumerate(node.args):
            if isinstance(value, list | tuple):
                self.arguments[i] = list(value)
                within = [(i, j, places[v]) for j, v in enumerate(value) if v in places]
                self.sources += within
            elif value in places:
                self.sources.append((i, None, places[value]))
        moving = [(i, j) for i, j, place in self.sources if before[place].moves]
        moves = not before if node.op == "placeholder" else bool(moving)
        #: Whether it has derivatives: whole numbers and truth values have none.
        self.moves: bool = moves and self.name not in _DECISIONS and not _is_whole(node)
        if self.moves and self.name in ("abs", "sgn") and _is_complex(node.args[0]):
            raise TaylorError(f"torch's operation '{self.name}' of complex numbers has no rule")
        self.rule: Rule = linear
        if node.op == "call_function" and self.moves and self.target is not operator.getitem:
            if self.name not in RULES:
                raise TaylorError(f"torch's operation '{self.name}' has no Taylor rule")
            self.rule, allowed = RULES[self.name]
            if not {i for i, _ in moving} <= set(allowed):
                raise TaylorError(f"torch's operation '{self.name}' has no such Taylor rule")

    def given(self, values: list[Any]) -> list[Any]:
        """Return its arguments, out of the values of all operations."""
        found = list(self.arguments)
        for i, j, place in self.sources:
            if j is None:
                found[i] = values[place]
            else:
                if found[i] is self.arguments[i]:
                    found[i] = list(found[i])
                found[i][j] = values[place]
        return found

    def __call__(self, *arguments: Any) -> Any:
        """Return the operation itself on arguments."""
        return self.target(*arguments, **self.options)


class Tower:
    """The coefficients of all intermediate values of a traced gradient along a curve.

    Parameters
    ----------
    operations : list of Operation
    *rest : tensors
        Further arguments of the gradient.
    """

    def __init__(self, operations: list[Operation], *rest: Any) -> None:
        self._operations, self._rest = operations, rest
        self._values: list[Any] = []
        #: What the rules note beside the results, for every operation.
        self._notes: list[dict[str, Moving]] = [{} for _ in operations]
        self.order = 0

    def copy(self) -> Tower:
        """Return another one that goes on from here."""
        found = Tower(self._operations, *self._rest)
        found._values = [Moving(v) if isinstance(v, Moving) else v for v in self._values]
        found._notes = [{k: Moving(v) for k, v in notes.items()} for notes in self._notes]
        found.order = self.order
        return found

    def push(self, coefficient: Any) -> Any:
        """Return the next coefficient of the gradient, given that of the curve."""
        k, values, rest = self.order, self._values, iter(self._rest)
        self.order += 1
        for place, operation in enumerate(self._operations):
            if operation.kind == "output":
                (found,) = operation.given(values)
                if not isinstance(found, Moving):  # a linear loss
                    return found if k == 0 else 0 * found
                return found[k]
            if not operation.moves:
                if k == 0:
                    values.append(self._constant(operation, rest))
                continue
            if k == 0:
                values.append(Moving())
            if operation.kind == "placeholder":
                values[place].append(coefficient)
                continue
            given = operation.given(values)
            new = operation.rule(operation, k, given, values[place], self._notes[place])
            values[place].append(new)
        raise TaylorError("The traced gradient returns nothing.")

    def _constant(self, operation: Operation, rest: Any) -> Any:
        """Return the value of an operation that does not move."""
        if operation.kind == "placeholder":
            return next(rest)
        if operation.kind == "get_attr":
            return operation.constant
        return operation(*(first(a) for a in operation.given(self._values)))


def first(value: Any) -> Any:
    """Return the constant term of an argument.

    Examples
    --------
    >>> first(Moving([1.0, 2.0])), first([Moving([3.0]), None]), first(4)
    (1.0, [3.0, None], 4)
    """
    if isinstance(value, Moving):
        return value[0]
    return [first(v) for v in value] if isinstance(value, list) else value


def _is_whole(node: Any) -> bool:
    """Say whether a value is of whole numbers or truth values."""
    dtype = getattr(node.meta.get("val"), "dtype", None)
    return dtype is not None and not (dtype.is_floating_point or dtype.is_complex)


def _is_complex(node: Any) -> bool:
    """Say whether a value is of complex numbers."""
    dtype = getattr(node.meta.get("val"), "dtype", None)
    return dtype is not None and bool(dtype.is_complex)


def _name(target: Any) -> str:
    """Return the name of an operation, without its overload."""
    packet = getattr(target, "overloadpacket", None)
    return str(getattr(packet or target, "__name__", target))
