"""What the memory of an optimizer penalises, in numbers and in words.

It may import from flows, memory, optimizers and losses.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
