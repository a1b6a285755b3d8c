"""Averages of the gradient over the root of averages of its square: direction M/R + lambda theta.

    M = sum_k w_k g_{n-k},    s^2 = sum_k v_k g_{n-k}^2,    R = sqrt(s^2 + epsilon) or s + epsilon,

elementwise, Adam's w_k = (1 - beta1) beta1^k and v_k = (1 - beta2) beta2^k unless a class says
otherwise.  With q = s^2/R^2 for epsilon inside the root and q = s/R outside, and A and B the sums
of k w_k and k v_k,

    M = (A - B q)/R * H F

in the limit, and wherever F does not change with the step at a constant gradient [MEM]: inside the
root H F = grad |g|_{1,epsilon} + lambda H theta, where |x|_{1,epsilon} is the sum of
sqrt(x_i^2 + epsilon), so that a perturbed one-norm is penalised by A and anti-penalised by B.
Otherwise a finite step takes the sums over all F^(s).

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import Any, ClassVar, NamedTuple

import numpy as np

from polyfam.optimizers._rules import Rule, average, root, weight
from polyfam.optimizers._weights import (
    FirstOrder,
    Product,
    Weights,
    accumulated,
    exponential,
    signed,
    verdict,
)
from polyfam.typing import Array

__all__ = ["AdamState", "Adaptive"]


class AdamState(NamedTuple):
    """The averages of the gradient and of its square, and the number of steps."""

    mean: Array
    square: Array
    count: int  # type: ignore[assignment]  # hides tuple.count


class Adaptive(Rule):
    """What all optimizers that divide by the root of a mean square share; abstract."""

    #: The limits tau_1 and tau_2 of A and B as they are printed; none where tau_1 = 0.
    words: ClassVar[tuple[str, str]] = ("beta1/(1 - beta1)", "beta2/(1 - beta2)")

    beta1: Any
    beta2: Any
    epsilon: Any
    epsilon_inside: bool
    bias_correction: bool
    weight_decay: Any

    def means(self, step: int | None) -> Weights:
        """Return the weights of M at step n, or in the limit."""
        return exponential(self.beta1, step, self.bias_correction)

    def squares(self, step: int | None) -> Weights:
        """Return the weights of s^2 at step n, or in the limit."""
        return exponential(self.beta2, step, self.bias_correction)

    def init(self, theta: Any) -> Any:
        """Return the state before the first step."""
        return AdamState(np.zeros_like(theta), np.zeros_like(theta), 0)

    def update(self, state: Any, gradient: Any, theta: Any) -> tuple[Any, Any]:
        """Return the next state and the direction."""
        mean = average(self.beta1, state.mean, gradient)
        square = average(self.beta2, state.square, gradient * gradient)
        state = AdamState(mean, square, state.count + 1)
        if self.bias_correction:
            mean = mean / weight(self.beta1, state.count)
            square = square / weight(self.beta2, state.count)
        return state, self.divided(mean, square, theta)

    def divided(self, mean: Any, square: Any, theta: Any) -> Any:
        """Return the direction M/R + lambda theta."""
        direction = mean / root(square, self.epsilon, self.epsilon_inside)
        return direction + self.weight_decay * theta if self.weight_decay else direction

    def first_order(
        self, gradient: Any, theta: Any, product: Product, step: int | None
    ) -> FirstOrder:
        """Return F and M from g, the point, and products with the Hessian."""
        means, squares, decay = self.means(step), self.squares(step), self.weight_decay
        scale, share = self._root(squares.total * gradient**2)
        if means.steady and squares.steady:
            direction = means.total * gradient / scale + decay * theta
            moved = product(direction)
            first, second = means.age * moved, squares.age * moved
        else:
            directions = (
                mean * gradient / self._root(square * gradient**2)[0] + decay * theta
                for mean, square in zip(means.totals, squares.totals, strict=True)
            )
            pair = [np.asarray(means.newest), np.asarray(squares.newest)]
            sums, direction = accumulated(pair, directions)
            first, second = (product(x + 0 * direction) for x in sums)
        age = means.total / squares.total * share
        return FirstOrder(direction, (first - age * second) / scale)

    def _root(self, square: Array) -> tuple[Array, Array]:
        """Return R and q, the derivative of log R with respect to log s."""
        scale = root(square, self.epsilon, self.epsilon_inside)
        if self.epsilon_inside:
            return scale, square / (square + self.epsilon)
        return scale, np.sqrt(square) / scale

    def facts(self, step_size: float, ages: Callable[..., Any]) -> list[tuple[str, str]]:
        """Return what there is to say, with numbers found by running the optimizer."""
        inside, decay, h = self.epsilon_inside, self.weight_decay, step_size
        tau1, tau2 = self.means(None).age, self.squares(None).age
        formulas = enumerate(zip(self.words, (tau1, tau2), strict=True), start=1)
        known = [f"tau_{i} = {formula} = {tau:.4g}" for i, (formula, tau) in formulas if formula]
        kappa = ages(replace(self, epsilon=0.0), [1.0])[1].item()  # type: ignore[type-var]
        theta = " + lam theta" if decay else ""
        norm = "grad |g|_{1,eps}" if inside else "H (g/R)"
        slope = f"({norm} + lam H theta)" if decay else norm
        bracket = f"{'tau_1 ' if tau1 else ''}- tau_2 {'g^2/R^2' if inside else '|g|/R'}"
        gap = "(tau_2 - tau_1)" if tau1 else "tau_2"
        modified = f"L - h {gap} |g|_1 = L {signed(h * kappa)} |g|_1"
        if decay:
            modified = (
                f"[1 + lam {gap} h] L - h {gap} [|g|_1 + lam g . theta] = "
                f"{1 - decay * kappa * h:.4g} L {signed(h * kappa)} |g|_1 "
                f"{signed(decay * h * kappa)} g . theta"
            )
        order = "=" if tau1 == tau2 else ">" if tau2 > tau1 else "<"
        facts = [
            ("update", f"direction {'m' if tau1 else 'g'}/root(v){theta}"),
            ("no memory", f"F = g/R{theta}, R = {'sqrt(g^2 + eps)' if inside else '|g| + eps'}"),
            ("correction", f"M = 1/R ({bracket}) * {slope}"),
            ("ages", ", ".join(known)),
            ("eps -> 0", f"modified loss {modified}"),
            verdict(kappa, "|g|_1", f", since tau_2 {order} tau_1" if tau1 else ""),
            ("eps large", _large(tau1, inside, bool(decay))),
        ]
        if inside and 0 < tau1 < tau2 and self.epsilon:
            turn = sqrt(self.epsilon * tau1 / (tau2 - tau1))
            facts.append(("turns", f"at |g_i| = {turn:.3g} for eps = {self.epsilon:g}"))
        limits = "in the two limits; between them the bracket differs among coordinates"
        return [*facts, ("gradient?", limits)]


def _large(tau1: float, inside: bool, decay: bool) -> str:
    """Return what happens where epsilon is large, so that the bracket is tau_1."""
    if not tau1:
        return "only " + (
            "-h tau_2 |g|_4^4/(4 eps^(3/2))" if inside else "-h tau_2 |g|_3^3/(3 eps^2)"
        )
    square = f"|g|^2/(2 {'sqrt(eps)' if inside else 'eps'})"
    if decay:
        return f"|g|^2 is penalised: (1 - lam tau_1 h) L + h tau_1 [{square} + lam g . theta]"
    return f"|g|^2 is penalised: L + h tau_1 {square}"
