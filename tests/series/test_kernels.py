"""Other linear memories, against their definition summed up, and the theorem on modified losses."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate
from math import prod

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from polyfam.errors import ArgumentTypeError, DomainError, ResourceError, UnknownNameError
from polyfam.family.single import beta_polynomial
from polyfam.optimizers import GradientDescent, HeavyBall, Nesterov, QuasiHyperbolic
from polyfam.series.gradient import gradient_check
from polyfam.series.kernel_verdict import gradient_order
from polyfam.series.kernels import Kernel, kernel_coefficient, kernel_coefficients
from polyfam.series.named_kernels import (
    KERNELS,
    aggregated_kernel,
    finite_kernel,
    kernel,
)
from polyfam.series.rational import BETA, evaluate, text
from polyfam.trees import RootedTree, rooted_trees

Z = sympy.Symbol("z")
HALF = Fraction(1, 2)
TREES = [tree for n in range(1, 6) for tree in rooted_trees(n)]
weights = st.lists(st.fractions(-2, 2, max_denominator=4), min_size=1, max_size=4)


def summed(w: Sequence[Fraction], tree: RootedTree) -> Fraction:
    """Return a(tau) by its definition, for finitely many weights: b_k and c_k as plain lists."""

    def label(tree: RootedTree, size: int) -> list[Fraction]:
        branches = [hung(branch, size) for branch in tree.branches]
        return [prod((c[k] for c in branches), start=Fraction(1)) for k in range(size)]

    def hung(tree: RootedTree, size: int) -> list[Fraction]:
        b = label(tree, size + len(w) - 1)
        sums = [sum(w[ell] * b[i + ell] for ell in range(len(w))) for i in range(1, size)]
        return [Fraction(0), *accumulate(sums)]

    return sum((weight * b for weight, b in zip(w, label(tree, len(w)), strict=True)), Fraction(0))


def test_heavy_ball_matches_the_family() -> None:
    for tree, value in kernel_coefficients(kernel("heavy-ball"), 8).items():
        assert value == beta_polynomial(tree)(BETA) / (1 - BETA) ** (2 * tree.order - 1)


def test_nesterov_matches_literals() -> None:
    values = kernel_coefficients(kernel("nesterov"), 3)
    assert values == {
        RootedTree([0]): 1 / (1 - BETA),
        RootedTree([0, 1]): BETA**2 / (1 - BETA) ** 3,
        RootedTree([0, 1, 1]): (BETA**2 + BETA**3) / (1 - BETA) ** 5,
        RootedTree([0, 1, 2]): (BETA**2 + BETA**4) / (1 - BETA) ** 5,
    }


def test_nesterov_is_quasi_hyperbolic_with_nu_equal_to_beta() -> None:
    nesterov, hyperbolic = (
        kernel(name).at(beta="1/3") for name in ("nesterov", "quasi-hyperbolic")
    )
    rescaled = kernel_coefficients(hyperbolic.at(nu="1/3"), 5)
    for tree, value in kernel_coefficients(nesterov, 5).items():
        assert value == rescaled[tree] * Fraction(3, 2) ** tree.order


@pytest.mark.parametrize("name", KERNELS)
def test_named_kernels_match_truncated_sums(name: str) -> None:
    """Weights are cut off where they are below 10^-15."""
    values = {"beta": "1/5", "nu": "7/10", "tau": "1/4", "beta1": "1/5", "beta2": "1/10"}
    memory = kernel(name)
    memory = memory.at(**{str(p): values[str(p)] for p in memory.parameters})
    w = [float(weight) for weight in memory.weights(24)]
    for tree in TREES:
        assert summed(w, tree) == pytest.approx(float(kernel_coefficient(memory, tree)), rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(weights)
def test_finite_kernels_match_plain_loops(w: list[Fraction]) -> None:
    assert finite_kernel(w).weights(len(w)) == tuple(w)
    for tree, value in kernel_coefficients(finite_kernel(w), 4).items():
        assert value == summed(w, tree)


@given(weights, st.fractions(-3, 3, max_denominator=4))
def test_scaling_the_weights_scales_by_the_number_of_vertices(
    w: list[Fraction], c: Fraction
) -> None:
    values = kernel_coefficients(finite_kernel(w), 5)
    scaled = kernel_coefficients(finite_kernel([c * weight for weight in w]), 5)
    assert scaled == {tree: c**tree.order * value for tree, value in values.items()}


def test_gradient_descent_has_one_term() -> None:
    values = kernel_coefficients(kernel("gradient-descent"), 6)
    assert [tree for tree, value in values.items() if value] == [RootedTree()]


@pytest.mark.parametrize("w", [(1, HALF, Fraction(1, 3)), (2, -1), (HALF, 0, 0, HALF)], ids=str)
def test_field_solves_its_functional_equation(w: tuple[Fraction, ...]) -> None:
    """With Phi = theta - h g: g after K steps is the sum of w_l L' after K - l steps, mod h^4."""
    terms = 4
    theta, h = sympy.symbols("theta h")
    slope = theta**2 + theta + 1

    def differential(tree: RootedTree) -> sympy.Expr:
        derivative = sympy.diff(slope, theta, len(tree.branches))
        return derivative * prod(map(differential, tree.branches))

    def cut(expression: sympy.Expr) -> sympy.Expr:
        polynomial = sympy.Poly(expression, h)
        return sum(c * h**k for (k,), c in polynomial.terms() if k < terms)

    g = sum(
        h ** (tree.order - 1) * sympy.Rational(value) / tree.automorphisms() * differential(tree)
        for tree, value in kernel_coefficients(finite_kernel(w), terms).items()
    )
    orbit = [sympy.Rational(1, 3)]
    for _ in w[1:]:
        orbit.append(cut((theta - h * g).subs(theta, orbit[-1]).expand()))
    memory = sum(
        sympy.Rational(weight) * slope.subs(theta, point)
        for weight, point in zip(w, reversed(orbit), strict=True)
    )
    assert cut((g.subs(theta, orbit[-1]) - memory).expand()) == 0


