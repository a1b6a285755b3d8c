"""Equal normal forms of rooted trees: none, and found when there are."""

from __future__ import annotations

import numpy as np
import pytest

from polyfam import rooted_trees
from polyfam.census import equal_normal_forms
from polyfam.census import normal_forms as module
from polyfam.errors import ResourceError
from polyfam.family.identities.chain import normal_form
from polyfam.trees import count_rooted_trees
from polyfam.trees.halves import Forests


@pytest.mark.parametrize("n", range(1, 15))
def test_no_two_rooted_trees_share_their_normal_form(n: int) -> None:
    calls = []
    assert equal_normal_forms(n, lambda *call: calls.append(call)) == ()
    assert calls[-1] == ("rooted trees", count_rooted_trees(n), count_rooted_trees(n))


@pytest.mark.parametrize("n", [1, 2, 5, 9])
def test_keys_are_linear_functions_of_the_normal_form(n: int) -> None:
    lists: dict[int, Forests] = {}
    for m in range(n):
        lists[m] = Forests(m, m, lists)
    prime, beta = module.PRIMES[0], module.POINTS[0]
    expected = []
    for tree in rooted_trees(n):
        numbers = [sum(c * beta**i for i, c in enumerate(a)) for a in normal_form(tree)]
        first, second = (
            sum(a * x**k for k, a in enumerate(numbers)) % prime for x in module.POINTS
        )
        expected.append(first << 30 | second)
    assert sorted(module._keys(lists[n - 1], None).tolist()) == sorted(expected)


def test_equal_normal_forms_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = module._keys
    monkeypatch.setattr(module, "_keys", lambda *given: keys(*given) % np.uint64(3))
    assert equal_normal_forms(7) == ()  # coincidences
    monkeypatch.setattr(module, "normal_form", lambda tree: max(tree.levels))
    groups = equal_normal_forms(7)
    assert sum(map(len, groups)) == count_rooted_trees(7) - 2  # but the star and the path
    assert len(groups) == 4


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ResourceError, match="The normal forms of all rooted trees on 40 vertices"):
        equal_normal_forms(40)
