"""Optimizers with memory, each written once as its ordinary recursion; over losses and series.

An optimizer is any object with::

    init(theta) -> state                                    before the first step
    update(state, gradient, theta) -> (state, direction)    theta <- theta - h direction

in numpy that works on Taylor arrays as it does on numbers.  The state is a named tuple of arrays of
theta's shape; an integer in it counts steps.  Nothing is changed in place.  What an optimizer may
have besides: ``elementwise = True``, when no coordinate of its state or direction looks at another
one, ``names`` and ``facts`` for `polyfam.explain`, and ``first_order``, its F and M in closed form.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