@settings(max_examples=30, deadline=None)
@given(weights)
def test_order_matches_comparison_of_all_rootings(w: list[Fraction]) -> None:
    memory = finite_kernel(w)
    verdict = gradient_order(memory)
    check = gradient_check(kernel_coefficients(memory, 6), 6)
    assert check.order == (verdict.order or 6)
    assert verdict.order is not None or sum(w) == 0 or not any(w[1:])


@pytest.mark.parametrize("terms", [2, 3, 4, 5])
def test_contact_with_heavy_ball_matches_comparison_of_all_rootings(terms: int) -> None:
    """W = 1 + u + ... + u^(R-1), u = (z - 1)/2, agrees with heavy ball's to R terms."""
    memory = Kernel(sum(((Z - 1) / 2) ** power for power in range(terms)))
    verdict = gradient_order(memory)
    assert verdict.order == terms
    assert gradient_check(kernel_coefficients(memory, terms + 1), terms + 1).order == terms
    scale, momentum = verdict.heavy_ball
    assert (scale, momentum) == (Fraction(2, 3), Fraction(1, 3))
    for tree, value in kernel_coefficients(memory, terms).items():
        steps = (1 - momentum) ** (2 * tree.order - 1)
        assert value == scale**tree.order * beta_polynomial(tree)(momentum) / steps


def test_verdicts_match_literals() -> None:
    orders = {name: gradient_order(kernel(name)).order for name in KERNELS}
    assert orders == {
        "gradient-descent": None,
        "heavy-ball": None,
        "nesterov": 2,
        "dampened": None,
        "quasi-hyperbolic": 2,
        "aggregated": 2,
    }
    assert gradient_order(aggregated_kernel([HALF, HALF, HALF])).order is None
    assert gradient_order(kernel("quasi-hyperbolic").at(nu=0)).order is None
    assert gradient_order(kernel("quasi-hyperbolic").at(nu=1)).order is None
    scale, momentum = gradient_order(kernel("dampened")).heavy_ball
    assert (text(scale), text(momentum)) == ("1 - tau", "beta")
    assert gradient_order(finite_kernel([2, -1])).heavy_ball is None
    assert gradient_order(finite_kernel([1, -1])).order is None


def test_sentences_match_literals() -> None:
    assert str(gradient_order(kernel("gradient-descent"))) == (
        "Gradient descent has a modified loss to all orders, that of heavy ball with step h and "
        "momentum 0."
    )
    assert str(gradient_order(finite_kernel([2, -1]))) == (
        "The finite kernel has a modified loss to 2 terms and no further: the star with 2 edges "
        "has the coefficient -1 rooted as 0 1 1 and 0 rooted as 0 1 2."
    )


