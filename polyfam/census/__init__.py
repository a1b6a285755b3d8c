"""All trees of one order surveyed: told apart, proved to have real roots, and fingerprinted.

Imports nothing of polyfam but trees, the family, and what they import.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
