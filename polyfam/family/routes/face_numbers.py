r"""Face numbers of graph associahedra of line graphs, by Newton's binomial basis.

Let x = beta/(1 - beta).  Normalise the label sum over a rooted tree by a factor 1 - beta for each
edge; it is then a polynomial in the root's label k, B(k) = sum over m of y_m binom(k, m), whose
coefficients y_m are polynomials in x with nonnegative integer coefficients.

- One vertex has y = (1).
- Hanging the tree on a new edge turns y into (0, z_0, z_1, ...), where
  u_m = y_{m+1} + x u_{m+1}  and  z_m = y_m + (1 + x) u_m.
- Gluing two trees at their roots multiplies the functions of k.
- In the end  G(t) = P_t/(1 - beta)^j = sum over m of y_m x^m.

The coefficient of x^m in G(t) counts the nested sets of m tubes of the line graph that contain
the whole tree: the faces of codimension m - 1 of its graph associahedron.

The kernel runs on Python integers at x = 2^b, with b so large that the coefficients of G can be
read off the binary digits of G(2^b).  How large, a first pass at x = 1 tells.

References
----------
A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from polyfam._checked import checked
from polyfam._checks import shown
from polyfam.errors import ArgumentTypeError
from polyfam.trees import FreeTree, RootedTree
from polyfam.trees.levels import check_levels, parents_from_levels

__all__ = ["face_numbers", "row_from_faces"]


def row_from_faces(faces: Sequence[int]) -> tuple[int, ...]:
    """Return the coefficients of beta^1, ..., beta^j of P = sum of G_m beta^m (1 - beta)^(j - m).

    Examples
    --------
    >>> row_from_faces([0, 1, 5, 5])
    (1, 3, 1)
    """
    j = len(faces) - 1
    if j == 0:
        return tuple(faces)
    return tuple(
        sum((-1) ** (i - m) * comb(j - m, i - m) * faces[m] for m in range(i + 1))
        for i in range(1, j + 1)
    )


@checked
def face_numbers(tree: FreeTree | RootedTree | Sequence[int]) -> list[int]:
    """Return the coefficients of G(t) = P_t/(1 - beta)^j in powers of x = beta/(1 - beta).

    Parameters
    ----------
    tree : FreeTree, RootedTree or sequence of int
        A tree, or any level sequence of one.

    Returns
    -------
    list of int
        The m-th counts the nested sets of m tubes that contain the whole tree, m = 0, ..., j.

    Raises
    ------
    ArgumentTypeError
        For what is neither a tree nor a sequence.

    Examples
    --------
    >>> face_numbers((0, 1, 2, 3))
    [0, 1, 5, 5]
    """
    levels = getattr(tree, "levels", tree)
    if isinstance(levels, str) or not isinstance(levels, Sequence):
        raise ArgumentTypeError(
            f"Argument 'tree' must be a tree or a level sequence, not {shown(tree)}."
        )
    parents = parents_from_levels(check_levels(levels))
    width = _label_sum(parents, 0).bit_length()
    packed = _label_sum(parents, width)
    mask = (1 << width) - 1
    return [(packed >> (width * m)) & mask for m in range(len(parents))]


def _label_sum(parents: Sequence[int], width: int) -> int:
    """Return G(t) at x = 2^width, for a tree given by parents in preorder."""
    functions: list[list[int] | None] = [None] * len(parents)
    for vertex in range(len(parents) - 1, 0, -1):
        branch = _hang(functions[vertex] or [1], width)
        functions[vertex] = None
        others = functions[parents[vertex]]
        functions[parents[vertex]] = branch if others is None else _multiply(others, branch)
    return sum(value << (width * m) for m, value in enumerate(functions[0] or [1]))


def _hang(y: Sequence[int], width: int) -> list[int]:
    """Return the function of a tree hung on a new edge."""
    tail = 0
    hung = []
    for value in reversed(y):
        hung.append(value + tail + (tail << width))
        tail = value + (tail << width)
    return [0, *reversed(hung)]


def _multiply(f: Sequence[int], g: Sequence[int]) -> list[int]:
    """Return the product of two functions of k in the binomial basis.

    With p_m = f(k) binom(k, m), p_{m+1} = p_m (k - m)/(m + 1) and
    k binom(k, i) = i binom(k, i) + (i + 1) binom(k, i + 1), the product is the sum of g_m p_m.
    All p_m have integer coefficients, so the divisions are exact.
    """
    if len(f) < len(g):
        f, g = g, f
    power = list(f)
    product = [0] * (len(f) + len(g) - 1)
    for m, coefficient in enumerate(g):
        if m:
            power = [
                ((i - m + 1) * here + i * below) // m
                for i, (here, below) in enumerate(zip([*power, 0], [0, *power], strict=True))
            ]
        for i, value in enumerate(power):
            product[i] += coefficient * value
    return product
