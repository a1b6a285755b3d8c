"""The gallery: an experiment with its picture, what was measured, command, data and code.

The picture stands inside the page, so that its colours follow the mode of the page: each colour of
`polyfam.experiments.style.PALETTE` becomes a variable that polyfam.css sets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from polyfam.experiments import EXPERIMENTS, title
from polyfam.experiments.style import PALETTE

DATA = Path(__file__).parents[1] / "gallery" / "data"


def themed(svg: str, name: str) -> str:
    """Return an SVG file of matplotlib as an element of a page, with variables for its colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    # Ids are unique in a page: two pictures may share one.
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", svg)
    for colour, variable in PALETTE.items():
        svg = re.sub(colour, f"var(--plot-{variable}, {colour})", svg, flags=re.IGNORECASE)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "inherit", svg)
    svg = re.sub(r"font: ([\d.]+px) inherit", r"font-size: \1", svg)
    label = escape(title(name), quote=True)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return f'<div class="plot">{svg}</div>'


def command(name: str, parameters: Mapping[str, Any]) -> str:
    """Return the command that gives these parameters."""
    module = import_module(f"polyfam.experiments.{EXPERIMENTS[name]}")
    asked = {key: value for key, value in parameters.items() if key != "seed"}

    def changes(defaults: Mapping[str, Any]) -> list[str]:
        kept = json.loads(json.dumps(defaults))
        return [
            f"--set {key}={json.dumps(value, separators=(',', ':'))}"
            for key, value in asked.items()
            if kept[key] != value
        ]

    quick, full = changes(module.QUICK), changes(module.FULL)
    words = quick if len(quick) <= len(full) else ["--full", *full]
    return " ".join([f"polyfam experiment {name} -o pictures", *words])


class Picture(SphinxDirective):
    """The picture of one experiment."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the node."""
        name = self.arguments[0]
        svg = (DATA / f"{name}.svg").read_text(encoding="utf-8")
        self.env.note_dependency(str(DATA / f"{name}.svg"))
        return [nodes.raw("", themed(svg, name), format="html")]


class Experiment(SphinxDirective):
    """Command, data, code and measurements of one experiment."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        name = self.arguments[0]
        about = json.loads((DATA / f"{name}.json").read_text())
        seconds = json.loads((DATA / "seconds.json").read_text()).get(name)
        time = f" ({seconds:g} s on one core)" if seconds else ""
        files = sorted(p.name for p in DATA.iterdir() if re.match(rf"{name}[.-]", p.name))
        downloads = ", ".join(f"{{download}}`{file} <data/{file}>`" for file in files)
        text = "\n".join(
            [
                f"**Command**{time}",
                "",
                "```console",
                f"$ {command(name, about['parameters'])}",
                "```",
                "",
                f"**Download** {downloads}",
                "",
                ":::{dropdown} Code",
                f"```{{literalinclude}} ../../polyfam/experiments/{EXPERIMENTS[name]}.py",
                ":language: python",
                "```",
                ":::",
            ]
        )
        measured = nodes.bullet_list()
        for note in about["notes"]:
            measured += nodes.list_item("", nodes.paragraph(text=note))
        heading = nodes.paragraph("", "", nodes.strong(text="Measured"))
        return [*self.parse_text_to_nodes(text), heading, measured]


def setup(app: Any) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("experiment", Experiment)
    app.add_directive("picture", Picture)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
