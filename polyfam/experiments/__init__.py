"""The pictures of the papers and some new ones, each a small file: set-up, run, figure.

They may import from all that computes.

An experiment is a module of this package with

========================= =======================================================================
``TITLE``                 one line, shown in the list and above the figure
``QUICK``, ``FULL``       its parameters, dicts with the same keys: for seconds, and for minutes
``run(parameters, report)`` computes and returns a `polyfam.experiments.experiment.Findings`
``draw(result)``          draws the result, and nothing that its tables do not hold
========================= =======================================================================

and its line in `EXPERIMENTS`.  ``parameters["seed"]`` is the seed of whatever is random, and
``report(done, total)`` moves the progress bar; see `polyfam.experiments.rows`.
"""

from __future__ import annotations

import lazy_loader

#: The module of each experiment, by the name on the command line.
EXPERIMENTS = {
    "adam-sweep": "adam_sweep",
    "attraction": "attraction",
    "bilinear-toy": "bilinear_toy",
    "certificates": "certificates",
    "edge-of-stability": "edge_of_stability",
    "lion-against-adamw": "lion_against_adamw",
    "memory-trajectories": "memory_trajectories",
    "modified-loss": "modified_loss",
    "noise-sign": "noise_sign",
    "optimizer-orders": "optimizer_orders",
    "order-of-error": "order_of_error",
    "penalties": "penalties",
    "penalty-integral": "penalty_integral",
    "principal-flow": "principal_flow",
    "quadratics": "quadratics",
}

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["EXPERIMENTS"]
