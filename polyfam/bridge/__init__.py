"""What the memory of an optimizer of torch or optax does to a model in training.

It may import from bias, memory, optimizers and losses.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
