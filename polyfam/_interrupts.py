"""Ctrl-C on the command line: leave at once while modules are imported, then stop in good order.

An interrupt inside an import would show as a traceback, or as a library that is broken.
"""

from __future__ import annotations

import os
import signal

__all__ = ["leave_at_once", "stop_in_order"]


def leave_at_once() -> None:
    """End the process at Ctrl-C, as long as there is nothing to be saved."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def stop_in_order() -> None:
    """Raise KeyboardInterrupt at Ctrl-C, as Python does by itself."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: object) -> None:
    """Leave with the exit code of an interruption."""
    os._exit(130)
