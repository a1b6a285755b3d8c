r"""The memory of an optimizer of torch.optim, on a model, where its parameters are.

    h M_i = sum over the weights f of optimizer i:  f_i * (H V_f)_i,

V_f the weighted past of *all* parameters, each with its own step size, decay and counter
(`polyfam.bridge._recipe`).  Where every direction is steady all V_f are multiples of h F, and one
product with the Hessian does; otherwise it is one for each of the weights, two at most for one set
of settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from polyfam._checks import integer, optional_import, quoted
from polyfam.bridge._correction import MemoryCorrection, Part, Penalised, Spectrum
from polyfam.bridge._lags import Lags
from polyfam.bridge._lanczos import ends_of_spectrum, warm_start
from polyfam.bridge._recipe import Recipe
from polyfam.bridge._torch_loss import TorchLoss, size
from polyfam.bridge._torch_recipes import RECIPES, has_counter
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.memory.manifold_bounds import manifold_bounds
from polyfam.typing import Array

__all__ = ["Step", "torch_correction"]

#: The weights of penalties are looked at for so many sizes of the gradient.
_SEEN = 256

Step: TypeAlias = int | Literal["state"] | None


@dataclass(frozen=True, eq=False)
class _Owned:
    """A parameter, its optimizer in numbers, and the gradient that this optimizer sees."""

    name: str
    tensor: Any
    recipe: Recipe
    gradient: Any
    direction: Any

    @property
    def theta(self) -> Any:
        return self.tensor.detach()


def torch_correction(
    model: Any,
    loss_fn: Callable[[Any, Any], Any],
    optimizer: Any,
    batches: Sequence[Any],
    *,
    step: Step,
    sharpness: bool,
    tolerance: float,
    start: Sequence[Any] | None,
    lipschitz: float | None,
    check: bool,
) -> MemoryCorrection:
    """Return what `polyfam.memory_correction` returns for a torch model."""
    torch = optional_import("torch", "torch")
    owned, notes = _recipes(torch, model, optimizer, step)
    loss = TorchLoss(model, loss_fn, batches, [(name, tensor) for name, tensor, _ in owned])
    with loss.quiet():
        if check:
            loss.look()
        value, gradients = loss.gradient()
        with torch.no_grad():
            parts = [_part(*o, g) for o, g in zip(owned, gradients, strict=True)]
        corrections = _corrections(torch, loss, parts, check)
        spectrum = None
        if sharpness:
            spectrum = _spectrum(torch, loss, parts, optimizer, tolerance, start)
    steps = {p.recipe.step for p in parts}
    recipe = parts[0].recipe
    return MemoryCorrection(
        optimizer=type(optimizer).__name__,
        step=None if None in steps else max(s for s in steps if s is not None),
        loss=value,
        parts=tuple(
            Part(
                p.name,
                p.direction,
                correction,
                p.recipe.step_size,
                size([p.direction]),
                size([correction]),
            )
            for p, correction in zip(parts, corrections, strict=True)
        ),
        penalties=tuple(_penalties(torch, parts)),
        spectrum=spectrum,
        certificate=None if lipschitz is None else _certificate(optimizer, recipe, lipschitz),
        gradients=loss.gradients,
        products=loss.products,
        checks=loss.checks,
        notes=tuple(notes),
    )


def _recipes(
    torch: Any, model: Any, optimizer: Any, step: Step
) -> tuple[list[tuple[str, Any, Recipe]], list[str]]:
    """Return the trained parameters of a model with the recipes of their groups, and notes."""
    name = type(optimizer).__name__
    if name not in RECIPES or type(optimizer) is not getattr(torch.optim, name, None):
        known = ", ".join(RECIPES)
        raise ArgumentTypeError(
            f"Argument 'optimizer' must be one of torch.optim ({known}), not {quoted(name)}: "
            "write yours in polyfam's manner and use polyfam.memoryless with from_torch."
        )
    if step != "state" and step is not None:
        step = integer(step, "step", minimum=0)
    names: dict[int, str] = {}
    for key, parameter in model.named_parameters():
        names.setdefault(id(parameter), key)
    found, notes, cache = [], [], {}
    for number, group in enumerate(optimizer.param_groups):
        for tensor in group["params"]:
            if not tensor.requires_grad:
                continue
            if id(tensor) not in names:
                raise DomainError(
                    f"A parameter of shape {tuple(tensor.shape)} of the optimizer is none of the "
                    "model: take the model that the optimizer trains."
                )
            _check_dtype(torch, names[id(tensor)], tensor)
            count = _count(optimizer, tensor, group) if step == "state" else step
            key = (number, count)
            if key not in cache:
                cache[key] = RECIPES[name](group, count)
            found.append((names[id(tensor)], tensor, cache[key]))
    if not found:
        raise DomainError("The optimizer trains no parameter of the model.")
    if step == "state" and not has_counter(name) and any(r.means.age for _, _, r in found):
        notes.append(
            f"{name} does not count its steps, so this is the stationary limit; step=n is another"
        )
    if step == "state" and has_counter(name) and any(r.step is None for _, _, r in found):
        notes.append("RMSprop with momentum: the stationary limit, whatever the counter says")
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    if frozen:
        notes.append(f"{frozen:,} frozen parameters do not move")
    return found, notes


def _check_dtype(torch: Any, name: str, tensor: Any) -> None:
    """Raise for parameters whose products would be noise."""
    if tensor.dtype not in (torch.float32, torch.float64):
        raise DomainError(
            f"Parameter {quoted(name)} is of {tensor.dtype}, and products with the Hessian need "
            "single or double precision: model.float()."
        )


def _count(optimizer: Any, tensor: Any, group: dict[str, Any]) -> int | None:
    """Return the number of steps made with a parameter; None for the stationary limit.

    SGD has no counter, and RMSprop with momentum a closed form in the limit only.
    """
    name = type(optimizer).__name__
    in_the_limit = name == "RMSprop" and group["momentum"] and not group["centered"]
    if in_the_limit or not has_counter(name):
        return None
    return int(optimizer.state[tensor]["step"]) if tensor in optimizer.state else 0


def _part(name: str, tensor: Any, recipe: Recipe, gradient: Any) -> _Owned:
    """Return a parameter with its direction."""
    theta = tensor.detach()
    if recipe.sign < 0:
        gradient = -gradient
    if recipe.coupled:
        gradient = gradient + recipe.coupled * theta
    if recipe.square_totals is not None and not recipe.epsilon:
        dead = int((recipe.scale(gradient) == 0).sum())
        if dead:
            raise DomainError(
                f"The direction is 0/0 for {dead} coordinates of {quoted(name)} with gradient 0: "
                "take eps > 0."
            )
    return _Owned(name, tensor, recipe, gradient, recipe.direction(gradient, theta))


def _corrections(torch: Any, loss: TorchLoss, parts: list[_Owned], check: bool) -> list[Any]:
    """Return h M of every parameter."""
    steady = all(p.recipe.steady for p in parts) and len({p.recipe.step for p in parts}) == 1
    products: dict[Any, list[Any]] = {}

    def moved(lags: Lags) -> list[Any]:
        """Return the product of all Hessians with the past of these weights."""
        key = "steady" if steady else (lags.age, _digest(lags))
        if key not in products:
            with torch.no_grad():
                past = [_past(torch, p, lags, steady) for p in parts]
            found = loss.product(past)
            if check and not products:
                loss.check(past, found)
            products[key] = [
                p.recipe.sign * f + p.recipe.coupled * v
                if p.recipe.coupled or p.recipe.sign < 0
                else f
                for p, f, v in zip(parts, found, past, strict=True)
            ]
        return products[key]

    corrections = []
    for i, part in enumerate(parts):
        total = None
        for lags, factor in part.recipe.factors(part.gradient):
            product = moved(lags)[i]
            term = product * factor
            if steady:
                term *= lags.age
            total = term if total is None else total.add_(term)
        corrections.append(torch.zeros_like(part.gradient) if total is None else total)
    return corrections


def _past(torch: Any, part: _Owned, lags: Lags, steady: bool) -> Any:
    """Return the weighted past of a parameter; a steady one in units of the age."""
    recipe = part.recipe
    if steady:
        return recipe.step_size * part.direction
    rounding = torch.finfo(part.gradient.dtype).eps
    return recipe.accumulated(lags, part.gradient, part.theta, rounding)


def _digest(lags: Lags) -> Any:
    """Return what tells weights apart."""
    return None if lags.tails is None else lags.tails.tobytes()


def _penalties(torch: Any, parts: Iterable[_Owned]) -> list[Penalised]:
    """Return what the memory penalises, for each set of settings."""
    groups: dict[int, list[_Owned]] = {}
    for part in parts:
        groups.setdefault(id(part.recipe), []).append(part)
    return [_penalty(torch, members) for members in groups.values()]


def _penalty(torch: Any, members: list[_Owned]) -> Penalised:
    """Return the function that an optimizer's memory penalises, with h times its weight."""
    recipe = members[0].recipe
    count = sum(p.gradient.numel() for p in members)
    decay = " (with the decay in L)" if recipe.coupled else ""
    if recipe.square_totals is None:
        value = size(p.gradient for p in members) ** 2 / 2
        weight = float(_weights(recipe, np.ones(1))[0])
        return Penalised(f"|grad L|^2/2{decay}", value, weight, weight, float(weight < 0), count)
    sizes = [p.gradient.abs() for p in members]
    value = sum(float(g.sum()) for g in sizes)
    ends = [[float(x) for x in torch.aminmax(g)] for g in sizes if g.numel()]
    least = max(min(low for low, _ in ends), 1e-150)  # the limit of a vanishing gradient
    most = max(least, *(high for _, high in ends))
    seen = np.geomspace(least, most, _SEEN)
    weights = _weights(recipe, seen)
    negative = 0
    for i in np.flatnonzero(np.diff(np.sign(weights))):
        turn = float(np.sqrt(seen[i] * seen[i + 1]))
        below = sum(int((g < turn).sum()) for g in sizes)
        negative += below if weights[i] < 0 else -below
    negative += count if weights[-1] < 0 else 0
    lowest, highest = float(weights.min()), float(weights.max())
    return Penalised(f"|grad L|_1{decay}", value, lowest, highest, negative / count, count)


