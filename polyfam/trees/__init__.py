"""Rooted and free trees as exact, canonical values: read, write, list, count, draw them.

Imports nothing of polyfam but its errors, its types and its argument checks.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
