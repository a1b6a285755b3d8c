r"""What the memory of an optimizer does to one step of a model, parameter by parameter.

    theta <- theta - h (F + h M)

F is the direction after a constant gradient, and h M what the memory of a moving gradient adds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import hypot, inf, isfinite
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

from polyfam._checks import optional_import
from polyfam._frames import frame

if TYPE_CHECKING:
    import pandas

__all__ = ["Late", "MemoryCorrection", "Part", "Penalised", "Spectrum"]

T = TypeVar("T")

#: So many parameters are printed; the rest are summed up.
_LINES = 24


class Late(Sequence[T]):
    """A sequence that is made when it is first looked at.

    Parameters
    ----------
    make : callable
        Returns the items.

    Examples
    --------
    >>> Late(lambda: [1, 2])
    (1, 2)
    """

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make: Callable[[], Iterable[T]] | None = make

    @cached_property
    def _items(self) -> tuple[T, ...]:
        assert self._make is not None
        found, self._make = tuple(self._make()), None  # and what it holds
        return found

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._items[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._items == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._items,)


@dataclass(frozen=True, eq=False, repr=False)
class Part:
    """One parameter of a model.

    Parameters
    ----------
    name : str
    direction : array
        F, of the parameter's own kind, on its device.
    correction : array
        h M, where h is the step size of whatever parameter moved.
    step_size : float
        h of this parameter.
    direction_size, correction_size : float
        |F| and h |M|.

    Examples
    --------
    >>> import numpy as np
    >>> Part("weight", np.array([3.0, 4.0]), np.array([0.3, 0.4]), 0.1, 5.0, 0.5)
    weight (2,): |F| = 5, h|M| = 0.5, h|M|/|F| = 0.1
    """

    name: str
    direction: Any
    correction: Any
    step_size: float
    direction_size: float
    correction_size: float

    @property
    def ratio(self) -> float:
        """The quotient h |M|/|F|; infinite where only F vanishes."""
        return _ratio(self.correction_size, self.direction_size)

    def __repr__(self) -> str:
        shape = tuple(getattr(self.direction, "shape", ()))
        sizes = f"|F| = {self.direction_size:.4g}, h|M| = {self.correction_size:.4g}"
        return f"{self.name} {shape}: {sizes}, h|M|/|F| = {self.ratio:.3g}"


@dataclass(frozen=True)
class Penalised:
    """A function of the gradient that the memory adds to the loss, times a weight.

    Parameters
    ----------
    formula : str
    value : float
        The function, over the parameters it is about.
    lowest, highest : float
        h times its weight in the modified loss, which may differ among coordinates.
    negative : float
        The share of coordinates in which the weight is negative.
    parameters : int
        How many coordinates it is about.

    Examples
    --------
    >>> print(Penalised("|grad L|_1", 2.0, -0.99, -0.99, 1.0, 30))
    |grad L|_1 = 2, weight -0.99: anti-penalised
    """

    formula: str
    value: float
    lowest: float
    highest: float
    negative: float
    parameters: int

    @property
    def verdict(self) -> str:
        """Whether it is penalised, anti-penalised, both (with the share) or absent."""
        if self.lowest == self.highest == 0:
            return "absent"
        if self.negative in (0.0, 1.0):
            return "anti-penalised" if self.negative else "penalised"
        return f"anti-penalised in {100 * self.negative:.3g} %"

    def __str__(self) -> str:
        equal = self.highest - self.lowest <= 1e-5 * max(abs(self.lowest), abs(self.highest))
        weight = f"{self.lowest:.4g}" if equal else f"{self.lowest:.4g} to {self.highest:.4g}"
        return f"{self.formula} = {self.value:.4g}, weight {weight}: {self.verdict}"


class Spectrum(NamedTuple):
    """The ends of the spectrum that matters for an optimizer, times the step size.

    Parameters
    ----------
    smallest, largest : float
        Of h P^{-1} H, P the diagonal by which the optimizer divides.
    oscillation, stability : float
        Where it begins to oscillate and where it becomes unstable; infinite if not known.
    what : str
        What the eigenvalues are those of.
    products : int
        The number of products with the Hessian.
    vector : list of arrays
        From which a search at the next point starts.

    Examples
    --------
    >>> spectrum = Spectrum(-0.1, 3.9, 0.0026, 3.8, "eigenvalues of h H", 12, [])
    >>> spectrum.verdict
    'at or beyond the edge of stability: the expansion says nothing there'
    >>> spectrum  # without the vector
    Spectrum(smallest=-0.1, largest=3.9, oscillation=0.0026, stability=3.8, \
what='eigenvalues of h H', products=12)
    """

    smallest: float
    largest: float
    oscillation: float
    stability: float
    what: str
    products: int
    vector: Any

    def __repr__(self) -> str:
        named = zip(self._fields[:-1], self[:-1], strict=True)
        return f"Spectrum({', '.join(f'{name}={value!r}' for name, value in named)})"

    @property
    def verdict(self) -> str:
        """What the thresholds say about the directions of large curvature."""
        if not isfinite(self.stability):
            return "no threshold is known"
        if self.largest >= self.stability:
            return "at or beyond the edge of stability: the expansion says nothing there"
        if self.largest >= self.oscillation:
            return "oscillating directions: the expansion misses those"
        if -self.smallest >= self.oscillation:
            return "strongly negative curvature: the expansion misses it"
        return "below both thresholds"


@dataclass(frozen=True, eq=False, repr=False)
class MemoryCorrection:
    """The first-order correction of an optimizer's memory, on a model.

    Parameters
    ----------
    optimizer : str
    step : int or None
        The step n whose direction has seen n + 1 gradients; None for the stationary limit.
    loss : float
        The value, over all batches.
    parts : tuple of Part
        One for each parameter that is trained.
    penalties : sequence of Penalised
        Worked out when they are looked at.
    spectrum : Spectrum or None
        With ``sharpness=True``.
    certificate : object or None
        With ``lipschitz=...``: `polyfam.memory.ManifoldBounds`.
    gradients, products : int
        What it took, batches counted one by one; evaluations for checks are in `checks`.
    checks : int
        Gradients for the check of the product.
    notes : sequence of str
        What was left out, and why.

    Examples
    --------
    >>> import numpy as np
    >>> part = Part("weight", np.array([3.0, 4.0]), np.array([0.3, 0.4]), 0.1, 5.0, 0.5)
    >>> found = MemoryCorrection("SGD", None, 1.0, (part,), ())
    >>> found.ratio, found.verdict
    (0.1, 'a rough picture, unless directions oscillate: sharpness=True looks')
    """

    optimizer: str
    step: int | None
    loss: float
    parts: tuple[Part, ...]
    penalties: Sequence[Penalised]
    spectrum: Spectrum | None = None
    certificate: Any = None
    gradients: int = 0
    products: int = 0
    checks: int = 0
    notes: Sequence[str] = ()

    @property
    def direction_size(self) -> float:
        """|F| over all parameters."""
        return hypot(*(p.direction_size for p in self.parts))

    @property
    def correction_size(self) -> float:
        """The size h |M| over all parameters."""
        return hypot(*(p.correction_size for p in self.parts))

    @property
    def ratio(self) -> float:
        """The quotient h |M|/|F| over all parameters: small where the expansion can be believed."""
        return _ratio(self.correction_size, self.direction_size)

    def __getitem__(self, name: str) -> Part:
        """Return the part of a parameter, by its name."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    def light(self) -> MemoryCorrection:
        """Return the numbers alone, without tensors."""
        parts = [replace(p, direction=None, correction=None) for p in self.parts]
        spectrum = None if self.spectrum is None else self.spectrum._replace(vector=None)
        return replace(
            self,
            parts=tuple(parts),
            penalties=tuple(self.penalties),
            spectrum=spectrum,
            notes=tuple(self.notes),
        )

    @property
    def verdict(self) -> str:
        """In a few words, whether to believe the expansion: sizes first, then the thresholds."""
        if not self.ratio < 0.5:
            return "do not believe it: h|M| is not small"
        words = "believe it" if self.ratio < 0.1 else "a rough picture"
        if self.spectrum is None:
            return f"{words}, unless directions oscillate: sharpness=True looks"
        if self.spectrum.largest >= self.spectrum.stability:
            return "do not believe it: the step is at or beyond the edge of stability"
        if not isfinite(self.spectrum.stability):
            return f"{words}, unless directions oscillate: no threshold is known"
        if max(self.spectrum.largest, -self.spectrum.smallest) >= self.spectrum.oscillation:
            return f"{words} but for the directions of large curvature"
        return words

    def __repr__(self) -> str:
        when = "stationary limit" if self.step is None else f"step {self.step}"
        lines = [
            f"memory of {self.optimizer}, {when}: theta <- theta - h (F + h M)",
            f"  {'parameter':<38} {'|F|':>11} {'h|M|':>11} {'h|M|/|F|':>11}",
        ]
        shown = sorted(self.parts, key=lambda p: -p.correction_size)[:_LINES]
        lines += [_line(p.name, p) for p in self.parts if any(p is q for q in shown)]
        if len(self.parts) > len(shown):
            lines.append(f"  ... and {len(self.parts) - len(shown)} smaller ones")
        lines += [_line("in total", self), f"  {self.verdict}"]
        lines += [_wrapped(f"penalty {p}") for p in self.penalties]
        if self.spectrum is not None:
            lines += _spectrum_lines(self.spectrum)
        if self.certificate is not None:
            lines.append(_wrapped(f"certificate: {self.certificate!r}"))
        lines += [_wrapped(f"note: {note}") for note in self.notes]
        cost = f"{self.gradients} gradients, {self.products} products with the Hessian"
        return "\n".join([*lines, f"  cost: {cost}" + (", and a check" if self.checks else "")])

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame of the sizes, one row a parameter.

        Returns
        -------
        pandas.DataFrame
            With the columns ``parameter``, ``direction`` (|F|), ``correction`` (h |M|), ``ratio``.

        Raises
        ------
        MissingExtraError
            Without pandas.
        """
        rows = ((p.name, p.direction_size, p.correction_size, p.ratio) for p in self.parts)
        return frame(rows, ("parameter", "direction", "correction", "ratio"))

    def plot(self, ax: Any = None) -> Any:
        """Draw |F| and h |M| of every parameter.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        if ax is None:
            pyplot = optional_import("matplotlib.pyplot", "plot")
            _, ax = pyplot.subplots(figsize=(7, 1 + 0.25 * len(self.parts)), layout="constrained")
        places = range(len(self.parts))
        for name, sizes, shift in (
            ("|F|", [p.direction_size for p in self.parts], -0.2),
            ("h |M|", [p.correction_size for p in self.parts], 0.2),
        ):
            ax.barh([y + shift for y in places], sizes, height=0.4, label=name)
        ax.set_yticks(list(places), [p.name for p in self.parts])
        ax.invert_yaxis()
        if any(p.direction_size for p in self.parts):
            ax.set_xscale("log")
        ax.set_xlabel(f"size, {self.optimizer}")
        ax.legend()
        return ax


def _ratio(correction: float, direction: float) -> float:
    """Return a quotient, and 0 of two zeros."""
    if direction:
        return correction / direction
    return inf if correction else 0.0


def _line(name: str, item: Any) -> str:
    """Return one line of the table."""
    name = name if len(name) <= 38 else "..." + name[-35:]
    sizes = (item.direction_size, item.correction_size, item.ratio)
    return f"  {name:<38} " + " ".join(f"{x:>11.4g}" for x in sizes)


def _spectrum_lines(spectrum: Spectrum) -> Sequence[str]:
    """Return the lines about curvature."""
    ends = f"  {spectrum.what}: {spectrum.smallest:.4g} to {spectrum.largest:.4g}"
    if not isfinite(spectrum.stability):
        return [ends]
    limits = f"oscillation {spectrum.oscillation:.4g}, stability {spectrum.stability:.4g}"
    return [ends, f"    thresholds: {limits}", f"    {spectrum.verdict}"]


def _wrapped(line: str) -> str:
    """Return a line within 80 columns."""
    from textwrap import fill

    return fill(line, 80, initial_indent="  ", subsequent_indent="    ")
