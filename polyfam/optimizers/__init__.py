"""Optimizers with memory, each written once as its ordinary recursion.

An optimizer is any object with::

    init(theta) -> state                                    before the first step
    update(state, gradient, theta) -> (state, direction)    theta <- theta - h direction

in numpy that works on Taylor arrays as it does on numbers.  The state is a named tuple of arrays of
theta's shape; an integer in it counts steps.  Nothing is changed in place.
"""

from __future__ import annotations

from polyfam.optimizers.adagrad import AdaGrad
from polyfam.optimizers.adam import Adam
from polyfam.optimizers.adamw import AdamW
from polyfam.optimizers.averaged import AveragedMomentum
from polyfam.optimizers.gradient_descent import GradientDescent
from polyfam.optimizers.heavy_ball import Momentum
from polyfam.optimizers.lion import Lion
from polyfam.optimizers.lionk import LionK
from polyfam.optimizers.look_ahead import LookAhead
from polyfam.optimizers.nadam import NAdam
from polyfam.optimizers.nesterov import Nesterov
from polyfam.optimizers.quasi_hyperbolic import QuasiHyperbolic
from polyfam.optimizers.rmsprop import RMSProp
from polyfam.optimizers.running import run
from polyfam.optimizers.signum import Signum

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
