r"""Heavy ball on mini-batches: the expansion for a given sequence of losses, one a step.

With L_n the loss of step n,  theta_{n+1} = theta_n - h * sum over k = 0..n of
beta^k grad L_{n-k}(theta_{n-k}).  At step n this is theta_n - h grad of the modified loss

    sum over free trees t of  h^j/sigma(t) * sum over labels k_v = 0..n of
        (product over edges uv of sum over i = 1..min(k_u, k_v) of beta^(-i)) beta^(sum of k_v)
        * contraction along t of the derivatives of L_{n-k_v}, one at each vertex v:

the lattice sum of the full batch before it is summed over the labels k_v, which now say how many
steps ago a loss was used.  The root does not enter, so the field is a gradient for any losses.

The labellings are never listed to evaluate it.  On rooted trees, as the forms are multilinear,

    b_k(tau) = D^m(grad L_{n-k}) [c_k(tau_1), ..., c_k(tau_m)],     c_k = S_1 + ... + S_k,
    S_k = b_k + beta S_{k+1},                                       the field: S_0,

and the loss, rooted at a leaf, is the sum of beta^k <grad L_{n-k}, c_k(branch)>.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, product
from math import prod
from typing import TYPE_CHECKING, Any

from polyfam._checked import checked
from polyfam._checks import integer, members, shown
from polyfam.errors import DomainError, ResourceError
from polyfam.series.coproduct import trees_up_to
from polyfam.series.parsing import rational_number
from polyfam.series.rational import BETA
from polyfam.trees import FreeTree, RootedTree, free_trees

if TYPE_CHECKING:
    from polyfam.series.terms import Terms
    from polyfam.typing import Loss

__all__ = [
    "RealisedExpansion",
    "realised_field",
    "realised_loss",
    "realised_terms",
    "realised_weight",
]

#: From k and the vectors (with multiplicities) that fill a form: D^m(grad L_{n-k}) [...].
Form = Callable[[int, Counter[RootedTree], dict[RootedTree, list[Any]]], Any]

#: So many labellings of one tree are listed in some seconds.
_MOST_LISTED = 10**6


@checked
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

    Returns
    -------
    ring element
        A polynomial in beta.

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


@checked
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

    Yields
    ------
    tuple of tuple of int and ring element
        The labels in preorder, and the weight.

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
            f"A tree on {tree.order} vertices has {shown(count)} labellings at step {shown(step)}, "
            "too many to list; realised_loss sums over them."
        )
    for labels in product(range(first, step + 1), repeat=tree.order):
        yield labels, realised_weight(tree, labels, beta)


@dataclass(frozen=True)
class RealisedExpansion:
    """The expansion of heavy ball from rest for a given sequence of losses, one a step.

    `realised_loss` and `realised_field` make it.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1).
    is_field : bool
        Whether it is the field, a vector, or the loss.
    beta : Fraction, optional
        The momentum; without it a symbol.

    Examples
    --------
    >>> realised_field(order=2).at(beta="1/2")
    RealisedExpansion(order=2, is_field=True, beta=Fraction(1, 2))
    """

    order: int
    is_field: bool
    beta: Fraction | None = None

    def __post_init__(self) -> None:
        integer(self.order, "order", minimum=1)

    def at(self, *, beta: Fraction | int | str) -> RealisedExpansion:
        """Return the expansion at a rational momentum."""
        return RealisedExpansion(self.order, self.is_field, rational_number(beta, "beta"))

    @checked
    def on(self, losses: Sequence[Loss], theta: Any, *, step_size: float | None = None) -> Terms:
        """Evaluate it on the losses of the steps 0, ..., n.

        Parameters
        ----------
        losses : sequence of losses
            In the order of the steps; the field is that of the last one.
        theta : array_like, shape (..., d)
        step_size : float, optional
            h, for the sum; without it there are coefficients, see `Terms.at`.

        Returns
        -------
        Terms

        Raises
        ------
        DomainError
            Without a number for beta, or without losses.

        Examples
        --------
        Heavy ball with beta = 1/2 makes two steps, with theta^2/2 and then theta, to theta_1 = 3:

        >>> from polyfam.losses import Polynomial1D
        >>> losses = [Polynomial1D([0, 0, 0.5]), Polynomial1D([0, 1])]
        >>> field = realised_field(order=4).at(beta="1/2")
        >>> field.on(losses, [3.0]).coefficients.ravel()
        array([2.5, 1.5, 1.5, 1.5])
        """
        import numpy as np

        from polyfam.losses.derivatives.points import as_points
        from polyfam.series.elementary_differentials import multilinear_form
        from polyfam.series.terms import Terms

        if self.beta is None:
            raise DomainError(
                "This expansion contains a parameter: give it a value, .at(beta=...)."
            )
        past = members(losses, "losses", "a list of losses")[::-1]
        points = as_points(past[0], theta)

        def form(k: int, counts: Counter[RootedTree], hung: dict[RootedTree, list[Any]]) -> Any:
            vectors = [np.asarray(hung[branch][k] + 0 * points) for branch in counts]
            return multilinear_form(past[k], points, vectors, list(counts.values()))

        def product_of(slope: Any, vector: Any) -> Any:
            return np.sum(slope * vector, axis=-1)

        values = [] if self.is_field else [np.asarray(loss.value(points)) for loss in past]
        found = _evaluated(self, len(past), form, values, product_of, float(self.beta))
        shape = points.shape if self.is_field else points.shape[:-1]
        terms = np.stack([np.broadcast_to(np.asarray(term, points.dtype), shape) for term in found])
        return Terms(terms, step_size, is_vector=self.is_field)

    @checked
    def in_one_variable(self, derivatives: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the coefficients of h^0, ..., h^(order-1) in one variable, exactly.

        Parameters
        ----------
        derivatives : sequence of sequences of ring elements
            ``derivatives[k][m]`` is the derivative of order m, from 0, at theta of the loss of k
            steps ago; n + 1 rows at step n.  What a row lacks is 0.

        Examples
        --------
        >>> rows = [(3, 1), (Fraction(9, 2), 3, 1)]
        >>> realised_field(order=2).at(beta="1/2").in_one_variable(rows)
        [Fraction(5, 2), Fraction(3, 2)]
        >>> realised_loss(order=2).in_one_variable(rows)
        [(9*beta + 6)/2, 9*beta/2]
        """

        def form(k: int, counts: Counter[RootedTree], hung: dict[RootedTree, list[Any]]) -> Any:
            m, row = counts.total() + 1, derivatives[k]
            factors = (hung[branch][k] ** times for branch, times in counts.items())
            return prod(factors, start=row[m] if m < len(row) else 0)

        values = [row[0] if row else 0 for row in derivatives]
        beta = BETA if self.beta is None else self.beta
        return _evaluated(self, len(derivatives), form, values, lambda a, b: a * b, beta)


