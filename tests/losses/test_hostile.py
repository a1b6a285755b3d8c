"""Whatever is thrown at public functions: a result, or an error of the package on one line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from polyfam import losses
from polyfam.errors import PolyfamError

BAD: tuple[Any, ...] = (
    None, "", "abc", "1", b"x", 3, -1, 0, 2.5, float("nan"), float("inf"), True, 10**400, 10**5000,
    [], [[]], [1, "a"], [[1], [1, 2]], {}, object(), np.array("x"), np.zeros((2, 0)), 1j, [None],
    [float("nan")], ["1", "2"], [10**400, 1], range(2), np.ones((2, 2, 2)), lambda: 0,
    "\x1c\n" * 99,
)  # fmt: skip
Q = losses.Quadratic([[2.0, 0.0], [0.0, 1.0]])
NET = losses.MLP([[1.0, 0.0], [0.0, 1.0]], [0, 1], widths=(2,))
CALLS: dict[str, Any] = {
    "Taylor": losses.Taylor,
    "constant": lambda x: losses.Taylor.constant(x, 2),
    "constant terms": lambda x: losses.Taylor.constant(1.0, x),
    "line": lambda x: losses.Taylor.line(x, 1.0, 3),
    "plus": lambda x: losses.Taylor([1.0, 2.0]) + x,
    "times": lambda x: x * losses.Taylor([1.0, 2.0]),
    "power": lambda x: losses.Taylor([1.0, 2.0]) ** x,
    "softmax": losses.softmax,
    "softmax axis": lambda x: losses.softmax([1.0, 2.0], x),
    "logsumexp": losses.logsumexp,
    "quadratic": losses.Quadratic,
    "quadratic linear": lambda x: losses.Quadratic([[1.0]], x),
    "cubic": losses.CubicNet,
    "rosenbrock": lambda x: losses.Rosenbrock(1.0, x),
    "polynomial": losses.Polynomial1D,
    "factorisation": lambda x: losses.MatrixFactorisation(x, 1),
    "factorisation rank": lambda x: losses.MatrixFactorisation([[1.0]], x),
    "linear X": lambda x: losses.LinearRegression(x, [1.0, 2.0]),
    "linear y": lambda x: losses.LinearRegression([[1.0], [2.0]], x),
    "logistic y": lambda x: losses.LogisticRegression([[1.0], [2.0]], x),
    "softmax y": lambda x: losses.SoftmaxRegression([[1.0], [2.0]], x),
    "ridge": lambda x: losses.SoftmaxRegression([[1.0], [2.0]], [0, 1], x),
    "widths": lambda x: losses.DeepLinear([[1.0], [2.0]], [0, 1], x),
    "activation": lambda x: losses.MLP([[1.0], [2.0]], [0, 1], (2,), x),
    "batch": NET.batch,
    "start": NET.initial_point,
    "predict": lambda x: NET.predict(np.zeros(NET.dimension), x),
    "value": Q.value,
    "gradient": Q.gradient,
    "net gradient": NET.gradient,
    "product": lambda x: Q.hessian_vector([1.0, 2.0], x),
    "load": losses.load_data,
    "black box": losses.black_box,
    "black box radius": lambda x: losses.black_box(np.sin, radius=x),
    "single point": losses.single_point,
    "from_jax": losses.from_jax,
    "from_jax size": lambda x: losses.from_jax(np.sum, size=x),
    "hessian loss": lambda x: losses.hessian(x, [1.0, 2.0]),
    "hessian": lambda x: losses.hessian(Q, x),
    "hessian_vector": lambda x: losses.hessian_vector(Q, [1.0, 2.0], x),
    "eigenpairs": lambda x: losses.leading_eigenpairs(Q, [1.0, 2.0], x),
    "jet loss": lambda x: losses.gradient_jet(x, (2,), 2),
    "jet shape": lambda x: losses.gradient_jet(Q, x, 2),
    "jet terms": lambda x: losses.gradient_jet(Q, (2,), x),
    "push": lambda x: losses.gradient_jet(Q, (2,), 2).push(x),
    "series": lambda x: losses.gradient_series(Q, x),
    "series loss": lambda x: losses.gradient_series(x, [[1.0], [2.0]]),
    "smoothness": losses.smoothness,
    "smoothness center": lambda x: losses.smoothness(Q, center=x, radius=1.0),
    "smoothness radius": lambda x: losses.smoothness(Q, center=[0.0, 0.0], radius=x),
}


@pytest.mark.parametrize("name", CALLS)
def test_only_errors_of_the_package_on_one_short_line(name: str) -> None:
    raw = []
    for value in BAD:
        try:
            with np.errstate(all="ignore"):
                CALLS[name](value)
        except PolyfamError as error:
            message = str(error)
            if "\n" in message or len(message) > 450:
                raw.append((repr(value)[:30] if not isinstance(value, int) else "int", message))
        except Exception as error:  # the point of this test
            raw.append((repr(value)[:30] if not isinstance(value, int) else "int", repr(error)))
    assert not raw
