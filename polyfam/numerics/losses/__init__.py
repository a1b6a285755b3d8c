"""Losses on flat parameters (..., d), any number of points at once, one small file each.

A loss is any object with ``gradient(theta)``; those here also have ``value``, ``hessian_vector``
and ``dimension``, those made of data ``size`` and ``batch``, and nets ``initial_point``.
"""

from __future__ import annotations

from polyfam.numerics.losses.bilinear_toy import BilinearToy
from polyfam.numerics.losses.cubic_net import CubicNet
from polyfam.numerics.losses.data import DATA_SETS, load_data
from polyfam.numerics.losses.deep_linear import DeepLinear
from polyfam.numerics.losses.linear_regression import LinearRegression
from polyfam.numerics.losses.logistic_regression import LogisticRegression
from polyfam.numerics.losses.matrix_factorisation import MatrixFactorisation
from polyfam.numerics.losses.mlp import MLP
from polyfam.numerics.losses.one_dimensional import LogCosh, Polynomial1D
from polyfam.numerics.losses.quadratic import Quadratic
from polyfam.numerics.losses.rosenbrock import Rosenbrock
from polyfam.numerics.losses.softmax_regression import SoftmaxRegression

__all__ = [
    "DATA_SETS",
    "MLP",
    "BilinearToy",
    "CubicNet",
    "DeepLinear",
    "LinearRegression",
    "LogCosh",
    "LogisticRegression",
    "MatrixFactorisation",
    "Polynomial1D",
    "Quadratic",
    "Rosenbrock",
    "SoftmaxRegression",
    "load_data",
]
