"""Truncated power series of arrays, on which numpy code runs unchanged."""
