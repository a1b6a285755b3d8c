"""The identities: each holds on small trees, and each check can fail."""

from __future__ import annotations

import pytest

from polyfam.errors import DomainError, ResourceError
from polyfam.family.identities import IDENTITIES, verify
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.table import beta_table


@pytest.fixture(scope="module")
def reports():
    return {report.identity.name: report for report in verify(9)}


def test_names_are_unique_and_everything_says_what_it_rests_on():
    names = [identity.name for identity in IDENTITIES]
    assert len(set(names)) == len(names)
    assert all(identity.rests_on and identity.statement for identity in IDENTITIES)


def test_every_identity_is_checked_in_exactly_one_way():
    for identity in IDENTITIES:
        assert (identity.check_tree is None) != (identity.check_order is None)


@pytest.mark.parametrize("name", [identity.name for identity in IDENTITIES])
def test_identity_holds_up_to_nine_vertices(reports, name):
    assert reports[name].holds


def test_reach_of_the_checks(reports):
    assert reports["edge-words"].largest == 8
    assert reports["edge-words"].trees == 1 + 1 + 1 + 2 + 3 + 6 + 11 + 23
    assert reports["palindrome"].trees == reports["edge-words"].trees + 47


def wrong_neighbours(table):
    """Give every polynomial of a table the tree of the next row."""
    trees = [p.tree for p in table]
    return [
        BetaPolynomial(p.coefficients, tree)
        for p, tree in zip(table, trees[1:] + trees[:1], strict=True)
    ]


def passes(identity, polynomial):
    """Say whether a polynomial passes a check; what the check refuses does not."""
    try:
        return identity.check_tree(polynomial)
    except DomainError:
        return False


@pytest.mark.parametrize(
    "identity", [i for i in IDENTITIES if i.check_tree is not None], ids=lambda i: i.name
)
def test_check_of_one_tree_notices_a_wrong_polynomial(identity):
    """A polynomial that belongs to another tree, or to no tree, must not pass everywhere."""
    swapped = wrong_neighbours(beta_table(7))
    spoilt = [
        BetaPolynomial._trusted((0, *row), p.tree)
        for p in beta_table(7)
        for row in ((1, 15, 50, 51, 15, 1), (1, 2, 1, 1, 2, 1), (1, 999, 9999, 9999, 999, 1))
    ]
    assert not all(passes(identity, p) for p in swapped + spoilt)


class Forged(list):
    """A list of polynomials that looks like a table."""

    def __init__(self, polynomials, n):
        import numpy as np

        super().__init__(polynomials)
        self.n, self.degree = n, n - 1
        self.half_words = np.array([p.row[: n // 2] for p in self], np.uint64)


@pytest.mark.parametrize(
    "identity", [i for i in IDENTITIES if i.check_order is not None], ids=lambda i: i.name
)
def test_check_of_an_order_notices_a_wrong_table(identity):
    first, *middle, last = beta_table(7)
    wrong = BetaPolynomial.from_row((1, 16, 50, 50, 16, 1), first.tree)
    worse = BetaPolynomial.from_row((1, 56, 302, 302, 56, 1), last.tree)
    forged = Forged([wrong, *middle[:-1], middle[0], worse], 7)
    assert identity.check_order(Forged([first, *middle, last], 7))
    assert not identity.check_order(
        Forged(sorted(forged), 7) if identity.name == "distinct" else forged
    )


def test_verify_stops_at_the_first_failure(monkeypatch):
    from polyfam.family import identities

    broken = identities.Identity(
        "broken", "c_2 < 11", "conjecture", "nothing", check_tree=lambda p: max(p.row) < 11
    )
    monkeypatch.setattr(identities, "IDENTITIES", (broken,))
    (report,) = verify(8)
    assert not report.holds
    assert (report.largest, report.counterexample.row) == (5, (1, 11, 11, 1))


def test_a_new_identity_is_one_module_and_one_line(monkeypatch, tmp_path):
    """Write a module beside the others, add its name, and it is checked with them."""
    import importlib

    from polyfam.family import identities

    (tmp_path / "first_is_one.py").write_text(
        "from polyfam.family.identities.identity import Identity\n"
        'IDENTITY = Identity("first-is-one", "c_1 = 1", "theorem", "one vertex has c_0",\n'
        "    check_tree=lambda p: p.row[0] == 1)\n"
    )
    monkeypatch.setattr(identities, "__path__", [*identities.__path__, str(tmp_path)])
    lines = [*identities.MODULES, "first_is_one"]
    found = [importlib.import_module(f"{identities.__name__}.{name}").IDENTITY for name in lines]
    monkeypatch.setattr(identities, "IDENTITIES", tuple(found))
    assert found[:-1] == list(IDENTITIES)
    assert [r.identity.name for r in verify(4) if r.holds][-1] == "first-is-one"


@pytest.mark.parametrize("n", [27, 10**30, 10**5000], ids=["short", "long", "longer"])
def test_absurd_orders_are_refused_before_anything_is_computed(n):
    with pytest.raises(ResourceError, match="would take"):
        next(verify(n))
