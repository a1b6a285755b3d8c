"""Where 53 and 64 bits end: small tables with the bounds moved down, real rows near the star.

The largest coefficient of order n is the Eulerian number in the middle of row n - 1.  It passes
2^53 at n = 20 and 2^64 at n = 23, so that n = 21 needs residues and n = 23 big integers.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from polyfam.family.engine import exact_products, machine
from polyfam.family.engine import rows as engine
from polyfam.family.engine.halves import Halves
from polyfam.family.engine.rows import canonical_rows
from polyfam.family.named import eulerian_row
from polyfam.family.routes.face_numbers import face_numbers, row_from_faces
from polyfam.family.single import half_row
from polyfam.family.table import BetaTable, beta_table
from polyfam.trees import FreeTree

EXACT, WORD = 2**53, 2**64

#: Whether the inner loops run in machine code; both ways where numba is installed.
WAYS = sorted({False, machine.is_available()})


@pytest.fixture(params=WAYS, ids=lambda fast: "machine code" if fast else "numpy", autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose how the engine computes."""
    monkeypatch.setattr(machine, "is_available", lambda: request.param)
    monkeypatch.setattr(engine, "SMALL", 3)


@cache
def expected(n: int) -> BetaTable:
    """Return the table as it is with the real bounds, its rows far below them."""
    return beta_table(n)


@pytest.mark.parametrize("n", range(4, 13))
@pytest.mark.parametrize(
    ("exact_below", "word_below"),
    [(2.0**10, 2.0**64), (1.0, 2.0**64), (2.0**5, 2.0**20), (1.0, 2.0**18), (2.0**18, 2.0**18)],
)
def test_tables_do_not_depend_on_the_bounds(
    n: int, exact_below: float, word_below: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words must still hold the third coefficients, at most A(11, 3) = 152,637 < 2^18."""
    whole = expected(n)
    monkeypatch.setattr(exact_products, "EXACT_BELOW", exact_below)
    monkeypatch.setattr(exact_products, "WORD_BELOW", word_below)
    table = beta_table(n)
    assert list(table) == list(whole) == [table[k] for k in range(len(table))]
    assert [p.tree for p in table] == [p.tree for p in whole]
    assert (table.half == whole.half).all()
    assert (table.coefficients == whole.coefficients).all()
    large = {k for k, p in enumerate(whole) if max(p.row) >= word_below}
    assert large <= set(table.large_rows)
    assert not table.half_words[list(table.large_rows)].any()
    if word_below == 2.0**64:
        assert table.large_rows == ()


def test_moved_bounds_reach_every_kind_of_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above does not pass for want of large rows, nor of small ones."""
    monkeypatch.setattr(exact_products, "EXACT_BELOW", 2.0**5)
    monkeypatch.setattr(exact_products, "WORD_BELOW", 2.0**20)
    table = beta_table(12)
    assert len(table) // 10 < len(table.large_rows) < len(table) * 9 // 10


def test_large_rows_are_moved_among_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    """With keys of one bit all rows are ties, large and small ones mixed."""
    whole = expected(11)
    monkeypatch.setattr(exact_products, "WORD_BELOW", 2.0**17)
    monkeypatch.setattr(exact_products, "EXACT_BELOW", 1.0)
    monkeypatch.setattr(
        engine, "_sort_keys", lambda halves, *_: (np.ones(halves.count, np.uint64), 30)
    )
    half, positions, large = canonical_rows(Halves(11), half_row)
    assert 0 < len(large) < len(half)
    rows = [large.get(k, row) for k, row in enumerate(half.tolist())]
    assert rows == whole.half.tolist()
    assert Halves(11).levels(positions).tolist() == whole.level_sequences().tolist()


class NearStar(Halves):
    """Of every kind of pair only the first A, with their first B: many short branches.

    The forests are all built, so that whatever depends on them is as in the whole table.
    """

    def __init__(self, n: int) -> None:
        super().__init__(n)
        kinds, self.kinds, self.starts, self.count = self.kinds, [], [], 0
        for kind in kinds:
            pairs = kind.pairs
            last = np.full_like(pairs.last, pairs.first)
            some = np.flatnonzero(pairs.first < pairs.last)[:4]
            last[some] = np.minimum(pairs.last[some], pairs.first + 60)
            self.kinds.append(kind._replace(pairs=pairs._replace(last=last)))
            self.starts.append(self.count + np.cumsum([0, *(last - pairs.first)]))
            self.count = int(self.starts[-1][-1])


near_star = cache(NearStar)


@pytest.mark.parametrize("n", [20, 21, 22, 23, 24])
def test_rows_near_the_star_match_big_integers(n: int) -> None:
    """By two routes; the engine itself takes the first for large rows, and only for them."""
    halves = near_star(n)
    half, positions, large = canonical_rows(halves, half_row)
    sequences = halves.levels(positions).tolist()
    rows = [large.get(k, row) for k, row in enumerate(half.tolist())]
    assert rows == list(map(half_row, sequences))
    assert rows == sorted(rows)
    assert rows[-1] == list(eulerian_row(n - 1)[: n // 2])  # the star is among them
    for levels, row in list(zip(sequences, rows, strict=True))[::10]:
        assert row == list(row_from_faces(face_numbers(levels))[: n // 2])
        assert FreeTree(levels).levels == tuple(levels)

    tops = [max(row) for row in rows]
    assert set(large) == {k for k, top in enumerate(tops) if top >= WORD}
    assert bool(large) == (n >= 23)
    assert any(EXACT <= top < WORD for top in tops)


def test_bounds_of_the_docstrings_match_eulerian_numbers() -> None:
    assert max(eulerian_row(19)) >= EXACT > max(eulerian_row(18))
    assert max(eulerian_row(21)) < WORD * (1 - 2.0**-40) < max(eulerian_row(22))
    assert exact_products.EXACT_BELOW == EXACT
    assert exact_products.WORD_BELOW < WORD
