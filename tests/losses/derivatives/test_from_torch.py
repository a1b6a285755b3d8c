"""Without torch there is one clear error; the tests with torch are in tests/peers/."""

from __future__ import annotations

import sys

import pytest

from polyfam.errors import MissingExtraError
from polyfam.losses.derivatives.from_torch import from_torch


def test_missing_torch_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"polyfam\[torch\]"):
        from_torch(lambda theta: theta.sum())
