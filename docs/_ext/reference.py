"""The reference, made from the package itself: its namespaces, identities and commands."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from typing import Any

import click
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from polyfam.cli import VERBS, main
from polyfam.family.identities import IDENTITIES


class Room(SphinxDirective):
    """A namespace: a summary table, then every public object."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        name = self.arguments[0]
        module = import_module(name)
        members = {member: getattr(module, member) for member in module.__all__}
        functions = [m for m, value in members.items() if inspect.isroutine(value)]
        classes = [m for m, value in members.items() if inspect.isclass(value)]
        rest = [m for m in members if m not in {*functions, *classes}]
        lines = [f".. currentmodule:: {name}", "", ".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   {member}" for member in functions + classes]
        lines.append("")
        for member in classes:
            error = issubclass(members[member], BaseException)
            lines += [f".. auto{'exception' if error else 'class'}:: {member}"]
            lines += ["   :members:", ""] if not error else [""]
        lines += [line for member in functions for line in (f".. autofunction:: {member}", "")]
        for member in rest:
            lines += [f".. py:data:: {member}", ""]
        return self.parse_text_to_nodes("\n".join(lines))


class Identities(SphinxDirective):
    """Every identity that is verified, with its statement and what it rests on."""

    def run(self) -> list[nodes.Node]:
        """Return a definition list."""
        lines: list[str] = []
        for identity in IDENTITIES:
            lines += [f"``{identity.name}`` ({identity.status})", "   .. math::", ""]
            lines += [f"      {identity.statement}", ""]
            basis = identity.rests_on.replace("*", r"\*").replace("|", r"\|").replace("_", r"\_")
            how = "Rests on" if identity.status == "theorem" else "Checked"
            lines += [f"   {how}: {basis}", ""]
        return self.parse_text_to_nodes("\n".join(lines))


class Verbs(SphinxDirective):
    """The commands with their help, as the terminal shows it."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each verb."""
        out: list[nodes.Node] = []
        for verb in VERBS:
            command = main.commands[verb]
            context = click.Context(command, info_name=f"polyfam {verb}", max_content_width=80)
            section = nodes.section(ids=[f"verb-{verb}"])
            section += nodes.title(text=verb)
            section += nodes.literal_block(text=command.get_help(context), language="text")
            out.append(section)
        return out


def escape_bars(*arguments: Any) -> None:
    """Let |x| in a docstring be an absolute value, and r_ a letter, not what they are in RST."""
    lines: list[str] = arguments[-1]
    code = False
    for place, line in enumerate(lines):
        if line.lstrip().startswith(">>>"):
            code = True
        elif not line.strip():
            code = False
        if not code and not re.match(r"\s*(\||\+[-=])", line):
            line = re.sub(r"(?<!\\)\|", r"\\|", line)
            lines[place] = re.sub(r"\b([a-z])_(?=[^\w`]|$)", r"\1\\_", line)


def setup(app: Any) -> dict[str, Any]:
    """Register the directives."""
    app.add_directive("room", Room)
    app.add_directive("identities", Identities)
    app.add_directive("verbs", Verbs)
    app.connect("autodoc-process-docstring", escape_bars, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
