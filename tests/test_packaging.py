"""The wheel, the version, and the environment maker."""

from __future__ import annotations

import importlib.resources
import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

import polyfam

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """Build the wheel from a copy of the sources, where no earlier build can leak in."""
    source = tmp_path_factory.mktemp("source")
    for folder in ("polyfam", "data"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", source, source]
    subprocess.run(command, check=True)
    (path,) = source.glob("*.whl")
    return zipfile.Path(path)


def files_below(folder: Path) -> set[str]:
    """Return the files of a folder that belong into a wheel, relative to it."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = {path.as_posix() for path in paths if "__pycache__" not in path.parts}
    # In folders below census/ lie the records of a census under way, which no wheel holds.
    return {name for name in names if not re.match("census/[0-9]+/", name)}


def test_wheel_holds_every_module_and_every_data_file(wheel: zipfile.Path) -> None:
    expected = {f"polyfam/{name}" for name in files_below(ROOT / "polyfam")}
    expected |= {f"polyfam/data/{name}" for name in files_below(ROOT / "data")}
    names = {name for name in wheel.root.namelist() if not re.search("[.]dist-info/|/$", name)}
    assert names == expected


def test_wheel_carries_version_licence_and_command(wheel: zipfile.Path) -> None:
    (info,) = (path for path in wheel.iterdir() if path.name.endswith(".dist-info"))
    metadata = (info / "METADATA").read_text()
    assert f"\nVersion: {polyfam.__version__}\n" in metadata
    assert "\nLicense-Expression: MIT AND CC0-1.0\n" in metadata
    assert (info / "licenses" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert "polyfam = polyfam.__main__:main" in (info / "entry_points.txt").read_text()


def test_data_is_found_in_an_unpacked_wheel(wheel: zipfile.Path, tmp_path: Path) -> None:
    wheel.root.extractall(tmp_path)
    code = "from importlib.resources import files; print(files('polyfam.data'))"
    command = [sys.executable, "-c", code]
    place = subprocess.check_output(command, cwd=tmp_path, text=True).strip()
    assert files_below(Path(place)) == files_below(ROOT / "data")
    assert Path(place) == tmp_path / "polyfam" / "data"


def test_data_is_found_in_the_editable_installation() -> None:
    assert importlib.resources.files("polyfam.data") == ROOT / "data"


def test_citation_file_names_the_version() -> None:
    text = (ROOT / "CITATION.cff").read_text()
    assert re.search("^version: (.*)$", text, re.MULTILINE)[1] == polyfam.__version__


@pytest.fixture
def bootstrap() -> ModuleType:
    """Load tools/bootstrap.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "tools" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_index(folder: Path, wheel: str) -> str:
    """Write a package index that offers one file as pip, and return its address."""
    (folder / "pip").mkdir()
    (folder / "pip" / "index.html").write_text(f'<a href="../{wheel}#sha256=00">pip</a>')
    (folder / wheel).write_bytes(b"not a wheel")
    return f"{folder.as_uri()}/pip/index.html"


@pytest.mark.parametrize("name", ["file", "folder", "link"])
def test_bootstrap_empties_no_folder_but_an_environment(
    bootstrap: ModuleType, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder" / "thesis.tex").write_text("mine")
    (tmp_path / "link").symlink_to("folder")
    with pytest.raises(SystemExit, match="is no virtual environment"):
        bootstrap.main(tmp_path / name)
    assert (tmp_path / "folder" / "thesis.tex").read_text() == "mine"


def test_bootstrap_refuses_a_wheel_with_another_digest(
    bootstrap: ModuleType, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match=r"has sha256 .*, not "):
        bootstrap.fetch_wheel(make_index(tmp_path, bootstrap.PIP_WHEEL))


def test_bootstrap_accepts_the_pinned_digest(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index(tmp_path, bootstrap.PIP_WHEEL)
    digest = bootstrap.hashlib.sha256(b"not a wheel").hexdigest()
    monkeypatch.setattr(bootstrap, "PIP_SHA256", digest)
    assert bootstrap.fetch_wheel(index) == b"not a wheel"


def test_bootstrap_names_the_missing_wheel(bootstrap: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=f"no {bootstrap.PIP_WHEEL} there"):
        bootstrap.fetch_wheel(make_index(tmp_path, "pip-1.0-py3-none-any.whl"))


def test_bootstrap_says_in_one_sentence_that_the_index_is_out_of_reach(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", tmp_path.as_uri())
    with pytest.raises(SystemExit, match=r"pip cannot be fetched from .*: install Debian's"):
        bootstrap.install_pip(tmp_path / "python")


def test_bootstrap_refuses_an_old_python(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later, not 3\.10\.4"):
        bootstrap.main(tmp_path)


def test_bootstrap_leaves_a_working_environment_alone(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.venv, "create", lambda *_, **__: pytest.fail("made anew"))
    bootstrap.main(Path(sys.prefix))
