"""Run the experiments of the gallery and write their pictures and data.

python docs/_figures/gallery.py            # all, some minutes
python docs/_figures/gallery.py attraction
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from polyfam.experiments import EXPERIMENTS, run_experiment, write

FOLDER = Path(__file__).parents[1] / "gallery" / "data"
SECONDS = FOLDER / "seconds.json"

#: What is not run with the parameters of seconds: full or not, and other values.
RUNS: dict[str, tuple[bool, dict[str, Any]]] = {
    "attraction": (False, {"digits": 10}),
    "certificates": (True, {}),
    "quadratics": (False, {"steps": 40, "exponents": tuple(range(5, 16))}),
}


def main(names: list[str]) -> None:
    """Run and write, and keep how many seconds of a processor each took."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or EXPERIMENTS:
        full, changes = RUNS.get(name, (False, {}))
        start = time.process_time()
        result = run_experiment(name, full=full, **changes)
        seconds = time.process_time() - start
        write(result, FOLDER, "svg")
        taken = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
        taken[name] = float(f"{seconds:.1g}") if seconds < 10 else round(seconds)
        SECONDS.write_text(json.dumps(dict(sorted(taken.items())), indent=2) + "\n")
        print(name, taken[name], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
