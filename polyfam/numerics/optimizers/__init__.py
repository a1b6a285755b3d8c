"""Optimizers with memory, each written once as its ordinary recursion.

An optimizer is any object with::

    init(theta) -> state                                    before the first step
    update(state, gradient, theta) -> (state, direction)    theta <- theta - h direction

in numpy that works on Taylor arrays as it does on numbers.  The state is a named tuple of arrays of
theta's shape; an integer in it counts steps.  Nothing is changed in place.
"""

from __future__ import annotations

from polyfam.numerics.optimizers.adagrad import AdaGrad
from polyfam.numerics.optimizers.adam import Adam
from polyfam.numerics.optimizers.adamw import AdamW
from polyfam.numerics.optimizers.averaged import AveragedMomentum
from polyfam.numerics.optimizers.gradient_descent import GradientDescent
from polyfam.numerics.optimizers.heavy_ball import Momentum
from polyfam.numerics.optimizers.lion import Lion
from polyfam.numerics.optimizers.lionk import LionK
from polyfam.numerics.optimizers.look_ahead import LookAhead
from polyfam.numerics.optimizers.nadam import NAdam
from polyfam.numerics.optimizers.nesterov import Nesterov
from polyfam.numerics.optimizers.quasi_hyperbolic import QuasiHyperbolic
from polyfam.numerics.optimizers.rmsprop import RMSProp
from polyfam.numerics.optimizers.running import run
from polyfam.numerics.optimizers.signum import Signum

__all__ = [
    "AdaGrad",
    "Adam",
    "AdamW",
    "AveragedMomentum",
    "GradientDescent",
    "Lion",
    "LionK",
    "LookAhead",
    "Momentum",
    "NAdam",
    "Nesterov",
    "QuasiHyperbolic",
    "RMSProp",
    "Signum",
    "run",
]
