"""Run the fast tests with the lowest and the newest versions of everything polyfam depends on.

    python tools/versions.py [TEST ...] [--python 3.11 ...] [--set lowest|newest ...] [--keep DIR]

For each Python that is found (``python3.11`` to ``python3.13`` on the PATH or in pyenv) and each
set an environment is made with the core dependencies and the extras `EXTRAS`, polyfam is installed,
and pytest runs the tests that are named, by default `FAST`.  Lowest means
exactly the versions that setup.cfg declares, where there is a wheel for that Python; the tools of
the tests are new in both.  Prints a line an environment; the exit code is 1 if one of them fails.
"""

from __future__ import annotations

import argparse
import configparser
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.11", "3.12", "3.13"]
EXTRAS = ["bigint", "census", "data", "fast", "jax", "numerics", "pandas", "plot"]
FAST = ["tests/cli", "tests/trees", "tests/words", "tests/test_api.py"]


def interpreters(wanted: list[str]) -> dict[str, str]:
    """Return the Pythons of these versions that are on this machine."""
    found = {}
    for version in wanted:
        homes = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
        paths = [shutil.which(f"python{version}"), *map(str, sorted(homes, reverse=True))]
        for path in filter(None, paths):  # pyenv's own shims are on the PATH and may not run
            if subprocess.run([path, "-c", "pass"], capture_output=True).returncode == 0:
                found.setdefault(version, path)
    return found


def requirements(extras: list[str]) -> list[str]:
    """Return what setup.cfg declares for the core and some extras, or for the tests alone."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    texts = [config["options.extras_require"][extra] for extra in extras]
    texts += [config["options"]["install_requires"]] if "test" not in extras else []
    lines = [line.split("#")[0].strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line]


def lowest(requirement: str) -> str:
    """Return a requirement as a pin to the lowest version that it allows.

    Examples
    --------
    >>> lowest("numpy >=2.0"), lowest("rich")
    ('numpy ==2.0', 'rich')
    """
    return requirement.replace(">=", "==", 1)


def install(python: Path, packages: list[str]) -> str:
    """Install packages, and return what pip says if it cannot."""
    command = [python, "-m", "pip", "install", "-q", "--prefer-binary"]
    done = subprocess.run([*command, *packages], capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def prepare(python: Path, kind: str) -> list[str]:
    """Install what polyfam needs, and return what has no wheel in its lowest version."""
    wanted, tools = requirements(EXTRAS), requirements(["test", "docs"])
    if kind == "newest":
        if error := install(python, ["--upgrade", *wanted, *tools]):
            raise SystemExit(error)
        return []
    # matplotlib 3.9 calls what later versions of pyparsing warn of.
    wanted.append("pyparsing ==3.2.0")
    pins, left = dict.fromkeys(wanted), []
    for each in wanted:
        pins[each] = lowest(each)
    while error := install(python, ["--only-binary", ":all:", *pins.values()]):
        names = re.findall(r"No matching distribution found for ([A-Za-z0-9_-]+)", error)
        loose = [each for each in wanted if each.split()[0] in names and pins[each] != each]
        if not loose:
            raise SystemExit(error)
        pins |= {each: each for each in loose}
        left += loose
    constraints = [pin for each, pin in pins.items() if pin != each]
    if error := install(python, [*tools, *constraints]):
        raise SystemExit(error)
    return left


def check(version: str, interpreter: str, kind: str, tests: list[str], place: Path) -> bool:
    """Make an environment, run the tests in it, and say how it went."""
    begun = time.monotonic()
    home = place / f"{version}-{kind}"
    subprocess.run([interpreter, ROOT / "tools" / "bootstrap.py", home], check=True)
    python = home / "bin" / "python"
    left = prepare(python, kind)
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", "--editable", ROOT], check=False
    )
    if done.returncode:
        return False
    run = subprocess.run(
        [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    said = run.stdout.strip().splitlines() or [run.stderr.strip()[-300:]]
    print(f"Python {version}, {kind}: {said[-1]} ({time.monotonic() - begun:.0f} s)", flush=True)
    if left:
        print(f"  not at their lowest version, for want of a wheel: {', '.join(left)}")
    if run.returncode:
        print("\n".join(f"  {line}" for line in said[-40:]))
    return run.returncode == 0


def main() -> int:
    """Run the tests in every environment."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", nargs="*", default=FAST, metavar="TEST")
    parser.add_argument("--python", nargs="+", default=PYTHONS)
    parser.add_argument("--set", nargs="+", default=["lowest", "newest"], dest="sets")
    parser.add_argument("--keep", type=Path, help="where the environments are, and stay")
    options = parser.parse_args()
    found = interpreters(options.python)
    for version in options.python:
        if version not in found:
            print(f"Python {version} is not on this machine.")
    place = options.keep or Path(tempfile.mkdtemp(prefix="polyfam-versions-"))
    try:
        good = [
            check(version, path, kind, options.tests, place)
            for version, path in found.items()
            for kind in options.sets
        ]
    finally:
        if not options.keep:
            shutil.rmtree(place, ignore_errors=True)
    return int(not good or not all(good))


if __name__ == "__main__":
    sys.exit(main())
