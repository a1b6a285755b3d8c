r"""The table of mini-batch coefficients: every tree with its vertices grouped by equal time.

Up to automorphisms of the tree, each partition of the vertices is listed once, with the number of
partitions that it stands for and its two rational functions of beta: the coefficients of the joint
moments and of the joint cumulants of the derivatives of a random batch's loss, see
`minibatch_cumulants`.  All moments of a tree sum to P_t/(1 - beta)^(2j + 1), times their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain, product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from polyfam._checked import checked
from polyfam._checks import few_vertices, integer, members, shown
from polyfam.errors import ResourceError
from polyfam.series.minibatch_cumulants import (
    cumulant_coefficient,
    moment_coefficient,
    set_partitions,
)
from polyfam.series.parsing import rational_number
from polyfam.series.portable import Portable
from polyfam.series.rational import evaluate
from polyfam.trees import FreeTree, free_trees

if TYPE_CHECKING:
    from polyfam.series.terms import Terms
    from polyfam.typing import Loss

__all__ = ["BatchTerm", "ExpectedExpansion", "batch_table", "batch_terms", "expected_loss"]

#: 203 partitions a tree, some seconds; with 7 vertices there are 877, and more to each.
_MOST_VERTICES = 6
#: So many ways to fill the blocks of a tree with batches are summed.
_MOST_FILLED = 10_000

Blocks = tuple[tuple[int, ...], ...]


class BatchTerm(NamedTuple):
    """A tree with a partition of its vertices (preorder numbers), and what belongs to it.

    Parameters
    ----------
    tree : FreeTree
        With sigma automorphisms.
    blocks : tuple of tuple of int
        A partition of its vertices, in preorder numbers.
    times : int
        The number of partitions that are images of this one.
    moment, cumulant : rational function of beta
        The coefficients of the joint moments and of the joint cumulants.

    Examples
    --------
    >>> [(term.blocks, term.times) for term in batch_terms(FreeTree([0, 1]))]
    [(((0,), (1,)), 1), (((0, 1),), 1)]
    """

    tree: FreeTree
    blocks: Blocks
    times: int
    moment: Any
    cumulant: Any


@checked
def batch_terms(tree: FreeTree) -> tuple[BatchTerm, ...]:
    """Return the terms of one tree, those with most blocks first.

    Parameters
    ----------
    tree : FreeTree
        With at most 6 vertices.

    Returns
    -------
    tuple of BatchTerm

    Examples
    --------
    >>> from polyfam.series.rational import text
    >>> for term in batch_terms(FreeTree([0, 1, 1])):
    ...     print(term.times, term.blocks, text(term.cumulant))
    1 ((0,), (1,), (2,)) (beta + beta^2)/(1 - beta)^5
    1 ((0,), (1, 2)) (beta + beta^3)/((1 - beta)^4*(1 + beta)^2)
    2 ((0, 1), (2,)) (beta + beta^2 + beta^3)/((1 - beta)^4*(1 + beta)^2)
    1 ((0, 1, 2),) (beta + beta^3)/((1 - beta)^3*(1 + beta)*(1 + beta + beta^2))
    """
    few_vertices(
        tree,
        _MOST_VERTICES,
        "every partition of them is listed; cumulant_coefficient takes one of a larger tree",
    )
    symmetries = list(_automorphisms(tree))
    counts: dict[Blocks, int] = {}
    seen: set[Blocks] = set()
    for colours in set_partitions(tree.order):
        if (blocks := _blocks(colours)) not in seen:
            orbit = {_blocks([colours[v] for v in image]) for image in symmetries}
            counts[blocks] = len(orbit)
            seen |= orbit
    return tuple(
        BatchTerm(
            tree,
            blocks,
            counts[blocks],
            moment_coefficient(tree, blocks),
            cumulant_coefficient(tree, blocks),
        )
        for blocks in sorted(counts, key=lambda blocks: (-len(blocks), blocks[::-1]))
    )


@checked
@lru_cache(maxsize=None, typed=True)
def batch_table(order: int) -> tuple[BatchTerm, ...]:
    """Return the terms of all free trees with at most `order` vertices.

    Parameters
    ----------
    order : int
        The number of terms, at most 6; up to 5 takes a second, 6 twenty.

    Returns
    -------
    tuple of BatchTerm

    Examples
    --------
    >>> [len(batch_table(order)) for order in (1, 2, 3, 4)]
    [1, 3, 7, 25]
    """
    order = integer(order, "order", minimum=1)
    if order > _MOST_VERTICES:
        raise ResourceError(
            f"Argument 'order' must be at most {_MOST_VERTICES}, not {shown(order)}: every "
            "partition of the vertices of every tree is listed."
        )
    trees = chain.from_iterable(free_trees(n) for n in range(1, order + 1))
    return tuple(chain.from_iterable(map(batch_terms, trees)))


@dataclass(frozen=True)
class ExpectedExpansion(Portable):
    """The expected modified loss of heavy ball over independent batches; `expected_loss` makes it.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1).
    moments : tuple
        For each term of `batch_table` its moment coefficient, a number after `at`.

    Examples
    --------
    >>> expected_loss(order=2).at(beta=0).moments
    (Fraction(1, 1), Fraction(0, 1), Fraction(0, 1))
    """

    order: int
    moments: tuple[Any, ...]

    def at(self, *, beta: Fraction | int | str) -> ExpectedExpansion:
        """Return the expansion at a rational momentum."""
        point = {"beta": rational_number(beta, "beta")}
        return ExpectedExpansion(self.order, tuple(evaluate(m, point) for m in self.moments))

    @checked
    def on(self, losses: Sequence[Loss], theta: Any, *, step_size: float | None = None) -> Terms:
        """Evaluate it on a finite population of batches, drawn uniformly and independently.

        Parameters
        ----------
        losses : sequence of losses
            Of the batches; their mean is the full batch.
        theta : array_like, shape (..., d)
        step_size : float, optional
            h, for the sum; without it there are coefficients, see `Terms.at`.

        Returns
        -------
        Terms
            Of scalars, shape (R, ...).

        Raises
        ------
        DomainError
            Without a number for beta, or without losses.
        ResourceError
            When blocks can be filled with batches in more ways than can be listed.

        Examples
        --------
        Batches theta and -theta: the mean is 0, and what is left is the variance.

        >>> from polyfam.losses import Polynomial1D
        >>> batches = [Polynomial1D([0, 1]), Polynomial1D([0, -1])]
        >>> expected_loss(order=2).at(beta="1/2").on(batches, [0.0]).coefficients
        array([0.        , 0.66666667])
        """
        import numpy as np

        from polyfam.series.elementary_differentials import ElementaryDifferentials
        from polyfam.series.evaluation import check_numeric
        from polyfam.series.terms import Terms

        check_numeric(self.moments)
        losses = members(losses, "losses", "a list of losses")
        differentials = ElementaryDifferentials(losses[0], theta, *losses[1:])
        count = len(losses)
        if count**self.order > _MOST_FILLED:
            raise ResourceError(
                f"{count} batches fill {self.order} blocks in {count**self.order} ways, and "
                f"{_MOST_FILLED} is the limit: take fewer batches or a lower order."
            )
        terms = np.zeros((self.order, *differentials.theta.shape[:-1]), differentials.theta.dtype)
        for term, moment in zip(batch_table(self.order), self.moments, strict=True):
            share = float(moment * term.times / term.tree.automorphisms()) / count ** len(
                term.blocks
            )
            block = {v: b for b, vertices in enumerate(term.blocks) for v in vertices}
            for filled in product(range(count), repeat=len(term.blocks)):
                labels = [filled[block[v]] for v in range(term.tree.order)]
                terms[term.tree.order - 1] += share * differentials.scalar(term.tree, labels)
        return Terms(terms, step_size, is_vector=False)

    @checked
    def in_one_variable(self, derivatives: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the coefficients of h^0, ..., h^(order-1) in one variable, exactly.

        Parameters
        ----------
        derivatives : sequence of sequences of rational numbers
            ``derivatives[b][m]`` is the derivative of order m, from 0, of the loss of batch b at
            the point.  What a row lacks is 0.

        Returns
        -------
        list
            Rational functions of beta, or numbers after `at`.

        Examples
        --------
        >>> from polyfam.series import text
        >>> [text(value) for value in expected_loss(order=2).in_one_variable([(0, 1), (0, -1)])]
        ['0', '1/2*beta/((1 - beta)^2*(1 + beta))']
        """
        terms = [self.moments[0] * 0 for _ in range(self.order)]
        for term, coefficient in zip(batch_table(self.order), self.moments, strict=True):
            degrees = [0] * term.tree.order
            for v in chain.from_iterable(term.tree.edges()):
                degrees[v] += 1
            moments = (
                sum(prod(_entry(row, degrees[v]) for v in block) for row in derivatives)
                * Fraction(1, len(derivatives))
                for block in term.blocks
            )
            share = prod(moments) * Fraction(term.times, term.tree.automorphisms())
            terms[term.tree.order - 1] += coefficient * _number_for(coefficient, share)
        return terms


