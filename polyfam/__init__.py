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

from importlib import import_module

from polyfam._version import __version__ as __version__

_EXPORTS = {
    "ArgumentTypeError": "errors",
    "BSeries": "series.bseries",
    "BetaPolynomial": "family.polynomial",
    "BetaTable": "family.table",
    "Certificate": "census.certificate",
    "DataError": "errors",
    "DomainError": "errors",
    "FreeTree": "trees.free",
    "HeavyBall": "memory.heavy_ball",
    "Identification": "family.identify",
    "InvalidTreeError": "errors",
    "Kernel": "series.kernels",
    "LostWorkersError": "errors",
    "MissingExtraError": "errors",
    "OutputError": "errors",
    "PolyfamError": "errors",
    "ResourceError": "errors",
    "RootedTree": "trees.rooted",
    "Table": "tables.table",
    "Taylor": "losses.arithmetic.taylor",
    "TaylorError": "errors",
    "UnknownNameError": "errors",
    "ValidityWarning": "memory.validity",
    "adam_ode": "flows",
    "batch_table": "series.minibatch_table",
    "beta_polynomial": "family.single",
    "beta_table": "family.table",
    "black_box": "losses.derivatives.black_box",
    "broom": "trees.shapes",
    "catalan": "family.named",
    "caterpillar": "trees.shapes",
    "citation": "tables.citation",
    "closed_form": "memory.closed_forms",
    "count_edge_words": "words.edge_words",
    "count_free_trees": "trees.counting",
    "count_rooted_trees": "trees.counting",
    "double_star": "trees.shapes",
    "dyck_word_of_path_word": "words.bijections",
    "edge_words": "words.edge_words",
    "eulerian_row": "family.named",
    "explain": "bias.explanation",
    "field": "series.heavy_ball",
    "format_tree": "trees.notation",
    "free_sum_row": "family.named",
    "free_trees": "trees.generation",
    "from_jax": "losses.derivatives.from_jax",
    "from_networkx": "trees.notation.graph",
    "from_torch": "losses.derivatives.from_torch",
    "gamma_words": "words.edge_words",
    "gradient_flow": "flows.flows",
    "gradient_order": "series.kernel_verdict",
    "gradient_series": "losses.derivatives.jets",
    "identify": "family.identify",
    "kernel": "series.named_kernels",
    "labelled_sum_row": "family.named",
    "load_certificate": "census.certificate",
    "load_data": "losses.data",
    "load_table": "tables.package",
    "maximal_nested_sets": "words.nested_sets",
    "memoryless": "memory.memoryless",
    "memoryless_run": "memory.memoryless",
    "modified_equation": "series.modified_equation",
    "modified_field": "flows.backward_error",
    "modified_flow": "flows.flows",
    "modified_loss": "series.heavy_ball",
    "narayana_row": "family.named",
    "nested_set_of_word": "words.bijections",
    "parse_tree": "trees.notation",
    "path": "trees.shapes",
    "path_word_of_dyck_word": "words.bijections",
    "perturbation": "bias.perturbation",
    "principal_flow": "flows.flows",
    "random_edge_word": "words.edge_words",
    "random_free_tree": "trees.counting",
    "random_rooted_tree": "trees.counting",
    "rank": "trees.counting",
    "rank_edge_word": "words.edge_words",
    "rmsprop_ode": "flows",
    "rooted_trees": "trees.generation",
    "row_sum": "family.named",
    "sharpness": "memory.validity",
    "spider": "trees.shapes",
    "star": "trees.shapes",
    "startup_coefficient": "series.startup",
    "take_census": "census.census",
    "type_b_narayana_row": "family.named",
    "unrank_edge_word": "words.edge_words",
    "unrank_free_tree": "trees.counting",
    "unrank_rooted_tree": "trees.counting",
    "verify": "family.identities",
    "word_of_nested_set": "words.bijections",
}

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> object:
    """Import a public name from its module and keep it."""
    if name not in _EXPORTS:
        raise AttributeError(f"Module 'polyfam' has no attribute {name!r}.")
    value = getattr(import_module(f"polyfam.{_EXPORTS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, also those not imported yet."""
    return sorted({*globals(), *__all__})