def _weights(recipe: Recipe, g: Array) -> Array:
    """Return h times the weight of the penalty where the gradient has these sizes.

    P M is the weight times the gradient of the function, P = g/F, where H F/c is that gradient.
    """
    weight, main = np.zeros_like(g), g / recipe.scale(g)
    for lags, factor in recipe.factors(g):
        if recipe.steady:
            past = lags.age
        else:
            past = recipe.accumulated(lags, g, 0.0, 1e-8) / (recipe.step_size or 1.0)
            past = past / (recipe.total * main)
        weight = weight + factor * past
    return np.asarray(recipe.step_size * weight * g / main)


def _spectrum(
    torch: Any,
    loss: TorchLoss,
    parts: list[_Owned],
    optimizer: Any,
    tolerance: float,
    start: Sequence[Any] | None,
) -> Spectrum:
    """Return both ends of the spectrum of h P^{-1} H, by Lanczos."""
    with torch.no_grad():
        halves = [(p.recipe.step_size / _preconditioner(p, optimizer)) ** 0.5 for p in parts]
        torch.manual_seed(0)  # the caller's random numbers were put aside
        random = [torch.randn_like(p.gradient) for p in parts]
        start = warm_start(random, start)

    def product(vector: list[Any]) -> list[Any]:
        scaled = [half * v for half, v in zip(halves, vector, strict=True)]
        found = loss.product(scaled)
        return [
            half * (p.recipe.sign * f + p.recipe.coupled * v)
            for half, f, v, p in zip(halves, found, scaled, parts, strict=True)
        ]

    ends = ends_of_spectrum(product, start, tolerance)
    limits = {p.recipe.thresholds for p in parts}
    oscillation, stability = limits.pop() if len(limits) == 1 else (float("inf"),) * 2
    plain = all(p.recipe.square_totals is None for p in parts)
    what = "eigenvalues of h H" if plain else "eigenvalues of h P^-1 H, P the divisor"
    return Spectrum(
        ends.smallest, ends.largest, oscillation, stability, what, ends.products, ends.vector
    )


