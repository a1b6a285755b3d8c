r"""The parameters of a torch model, passed over a few times: directions, corrections, penalties.

A large tensor is worked on slice by slice, so that intermediate results stay in the cache of a CPU:
some twenty operations on each entry then cost little beside the gradient, where whole tensors are
read and written in main memory every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np

from polyfam._checks import optional_import, quoted
from polyfam.bridge._correction import Penalised
from polyfam.bridge._lags import Lags
from polyfam.bridge._recipe import Recipe
from polyfam.bridge._torch_loss import TorchLoss
from polyfam.errors import DomainError
from polyfam.typing import Array

__all__ = ["Products", "Seen", "penalties", "seen"]

#: So many entries are worked on at once.
_SLICE = 1 << 16
#: The weights of penalties are looked at for so many sizes of the gradient.
_SIZES = 256
#: A gradient beside which epsilon is nothing.
_FAR = 1e100
#: Two pasts are multiples of one another to this.
_ALIKE = 1e-9


@dataclass(eq=False)
class Seen:
    """A parameter, its optimizer in numbers, and the gradient that this optimizer sees.

    Of the gradient, `total` is the norm that is penalised, Euclidean where nothing is divided and
    the sum of absolute values otherwise; `least` and `most` are the ends of these.
    """

    name: str
    tensor: Any
    recipe: Recipe
    gradient: Any
    direction: Any
    direction_size: float = 0.0
    total: float = 0.0
    least: float = np.inf
    most: float = 0.0

    @property
    def theta(self) -> Any:
        """The parameter, without its graph."""
        return self.tensor.detach()

    @property
    def rounding(self) -> float:
        """The relative error of one operation."""
        return float(optional_import("torch", "torch").finfo(self.gradient.dtype).eps)


def slices(*tensors: Any, length: int = _SLICE) -> Iterator[tuple[Any, ...]]:
    """Yield tensors of one shape in corresponding slices, which are views.

    Those on other devices, and those with gaps, are yielded whole.
    """
    if tensors[0].numel() <= length or not all(
        t.device.type == "cpu" and t.is_contiguous() for t in tensors
    ):
        yield tensors
    else:
        yield from zip(*(t.view(-1).split(length) for t in tensors), strict=True)


def seen(torch: Any, owned: Sequence[tuple[str, Any, Recipe]], gradients: list[Any]) -> list[Seen]:
    """Return the parameters with their directions."""
    parts, measured = [], []
    for (name, tensor, recipe), gradient in zip(owned, gradients, strict=True):
        theta = tensor.detach()
        if recipe.sign < 0:
            gradient = -gradient
        if recipe.coupled:
            gradient = gradient + recipe.coupled * theta
        direction = torch.empty_like(gradient)
        rows = []
        for out, g, t in slices(direction, gradient, theta) if gradient.numel() else ():
            if recipe.square_totals is None:
                out.copy_(recipe.direction(g, t))
                rows += [_norm(torch, out), _norm(torch, g)]
            else:
                absolute = g.abs()
                out.copy_(recipe.direction(g, t, absolute))
                # the two ends are faster one by one than by aminmax
                rows += [_norm(torch, out), absolute.sum(), absolute.amin(), absolute.amax()]
        measured.append(rows)
        parts.append(Seen(name, tensor, recipe, gradient, direction))
    # one transfer from a device for all
    numbers = iter(torch.stack([x.double() for rows in measured for x in rows]).tolist())
    for part, rows in zip(parts, measured, strict=True):
        _measure(torch, part, np.array([next(numbers) for _ in rows]))
    return parts


def _measure(torch: Any, part: Seen, numbers: Array) -> None:
    """Note the sizes of a parameter's direction and gradient, or say what is wrong with them."""
    recipe = part.recipe
    if not len(numbers):
        return
    columns = numbers.reshape(-1, 2 if recipe.square_totals is None else 4).T
    if not np.isfinite(columns[1]).all() and not torch.isfinite(part.gradient).all():
        raise DomainError(f"The gradient of parameter {quoted(part.name)} must be finite.")
    part.direction_size = hypot(*columns[0])
    if recipe.square_totals is None:
        part.total = hypot(*columns[1])
        return
    part.total, part.least, part.most = columns[1].sum(), columns[2].min(), columns[3].max()
    if not recipe.epsilon + recipe.start + part.least:
        raise DomainError(
            f"The direction is 0/0 for {int((part.gradient == 0).sum())} coordinates of "
            f"{quoted(part.name)} with gradient 0: take eps > 0."
        )


