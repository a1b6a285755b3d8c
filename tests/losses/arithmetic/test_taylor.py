"""Taylor arithmetic: sympy and complex circles as oracles, numpy's own rules for shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.losses.derivatives.circle import circle_coefficients
from tests.losses.arithmetic.series_oracle import X, composed

TERMS = 7
RNG = np.random.default_rng(7)
COEFFICIENTS = RNG.normal(size=(TERMS, 3, 4)) / 2
COEFFICIENTS[0] = np.abs(COEFFICIENTS[0]) + 0.5
MATRIX = RNG.normal(size=(4, 5))
VECTOR = RNG.normal(size=4)
EYE = 4 * np.eye(3)


def assert_is_analytic_continuation(function, coefficients):
    """Compare a function of a Taylor series with its values on a complex circle."""
    powers = np.arange(len(coefficients)).reshape(-1, *(1,) * (coefficients.ndim - 1))
    expected, _ = circle_coefficients(
        lambda h: function((coefficients * h**powers).sum(axis=0)), len(coefficients), 0.25
    )
    found = function(Taylor(coefficients))
    assert isinstance(found, Taylor)
    assert found.coefficients.shape == expected.shape
    scale = np.abs(expected).max()
    assert_allclose(found.coefficients / scale, expected / scale, atol=1e-9)


SCALARS = {
    "rational": (lambda x: (1 + x * x) / (2 - x) - 3 * x, (1 + X**2) / (2 - X) - 3 * X),
    "cube": (lambda x: x**3, X**3),
    "reciprocal square": (lambda x: x**-2, X**-2),
    "zeroth power": (lambda x: x**0, X**0),
    "fractional power": (lambda x: x**1.75, X ** sympy.Rational(7, 4)),
    "root": (lambda x: np.sqrt(x) + x**0.5, 2 * sympy.sqrt(X)),
    "cube root": (np.cbrt, sympy.cbrt(X)),
    "power of two": (lambda x: 2**x, 2**X),
    "own power": (lambda x: x**x, sympy.exp(X * sympy.log(X))),
    "exp2": (np.exp2, sympy.exp(X * sympy.log(2))),
    "log2": (np.log2, sympy.log(X) / sympy.log(2)),
    "log10": (np.log10, sympy.log(X) / sympy.log(10)),
    "log1p and expm1": (lambda x: np.log1p(np.expm1(x)), X),
    "tan": (lambda x: np.arctan(np.tan(x)), X),
    "plain sigmoid": (lambda x: 1 / (1 + np.exp(-x)), 1 / (1 + sympy.exp(-X))),
    "expit": (scipy.special.expit, 1 / (1 + sympy.exp(-X))),
    "log_expit": (scipy.special.log_expit, -sympy.log(1 + sympy.exp(-X))),
    "erf": (scipy.special.erf, sympy.erf(X)),
    "erfc": (scipy.special.erfc, sympy.erfc(X)),
    "gelu": (lambda x: x * scipy.special.ndtr(x), X * (1 + sympy.erf(X / sympy.sqrt(2))) / 2),
    "softplus": (lambda x: np.logaddexp(0, x), sympy.log(1 + sympy.exp(X))),
    "logaddexp": (lambda x: np.logaddexp(x, x * x), sympy.log(sympy.exp(X) + sympy.exp(X**2))),
    "hypot": (lambda x: np.hypot(x, 2), sympy.sqrt(X**2 + 4)),
    "hyperbolic": (lambda x: np.cosh(x) * np.sinh(x), sympy.sinh(2 * X) / 2),
    "kinks elsewhere": (lambda x: abs(-x) * np.sign(x) + np.maximum(x, 0), 2 * X),
    "clip": (lambda x: np.clip(x, 0, 9), X),
}


@pytest.mark.parametrize("name", SCALARS)
def test_scalar_function_matches_sympy_derivatives(name):
    function, expression = SCALARS[name]
    series = COEFFICIENTS[:, 0, 0]
    found = function(Taylor(series)).coefficients
    assert_allclose(found, composed(sympy.sympify(expression), series), rtol=1e-10, atol=1e-12)


def test_long_products_match_the_exponential_to_order_12():
    x = Taylor.line(0.0, 1.0, terms=13)
    product = Taylor.constant(1.0, terms=13)
    for _ in range(12):
        product = product * np.exp(x / 12)
    exact = [1 / math.factorial(k) for k in range(13)]
    assert_allclose(product.coefficients, exact, rtol=1e-10)


ARRAYS = {
    "matmul": lambda x: x @ MATRIX,
    "matmul from the left": lambda x: MATRIX.T @ x.T,
    "matrix times vector": lambda x: x @ VECTOR + VECTOR @ x.T,
    "three matrices": lambda x: (x @ x.T) @ x,
    "einsum": lambda x: np.einsum("ij,ik,jl->kl", x, x, MATRIX),
    "dot": lambda x: np.dot(VECTOR, x.T) + x.dot(VECTOR),
    "outer": lambda x: np.outer(x[0], x[1]),
    "tensordot": lambda x: np.tensordot(x, x, axes=([0], [0])),
    "cross": lambda x: np.cross(x[:, :3], x[:, 1:]),
    "sum": lambda x: np.sum(x * x, axis=0) + x.sum(),
    "mean": lambda x: x.mean(axis=1, keepdims=True) * x,
    "add.reduce": lambda x: np.add.reduce(x) * np.add.reduce(x, axis=1)[0],
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "diff": lambda x: np.diff(x, axis=0),
    "basic index": lambda x: x[1:, ::2] * x[0, 0] + x[..., None, 0, 1],
    "array index": lambda x: x[[0, 2], [1, 1]] * x[:2, 0],
    "mask": lambda x: x[:, np.array([True, False, True, True])],
    "split array index": lambda x: x[None, [0, 1], :, None][:, :, [0, 1], :],
    "reshape": lambda x: x.reshape(2, 6).reshape(-1)[3:7].reshape((2, 2)).T,
    "transpose": lambda x: np.transpose(x[None], (2, 0, 1)) * np.moveaxis(x[None], 2, 0),
    "swapaxes": lambda x: np.swapaxes(x[None], 0, -1),
    "expand and squeeze": lambda x: np.squeeze(np.expand_dims(x, (0, 3))) * x.ravel()[3],
    "broadcast_to": lambda x: np.broadcast_to(x, (2, 3, 4)),
    "concatenate": lambda x: np.concatenate([x, np.ones((1, 4)), x[:1]]),
    "stack": lambda x: np.stack([x[0], x[1] ** 2], axis=-1),
    "block": lambda x: np.block([[x, x * x], [np.ones((1, 4)), x[:1]]]),
    "where": lambda x: np.where(np.arange(4) > 1, x, np.sin(x)),
    "solve": lambda x: np.linalg.solve(x[:, :3] + EYE, x[:, 3]),
    "solve with constant matrix": lambda x: np.linalg.solve(EYE, x),
    "inverse": lambda x: np.linalg.inv(x[:, :3] + EYE),
    "array exponent": lambda x: x ** np.array([1.0, 2.0, 3.0, 0.3]),
    "in place": lambda x: in_place(x),
    "axis loop": lambda x: sum(row * row for row in x),
}


def in_place(x):
    """Fill and change a target, as gradients of nets do."""
    target = np.zeros_like(x)
    target[1:] = x[1:] ** 2
    target[0, [0, 3]] = x[1, :2]
    target[0] += x[2]
    target *= x
    return target


@pytest.mark.parametrize("name", ARRAYS)
def test_array_function_matches_its_values_on_a_complex_circle(name):
    assert_is_analytic_continuation(ARRAYS[name], COEFFICIENTS)


@pytest.mark.parametrize("scale", [1.0, 0.0])
def test_softmax_as_users_write_it_matches_one_without_the_maximum(scale):
    """At scale 0 all entries tie, as at zero weights."""

    def shifted(x):
        powers = np.exp(x - x.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def plain(x):
        powers = np.exp(x)
        return powers / powers.sum(axis=-1, keepdims=True)

    x = Taylor(COEFFICIENTS * [[[scale]]] + (0 * COEFFICIENTS if scale else COEFFICIENTS))
    x.coefficients[0] *= scale
    assert_allclose(shifted(x).coefficients, plain(x).coefficients, rtol=1e-9, atol=1e-12)


def test_maximum_is_the_largest_for_small_positive_h():
    x = Taylor([[1.0, 1.0, 0.5], [0.0, 2.0, 9.0]])
    assert_array_equal(x.max().coefficients, [1, 2])
    assert_array_equal(x.max(keepdims=True).coefficients, [[1], [2]])
    assert_array_equal(x.min(axis=0, keepdims=True).coefficients, [[0.5], [9]])
    assert_array_equal(np.argmax(x, keepdims=True), [1])
    assert np.argmax(x) == 1
    assert np.argmin(x) == 2


def test_comparisons_are_decided_by_constant_terms():
    x = Taylor([[1.0, 2.0, 3.0], [1.0, 1.0, 0.0]])
    assert_array_equal(x > 1.5, [False, True, True])
    assert_array_equal(x <= 3, [True, True, True])
    assert_array_equal(x == Taylor([[1.0, 0.0, 3.0], [1.0, 1.0, 0.0]]), [True, False, True])
    assert_array_equal(x[x > 1.5].coefficients, [[2, 3], [1, 0]])


SHAPES = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)
OPERATORS = st.sampled_from([np.add, np.subtract, np.multiply, np.divide, np.logaddexp, np.maximum])


@given(SHAPES, OPERATORS, st.sampled_from(["both", "left", "right"]))
def test_shapes_broadcast_as_in_numpy(shapes, operator, series):
    """Coefficient 0 is numpy's result, and the shape behind the order is numpy's shape."""
    rng = np.random.default_rng(0)
    a, b = (rng.uniform(1, 2, size=(3, *shape)) for shape in shapes.input_shapes)
    left = Taylor(a) if series != "right" else a[0]
    right = Taylor(b) if series != "left" else b[0]
    found = operator(left, right)
    assert found.shape == shapes.result_shape
    assert_allclose(found.coefficients[0], operator(a[0], b[0]))


@given(hnp.array_shapes(max_dims=3, max_side=3), st.data())
def test_indices_mean_what_they_mean_in_numpy(shape, data):
    array = np.arange(2.0 * math.prod(shape)).reshape(2, *shape)
    index = data.draw(st.one_of(hnp.basic_indices(shape), hnp.integer_array_indices(shape)))
    expected = np.stack([c[index] for c in array])
    assert_array_equal(Taylor(array)[index].coefficients, expected)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: 2.0 * np.tanh(x) + 1, np.float32),
        (lambda x: x / 3 + x**2 + x**0.3, np.float32),
        (lambda x: x @ np.ones(4), np.float64),
        (lambda x: x * 1j, np.complex64),
        (lambda x: np.float64(2) * x, np.float64),
        (lambda x: x.astype(np.float64), np.float64),
    ],
    ids=["functions", "powers", "matmul", "imaginary", "strong", "astype"],
)
def test_types_promote_as_in_numpy(function, expected):
    assert function(Taylor(COEFFICIENTS.astype(np.float32))).dtype == expected


def test_basic_indices_are_views_as_in_numpy():
    x = Taylor(np.zeros((2, 3)))
    x[1:][0] = Taylor([5.0, 6.0])
    assert_array_equal(x.coefficients, [[0, 5, 0], [0, 6, 0]])
    x.reshape(3, 1)[0, 0] = 1.0
    assert_array_equal(x.coefficients, [[1, 5, 0], [0, 6, 0]])


def test_identically_zero_entries_have_roots_and_absolute_values():
    """Dead inputs give gradients that vanish to all orders."""
    x = Taylor([[0.0, 4.0], [0.0, 4.0], [0.0, 0.0]])
    assert_allclose(np.sqrt(x).coefficients, [[0, 2], [0, 1], [0, -0.25]])
    assert_array_equal(abs(x).coefficients, x.coefficients)


PLAIN = np.zeros((3, 4))


def add_into_an_array(x):
    plain = PLAIN.copy()
    plain += x


def assign_into_an_array(x):
    PLAIN[0] = x[0]


REFUSED = {
    "asarray": (np.asarray, "numpy.asarray .* would drop the higher terms"),
    "array of series": (lambda x: np.array([x, x]), "join series with numpy.stack"),
    "float": (lambda x: float(x[0, 0]), "float"),
    "math": (lambda x: math.exp(x[0, 0]), "function of 'math'"),
    "truth": (bool, "bool"),
    "add in place": (add_into_an_array, "numpy.add .* y = y \\+ x"),
    "assign": (assign_into_an_array, "numpy.zeros_like"),
    "unknown ufunc": (lambda x: np.floor(x), "numpy.floor has no rule"),
    "unknown scipy ufunc": (scipy.special.gammaln, "scipy.special.gammaln has no rule"),
    "scipy softmax": (scipy.special.softmax, "numpy.asarray"),
    "unknown function": (np.linalg.eigh, "numpy.linalg.eigh has no rule"),
    "remedy": (lambda x: np.arctan2(x, x), "numpy.arctan of the quotient"),
    "accumulate": (np.add.accumulate, "numpy.add.accumulate"),
    "where of a ufunc": (lambda x: np.add(x, 1, where=PLAIN > 0), "numpy.add with 'where'"),
    "initial": (lambda x: np.sum(x, initial=1.0), "numpy.sum .* leave out initial"),
    "out of a comparison": (lambda x: np.less(x, 1, out=PLAIN > 0), "numpy.less with 'out'"),
    "out of a function": (lambda x: np.sum(x, axis=0, out=PLAIN[0]), "numpy.sum .* 'out'"),
    "series as index": (lambda x: PLAIN[x], "numpy.asarray|index"),
    "series as index of a series": (lambda x: x[x], "index"),
    "series as condition": (lambda x: np.where(x, x, x), "numpy.where needs a comparison"),
    "maximum of complex": (lambda x: np.max(x * 1j), "take real Taylor series"),
    "norm": (lambda x: np.linalg.norm(x, 1), "ord=2"),
    "einsum without text": (lambda x: np.einsum(x, [0, 1]), "subscripts"),
    "complex into real": (lambda x: x.__setitem__(0, 1j * x[0]), "complex128 does not fit"),
    "text": (lambda x: x + "a", "str"),
    "length": (lambda x: len(x[0, 0]), "no length"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_operation_without_a_rule_is_refused_by_name(name):
    function, message = REFUSED[name]
    with pytest.raises(TaylorError, match=message):
        function(Taylor(COEFFICIENTS))


KINKS = Taylor([[1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize(
    "function",
    [
        abs, np.sign, np.sqrt, np.log, lambda x: x**1.5, lambda x: 1 / x, lambda x: x > 0,
        lambda x: x == 0, lambda x: np.maximum(x, 0), lambda x: np.clip(x, 0, 9),
    ],
    ids="abs sign sqrt log power quotient greater equal maximum clip".split(),
)  # fmt: skip
def test_kink_or_singularity_is_refused_with_its_place(function):
    with pytest.raises(DomainError, match=r"at index \(1,\)"):
        function(KINKS)


def test_assignment_to_an_entry_is_refused_by_numpy_for_our_reason():
    with pytest.raises(ValueError, match="setting an array element") as caught:
        PLAIN[0, 0] = Taylor([1.0, 2.0])
    assert isinstance(caught.value.__cause__, TaylorError)


def test_bad_series_are_refused():
    with pytest.raises(DomainError, match="one array for each power"):
        Taylor(3.0)
    with pytest.raises(TaylorError, match="numbers"):
        Taylor(["a"])
    with pytest.raises(DomainError, match="Series of 2 and of 3 terms"):
        Taylor([1.0, 2.0]) + Taylor([1.0, 2.0, 3.0])
    with pytest.raises(DomainError, match="Series of 2 and of 3 terms"):
        Taylor([[1.0], [2.0]])[0] = Taylor([1.0, 2.0, 3.0])
    with pytest.raises(DomainError, match="Series of 1 and of 2 terms"):
        np.concatenate([Taylor([[1.0], [2.0]]), Taylor([[1.0]])])
    with pytest.raises(DomainError, match="Argument 'terms' must be at least 1"):
        Taylor.constant(1.0, terms=0)
    with pytest.raises(ArgumentTypeError):
        Taylor.line(1.0, 1.0, terms=2.5)


def test_integers_become_floats_and_points_evaluate():
    x = Taylor([1, 2, 3])
    assert x.dtype == float
    assert x(2) == 1 + 2 * 2 + 3 * 4


def test_copies_are_copies() -> None:
    for copy in (Taylor.copy, lambda x: x**1):
        x = Taylor([[1.0, 2.0], [3.0, 4.0]])
        y = copy(x)
        y[0] = 9.0
        assert_array_equal(x.coefficients, [[1.0, 2.0], [3.0, 4.0]])


def test_ties_go_on_among_the_leading_entries_only_by_values_at_small_steps() -> None:
    x = Taylor([[1.0, 1.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 5.0]])
    assert np.argmax(x) == np.argmax(x(1e-3)) == 0


def test_whole_powers_of_what_vanishes_by_products() -> None:
    x = Taylor([0.0, 2.0, 1.0, 0.0])
    assert_array_equal((x**3).coefficients, (x * x * x).coefficients)


def test_degrees_of_freedom_are_subtracted_as_numpy_does() -> None:
    x = Taylor.line([1.0, 2.0, 4.0], [1.0, 0.0, 1.0], terms=3)
    h = 0.5
    assert_allclose(np.var(x, ddof=1)(h), np.var(x(h), ddof=1), rtol=1e-14)


def test_a_real_series_and_a_complex_constant_make_a_complex_series() -> None:
    assert_array_equal((Taylor([1.0, 2.0]) + 1j).coefficients, [1 + 1j, 2])


def test_what_does_not_fit_is_refused_in_one_sentence() -> None:
    x = Taylor(np.ones((2, 3)))
    with pytest.raises(DomainError, match="does not fit into"):
        np.add(x, x, out=Taylor(np.ones((2, 2, 3))))
    with pytest.raises(TaylorError, match=r"numpy\.max does not take these arguments"):
        np.max(x, initial=0.0)
    with pytest.raises(DomainError, match="'coefficients' must be an array of numbers"):
        Taylor([[1.0], [1.0, 2.0]])
    with pytest.raises(DomainError, match="'point' and 'direction' do not fit"):
        Taylor.line([1.0, 2.0, 3.0], [1.0, 2.0], terms=2)