def _preconditioner(part: _Owned, optimizer: Any) -> Any:
    """Return the diagonal by which the optimizer divides now, by its own state if it has one."""
    recipe, state = part.recipe, optimizer.state.get(part.tensor, {})
    if recipe.square_totals is None:
        return 1.0
    (group,) = (g for g in optimizer.param_groups if any(part.tensor is p for p in g["params"]))
    if "exp_inf" in state:
        return state["exp_inf"].detach()
    for key in ("exp_avg_sq", "square_avg", "sum"):
        if key in state:
            square = state[key].detach()
            if key == "exp_avg_sq" and int(state["step"]):
                square = square / (1 - group["betas"][1] ** int(state["step"]))
            if "grad_avg" in state:
                square = (square - state["grad_avg"].detach().square()).clamp_min(0.0)
            return square.sqrt() + recipe.epsilon
    return recipe.scale(part.gradient)


def _certificate(optimizer: Any, recipe: Recipe, lipschitz: float) -> Any:
    """Return the bounds of heavy ball's manifold, or say that only heavy ball has them."""
    groups = optimizer.param_groups
    alike = {(float(g["lr"]), g.get("momentum"), g.get("weight_decay")) for g in groups}
    plain = type(optimizer).__name__ == "SGD" and len(alike) == 1
    if not plain or any(g["nesterov"] or g["dampening"] for g in groups):
        raise DomainError(
            "Argument 'lipschitz' is for heavy ball with one setting, SGD without nesterov and "
            "dampening: nothing is certified about others."
        )
    constant = float(lipschitz) + recipe.coupled
    return manifold_bounds(recipe.step_size, float(groups[0]["momentum"]), constant)
