"""Tables of the family: rows in canonical order, one file a format, a checked data package.

Imports the polynomials (`polyfam.family`) and what is below them.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