def _norm(torch: Any, tensor: Any) -> Any:
    """Return the Euclidean norm, of few numbers in double precision."""
    return torch.linalg.vector_norm(tensor.double() if tensor.numel() < 1024 else tensor)


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

    def corrections(self) -> tuple[list[Any], list[float]]:
        """Return h M of every parameter, and its size."""
        wanted = [lags for r in self._recipes for lags in r.memories()]
        for lags in wanted:
            self._find(lags, self._keep or lags is not wanted[-1])
        corrections, sizes = [], []
        with self._torch.no_grad():
            for i, part in enumerate(self._parts):
                found, length = self._correction(i, part)
                corrections.append(found)
                sizes.append(length)
        return corrections, sizes

    def _correction(self, i: int, part: Seen) -> tuple[Any, float]:
        """Return h M of a parameter."""
        recipe = part.recipe
        amounts: dict[int, list[float]] = {}  # of f_1 and f_2, by the products
        for lags in recipe.memories():
            _, place, amount = self._found[id(lags)]
            amounts.setdefault(place, [0.0, 0.0])[lags is not recipe.means] = amount
        if not amounts:
            return self._torch.zeros_like(part.gradient), 0.0
        result, norms = self._torch.empty_like(part.gradient), []
        products = [self._known[place][1][i] for place in amounts]
        for out, g, *given in slices(result, part.gradient, *products):
            factors = [recipe.factor(g, *pair) for pair in amounts.values()]
            self._torch.mul(given[0], factors[0], out=out)
            for product, factor in zip(given[1:], factors[1:], strict=True):
                out += product * factor
            norms.append(_norm(self._torch, out))
        return result, hypot(*self._torch.stack(norms).tolist())

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
        for i, (part, v) in enumerate(zip(self._parts, past, strict=True)):
            if part.recipe.sign < 0:
                found[i] = -found[i]
            if part.recipe.coupled:
                found[i] = found[i] + part.recipe.coupled * v
        self._found[id(lags)] = lags, len(self._known), scale
        self._known.append((mark / scale, found))

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
        # some eight nodes for each entry
        for out, g, theta in slices(result, part.gradient, part.theta, length=_SLICE // 4):
            out.copy_(recipe.accumulated(lags, g, theta, part.rounding) / scale)
        return result


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
    if recipe.square_totals is None:
        weight = float(penalty_weights(recipe, np.ones(1), 1.0)[0])
        value = sum(p.total**2 for p in members) / 2
        return Penalised(f"|grad L|^2/2{decay}", value, weight, weight, float(weight < 0), count)
    least = max(min(p.least for p in members), 1e-150)  # the limit of a vanishing gradient
    most = max(least, *(p.most for p in members))
    sizes = np.exp(np.linspace(np.log(least), np.log(most), _SIZES))
    weights = penalty_weights(recipe, sizes, members[0].rounding)
    negative = 0
    for i in np.flatnonzero((weights[1:] < 0) != (weights[:-1] < 0)):
        below = sum(_below(p, float(np.sqrt(sizes[i] * sizes[i + 1]))) for p in members)
        negative += below if weights[i] < 0 else -below
    negative += count if weights[-1] < 0 else 0
    value, lowest, highest = sum(p.total for p in members), weights.min(), weights.max()
    share = negative / count
    return Penalised(f"|grad L|_1{decay}", value, float(lowest), float(highest), share, count)


def _below(part: Seen, size: float) -> int:
    """Return the number of coordinates whose gradient is smaller than a size."""
    if part.least >= size:
        return 0
    if part.most < size:
        return int(part.gradient.numel())
    # comparisons in place give floats, whose sum is ten times faster than that of truth values
    return sum(int(g.abs().lt_(size).sum()) for (g,) in slices(part.gradient))


def penalty_weights(recipe: Recipe, g: Array, rounding: float) -> Array:
    """Return h times the weight of the penalty where the gradient has these sizes.

    P M is the weight times the gradient of the function, P = g/F, where H F/c is that gradient: c
    is what |F| tends to, not 1 at a finite step of optimizers without bias correction.
    """
    tends_to = 1.0 if recipe.square_totals is None else _FAR / float(recipe.scale(_FAR))
    weight, main = np.zeros_like(g), g / recipe.scale(g)
    for lags in recipe.memories():
        pair = (1.0, 0.0) if lags is recipe.means else (0.0, 1.0)
        if recipe.steady:
            past = lags.age
        else:
            past = recipe.accumulated(lags, g, 0.0, rounding) / (recipe.step_size or 1.0)
            past = past / (recipe.total * main)
        weight = weight + recipe.factor(g, *pair) * past
    return np.asarray(recipe.step_size * tends_to * weight * g / main)
