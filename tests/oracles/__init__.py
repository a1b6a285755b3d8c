"""Literal tables and brute force: what the package is measured against."""
