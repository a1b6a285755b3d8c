"""The papers' first-order differential equations of heavy ball, Adam and RMSProp, in closed form.

    theta' = -(F + h f_1)(theta),      global error O(h^2) at t = nh,

full batch or one batch a step, from rest, where the field jumps at every step, or in the stationary
limit, epsilon inside or outside the root.  `polyfam.flows.backward_error` has any optimizer
to any order; these are its first two terms at the price of a few Hessian-vector products.
"""

from __future__ import annotations

from polyfam.flows.adam import adam_ode
from polyfam.flows.heavy_ball import heavy_ball_ode
from polyfam.flows.ode import FirstOrderODE
from polyfam.flows.rmsprop import rmsprop_ode

__all__ = ["FirstOrderODE", "adam_ode", "heavy_ball_ode", "rmsprop_ode"]
