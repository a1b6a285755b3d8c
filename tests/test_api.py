"""The flat public interface: frozen, lazy, documented."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import polyfam

PUBLIC_NAMES = """
    BetaPolynomial Expansion FreeTree HeavyBall Kernel PolyfamError RootedTree Terms
    ValidityWarning beta_polynomial beta_table bias bridge census citation count_free_trees draw
    edge_words eulerian_row explain family flows format_tree free_trees from_jax from_networkx
    from_torch graph_polynomial identify load_certificate load_data load_table losses memory
    memory_correction memoryless modified_equation modified_loss narayana_row optimizers
    parse_tree path perturbation principal_flow random_free_tree rank rooted_trees run series
    sharpness smoothness spider star table_names tables take_census tree_id trees verify words
""".split()


ROOT = Path(__file__).parents[1]
ROOMS = [name for name in PUBLIC_NAMES if inspect.ismodule(getattr(polyfam, name))]


def test_all_is_the_frozen_list() -> None:
    assert polyfam.__all__ == PUBLIC_NAMES


def test_dir_lists_the_public_names_only() -> None:
    assert dir(polyfam) == PUBLIC_NAMES


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="No polyfam attribute polynomail"):
        polyfam.polynomail  # noqa: B018


def test_import_loads_no_heavy_library() -> None:
    code = "import sys, polyfam; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"numpy", "sympy", "networkx", "rich", "click"}.isdisjoint(done.stdout.split())


def test_the_flat_interface_is_small() -> None:
    assert len(PUBLIC_NAMES) <= 60


@pytest.mark.parametrize("room", ROOMS)
def test_namespaces_list_what_they_hold(room: str) -> None:
    module = getattr(polyfam, room)
    assert dir(module) == sorted(module.__all__)
    assert all(getattr(module, name) is not None for name in module.__all__)
    assert not any(isinstance(getattr(module, name), ModuleType) for name in module.__all__)


PAGES = [*ROOT.glob("docs/**/*.md"), ROOT / "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pages_import_from_public_namespaces_only(page: Path) -> None:
    imports = re.findall(r"^>>> from (polyfam[\w.]*) import", page.read_text("utf-8"), re.M)
    allowed = {"polyfam", "polyfam.errors", "polyfam.typing", *(f"polyfam.{r}" for r in ROOMS)}
    assert set(imports) <= allowed
