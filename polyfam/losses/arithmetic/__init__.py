"""Truncated power series of arrays, on which numpy code runs unchanged."""

from __future__ import annotations

from polyfam.losses.arithmetic import recurrences as recurrences
