"""The polynomials of trees: exact combinatorics, fast tables, published data.

Gradient descent with momentum beta is plain gradient descent on a modified loss.  The loss expands
over free trees, and a tree t with j edges enters with the factor P_t(beta) / (1 - beta)^(2j + 1).
P_t is beta times the h-polynomial of the graph associahedron of the line graph of t: Narayana
(A001263) for paths, Eulerian (A008292) for stars.

Every public name is an attribute of this package, imported when it is first used.

References
----------
M. D. Cattaneo, B. Shigida, Modified Loss of Momentum Gradient Descent: Fine-Grained Analysis,
arXiv:2509.08483.

A. Postnikov, V. Reiner, L. Williams, Faces of generalized permutohedra, Doc. Math. 13 (2008).
"""

from __future__ import annotations

import lazy_loader

from polyfam._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
