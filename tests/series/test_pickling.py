"""Values survive pickle and copy, under every protocol."""

from __future__ import annotations

import copy
import pickle

import pytest

from polyfam.series import (
    BSeries,
    Terms,
    field,
    gradient_order,
    kernel,
    modified_equation,
    modified_loss,
)
from polyfam.series.rational import BETA
from polyfam.trees import RootedTree

VALUES = {
    "loss": modified_loss(order=3),
    "numeric": modified_loss(order=3).at(beta="9/10"),
    "startup": field(order=4, step=2),
    "equation": modified_equation(order=3),
    "two-parameters": field(kernel("quasi-hyperbolic"), order=3),
    "term": next(iter(modified_loss(order=3))),
    "kernel": kernel("nesterov"),
    "series": BSeries({RootedTree(): BETA}, 3),
    "verdict": gradient_order(kernel("nesterov")),
    "check": modified_equation(order=3).is_gradient_up_to(),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_survive(name: str) -> None:
    value = VALUES[name]
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert again == value
        assert hash(again) == hash(value)
        assert str(again) == str(value)
    assert copy.copy(value) == copy.deepcopy(value) == value


def test_coefficients_live_in_the_same_field() -> None:
    again = pickle.loads(pickle.dumps(modified_loss(order=3)))
    assert again[next(iter(again)).tree] + BETA == 1 / (1 - BETA) + BETA


def test_names_and_terms_survive() -> None:
    assert pickle.loads(pickle.dumps(modified_loss(order=3, step=2))).name == "L_(h,2)"
    terms = Terms(field(order=2).at(beta=0).on(_Bowl(), [1.0]).coefficients, 0.5)
    assert pickle.loads(pickle.dumps(terms)).value == terms.value


class _Bowl:
    def gradient(self, theta: object) -> object:
        return theta
