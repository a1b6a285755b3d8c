"""Every experiment has its page, a picture that can be read, its data and a command."""

from __future__ import annotations

import csv
import json
import re
import runpy
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polyfam.experiments import EXPERIMENTS, Result, draw, run_experiment
from polyfam.experiments.style import PALETTE, WIDTH

DOCS = Path(__file__).parents[2] / "docs"
DATA = DOCS / "gallery" / "data"


def about(name: str) -> dict[str, Any]:
    """Return what is said about a picture."""
    return json.loads((DATA / f"{name}.json").read_text())


def cell(text: str) -> float | str:
    """Return a number if it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def published(name: str) -> Result:
    """Return the result whose numbers are published."""
    tables: dict[str, Mapping[str, Any]] = {}
    for file in DATA.glob(f"{name}-*.csv"):
        with file.open(newline="") as lines:
            rows = list(csv.reader(lines))
        columns = zip(*rows[1:], strict=True)
        tables[file.stem.removeprefix(f"{name}-")] = {
            key: [cell(text) for text in column]
            for key, column in zip(rows[0], columns, strict=True)
        }
    return Result(name, about(name)["parameters"], tables, ())


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_page_of_the_gallery_has_claim_picture_and_command(name: str) -> None:
    page = (DOCS / "gallery" / f"{name}.md").read_text(encoding="utf-8")
    for directive in ("picture", "experiment"):
        assert f"```{{{directive}}} {name}\n```" in page
    assert re.search(r"\*\*(Claim|Observed)", page)
    sys.path.insert(0, str(DOCS / "_ext"))
    command = runpy.run_path(str(DOCS / "_ext" / "gallery.py"))["command"]
    words = shlex.split(command(name, about(name)["parameters"]))
    assert words[:3] == ["polyfam", "experiment", name]
    assert name in json.loads((DATA / "seconds.json").read_text())


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_no_label_is_smaller_than_9_px_on_a_phone(name: str) -> None:
    svg = (DATA / f"{name}.svg").read_text(encoding="utf-8")
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    assert width == pytest.approx(72 * WIDTH)
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?([\d.]+)px", svg)]
    assert sizes
    assert min(sizes) * 350 / width > 9


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_published_numbers_give_the_published_picture(name: str) -> None:
    svg = (DATA / f"{name}.svg").read_text(encoding="utf-8")
    shown = [text.replace("&gt;", ">").replace("&lt;", "<") for text in
             re.findall(r"<text [^>]*>([^<]+)</text>", svg)]  # fmt: skip
    figure = draw(published(name))
    figure.draw_without_rendering()
    assert 1 <= len(figure.axes) <= 4
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {line for text in texts for line in text.split("\n")} <= set(shown)


@pytest.mark.parametrize("name", ["penalty-integral", "principal-flow"])
def test_the_command_gives_the_published_numbers(name: str) -> None:
    changes = {key: value for key, value in about(name)["parameters"].items() if key != "seed"}
    result = run_experiment(name, **changes)
    for table, columns in published(name).tables.items():
        for key, column in columns.items():
            np.testing.assert_allclose(result.tables[table][key], column, rtol=1e-9, atol=1e-12)


def test_all_colours_of_labels_can_be_read_on_white() -> None:
    for colour, name in PALETTE.items():
        contrast = 1.05 / (luminance(colour) + 0.05)
        assert contrast >= 4.5 or name in {"faint", "paper"}, colour
