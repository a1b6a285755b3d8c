"""The modified equation: literal tables, chains, and the flow it must have."""

from __future__ import annotations

import pytest
import sympy
from sympy.polys.domains import QQ
from sympy.polys.rings import ring

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError
from polyfam.family.named import type_b_narayana_row
from polyfam.series.bseries import BSeries
from polyfam.series.equation import modified_equation
from polyfam.series.expansion import Expansion
from polyfam.series.kernels import Kernel
from polyfam.series.linear_memory import field
from polyfam.series.rational import BETA, FIELD
from polyfam.trees import RootedTree
from tests.oracles.logarithm import equation_of_iteration

B = BETA
#: Numerators over (1 - beta)^(2n - 1), by level sequence: worked out by hand from the logarithm.
TABLE = {
    "0": FIELD(1),
    "0 1": (1 + B) / 2,
    "0 1 1": (1 + 10 * B + B**2) / 6,
    "0 1 2": (1 + 4 * B + B**2) / 3,
    "0 1 1 1": 3 * B * (1 + B),
    "0 1 2 1": (1 + B) * (1 + 28 * B + B**2) / 12,
    "0 1 2 2": (1 + B) * (1 + 16 * B + B**2) / 6,
    "0 1 2 3": (1 + B) * (1 + 8 * B + B**2) / 4,
}
THETA, H = sympy.symbols("theta h")


def test_equation_matches_the_literal_table() -> None:
    found = {str(term.tree): term.coefficient for term in modified_equation(order=4)}
    expected = {
        levels: value / (1 - B) ** (2 * len(levels.split()) - 1) for levels, value in TABLE.items()
    }
    assert found == expected


@pytest.mark.parametrize("n", range(1, 8))
def test_chains_match_type_b_narayana_numbers(n: int) -> None:
    coefficient = modified_equation(order=n)[RootedTree(range(n))]
    row = sum(c * B**k for k, c in enumerate(type_b_narayana_row(n - 1)))
    assert coefficient == row / n / (1 - B) ** (2 * n - 1)


def test_gradient_descent_matches_euler() -> None:
    """f = grad L with the sign of theta' = -f: minus the logarithm of Euler's map, h to -h."""
    euler = BSeries({RootedTree(): 1}, 5).scale(-1).log() * -1
    found = modified_equation(order=5).at(beta=0)
    assert found == Expansion(euler.coefficients, 5)


def test_logarithm_over_rational_functions_agrees() -> None:
    """The same without clearing denominators, for four vertices."""
    phi = BSeries({term.tree: -term.coefficient for term in field(order=4)}, 4)
    assert Expansion((phi.log() * -1).coefficients, 4) == modified_equation(order=4)


def test_numbers_may_be_put_in_before_or_after() -> None:
    assert equation_of_iteration(field(order=5).at(beta="9/10")) == modified_equation(order=5).at(
        beta="9/10"
    )


def test_flow_samples_the_iteration_in_one_variable() -> None:
    """Lie series of theta' = -f_h at time h, against theta - h g_h, at beta = 1/4."""
    order = 4
    theta, h = ring("theta, h", QQ)[1:]
    loss = THETA**3 / 3 + THETA**2 / 2
    f, g = (
        theta.ring.from_dict(dict(sympy.Poly(expression, THETA, H, domain=QQ).rep.to_dict()))
        for expression in (
            make(order=order).at(beta="1/4").in_one_variable(loss)
            for make in (modified_equation, field)
        )
    )
    flow = term = theta
    for m in range(1, order + 1):
        term = -h * f * term.diff(theta) / m
        flow += term
    assert all(power > order for _, power in (flow - theta + h * g).monoms())


def test_no_gradient_beyond_the_first_order_in_h() -> None:
    equation = modified_equation(order=5)
    found = equation.is_gradient_up_to()
    assert (bool(found), found.order) == (False, 2)
    assert [str(t) for t in (found.obstruction.first, found.obstruction.second)] == [
        "0 1 1",
        "0 1 2",
    ]
    assert equation.is_gradient_up_to(2)
    with pytest.raises(
        DomainError, match=r"There is no modified loss of order 5\. A gradient up to"
    ):
        equation.potential()
    assert len(equation.truncate(2).potential()) == 2


def test_momentum_decides_nothing_about_the_obstruction() -> None:
    """(1 + 10 b + b^2)/6 = (1 + 4 b + b^2)/3 has no solution: 1 - 2 b + b^2 > 0 below 1."""
    for beta in ("0", "1/2", "99/100"):
        assert modified_equation(order=3).at(beta=beta).is_gradient_up_to().order == 2


def test_nothing_has_no_equation() -> None:
    assert equation_of_iteration(Expansion({}, 3)) == Expansion({}, 3)


def test_absurd_orders_are_refused() -> None:
    with pytest.raises(ResourceError, match="order 12 would take minutes"):
        modified_equation(order=12)


@pytest.mark.parametrize(
    "memory", [None, Kernel("1 + beta/(1 - beta*z)"), Kernel("1 - z/3"), Kernel("nu + 1/(2 - b*z)")]
)
def test_derivative_along_the_past_matches_the_logarithm(memory: Kernel | None) -> None:
    expected = equation_of_iteration(field(memory, order=5))
    assert modified_equation(memory, order=5) == expected


@pytest.mark.parametrize("kernel", ["star:4", 3, [0, 1, 1]])
def test_what_is_no_kernel_is_refused_by_name(kernel):
    with pytest.raises(ArgumentTypeError, match=r"^Argument 'kernel' must be .*Kernel"):
        modified_equation(kernel, order=3)
