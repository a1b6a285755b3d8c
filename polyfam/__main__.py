"""Run the command line: ``python -m polyfam``."""

import gc

from polyfam._interrupts import leave_at_once


def main() -> None:
    """Run a verb."""
    leave_at_once()
    gc.set_threshold(100_000)  # what is imported stays: a tenth less time to load sympy
    from polyfam import cli

    cli.main()


if __name__ == "__main__":
    main()
