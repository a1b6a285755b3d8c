r"""Heavy ball on mini-batches: the expansion for a given sequence of losses, one a step.

With L_n the loss of step n,  theta_{n+1} = theta_n - h * sum over k = 0..n of
beta^k grad L_{n-k}(theta_{n-k}).  At step n this is theta_n - h grad of the modified loss

    sum over free trees t of  h^j/sigma(t) * sum over labels k_v = 0..n of
        (product over edges uv of sum over i = 1..min(k_u, k_v) of beta^(-i)) beta^(sum of k_v)
        * contraction along t of the derivatives of L_{n-k_v}, one at each vertex v:

the lattice sum of the full batch before it is summed over the labels k_v, which now say how many
steps ago a loss was used.  The root does not enter, so the field is a gradient for any losses.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from polyfam._checks import integer
from polyfam.errors import DomainError, ResourceError
from polyfam.series.coproduct import trees_up_to
from polyfam.series.rational import BETA
from polyfam.trees import FreeTree, RootedTree, free_trees

__all__ = ["realised_field", "realised_loss", "realised_terms", "realised_weight"]

#: So many labellings of one tree are listed in some seconds.
_MOST_LISTED = 10**6


def realised_weight(tree: FreeTree | RootedTree, labels: Sequence[int], beta: Any = BETA) -> Any:
    """Return the weight of a tree whose vertex v stands for the loss of labels[v] steps ago.

    A polynomial in beta; it is 0 when a label 0 is at an end of an edge.

    Parameters
    ----------
    tree : FreeTree or RootedTree
        The root does not matter.
    labels : sequence of int
        One for each vertex, in preorder.
    beta : ring element, optional
        By default the symbol.

    Examples
    --------
    >>> realised_weight(FreeTree([0, 1]), (2, 3))
    beta**4 + beta**3
    """
    if len(labels) != tree.order:
        raise DomainError(
            f"Argument 'labels' must have one entry for each of {tree.order} vertices, "
            f"not {len(labels)}."
        )
    shorter = [min(labels[u], labels[v]) for u, v in tree.edges()]
    sums = (sum(beta**i for i in range(k)) for k in shorter)
    return beta ** (sum(labels) - sum(shorter)) * prod(sums)


def realised_terms(
    tree: FreeTree | RootedTree, step: int, beta: Any = BETA
) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield the labels of a tree at a step with their weights, those with weight 0 left out.

    Parameters
    ----------
    tree : FreeTree or RootedTree
    step : int
        The number n of the step, from 0: labels go up to n.
    beta : ring element, optional
        By default the symbol.

    Examples
    --------
    >>> for labels, weight in realised_terms(FreeTree([0, 1]), 2):
    ...     print(labels, weight)
    (1, 1) beta
    (1, 2) beta**2
    (2, 1) beta**2
    (2, 2) beta**3 + beta**2
    """
    step = integer(step, "step", minimum=0)
    first = 0 if tree.order == 1 else 1
    count = (step + 1 - first) ** tree.order
    if count > _MOST_LISTED:
        raise ResourceError(
            f"A tree on {tree.order} vertices has {count} labellings at step {step}, too many to "
            "list; realised_loss sums over them."
        )
    for labels in product(range(first, step + 1), repeat=tree.order):
        yield labels, realised_weight(tree, labels, beta)


def realised_field(derivatives: Sequence[Sequence[Any]], beta: Any, order: int) -> list[Any]:
    """Return the coefficients of h^0, ..., h^(order-1) of the field, in one variable.

    The field at a point theta is the momentum that heavy ball has when theta_n = theta.

    Parameters
    ----------
    derivatives : sequence of sequences
        ``derivatives[k][m]`` is the derivative of order m, from 0, at theta of the loss of k steps
        ago; n + 1 rows at step n.  What a row lacks is 0.
    beta : number, or ring element of the same kind
    order : int
        The number of terms.

    Examples
    --------
    After two steps, with the losses theta^2/2 and then theta, at theta = 3:

    >>> realised_field([(3, 1), (Fraction(9, 2), 3, 1)], Fraction(1, 2), 2)
    [Fraction(5, 2), Fraction(3, 2)]
    """
    kept = _rooted_tails(derivatives, beta, order)
    fields: list[Any] = [0] * order
    for tree in kept:
        fields[tree.order - 1] += kept[tree][0] * Fraction(1, tree.automorphisms())
    return fields


def realised_loss(derivatives: Sequence[Sequence[Any]], beta: Any, order: int) -> list[Any]:
    """Return the coefficients of h^0, ..., h^(order-1) of the modified loss, in one variable.

    Parameters
    ----------
    derivatives, beta, order
        As for `realised_field`.

    Examples
    --------
    >>> realised_loss([(3, 1), (Fraction(9, 2), 3, 1)], Fraction(1, 2), 2)
    [Fraction(21, 4), Fraction(9, 4)]
    """
    kept = _rooted_tails(derivatives, beta, order)
    losses: list[Any] = [0] * order
    for n in range(1, order + 1):
        for tree in free_trees(n):
            total = _tails(tree.rooted(), derivatives, beta, kept, 0)[0]
            losses[n - 1] += total * Fraction(1, tree.automorphisms())
    return losses


def _rooted_tails(
    derivatives: Sequence[Sequence[Any]], beta: Any, order: int
) -> dict[RootedTree, list[Any]]:
    """Return `_tails` of all trees up to an order, each with one edge above its root."""
    if not derivatives:
        raise DomainError("Argument 'derivatives' must have a row for the last step, at least.")
    kept: dict[RootedTree, list[Any]] = {}
    for tree in trees_up_to(order):
        kept[tree] = _tails(tree, derivatives, beta, kept, 1)
    return kept


def _tails(
    tree: RootedTree,
    derivatives: Sequence[Sequence[Any]],
    beta: Any,
    kept: dict[RootedTree, list[Any]],
    edges: int,
) -> list[Any]:
    """Return sum over l of beta^l b_{i+l} for all i, the root with this many edges above it.

    The sum of these from i = 1 to k is the function c_k that a vertex with label k multiplies.
    """
    m = len(tree.branches) + edges
    tails: list[Any] = []
    hung = [_accumulated(kept[branch]) for branch in tree.branches]
    tail = 0
    for k, row in reversed(list(enumerate(derivatives))):
        here = row[m] if m < len(row) else 0
        tail = prod((c[k] for c in hung), start=here) + beta * tail
        tails.append(tail)
    return tails[::-1]


def _accumulated(tails: Sequence[Any]) -> list[Any]:
    """Return the sums over i = 1..k for all k."""
    sums: list[Any] = [0]
    for tail in tails[1:]:
        sums.append(sums[-1] + tail)
    return sums