def realised_field(*, order: int) -> RealisedExpansion:
    """Return the field of heavy ball from rest for a sequence of losses: its momentum at theta.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1).

    Returns
    -------
    RealisedExpansion

    Examples
    --------
    >>> print(*realised_field(order=2).in_one_variable([(0, 1), (0, 2)]))
    2*beta + 1 0
    """
    return RealisedExpansion(order, is_field=True)


def realised_loss(*, order: int) -> RealisedExpansion:
    """Return the modified loss of heavy ball from rest for a sequence of losses.

    Parameters
    ----------
    order : int
        The number of terms, h^0 to h^(order-1).

    Returns
    -------
    RealisedExpansion

    Examples
    --------
    >>> realised_loss(order=2).in_one_variable([(3, 1), (0, 2)])
    [3, 2*beta]
    """
    return RealisedExpansion(order, is_field=False)


def _evaluated(
    expansion: RealisedExpansion,
    count: int,
    form: Form,
    values: list[Any],
    pairing: Callable[[Any, Any], Any],
    beta: Any,
) -> list[Any]:
    """Return the terms of an expansion over so many steps, for forms of any kind."""
    terms: list[Any] = [0] * expansion.order
    kept = expansion.order if expansion.is_field else max(1, expansion.order - 1)
    hung: dict[RootedTree, list[Any]] = {}
    slopes: list[Any] = []
    for tree in trees_up_to(kept):
        labelled = [form(k, Counter(tree.branches), hung) for k in range(count)]
        slopes = slopes or labelled  # the single vertex comes first
        tails = list(accumulate(reversed(labelled), lambda tail, value: value + beta * tail))[::-1]
        hung[tree] = list(accumulate([0 * tails[0], *tails[1:]]))
        if expansion.is_field:
            terms[tree.order - 1] += _share(tails[0], tree.automorphisms())
    if expansion.is_field:
        return terms
    powers = list(accumulate([beta] * (count - 1), lambda power, _: power * beta, initial=beta**0))
    terms[0] = sum(power * value for power, value in zip(powers, values, strict=True))
    for n in range(2, expansion.order + 1):
        for free in free_trees(n):
            # a rooting at a leaf has one branch: the tree without that leaf
            (branch,) = next(root.branches for root in free.rootings() if len(root.branches) == 1)
            pairs = zip(powers, slopes, hung[branch], strict=True)
            total = sum(power * pairing(slope, vector) for power, slope, vector in pairs)
            terms[n - 1] += _share(total, free.automorphisms())
    return terms


def _share(value: Any, sigma: int) -> Any:
    """Divide by a number of automorphisms, integers exactly and arrays as floats."""
    return value / sigma if hasattr(value, "dtype") else value * Fraction(1, sigma)
