"""An attack on the rules of Taylor arithmetic, for ``tools/attack.py``."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.oracles.long_series import FUNCTIONS, fault, somewhere


def attack_numbers(chance: random.Random, until: float) -> Iterator[str | None]:
    """Compare every rule with 800 digits at points of the whole range."""
    import time

    while time.monotonic() < until:
        name, kind = chance.choice(sorted(FUNCTIONS)), chance.choice("dddfD")
        point, direction = somewhere(name, kind, chance)
        found = fault(name, point, direction, kind)
        yield f"{name} at {point!r} + {direction!r} h ({kind}): {found}" if found else None