@pytest.mark.parametrize("beta", [Fraction(1, 10), HALF, Fraction(9, 10)], ids=str)
def test_substitution_commutes_with_expansion(beta: Fraction) -> None:
    symbolic = kernel_coefficients(kernel("nesterov"), 6)
    numeric = kernel_coefficients(kernel("nesterov").at(beta=beta), 6)
    assert numeric == {tree: evaluate(v, {"beta": beta}) for tree, v in symbolic.items()}


def test_moments_match_sums_of_binomials() -> None:
    assert kernel("heavy-ball").moments(2) == (1 / (1 - BETA), BETA / (1 - BETA) ** 2)
    assert finite_kernel([1, 2, 3, 4]).moments(5) == (10, 20, 15, 4, 0)


REFUSED = [
    (lambda: Kernel(0.5 / (1 - Z / 2)), "must be exact"),
    (lambda: Kernel(sympy.exp(Z)), "must be a rational function"),
    (lambda: Kernel(1 / (1 - Z)), "do not sum"),
    (lambda: Kernel(1 / Z), "do not sum"),
    (lambda: Kernel(1 / (1 + Z**2)), "do not sum"),
    (lambda: kernel("heavy-ball").at(beta=Fraction(3, 2)), "do not sum"),
    (lambda: kernel("heavy-ball").at(beta=-1), "do not sum"),
    (lambda: kernel("heavy-ball").at(gamma=HALF), "no parameter 'gamma'; it has beta"),
    (lambda: kernel("heavy-ball").at(beta=0.5), "must be a rational number"),
    (lambda: kernel("heavy-ball").at(beta="1/0"), "must be a rational number"),
    (lambda: kernel("heavy-ball").weights(0), "Argument 'count' must be at least 1"),
    (
        lambda: kernel_coefficients(kernel("heavy-ball"), 0),
        "Argument 'order' must be at least 1",
    ),
    (lambda: aggregated_kernel([]), "must not be empty"),
]


@pytest.mark.parametrize(("build", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_bad_kernels_are_refused_in_a_sentence(build: object, sentence: str) -> None:
    with pytest.raises((ArgumentTypeError, DomainError), match=sentence):
        build()


def test_unknown_names_and_absurd_orders_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="No kernel is called 'adam'"):
        kernel("adam")
    with pytest.raises(ResourceError):
        kernel_coefficients(kernel("heavy-ball"), 40)


@given(st.lists(st.fractions(-2, 2, max_denominator=5), min_size=1, max_size=3))
def test_summability_matches_the_poles(roots: list[Fraction]) -> None:
    memory = sympy.prod([1 / (1 - sympy.Rational(root) * Z) for root in roots])
    if all(abs(root) < 1 for root in roots):
        assert Kernel(memory).weights(1) == (1,)
    else:
        with pytest.raises(DomainError, match="do not sum"):
            Kernel(memory)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Kernel(sympy.Symbol("beta") / Z), "do not sum"),
        (lambda: Kernel("1/("), "must be a formula of moderate size, .* not '1/"),
        (lambda: Kernel([1, 2]), "must be an expression"),
        (lambda: Kernel(sympy.sqrt(2) * Z), "must have rational coefficients"),
        (lambda: Kernel(sympy.Symbol("z", positive=True)), "not another symbol called z"),
        (lambda: kernel_coefficient(kernel("heavy-ball"), [0, 1]), "'tree' must be a RootedTree"),
        (lambda: gradient_order("heavy-ball"), "'kernel' must be a Kernel"),
        (lambda: finite_kernel(3), "'weights' must be a list of numbers"),
        (lambda: aggregated_kernel([None]), "'betas' must be an expression"),
    ],
    ids="pole text list root symbol tree verdict weights betas".split(),
)
def test_what_is_no_kernel_is_refused_in_one_sentence(call: object, message: str) -> None:
    with pytest.raises((ArgumentTypeError, DomainError), match=message):
        call()
    with pytest.raises(UnknownNameError, match="No kernel is called"):
        kernel([])


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("gradient-descent", GradientDescent),
        ("heavy-ball", HeavyBall),
        ("nesterov", Nesterov),
        ("quasi-hyperbolic", QuasiHyperbolic),
    ],
)
def test_named_kernels_are_those_of_the_optimizers(name: str, optimizer: type) -> None:
    """The optimizers give their weights, the kernels their generating functions."""
    assert kernel(name).moments(6) == optimizer.symbolic_kernel().moments(6)
