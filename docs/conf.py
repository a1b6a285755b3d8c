"""Sphinx configuration.  Everything that the pages load lies in _static, so they work offline."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle

from polyfam import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "polyfam"
author = "The polyfam developers"
project_copyright = author
release = __version__

extensions = [
    "atlas",
    "gallery",
    "home",
    "myst_parser",
    "notebooks",
    "numpydoc",
    "oeis",
    "reference",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.katex",
]
exclude_patterns = ["_build", "_ext", "_static", "gallery/data"]

# Pages
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
# A doctest in Markdown needs an empty line before the closing fence; the page does not.
highlight_options = {"pycon": {"stripnl": True}}

# Reference: the docstrings state the types, and names in single backquotes are code.
default_role = "literal"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False

# Appearance
html_theme = "furo"
html_title = f"polyfam {release}"
html_static_path = ["_static"]
html_css_files = ["polyfam.css", "atlas/atlas.css"]
html_copy_source = False
# The excerpts of the search need requests, which a browser refuses to pages on a disk.
html_show_search_summary = False
html_theme_options = {
    f"{mode}_css_variables": {
        f"color-{part}": colour
        for part in ("brand-primary", "brand-content", "api-name", "api-pre-name")
    }
    for mode, colour in {"light": "#0b6e62", "dark": "#5cc9b8"}.items()
}

# Mathematics: the script comes with sphinxcontrib-katex, style sheet and fonts from _static/katex.
katex_css_path = "katex/katex.min.css"
katex_options = "throwOnError: false"


class KeyLabels(BaseLabelStyle):
    """Label a paper by its key, so that pages and docstrings cite it alike: [PRW]."""

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:
        """Yield the labels of the entries."""
        return (entry.key for entry in sorted_entries)


class KeyStyle(PlainStyle):
    """The plain style of BibTeX with keys as labels."""

    default_label_style = KeyLabels


register_plugin("pybtex.style.formatting", "keys", KeyStyle)
bibtex_bibfiles = ["refs.bib"]
bibtex_default_style = "keys"
