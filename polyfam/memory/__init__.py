"""The one verb: what an optimizer does without its memory, on any loss, to any order.

It may import from optimizers, losses and, for exact series, series.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
