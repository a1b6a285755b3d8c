from ._smoothness import smoothness as smoothness
from .arithmetic.softmax import logsumexp as logsumexp
from .arithmetic.softmax import softmax as softmax
from .arithmetic.taylor import Taylor as Taylor
from .bilinear_toy import BilinearToy as BilinearToy
from .cubic_net import CubicNet as CubicNet
from .data import DATA_SETS as DATA_SETS
from .data import load_data as load_data
from .deep_linear import DeepLinear as DeepLinear
from .derivatives.black_box import black_box as black_box
from .derivatives.from_jax import from_jax as from_jax
from .derivatives.from_torch import from_torch as from_torch
from .derivatives.hessians import hessian as hessian
from .derivatives.hessians import hessian_vector as hessian_vector
from .derivatives.hessians import leading_eigenpairs as leading_eigenpairs
from .derivatives.jets import GradientJet as GradientJet
from .derivatives.jets import gradient_jet as gradient_jet
from .derivatives.jets import gradient_series as gradient_series
from .derivatives.single_point import single_point as single_point
from .linear_regression import LinearRegression as LinearRegression
from .logistic_regression import LogisticRegression as LogisticRegression
from .matrix_factorisation import MatrixFactorisation as MatrixFactorisation
from .mlp import MLP as MLP
from .one_dimensional import LogCosh as LogCosh
from .one_dimensional import Polynomial1D as Polynomial1D
from .quadratic import Quadratic as Quadratic
from .rosenbrock import Rosenbrock as Rosenbrock
from .softmax_regression import SoftmaxRegression as SoftmaxRegression

__all__ = [
    "DATA_SETS",
    "MLP",
    "BilinearToy",
    "CubicNet",
    "DeepLinear",
    "GradientJet",
    "LinearRegression",
    "LogCosh",
    "LogisticRegression",
    "MatrixFactorisation",
    "Polynomial1D",
    "Quadratic",
    "Rosenbrock",
    "SoftmaxRegression",
    "Taylor",
    "black_box",
    "from_jax",
    "from_torch",
    "gradient_jet",
    "gradient_series",
    "hessian",
    "hessian_vector",
    "leading_eigenpairs",
    "load_data",
    "logsumexp",
    "single_point",
    "smoothness",
    "softmax",
]
