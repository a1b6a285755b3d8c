r"""The memory of an optimizer of torch.optim, on a model, where its parameters are.

    h M_i = sum over the weights f of optimizer i:  f_i * (H V_f)_i,

V_f the weighted past of *all* parameters, each with its own step size, decay and counter
(`polyfam.bridge._recipe`).  Where all V_f are multiples of one vector, one product with the Hessian
does; otherwise it is one for each of the weights, two at most for one set of settings
(`polyfam.bridge._torch_parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias

from polyfam._checks import integer, optional_import, quoted
from polyfam.bridge._correction import Late, MemoryCorrection, Part, Spectrum
from polyfam.bridge._lanczos import ends_of_spectrum, warm_start
from polyfam.bridge._recipe import Recipe
from polyfam.bridge._torch_loss import TorchLoss
from polyfam.bridge._torch_parts import Products, Seen, penalties, seen
from polyfam.bridge._torch_recipes import RECIPES, has_counter
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.memory.manifold_bounds import manifold_bounds

__all__ = ["Step", "torch_correction"]

Step: TypeAlias = int | Literal["state"] | None


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
            parts = seen(torch, owned, gradients)
        products = Products(torch, loss, parts, check=check, keep=sharpness)
        corrections, sizes = products.corrections()
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
                p.direction_size,
                length,
            )
            for p, correction, length in zip(parts, corrections, sizes, strict=True)
        ),
        penalties=Late(partial(penalties, parts)),
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


def _spectrum(
    torch: Any,
    loss: TorchLoss,
    parts: list[Seen],
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


def _preconditioner(part: Seen, optimizer: Any) -> Any:
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
