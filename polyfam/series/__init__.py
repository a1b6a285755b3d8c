"""Exact expansions in the step size of any linear memory, and their values on a loss.

Imports the polynomials of trees (`polyfam.family`) and what differentiates a loss
(`polyfam.losses`); optimizers and their verbs build on it.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
