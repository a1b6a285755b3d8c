"""The identities of the family, each with what it rests on and a check.

`IDENTITIES` lists them; `verify` runs them.  Theorems and conjectures are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from polyfam._checked import checked
from polyfam._checks import integer
from polyfam.family.identities.identity import Identity
from polyfam.family.polynomial import BetaPolynomial
from polyfam.family.table import BetaTable, beta_table, check_size

if TYPE_CHECKING:
    from polyfam.typing import Progress

__all__ = ["IDENTITIES", "Identity", "Verification", "verify"]

#: The modules that hold an `Identity` called IDENTITY, theorems first; a new one is a line here.
MODULES = (
    "lattice_sum",
    "packed_lattice_sum",
    "cut_recursion",
    "nested_sets",
    "face_numbers",
    "gamma_calculus",
    "edge_words",
    "palindrome",
    "total_mass",
    "second_coefficient",
    "gamma_nonnegative",
    "gamma_words",
    "alternating_words",
    "hook_formula",
    "gamma_derivative",
    "leaf_gamma",
    "leaf_monotone",
    "path_to_star",
    "caterpillar_motzkin",
    "star_eulerian",
    "path_narayana",
    "path_quadratic",
    "labelled_sum",
    "distinct",
    "real_rooted",
    "leaf_interlacing",
    "chain",
)

#: All identities, theorems first.
IDENTITIES: tuple[Identity, ...] = tuple(
    import_module(f"{__name__}.{module}").IDENTITY for module in MODULES
)


@dataclass(frozen=True)
class Verification:
    """What came of checking one identity.

    Parameters
    ----------
    identity : Identity
        What was checked.
    largest : int
        The largest order that was checked.
    trees : int
        The number of trees that were checked.
    counterexample : BetaPolynomial, BetaTable or None
        The first failure, at which the check stopped.

    Examples
    --------
    >>> report = next(verify(6))
    >>> report.identity.name, report.trees, report.holds
    ('lattice-sum', 14, True)
    """

    identity: Identity
    largest: int
    trees: int
    counterexample: BetaPolynomial | BetaTable | None

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return self.counterexample is None


@checked
def verify(max_vertices: int, progress: Progress | None = None) -> Iterator[Verification]:
    """Check every identity on all free trees with up to this many vertices.

    Parameters
    ----------
    max_vertices : int
        At least 1.  Checks by listing stop at their own largest order.
    progress : callable, optional
        Called with "tables" while these are made and then with the name of each identity, the
        order that comes next and the last one.

    Yields
    ------
    Verification
        One for each identity, in the order of `IDENTITIES`.

    Examples
    --------
    >>> all(report.holds for report in verify(6))
    True
    """
    last = integer(max_vertices, "max_vertices", minimum=1)
    check_size(last)
    tables = []
    for n in range(1, last + 1):
        if progress is not None:
            progress("tables", n, last)
        tables.append(beta_table(n))
    for identity in IDENTITIES:
        trees, failure, largest = 0, None, 0
        for table in tables:
            if failure is not None or not identity.covers(table.n):
                break
            if progress is not None:
                progress(identity.name, table.n, last)
            failure = identity.counterexample(table)
            trees, largest = trees + len(table), table.n
        yield Verification(identity, largest, trees, failure)
