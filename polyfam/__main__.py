"""Run the command line: ``python -m polyfam``."""

from polyfam.cli import main

if __name__ == "__main__":
    main()
