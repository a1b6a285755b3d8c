"""The flat public interface: frozen, lazy, documented."""

from __future__ import annotations

import subprocess
import sys

import pytest

import polyfam

PUBLIC_NAMES = """
    BetaPolynomial BetaTable Certificate DataError DomainError FreeTree Identification
    InvalidTreeError LostWorkersError MissingExtraError NotIntegerError OutputError
    PolyfamError ResourceError RootedTree Table UnknownNameError beta_polynomial beta_table
    broom catalan caterpillar citation count_edge_words count_free_trees count_rooted_trees
    double_star dyck_word_of_path_word edge_words eulerian_row format_tree free_sum_row
    free_trees from_networkx gamma_words identify labelled_sum_row load_certificate load_table
    maximal_nested_sets narayana_row nested_set_of_word parse_tree path path_word_of_dyck_word
    random_edge_word random_free_tree random_rooted_tree rank rank_edge_word rooted_trees
    row_sum spider star take_census type_b_narayana_row unrank_edge_word unrank_free_tree
    unrank_rooted_tree verify word_of_nested_set
""".split()


def test_all_is_the_frozen_list() -> None:
    assert polyfam.__all__ == PUBLIC_NAMES


def test_dir_lists_the_public_names() -> None:
    assert set(PUBLIC_NAMES) <= set(dir(polyfam))


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_public_name_is_documented_with_examples(name: str) -> None:
    value = getattr(polyfam, name)
    assert value.__name__ == name
    assert value.__doc__
    # An error is shown by the functions that raise it.
    is_error = isinstance(value, type) and issubclass(value, polyfam.PolyfamError)
    assert is_error or "Examples\n" in value.__doc__


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Module 'polyfam' has no attribute 'polynomail'"):
        polyfam.polynomail  # noqa: B018


def test_import_loads_no_heavy_library() -> None:
    code = "import sys, polyfam; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "sympy", "networkx", "rich", "click"}.isdisjoint(done.stdout.split())
