r"""Notation for elementary differentials: text, LaTeX, sympy, and the case of one variable.

With g = grad L, H the Hessian and D3, D4, ... the higher derivative tensors of L, a rooted tree is

    F(.) = g,    F([t]) = H F(t),    F([t_1, ..., t_m]) = D(m+1)(F(t_1), ..., F(t_m)),

a vector.  A free tree is taken at its centroid: a number H(t), which is L for one vertex, the
product u . v of two halves, u . H v for a centroid of degree two, and D3(u, v, w), ... beyond.
In one variable only the degrees of the vertices are left: a vertex of degree d is the factor
L^(d), where the root of a rooted tree counts one degree more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from polyfam.series.coproduct import join
from polyfam.trees import FreeTree, RootedTree

if TYPE_CHECKING:
    import sympy

__all__ = [
    "degrees",
    "expression",
    "latex",
    "monomial_latex",
    "monomial_text",
    "text",
]


class _Style(NamedTuple):
    """How to write g, L, the derivative of order m filled with vectors, and a product of two."""

    gradient: Any
    loss: Any
    filled: Callable[[int, list[Any]], Any]
    product: Callable[[Any, Any], Any]


def text(tree: FreeTree | RootedTree) -> str:
    """Return the elementary differential of a tree as text: a vector of a rooted one.

    Examples
    --------
    >>> [text(RootedTree(levels)) for levels in ([0], [0, 1, 2], [0, 1, 2, 1])]
    ['g', 'H H g', 'D3(H g, g)']
    >>> [text(FreeTree(levels)) for levels in ([0], [0, 1], [0, 1, 2], [0, 1, 1, 1])]
    ['L', 'g . g', 'g . H g', 'D3(g, g, g)']
    """
    return str(_written(tree, _TEXT))


def latex(tree: FreeTree | RootedTree) -> str:
    r"""Return the elementary differential of a tree in LaTeX: a vector of a rooted one.

    Examples
    --------
    >>> print(latex(RootedTree([0, 1, 2, 1])))
    D^3 L\,[\nabla^2 L\,\nabla L, \nabla L]
    >>> for levels in ([0, 1], [0, 1, 1], [0, 1, 1, 1]):
    ...     print(latex(FreeTree(levels)))
    \lvert \nabla L\rvert^2
    \langle \nabla L, \nabla^2 L\,\nabla L\rangle
    D^3 L\,[\nabla L, \nabla L, \nabla L]
    """
    return str(_written(tree, _LATEX))


def expression(tree: FreeTree | RootedTree) -> sympy.Expr:
    """Return the elementary differential in sympy: functions ``H``, ``D3``, ..., ``dot`` of ``g``.

    They are names without rules: sympy knows neither that D3 is multilinear nor symmetric.

    Examples
    --------
    >>> expression(RootedTree([0, 1, 2, 1])), expression(FreeTree([0, 1, 1]))
    (D3(H(g), g), dot(g, H(g)))
    """
    from sympy import Function, Symbol

    def filled(m: int, vectors: list[sympy.Expr]) -> sympy.Expr:
        return Function("H" if m == 2 else f"D{m}")(*vectors)

    return _written(tree, _Style(Symbol("g"), Symbol("L"), filled, Function("dot")))


def _written(tree: FreeTree | RootedTree, style: _Style) -> Any:
    """Return the elementary differential of a tree in a style."""
    if isinstance(tree, RootedTree):
        vectors = [_written(branch, style) for branch in tree.branches]
        return style.filled(len(vectors) + 1, vectors) if vectors else style.gradient
    branches, middle = _around_centroid(tree)
    vectors = [_written(branch, style) for branch in branches]
    if len(vectors) == 2:
        other = style.filled(2, vectors[:1]) if middle else vectors[0]
        return style.product(vectors[1], other)
    return style.filled(len(vectors), vectors) if vectors else style.loss


def _filled_text(m: int, vectors: list[str]) -> str:
    """Return a derivative filled with vectors as text."""
    return f"H {vectors[0]}" if m == 2 else f"D{m}({', '.join(vectors)})"


def _filled_latex(m: int, vectors: list[str]) -> str:
    """Return a derivative filled with vectors in LaTeX."""
    if m == 2:
        return rf"\nabla^2 L\,{vectors[0]}"
    return rf"D^{m if m < 4 else f'{{{m}}}'} L\,[{', '.join(vectors)}]"


def _product_latex(one: str, other: str) -> str:
    """Return a product of two vectors in LaTeX."""
    return rf"\lvert {one}\rvert^2" if one == other else rf"\langle {one}, {other}\rangle"


_TEXT = _Style("g", "L", _filled_text, "{} . {}".format)
_LATEX = _Style(r"\nabla L", "L", _filled_latex, _product_latex)


def degrees(tree: FreeTree | RootedTree) -> tuple[int, ...]:
    """Return the orders of the derivatives of L at the vertices, ascending.

    Examples
    --------
    >>> degrees(FreeTree([0, 1, 1])), degrees(RootedTree([0, 1, 1]))
    ((1, 1, 2), (1, 1, 3))
    """
    orders = list(tree.degree_sequence())
    if isinstance(tree, RootedTree):
        orders.remove(len(tree.branches))
        orders.append(len(tree.branches) + 1)
    return tuple(sorted(orders))


def monomial_text(orders: tuple[int, ...]) -> str:
    """Return the product of derivatives of a loss in one variable.

    Examples
    --------
    >>> monomial_text((1, 1, 3)), monomial_text((0,)), monomial_text((1, 1, 1, 1, 4))
    ("L'^2 L'''", 'L', "L'^4 L^(4)")
    """
    return " ".join(_power(_derivative(d), k, "{}^{}") for d, k in Counter(orders).items())


def monomial_latex(orders: tuple[int, ...]) -> str:
    """Return the product of derivatives of a loss in one variable, in LaTeX.

    Examples
    --------
    >>> print(monomial_latex((1, 1, 2)))
    (L')^{2} L''
    """
    counted = ((_derivative(d, "L^{{({})}}"), k) for d, k in Counter(orders).items())
    return " ".join(_power(factor, k, "({})^{{{}}}") for factor, k in counted)


def _derivative(order: int, template: str = "L^({})") -> str:
    """Return the name of a derivative of L."""
    return "L" + "'" * order if order < 4 else template.format(order)


def _power(base: str, exponent: int, template: str) -> str:
    """Return a power, without exponent 1."""
    return base if exponent == 1 else template.format(base, exponent)


def _around_centroid(tree: FreeTree) -> tuple[list[RootedTree], bool]:
    """Return what meets at the centroid, and whether there is a vertex in the middle."""
    branches = list(tree.rooted().branches)
    if len(tree.centroid()) == 1:
        return branches, True
    return [branches[0], join(branches[1:])], False
