"""The polynomials P_t(beta): values, tables, names, identities, and independent ways to them.

Imports of polyfam only trees, words, errors, types and argument checks.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
