r"""The parameters of a torch model, passed over a few times: directions, corrections, penalties.

A large tensor is worked on slice by slice, so that intermediate results stay in the cache of a CPU:
some twenty operations on each entry then cost little beside the gradient, where whole tensors are
read and written in main memory every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from typing import Any

import numpy as np

from polyfam._checks import optional_import, quoted
from polyfam.bridge._correction import Penalised
from polyfam.bridge._lags import Lags
from polyfam.bridge._recipe import Recipe
from polyfam.bridge._torch_loss import TorchLoss, size
from polyfam.errors import DomainError
from polyfam.typing import Array

__all__ = ["Products", "Seen", "penalties", "seen"]

#: So many entries are worked on at once.
_SLICE = 1 << 17
#: The weights of penalties are looked at for so many sizes of the gradient.
_SIZES = 256
#: A gradient beside which epsilon is nothing.
_FAR = 1e100
#: Two pasts are multiples of one another to this.
_ALIKE = 1e-9


@dataclass(eq=False)
class Seen:
    """A parameter, its optimizer in numbers, and the gradient that this optimizer sees."""

    name: str
    tensor: Any
    recipe: Recipe
    gradient: Any
    direction: Any = None
    direction_size: float = 0.0

    @property
    def theta(self) -> Any:
        """The parameter, without its graph."""
        return self.tensor.detach()

    @property
    def rounding(self) -> float:
        """The relative error of one operation."""
        return float(optional_import("torch", "torch").finfo(self.gradient.dtype).eps)


def slices(*tensors: Any) -> Iterator[tuple[Any, ...]]:
    """Yield tensors of one shape in corresponding slices, which are views.

    Those on other devices, and those with gaps, are yielded whole.
    """
    if tensors[0].numel() <= _SLICE or not all(
        t.device.type == "cpu" and t.is_contiguous() for t in tensors
    ):
        yield tensors
    else:
        yield from zip(*(t.view(-1).split(_SLICE) for t in tensors), strict=True)


def seen(torch: Any, owned: Sequence[tuple[str, Any, Recipe]], gradients: list[Any]) -> list[Seen]:
    """Return the parameters with their directions."""
    parts, measured = [], []
    for (name, tensor, recipe), gradient in zip(owned, gradients, strict=True):
        if recipe.sign < 0:
            gradient = -gradient
        if recipe.coupled:
            gradient = gradient + recipe.coupled * tensor.detach()
        part = Seen(name, tensor, recipe, gradient)
        part.direction, rows = torch.empty_like(gradient), []
        for out, g, t in slices(part.direction, gradient, part.theta):
            rows.append(_norm(torch, recipe.direction(g, t, out)))
        measured.append(rows)
        parts.append(part)
    # one transfer from a device for all
    numbers = iter(torch.stack([x for rows in measured for x in rows]).tolist())
    for part, rows in zip(parts, measured, strict=True):
        part.direction_size = hypot(*(next(numbers) for _ in rows))
        _check(torch, part)
    return parts


def _check(torch: Any, part: Seen) -> None:
    """Raise for gradients that are not finite, and for the quotient of two zeros."""
    if isfinite(part.direction_size):
        return
    if not torch.isfinite(part.gradient).all():
        raise DomainError(f"The gradient of parameter {quoted(part.name)} must be finite.")
    zeros = int((part.gradient == 0).sum())
    if zeros and not part.recipe.epsilon + part.recipe.start:
        raise DomainError(
            f"The direction is 0/0 for {zeros} coordinates of {quoted(part.name)} with gradient 0: "
            "take eps > 0."
        )


def _norm(torch: Any, tensor: Any) -> Any:
    """Return the Euclidean norm, worked out in double precision where that costs little."""
    if tensor.numel() < 1024:
        return torch.linalg.vector_norm(tensor, dtype=torch.float64)
    return torch.linalg.vector_norm(tensor).double()


class Products:
    """The corrections of all parameters, with as few products with the Hessian as they need.

    Where the directions after a constant gradient are multiples of one another, the past of every
    weight is a multiple of h F, and one product does for all weights.

    Parameters
    ----------
    torch : module
    loss : TorchLoss
    parts : list of Seen
    check : bool
        Whether the first product is compared with a difference of gradients.
    keep : bool
        Whether there will be more products, at the same point.
    """

    def __init__(
        self, torch: Any, loss: TorchLoss, parts: list[Seen], *, check: bool, keep: bool
    ) -> None:
        self._torch, self._loss, self._parts = torch, loss, parts
        self._check, self._keep = check, keep
        self._recipes = list({id(p.recipe): p.recipe for p in parts}.values())
        self._straight = all(r.straight for r in self._recipes)
        self._whole = len({r.step for r in self._recipes}) == 1
        #: What tells pasts apart, and the products with them.
        self._known: list[tuple[Array, list[Any]]] = []
        self._found: dict[int, tuple[Lags, int, float]] = {}
        self._memo: dict[tuple[int, int], tuple[float, float]] = {}
        self._memory: dict[Any, Any] = {}

    def corrections(self) -> tuple[list[Any], list[float]]:
        """Return h M of every parameter, and its size."""
        wanted = [lags for r in self._recipes for lags in r.memories()]
        for lags in wanted:
            self._find(lags, self._keep or lags is not wanted[-1])
        with self._torch.no_grad():
            found = [self._correction(i, part) for i, part in enumerate(self._parts)]
            # one transfer from a device for all
            numbers = iter(self._torch.stack([x for _, norms in found for x in norms]).tolist())
        sizes = [hypot(*(next(numbers) for _ in norms)) for _, norms in found]
        return [correction for correction, _ in found], sizes

    def _correction(self, i: int, part: Seen) -> tuple[Any, list[Any]]:
        """Return h M of a parameter, and the norms of its slices."""
        recipe = part.recipe
        amounts: dict[int, list[float]] = {}  # of f_1 and f_2, by the products
        for lags in recipe.memories():
            _, place, amount = self._found[id(lags)]
            amounts.setdefault(place, [0.0, 0.0])[lags is not recipe.means] = amount
        if not amounts:
            found = self._torch.zeros_like(part.gradient)
            return found, [_norm(self._torch, found)]
        products = [self._known[place][1][i] for place in amounts]
        pairs, norms = [(first, second) for first, second in amounts.values()], []
        for g, *given in slices(part.gradient, *products):
            spare = self._spare(g)
            for product, (first, second) in zip(given, pairs, strict=True):
                product *= recipe.factor(g, first, second, spare)
            for product in given[1:]:
                given[0] += product
            norms.append(_norm(self._torch, given[0]))
        return products[0], norms

    def _find(self, lags: Lags, keep: bool) -> None:
        """Note the product with the past of these weights, and its multiple."""
        mark = self._mark(lags)
        scale = float(np.abs(mark).max(initial=0.0)) or 1.0
        for place, (known, _) in enumerate(self._known):
            if known.shape == mark.shape and np.abs(mark / scale - known).max() <= _ALIKE:
                self._found[id(lags)] = lags, place, scale
                return
        with self._torch.no_grad():
            past = [self._past(p, lags, scale) for p in self._parts]
        found = self._loss.product(past, keep)
        if self._check and not self._known:
            self._loss.check(past, found)
        self._own(found, past)
        for i, (part, v) in enumerate(zip(self._parts, past, strict=True)):
            if part.recipe.sign < 0:
                found[i] = -found[i]
            if part.recipe.coupled:
                found[i] = found[i] + part.recipe.coupled * v
        self._found[id(lags)] = lags, len(self._known), scale
        self._known.append((mark / scale, found))

    def _own(self, found: list[Any], past: list[Any]) -> None:
        """Copy products that share their memory, since they are to be overwritten."""
        given = (*past, *self._loss.tensors, *(p.gradient for p in self._parts))
        taken = {t.untyped_storage().data_ptr() for t in given}
        for i, tensor in enumerate(found):
            place = tensor.untyped_storage().data_ptr()
            if place in taken or not tensor.is_contiguous():
                found[i] = tensor.clone(memory_format=self._torch.contiguous_format)
            taken.add(place)

    def _mark(self, lags: Lags) -> Array:
        """Return what tells the past of these weights from another one, but for a multiple."""
        if not self._straight:
            return np.append(lags.tails, lags.age)
        pairs = [
            (h * amount, h * decay)
            for h, (amount, decay) in ((r.step_size, self._shares(r, lags)) for r in self._recipes)
        ]
        return np.array(pairs).ravel()

    def _shares(self, recipe: Recipe, lags: Lags) -> tuple[float, float]:
        """Return the amounts of F and of theta in the past of these weights."""
        key = id(recipe), id(lags)
        if key not in self._memo:
            amount, drift = recipe.shares(lags, self._whole)
            amount = amount / recipe.total if recipe.total else 0.0
            self._memo[key] = amount, recipe.decoupled * (drift - amount)
        return self._memo[key]

    def _past(self, part: Seen, lags: Lags, scale: float) -> Any:
        """Return the weighted past of a parameter, in units of the scale."""
        recipe = part.recipe
        if self._straight:
            amount, decay = (recipe.step_size * x / scale for x in self._shares(recipe, lags))
            past = part.direction if amount == 1 else amount * part.direction
            return past + decay * part.theta if abs(decay) > _ALIKE else past
        result = self._torch.empty_like(part.gradient)
        for out, g, theta in slices(result, part.gradient, part.theta):
            options = {"unit": scale, "out": out, "spare": self._spare(g)}
            recipe.accumulated(lags, g, theta, 8 * part.rounding, **options)
        return result

    def _spare(self, like: Any) -> Sequence[Any]:
        """Return two arrays like a slice; those of a CPU are always the same memory."""
        if like.device.type != "cpu" or like.numel() > _SLICE:
            return [self._torch.empty_like(like) for _ in range(2)]
        if like.dtype not in self._memory:
            most = min(_SLICE, max(p.gradient.numel() for p in self._parts))
            empty = self._torch.empty
            self._memory[like.dtype] = [empty(most, dtype=like.dtype) for _ in range(2)]
        return [row[: like.numel()].view(like.shape) for row in self._memory[like.dtype]]


def penalties(parts: Iterable[Seen]) -> list[Penalised]:
    """Return what the memory penalises, for each set of settings."""
    groups: dict[int, list[Seen]] = {}
    for part in parts:
        groups.setdefault(id(part.recipe), []).append(part)
    return [_penalty(members) for members in groups.values()]


def _penalty(members: list[Seen]) -> Penalised:
    """Return the function that an optimizer's memory penalises, with h times its weight."""
    recipe = members[0].recipe
    count = sum(p.gradient.numel() for p in members)
    decay = " (with the decay in L)" if recipe.coupled else ""
    gradients = [p.gradient for p in members if p.gradient.numel()]
    if recipe.square_totals is None:
        weight = float(penalty_weights(recipe, np.ones(1), 1.0)[0])
        value = size(gradients) ** 2 / 2
        return Penalised(f"|grad L|^2/2{decay}", value, weight, weight, float(weight < 0), count)
    value, least, most = _measures(gradients)
    least = max(least, 1e-150)  # the limit of a vanishing gradient
    sizes = np.exp(np.linspace(np.log(least), np.log(max(least, most)), _SIZES))
    weights = penalty_weights(recipe, sizes, members[0].rounding)
    negative = 0
    for i in np.flatnonzero((weights[1:] < 0) != (weights[:-1] < 0)):
        below = sum(_below(g, float(np.sqrt(sizes[i] * sizes[i + 1]))) for g in gradients)
        negative += below if weights[i] < 0 else -below
    negative += count if weights[-1] < 0 else 0
    lowest, highest = float(weights.min()), float(weights.max())
    return Penalised(f"|grad L|_1{decay}", value, lowest, highest, negative / count, count)