def expected_loss(*, order: int) -> ExpectedExpansion:
    """Return the expected modified loss of heavy ball over independent batches, stationary.

    Parameters
    ----------
    order : int
        The number of terms, at most 6; up to 5 takes a second, 6 twenty.

    Returns
    -------
    ExpectedExpansion

    Examples
    --------
    >>> expected_loss(order=2).at(beta="1/2").moments
    (Fraction(2, 1), Fraction(8, 3), Fraction(4, 3))
    """
    return ExpectedExpansion(order, tuple(term.moment for term in batch_table(order)))


def _number_for(coefficient: Any, number: Fraction) -> Any:
    """Return a rational number where a coefficient lives."""
    return coefficient.field.domain.convert(number) if hasattr(coefficient, "field") else number


def _entry(row: Sequence[Any], m: int) -> Any:
    """Return a derivative, 0 where the row has ended."""
    return row[m] if m < len(row) else 0


def _blocks(colours: Sequence[int]) -> Blocks:
    """Return the blocks of a partition, by their first vertices."""
    found: dict[int, list[int]] = {}
    for v, colour in enumerate(colours):
        found.setdefault(colour, []).append(v)
    return tuple(map(tuple, found.values()))


def _automorphisms(tree: FreeTree) -> Iterator[tuple[int, ...]]:
    """Yield the images of the vertices under all automorphisms."""
    from networkx.algorithms.isomorphism import GraphMatcher

    graph = tree.to_networkx()
    for image in GraphMatcher(graph, graph).isomorphisms_iter():
        yield tuple(image[vertex] for vertex in range(tree.order))
