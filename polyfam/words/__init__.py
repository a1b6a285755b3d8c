"""What the polynomials count: edge words, nested sets, permutations, Dyck words, maps between them.

Imports nothing of polyfam but trees, errors, types and argument checks.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