def _measures(gradients: list[Any]) -> tuple[float, float, float]:
    """Return the sum of the sizes of all entries, and their least and largest."""
    rows = []
    for gradient in gradients:
        for (g,) in slices(gradient):
            absolute = g.abs()
            # the two ends are faster one by one than by aminmax
            rows.append((float(absolute.sum()), float(absolute.amin()), float(absolute.amax())))
    total, least, most = zip(*rows, strict=True) if rows else ((0.0,), (0.0,), (0.0,))
    return sum(total), min(least), max(most)


def _below(gradient: Any, size: float) -> int:
    """Return the number of coordinates whose gradient is smaller than a size."""
    # comparisons in place give floats, whose sum is ten times faster than that of truth values
    return sum(int(g.abs().lt_(size).sum()) for (g,) in slices(gradient))


def penalty_weights(recipe: Recipe, g: Array, rounding: float) -> Array:
    """Return h times the weight of the penalty where the gradient has these sizes.

    P M is the weight times the gradient of the function, P = g/F, where H F/c is that gradient: c
    is what |F| tends to, not 1 at a finite step of optimizers without bias correction.
    """
    tends_to = 1.0 if recipe.square_totals is None else _FAR / float(recipe.scale(_FAR))
    weight, main = np.zeros_like(g), g / recipe.scale(g)
    for lags in recipe.memories():
        pair = (1.0, 0.0) if lags is recipe.means else (0.0, 1.0)
        past, *spare = (np.full_like(g, lags.age) for _ in range(3))
        if not recipe.steady:
            recipe.accumulated(lags, g, 0.0, rounding, out=past, spare=spare)
            past /= (recipe.step_size or 1.0) * recipe.total * main
        weight = weight + recipe.factor(g, *pair, spare) * past
    return np.asarray(recipe.step_size * tends_to * weight * g / main)
