"""The flat public interface: frozen, lazy, documented."""

from __future__ import annotations

import subprocess
import sys

import pytest

import polyfam

PUBLIC_NAMES = """
    ArgumentTypeError BSeries BetaPolynomial BetaTable Certificate DataError DomainError FreeTree
    HeavyBall Identification InvalidTreeError Kernel LostWorkersError MissingExtraError OutputError
    PolyfamError ResourceError RootedTree Table Taylor TaylorError Terms Trajectory UnknownNameError
    ValidityWarning batch_table beta_polynomial beta_table black_box broom catalan caterpillar
    citation count_edge_words count_free_trees count_rooted_trees double_star dyck_word_of_path_word
    edge_words eulerian_row explain field format_tree free_sum_row free_trees from_jax from_networkx
    from_torch gamma_words gradient_order gradient_series identify kernel labelled_sum_row
    load_certificate load_data load_table maximal_nested_sets memoryless modified_equation
    modified_loss narayana_row nested_set_of_word parse_tree path path_word_of_dyck_word
    perturbation principal_flow random_edge_word random_free_tree random_rooted_tree rank
    rank_edge_word rooted_trees row_sum run sharpness spider star startup_coefficient take_census
    type_b_narayana_row unrank_edge_word unrank_free_tree unrank_rooted_tree verify
    word_of_nested_set
""".split()


def test_all_is_the_frozen_list() -> None:
    assert polyfam.__all__ == PUBLIC_NAMES


def test_dir_lists_the_public_names_only() -> None:
    assert dir(polyfam) == PUBLIC_NAMES


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_public_name_is_documented_with_examples(name: str) -> None:
    value = getattr(polyfam, name)
    assert value.__name__ == name
    assert value.__doc__
    # Errors and warnings are shown by the functions that raise them; torch is not installed here.
    is_error = isinstance(value, type) and issubclass(value, (polyfam.PolyfamError, Warning))
    assert is_error or name == "from_torch" or "Examples\n" in value.__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No polyfam attribute polynomail"):
        polyfam.polynomail  # noqa: B018


def test_import_loads_no_heavy_library() -> None:
    code = "import sys, polyfam; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "sympy", "networkx", "rich", "click"}.isdisjoint(done.stdout.split())
