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
from typing import TYPE_CHECKING

from polyfam.series.coproduct import join
from polyfam.trees import FreeTree, RootedTree

if TYPE_CHECKING:
    import sympy

__all__ = [
    "degrees",
    "expression",
    "field_latex",
    "field_text",
    "latex",
    "loss_latex",
    "loss_text",
    "monomial_latex",
    "monomial_text",
    "text",
]


def text(tree: FreeTree | RootedTree) -> str:
    """Return the elementary differential of a tree as text: a vector of a rooted one."""
    return loss_text(tree) if isinstance(tree, FreeTree) else field_text(tree)


def latex(tree: FreeTree | RootedTree) -> str:
    """Return the elementary differential of a tree in LaTeX: a vector of a rooted one."""
    return loss_latex(tree) if isinstance(tree, FreeTree) else field_latex(tree)


def field_text(tree: RootedTree) -> str:
    """Return F(tree), a vector.

    Examples
    --------
    >>> [field_text(RootedTree(levels)) for levels in ([0], [0, 1, 2], [0, 1, 2, 1])]
    ['g', 'H H g', 'D3(H g, g)']
    """
    vectors = [field_text(branch) for branch in tree.branches]
    if len(vectors) < 2:
        return " ".join(["H", *vectors] if vectors else ["g"])
    return f"D{len(vectors) + 1}({', '.join(vectors)})"


def loss_text(tree: FreeTree) -> str:
    """Return H(tree), a number.

    Examples
    --------
    >>> [loss_text(FreeTree(levels)) for levels in ([0], [0, 1], [0, 1, 2], [0, 1, 1, 1])]
    ['L', 'g . g', 'g . H g', 'D3(g, g, g)']
    """
    vectors, middle = _around_centroid(tree)
    texts = [field_text(vector) for vector in vectors]
    if len(texts) == 2:
        return f"{texts[1]} . {'H ' if middle else ''}{texts[0]}"
    return f"D{len(texts)}({', '.join(texts)})" if texts else "L"


def field_latex(tree: RootedTree) -> str:
    r"""Return F(tree) in LaTeX.

    Examples
    --------
    >>> print(field_latex(RootedTree([0, 1, 2, 1])))
    D^3 L\,[\nabla^2 L\,\nabla L, \nabla L]
    """
    vectors = [field_latex(branch) for branch in tree.branches]
    if len(vectors) < 2:
        return r"\,".join([r"\nabla^2 L", *vectors] if vectors else [r"\nabla L"])
    return rf"D^{{{len(vectors) + 1}}} L\,[{', '.join(vectors)}]".replace("^{3}", "^3")


def loss_latex(tree: FreeTree) -> str:
    r"""Return H(tree) in LaTeX.

    Examples
    --------
    >>> for levels in ([0, 1], [0, 1, 1], [0, 1, 1, 1]):
    ...     print(loss_latex(FreeTree(levels)))
    \lvert \nabla L\rvert^2
    \langle \nabla L, \nabla^2 L\,\nabla L\rangle
    D^3 L\,[\nabla L, \nabla L, \nabla L]
    """
    vectors, middle = _around_centroid(tree)
    texts = [field_latex(vector) for vector in vectors]
    if len(texts) == 2:
        other, one = texts
        if one == other and not middle:
            return rf"\lvert {one}\rvert^2"
        hessian = r"\nabla^2 L\," if middle else ""
        return rf"\langle {one}, {hessian}{other}\rangle"
    return rf"D^{{{len(texts)}}} L\,[{', '.join(texts)}]".replace("^{3}", "^3") if texts else "L"


def expression(tree: FreeTree | RootedTree) -> sympy.Expr:
    """Return the elementary differential in sympy: functions ``H``, ``D3``, ..., ``dot`` of ``g``.

    They are names without rules: sympy knows neither that D3 is multilinear nor symmetric.

    Examples
    --------
    >>> expression(RootedTree([0, 1, 2, 1])), expression(FreeTree([0, 1, 1]))
    (D3(H(g), g), dot(g, H(g)))
    """
    import sympy

    if isinstance(tree, FreeTree):
        branches, middle = _around_centroid(tree)
        vectors = [expression(branch) for branch in branches]
        if len(vectors) == 2:
            inner = sympy.Function("H")(vectors[0]) if middle else vectors[0]
            return sympy.Function("dot")(vectors[1], inner)
        return sympy.Function(f"D{len(vectors)}")(*vectors) if vectors else sympy.Symbol("L")
    vectors = [expression(branch) for branch in tree.branches]
    if not vectors:
        return sympy.Symbol("g")
    return sympy.Function("H" if len(vectors) == 1 else f"D{len(vectors) + 1}")(*vectors)


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
