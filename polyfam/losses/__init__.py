"""Losses on flat parameters (..., d), any number of points at once, one small file each.

A loss is any object with ``gradient(theta)``; those here also have ``value``, ``hessian_vector``
and ``dimension``, those made of data ``size`` and ``batch``, and nets ``initial_point``.
"""

from __future__ import annotations

from polyfam.losses.bilinear_toy import BilinearToy
from polyfam.losses.cubic_net import CubicNet
from polyfam.losses.data import DATA_SETS, load_data
from polyfam.losses.deep_linear import DeepLinear
from polyfam.losses.linear_regression import LinearRegression
from polyfam.losses.logistic_regression import LogisticRegression
from polyfam.losses.matrix_factorisation import MatrixFactorisation
from polyfam.losses.mlp import MLP
from polyfam.losses.one_dimensional import LogCosh, Polynomial1D
from polyfam.losses.quadratic import Quadratic
from polyfam.losses.rosenbrock import Rosenbrock
from polyfam.losses.softmax_regression import SoftmaxRegression

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
