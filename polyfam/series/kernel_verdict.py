r"""How far the memory of a kernel has a modified loss.

There is one to R terms (h^0, ..., h^(R-1)) when the coefficient a(tau) depends on the free tree
only, for all trees with at most R vertices.  Every kernel has one to 2 terms.

**Theorem.**  Let the sum of the weights W_0 not vanish.  A modified loss exists to R terms if and
only if W_r = W_1^r/W_0^(r-1) for all r < R: if and only if 1/W(z) is linear up to O((z - 1)^R).
Hence it exists to all orders exactly for the weights w_l = c b^l, heavy ball with step c h; and
where it exists to R terms it is the modified loss of the heavy ball with the same W_0 and W_1.

Proof.  R terms depend on W_0, ..., W_(R-1) only.  If W_r = W_1^r/W_0^(r-1), these are the moments
of c b^l, c = W_0^2/(W_0 + W_1), b = W_1/(W_0 + W_1), for which the root does not matter; this is
an identity between rational functions, so it holds for all W_0 and W_1.  Conversely, the star with
r edges has the coefficient r! W_0^r W_r at its centre and (r - 1)! W_0^r W_r at a leaf, each up to
terms in W_0, ..., W_(r-1).  For r >= 2 equality determines W_r from the moments below it, and
W_1^r/W_0^(r-1) makes both equal.  QED

If W_0 = 0, all coefficients vanish: every tree has a vertex above leaves only, or is a vertex.

References
----------
[MLM] Cattaneo & Shigida, Modified Loss of Momentum Gradient Descent, arXiv:2509.08483.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sympy

from polyfam._checked import checked
from polyfam.series.gradient import Obstruction
from polyfam.series.kernels import Exact, Kernel, kernel_coefficient
from polyfam.series.portable import Portable
from polyfam.series.rational import text
from polyfam.trees import star

__all__ = ["GradientVerdict", "gradient_order"]


@dataclass(frozen=True)
class GradientVerdict(Portable):
    """How far a kernel has a modified loss, and what stops it; printed, it is a sentence.

    Parameters
    ----------
    kernel : Kernel
    order : int or None
        The largest number of terms to which a modified loss exists; None for all orders.
    obstruction : Obstruction or None
        The two rootings of the star with `order` + 1 vertices, and their coefficients.
    heavy_ball : tuple or None
        (c, b): to that order the loss is that of heavy ball with step c h and momentum b.  None
        when W_0 + W_1 = 0, as no momentum has such moments.

    Examples
    --------
    >>> from polyfam.series import kernel
    >>> gradient_order(kernel("nesterov")).order
    2
    """

    kernel: Kernel
    order: int | None
    obstruction: Obstruction | None
    heavy_ball: tuple[Exact, Exact] | None

    def __str__(self) -> str:
        name = self.kernel.name[:1].upper() + self.kernel.name[1:]
        extent = "all orders" if self.order is None else f"{self.order} terms and no further"
        sentence = f"{name} has a modified loss to {extent}"
        if self.heavy_ball is not None:
            scale, momentum = map(text, self.heavy_ball)
            step = "h" if scale == "1" else f"c h, c = {scale},"
            sentence += f", that of heavy ball with step {step} and momentum {momentum}"
        if self.obstruction is None:
            return sentence + "."
        first, second = self.obstruction.first, self.obstruction.second
        one, other = map(text, self.obstruction.coefficients)
        return (
            f"{sentence}: the star with {self.order} edges has the coefficient {one} "
            f"rooted as {first} and {other} rooted as {second}."
        )


@checked
def gradient_order(kernel: Kernel) -> GradientVerdict:
    """Say to how many terms a kernel has a modified loss, exactly, by the theorem above.

    Parameters
    ----------
    kernel : Kernel
        With parameters it is judged at generic values of them.

    Returns
    -------
    GradientVerdict

    Examples
    --------
    >>> from polyfam.series.named_kernels import finite_kernel, kernel
    >>> print(gradient_order(kernel("heavy-ball")))
    Heavy ball has a modified loss to all orders, that of heavy ball with step h and momentum beta.
    >>> print(gradient_order(finite_kernel([Fraction(3, 4), 0, Fraction(1, 4)])))
    The finite kernel has a modified loss to 3 terms and no further, that of heavy ball with
    step c h, c = 2/3, and momentum 1/3: the star with 3 edges has the coefficient 2 rooted as
    0 1 1 1 and 5/2 rooted as 0 1 2 2.
    """
    # W_0^2/W(z) - (W_0 - W_1 (z - 1)) has a numerator of at most this degree.
    parts = sympy.fraction(sympy.cancel(kernel.generating_function))
    above, below = (sympy.Poly(part, sympy.Symbol("z")).degree() for part in parts)
    largest = int(max(1, above + 1, below))
    moments = kernel.moments(largest + 1)
    zeroth, first = moments[:2]
    if not zeroth:
        return GradientVerdict(kernel, None, None, (Fraction(0), Fraction(0)))
    both = zeroth + first
    heavy_ball = (zeroth**2 / both, first / both) if both else None
    misses = (r for r in range(2, largest + 1) if moments[r] * zeroth ** (r - 1) != first**r)
    order = next(misses, None)
    if order is None:
        return GradientVerdict(kernel, None, None, heavy_ball)
    leaf, centre = sorted(star(order + 1).rootings(), key=lambda tree: len(tree.branches))
    values = kernel_coefficient(kernel, centre), kernel_coefficient(kernel, leaf)
    return GradientVerdict(kernel, order, Obstruction(centre, leaf, values), heavy_ball)
