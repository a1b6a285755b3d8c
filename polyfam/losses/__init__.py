"""Losses on flat parameters, built in or brought from numpy, JAX and torch, and their derivatives.

They may import the package's checks and errors, and nothing that is made of trees.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
