"""Continuous time: modified equations, the principal flow, the first-order equations of the papers.

It may import from memory, optimizers, losses and, for exact series, series.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
