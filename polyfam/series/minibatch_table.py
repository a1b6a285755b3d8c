r"""The table of mini-batch coefficients: every tree with its vertices grouped by equal time.

Up to automorphisms of the tree, each partition of the vertices is listed once, with the number of
partitions that it stands for and its two rational functions of beta: the coefficients of the joint
moments and of the joint cumulants of the derivatives of a random batch's loss, see
`minibatch_cumulants`.  All moments of a tree sum to P_t/(1 - beta)^(2j + 1), times their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from math import prod
from typing import Any, NamedTuple

from polyfam._checks import integer
from polyfam.errors import DomainError, ResourceError
from polyfam.series.minibatch_cumulants import (
    cumulant_coefficient,
    moment_coefficient,
    set_partitions,
)
from polyfam.series.rational import FIELD
from polyfam.trees import FreeTree, free_trees

__all__ = ["BatchTerm", "batch_table", "batch_terms", "expected_loss"]

#: 203 partitions a tree, some seconds; with 7 vertices there are 877, and more to each.
_MOST_VERTICES = 6

Blocks = tuple[tuple[int, ...], ...]


class BatchTerm(NamedTuple):
    """A tree with a partition of its vertices (preorder numbers), and what belongs to it."""

    tree: FreeTree
    blocks: Blocks
    times: int
    moment: Any
    cumulant: Any


def batch_terms(tree: FreeTree) -> tuple[BatchTerm, ...]:
    """Return the terms of one tree, those with most blocks first.

    Parameters
    ----------
    tree : FreeTree
        With at most 6 vertices.

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
    if tree.order > _MOST_VERTICES:
        raise ResourceError(
            f"Argument 'tree' must have at most {_MOST_VERTICES} vertices, not {tree.order}: every "
            "partition of them is listed; cumulant_coefficient takes one of a larger tree."
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


def batch_table(order: int) -> tuple[BatchTerm, ...]:
    """Return the terms of all free trees with at most `order` vertices.

    Parameters
    ----------
    order : int
        The number of terms, at most 6; up to 5 takes a second, 6 twenty.

    Examples
    --------
    >>> [len(batch_table(order)) for order in (1, 2, 3, 4)]
    [1, 3, 7, 25]
    """
    order = integer(order, "order", minimum=1)
    trees = chain.from_iterable(free_trees(n) for n in range(1, order + 1))
    return tuple(chain.from_iterable(map(batch_terms, trees)))


def expected_loss(derivatives: Sequence[Sequence[Any]], order: int) -> list[Any]:
    """Return the expected modified loss in one variable, over independent uniform batches.

    Parameters
    ----------
    derivatives : sequence of sequences of rational numbers
        ``derivatives[b][m]`` is the derivative of order m, from 0, of the loss of batch b at the
        point.  What a row lacks is 0.
    order : int
        The number of terms.

    Returns
    -------
    list
        The coefficients of h^0, ..., h^(order-1), rational functions of beta.

    Examples
    --------
    Batches theta and -theta: the mean is 0, and what is left is the variance.

    >>> from polyfam.series.rational import text
    >>> [text(value) for value in expected_loss([(0, 1), (0, -1)], 2)]
    ['0', '1/2*beta/((1 - beta)^2*(1 + beta))']
    """
    if not derivatives:
        raise DomainError("Argument 'derivatives' must have a row for each batch, at least one.")
    terms = [FIELD.zero] * order
    for term in batch_table(order):
        tree = term.tree
        degrees = [0] * tree.order
        for v in chain.from_iterable(tree.edges()):
            degrees[v] += 1
        moments = (
            sum(prod(_entry(row, degrees[v]) for v in block) for row in derivatives)
            * Fraction(1, len(derivatives))
            for block in term.blocks
        )
        share = prod(moments) * Fraction(term.times, tree.automorphisms())
        terms[tree.order - 1] += FIELD.domain.convert(share) * term.moment
    return terms


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
    """Yield the images of the vertices under all automorphisms, vertex after vertex."""
    parents = tree.parents()
    edges = {frozenset(edge) for edge in tree.edges()}

    def extend(image: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        v = len(image)
        if v == tree.order:
            yield image
            return
        for w in range(tree.order):
            if w not in image and (v == 0 or {image[parents[v]], w} in edges):
                yield from extend((*image, w))

    return extend(())
