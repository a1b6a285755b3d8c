"""The page "What did momentum do to my torch model?" works as written: make torch."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib
import torch

PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "torch.md"


def test_the_page_works_as_written(capsys):
    matplotlib.use("Agg")
    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)  # as a reader has it; other tests work in float64
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    torch.set_num_threads(threads)
    torch.set_default_dtype(dtype)
    printed = capsys.readouterr().out
    assert "memory of SGD, stationary limit" in printed
    assert max(map(len, printed.split("\n"))) <= 100
