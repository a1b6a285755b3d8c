r"""The gradient of a loss along a curve, one Taylor coefficient after another.

For a curve  theta(h) = theta_0 + theta_1 h + ...  the gradient has a series

    grad L(theta(h)) = G_0 + G_1 h + G_2 h^2 + ...,

and G_k depends on theta_0, ..., theta_k only.  Expansions that determine theta_{k+1} from G_k are
computed by pushing one coefficient in and taking one out, with no derivative tensor anywhere.

A loss is any object with ``gradient(theta)``, which takes an array (..., d) of any number of
points and returns one of that shape.  How its jet is found, best way first:

1. ``loss.jet(shape, terms)``, an object with ``push``: every coefficient at the cost of what is
   new in it.  The built-in losses have it.
2. One gradient for the first coefficient, and for the second one product by
   ``loss.hessian_vector(theta, v)``, which is compared with a difference of gradients once.
3. ``loss.series(coefficients)``, which maps the terms of theta(h) to those of the gradient;
   `black_box`, `from_jax` and `from_torch` give it.  A push evaluates a longer series.
4. ``loss.gradient`` on a `polyfam.losses.arithmetic.taylor.Taylor` value: numpy code runs on it
   unchanged.

References
----------
[GW] Griewank & Walther, Evaluating Derivatives, chapter 13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polyfam._checks import integer, shown
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.losses.arithmetic.taylor import Taylor, TaylorError
from polyfam.losses.derivatives.points import as_numbers, check_finite, check_gradient, gradient_at
from polyfam.losses.derivatives.products import checked_product
from polyfam.typing import Array

__all__ = ["GradientJet", "gradient_jet", "gradient_series"]


class GradientJet:
    """The growing series of a gradient along a growing series of points.

    `gradient_jet` makes them.

    Parameters
    ----------
    push : callable
        From the next coefficient of theta(h) to the next one of the gradient.
    shape : tuple of int
        The shape (..., d) of every coefficient.
    terms : int
        How many coefficients it takes.

    Attributes
    ----------
    order : int
        How many it has taken.

    Examples
    --------
    >>> jet = GradientJet(lambda coefficient: 3 * coefficient, (1,), terms=2)  # of 3 theta^2/2
    >>> jet.push([2.0]), jet.push([1.0]), jet.order
    (array([6.]), array([3.]), 2)
    """

    __slots__ = ("_push", "order", "shape", "terms")

    def __init__(self, push: Callable[[Array], Array], shape: tuple[int, ...], terms: int) -> None:
        self._push = push
        self.shape = shape
        self.terms = terms
        self.order = 0

    def push(self, coefficient: Any) -> Array:
        """Take the next coefficient of theta(h) and return the next one of the gradient.

        Parameters
        ----------
        coefficient : array_like, shape (..., d)
            It may be overwritten afterwards.

        Returns
        -------
        ndarray, shape (..., d)
            It may be a buffer of the jet, which the next push overwrites.

        Raises
        ------
        DomainError
            For a wrong shape, for numbers that are not finite, and beyond the last term.
        """
        coefficient = as_numbers(coefficient, "coefficient")
        if coefficient.shape != self.shape:
            raise DomainError(
                f"Argument 'coefficient' must have the shape {self.shape} of the jet, "
                f"not {coefficient.shape}."
            )
        if self.order == self.terms:
            raise DomainError(f"This jet has all its {self.terms} terms: make a longer one.")
        check_finite(coefficient, f"Coefficient {self.order} of the curve")
        found = np.asarray(self._push(coefficient))
        if found.shape != self.shape:
            raise DomainError(
                f"The gradient must have the shape {self.shape} of theta, not {found.shape}."
            )
        check_finite(found, f"Coefficient {self.order} of the gradient")
        self.order += 1
        return found


def gradient_jet(loss: Any, shape: tuple[int, ...], terms: int) -> GradientJet:
    """Return the jet of a loss's gradient along a curve of points.

    Parameters
    ----------
    loss : object
        A loss: see above.
    shape : tuple of int
        The shape (..., d) of the points.
    terms : int
        How many coefficients will be pushed, at least 1.

    Returns
    -------
    GradientJet

    Examples
    --------
    The gradient theta^3 of theta^4/4 on the line theta(h) = 2 + h:

    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> jet = gradient_jet(Quartic(), shape=(1,), terms=4)
    >>> [jet.push([c]).item() for c in (2.0, 1.0, 0.0, 0.0)]
    [8.0, 12.0, 6.0, 1.0]
    """
    terms = integer(terms, "terms", minimum=1)
    try:
        shape = tuple(integer(n, "shape", minimum=1) for n in shape)
    except TypeError:
        raise ArgumentTypeError(
            f"Argument 'shape' must be a tuple of integers, not {shown(shape)}."
        ) from None
    if not shape:
        raise DomainError("Argument 'shape' must end with the number d of parameters, not be ().")
    if hasattr(loss, "jet"):
        return GradientJet(loss.jet(shape, terms).push, shape, terms)
    return GradientJet(_Growing(loss).push, shape, terms)


class _Growing:
    """The pushes of a loss without a jet: a gradient, a product, and then longer series."""

    def __init__(self, loss: Any) -> None:
        self._loss, self._pushed = loss, list[Array]()
        self._series = _series(loss)

    def push(self, coefficient: Array) -> Array:
        """Return the next coefficient of the gradient."""
        loss, pushed = self._loss, self._pushed
        pushed.append(np.array(coefficient))
        plain = all(np.isrealobj(c) for c in pushed)
        if len(pushed) == 1 and plain and hasattr(loss, "gradient"):
            return gradient_at(loss, pushed[0])
        if len(pushed) == 2 and plain and hasattr(loss, "hessian_vector"):
            return checked_product(loss, *pushed)
        return np.asarray(self._series(np.stack(pushed))[-1])


def gradient_series(loss: Any, coefficients: Any) -> Array:
    """Return the series of a loss's gradient along a curve, all terms at once.

    Parameters
    ----------
    loss : object
        A loss: see above.
    coefficients : array_like, shape (R, ..., d)
        The coefficients of theta(h).

    Returns
    -------
    ndarray, shape (R, ..., d)

    Examples
    --------
    >>> class Quartic:
    ...     def gradient(self, theta):
    ...         return theta**3
    >>> gradient_series(Quartic(), [[2.0], [1.0], [0.0], [0.0]]).ravel()
    array([ 8., 12.,  6.,  1.])
    """
    coefficients = Taylor(coefficients).coefficients
    if coefficients.ndim < 2:
        raise DomainError("Argument 'coefficients' must have the shape (terms, ..., d).")
    terms, *shape = coefficients.shape
    if hasattr(loss, "jet") and not hasattr(loss, "series"):
        jet = gradient_jet(loss, tuple(shape), terms)
        return np.stack([jet.push(coefficient).copy() for coefficient in coefficients])
    check_finite(coefficients, "The curve")
    if terms == 2 and hasattr(loss, "hessian_vector"):
        growing = loss.jet(tuple(shape), 2) if hasattr(loss, "jet") else _Growing(loss)
        found = np.stack([growing.push(coefficient) for coefficient in coefficients])
    else:
        found = _series(loss)(coefficients)
    if found.shape != coefficients.shape:
        raise DomainError(
            f"The gradient must have the shape {tuple(shape)} of theta, not {found.shape[1:]}."
        )
    check_finite(found, "The series of the gradient")
    return found


def _series(loss: Any) -> Callable[[Array], Array]:
    """Return what maps the terms of a curve to the terms of the gradient."""
    if hasattr(loss, "series"):
        given: Callable[[Array], Array] = loss.series
        return given

    gradient_of = check_gradient(loss)

    def series(coefficients: Array) -> Array:
        try:
            gradient = gradient_of(Taylor(coefficients))
        except ValueError as error:  # numpy's own, when a number is assigned to an entry
            if isinstance(error.__cause__, TaylorError):
                raise error.__cause__ from None
            raise
        if not isinstance(gradient, Taylor):
            raise DomainError(
                f"The gradient of a Taylor series must be one, not {type(gradient).__name__}: a "
                "constant gradient is 0*theta + constant, other code needs black_box."
            )
        return gradient.coefficients

    return series
