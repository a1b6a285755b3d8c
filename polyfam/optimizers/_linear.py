"""Linear memories with one time scale: direction = sum_k w_k g_{n-k}, w_0 = p, w_k = q beta^(k-1).

With W = p + q/(1 - beta), the total weight,

    F = W g,      M = q/(1 - beta)^2 * W H g,

and at step n, with W_s = w_0 + ... + w_s, M = sum_{k=1..n} w_k (W_{n-k} + ... + W_{n-1}) H g [MEM].
Along an eigenvector with eigenvalue lambda the iteration multiplies by a root of

    r^2 - (1 + beta - p x) r + beta + (q - p beta) x = 0,      x = h lambda,

which is a power series in x up to the smaller root in size of the discriminant,
p^2 x^2 - (2 p (1 - beta) + 4 q) x + (1 - beta)^2.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from polyfam.optimizers._rules import MomentumState, Rule
from polyfam.optimizers._weights import (
    FirstOrder,
    Product,
    Weights,
    accumulated,
    signed,
    verdict,
)

if TYPE_CHECKING:
    from polyfam.series.kernels import Kernel

__all__ = ["LinearMemory", "Memory"]

#: What the threshold of quadratic losses says about others.
_SUFFICIENT = ", and sufficient for others when a Lipschitz constant of g stands for |lambda|"
_UNKNOWN = ", and a guide for others"


class Memory(NamedTuple):
    """The weights w_0 = first and w_k = later * fading^(k-1)."""

    first: Any
    later: Any
    fading: Any


class LinearMemory(Rule):
    """What all weighted sums of gradients have in common; abstract."""

    #: The update, the total weight, and the weight of |grad L|^2/2, for `explain`.
    words: ClassVar[tuple[str, str, str]]

    @classmethod
    @abstractmethod
    def memory_of(cls, *values: Any) -> Memory:
        """Return the weights for numbers or symbols in place of the hyperparameters."""

    @property
    def memory(self) -> Memory:
        """The weights in the stationary limit."""
        return self.memory_of(*self.values)

    @property
    def values(self) -> tuple[Any, ...]:
        """The hyperparameters that are numbers."""
        return tuple(getattr(self, name) for name in self._parameters())

    @classmethod
    def _parameters(cls) -> list[str]:
        """Return the hyperparameters that are numbers."""
        return [field.name for field in fields(cls) if field.type != "bool"]  # type: ignore[arg-type]

    @classmethod
    def symbolic_kernel(cls) -> Kernel:
        """Return the exact memory whose parameters are symbols.

        Examples
        --------
        >>> from polyfam.optimizers import Nesterov
        >>> Nesterov.symbolic_kernel().weights(3)
        (beta + 1, beta**2, beta**3)
        """
        import sympy

        names = cls._parameters()
        return _kernel(cls.memory_of(*(sympy.Symbol(name) for name in names)), cls.__name__)

    def kernel(self) -> Kernel:
        """Return the exact memory; a float counts as the decimal fraction that it prints as.

        Examples
        --------
        >>> from polyfam.optimizers import HeavyBall
        >>> HeavyBall(0.9).kernel().moments(2)
        (Fraction(10, 1), Fraction(90, 1))
        """
        return _kernel(self.exact_memory(), type(self).__name__)

    def exact_memory(self) -> Memory:
        """Return the weights as fractions, floats read as they print."""
        return self.memory_of(*map(_decimal, self.values))

    @property
    def convergence(self) -> float:
        """The h |lambda| below which the expansion converges on a quadratic loss.

        Examples
        --------
        >>> from polyfam.optimizers import HeavyBall, Nesterov
        >>> round(HeavyBall(0.9).convergence, 6), round((1 - 0.9**0.5)**2, 6)
        (0.002633, 0.002633)
        >>> round(Nesterov(0.9).convergence, 6), round((1 - 0.9)**2 / (1 + 0.9)**2, 6)
        (0.00277, 0.00277)
        """
        p, q, beta = map(float, self.memory)
        if q == 0:
            return inf  # what is not remembered is not expanded
        roots = np.roots([p * p, -(2 * p * (1 - beta) + 4 * q), (1 - beta) ** 2])
        return float(abs(roots).min())

    def init(self, theta: Any) -> Any:
        """Return the state before the first step."""
        return MomentumState(np.zeros_like(theta), 0)

    def means(self, step: int | None) -> Weights:
        """Return the weights at step n, or in the limit."""
        p, q, beta = map(float, self.memory)
        if step is None:
            return Weights(np.array([p + q / (1 - beta)]), q / (1 - beta) ** 2)
        newest = np.append(p, q * beta ** np.arange(step))
        return Weights.at_step(newest, np.cumsum(newest))

    def squares(self, step: int | None) -> Weights | None:
        """Return None: nothing is divided by."""
        return None

    def first_order(
        self, gradient: Any, theta: Any, product: Product, step: int | None
    ) -> FirstOrder:
        """Return F and M from g, the point, and products with the Hessian."""
        means = self.means(step)
        factor = means.age * means.total
        if not means.steady and means.newest is not None:
            factor = float(accumulated([means.newest], means.totals)[0][0])
        return FirstOrder(means.total * gradient, factor * product(gradient))

    def facts(self, step_size: float, ages: Callable[..., Any]) -> list[tuple[str, str]]:
        """Return what there is to say, with numbers found by running the optimizer."""
        update, total, weight = self.words
        scale, kappa = (values.item() for values in ages(self, [1.0]))
        number, h = kappa / scale, step_size
        first = [
            ("update", update),
            (
                "no memory",
                f"F = W g, W = {total}{_value(1 / scale, total)}: gradient descent, step W h",
            ),
        ]
        if number == 0:
            flow = "without memory nothing is modified; its flow alone has L + h |g|^2/4"
            return [*first, ("correction", "M = 0"), verdict(number, "|g|^2"), ("flow", flow)]
        _, q, beta = map(float, self.memory)
        geometric = np.isclose(q, self.memory.first * beta, rtol=1e-12)
        return [
            *first,
            ("correction", f"M = W w H g, w = {weight}{_value(number, weight)}"),
            ("modified loss", f"L + h w |g|^2/2 = L {signed(h * number / 2)} |g|^2"),
            verdict(number, "|g|^2"),
            (
                "gradient?",
                "at every order in h" if geometric else "to first order in h only",
            ),
            (
                "believe it",
                (
                    f"while h |lambda| < {self.convergence:.4g} for every eigenvalue lambda of H: "
                    f"with this h, while all |lambda| < {self.convergence / h:.4g}; exact for "
                    f"quadratic losses{_SUFFICIENT if geometric else _UNKNOWN}"
                ),
            ),
        ]


def _kernel(memory: Memory, name: str) -> Kernel:
    """Return the memory as a rational generating function."""
    import sympy

    from polyfam.series.kernels import Kernel

    z = sympy.Symbol("z")
    first, later, fading = map(sympy.sympify, memory)
    return Kernel(sympy.cancel(first + later * z / (1 - fading * z)), name)


def _decimal(value: Any) -> Fraction:
    """Return a number as a fraction; a float of numpy prints as itself, not as its value."""
    return Fraction(str(value)) if isinstance(value, float | np.floating) else Fraction(value)


def _value(x: float, formula: str) -> str:
    """Return what stands behind a formula: its value, unless it is one."""
    value = f"{x:.4g}"
    return "" if value == formula else f" = {value}"
