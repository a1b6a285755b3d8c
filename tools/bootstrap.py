"""Make a virtual environment that has pip, also where ensurepip is missing.

    python3 tools/bootstrap.py DIRECTORY

Debian keeps ensurepip in a package of its own, python3-venv.  Without it, one pinned pip wheel
is fetched from the package index (PIP_INDEX_URL if set, else PyPI), checked against the digest
below, and run from the zip file to install itself.  Only the standard library is used, and an
environment that works already is left alone.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def main(directory: Path) -> None:
    """Make the environment at `directory` unless one with pip is there."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also runs where polyfam cannot
        version = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"polyfam needs Python 3.11 or later, not {version}: use 'make PYTHON=...'.")
    python = directory / "bin" / "python"
    if has_pip(python):
        return
    # What is made below is made from nothing: only an environment may be thrown away for it.
    if directory.exists() and not (is_environment(directory) or is_empty(directory)):
        sys.exit(f"'{directory}' is no virtual environment: name a folder that may be made anew.")
    ensurepip = importlib.util.find_spec("ensurepip") is not None
    venv.create(directory, clear=True, symlinks=True, with_pip=ensurepip)
    if not ensurepip:
        install_pip(python)


def is_environment(directory: Path) -> bool:
    """Tell whether `directory` is a virtual environment, perhaps a broken one."""
    return directory.is_dir() and (directory / "pyvenv.cfg").is_file()


def is_empty(directory: Path) -> bool:
    """Tell whether `directory` is a folder with nothing in it."""
    return directory.is_dir() and not any(directory.iterdir())


def has_pip(python: Path) -> bool:
    """Tell whether `python` starts and finds pip."""
    try:
        done = subprocess.run([python, "-m", "pip", "--version"], capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


def install_pip(python: Path) -> None:
    """Install the pinned pip into the environment of `python`."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/pip/"
    try:
        wheel = fetch_wheel(index)
    except OSError as error:
        sys.exit(f"pip cannot be fetched from {index} ({error}): install Debian's python3-venv.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, PIP_WHEEL)
        path.write_bytes(wheel)
        # A wheel is a zip file, and Python runs a package inside a zip file.
        command = [python, path / "pip", "install", "--quiet", "--no-index", path]
        subprocess.run(command, check=True)


def fetch_wheel(index: str) -> bytes:
    """Return the pinned wheel, found on the project page `index` of the package index."""
    with urlopen(index) as page:
        link = re.search(rf'href="([^"#]*{re.escape(PIP_WHEEL)})["#]', page.read().decode())
    if link is None:
        raise OSError(f"no {PIP_WHEEL} there")
    with urlopen(urljoin(index, link[1])) as file:
        wheel = file.read()
    digest = hashlib.sha256(wheel).hexdigest()
    if digest != PIP_SHA256:
        raise OSError(f"{PIP_WHEEL} has sha256 {digest}, not {PIP_SHA256}")
    return wheel


if __name__ == "__main__":
    main(Path(sys.argv[1]))
