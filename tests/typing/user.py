"""What a user's type checker sees of polyfam; mypy reads this file, nothing runs it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, assert_type

import numpy as np

import polyfam
from polyfam import (
    BetaPolynomial,
    Expansion,
    FreeTree,
    HeavyBall,
    RootedTree,
    Terms,
    beta_polynomial,
    beta_table,
    count_free_trees,
    format_tree,
    identify,
    load_table,
    memoryless,
    modified_loss,
    parse_tree,
    run,
    star,
)
from polyfam.family import BetaTable, Identification
from polyfam.losses import Quadratic
from polyfam.memory import Trajectory
from polyfam.optimizers import Adam
from polyfam.tables import Table
from polyfam.typing import Loss, Optimizer

assert_type(star(5), FreeTree)
assert_type(parse_tree("1-2 2-3"), FreeTree)
assert_type(star(5).rooted(), RootedTree)
assert_type(beta_polynomial(star(5)), BetaPolynomial)
assert_type(beta_polynomial(star(5)).row, tuple[int, ...])
assert_type(beta_table(6), BetaTable)
assert_type(identify([1, 8, 8, 1]), Identification)
assert_type(count_free_trees(60), int)
assert_type(format_tree(star(5), "graph6"), str)
assert_type(load_table("family-06"), Table)
assert_type(modified_loss(HeavyBall, order=3), Expansion)
assert_type(modified_loss(HeavyBall(Fraction(9, 10)), order=3), Expansion)


class Mine:
    """A loss of one's own needs a gradient and nothing else."""

    def gradient(self, theta: Any) -> Any:
        """Return the gradient."""
        return np.sin(theta)


loss: Loss = Mine()
built_in: Loss = Quadratic([[1.0]])
optimizer: Optimizer = Adam(epsilon=1.0)
assert_type(memoryless(optimizer, loss, [1.0], order=2), Terms)
assert_type(run(HeavyBall(0.9), loss, [1.0], steps=5, step_size=0.1), Trajectory)

not_a_tree: FreeTree = beta_polynomial(star(5))  # type: ignore[assignment]
polyfam.beta_table("six")  # type: ignore[arg-type]
no_loss: Loss = object()  # type: ignore[assignment]
