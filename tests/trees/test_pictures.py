"""Pictures of one tree and of several, in every format."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from polyfam.errors import ArgumentTypeError, DomainError, UnknownNameError
from polyfam.trees import RootedTree, draw, free_trees, path, star
from polyfam.trees.pictures import FORMATS


def test_several_trees_make_one_picture():
    trees = [*free_trees(5), RootedTree([0, 1, 1])]
    picture = draw(trees)
    root = ElementTree.fromstring(picture)
    assert picture.count("<circle") == 3 * 5 + 3
    texts = [each.text for each in root if each.tag.endswith("text")]
    assert texts == [str(tree) for tree in trees]
    assert draw(trees, captions="abcd").count(">a</text>") == 1
    assert draw([path(3)], captions=["a < b & c"]).count("a &lt; b &amp; c") == 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_files_are_the_same_every_time(suffix, tmp_path):
    starts = {".svg": b"<svg", ".tex": b"% ", ".png": b"\x89PNG", ".pdf": b"%PDF"}
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix.upper()}"
    assert draw([star(5), path(4)], first) is None
    draw([star(5), path(4)], second)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(starts[suffix])


def test_tikz_draws_every_edge_and_vertex(tmp_path):
    draw(RootedTree([0, 1, 1, 2]), tmp_path / "tree.tex")
    text = (tmp_path / "tree.tex").read_text()
    assert (text.count(r"\draw"), text.count(r"\fill")) == (3, 4)
    assert text.count(r"\definecolor") == 4
    assert text.endswith("\\end{tikzpicture}\n")


@pytest.mark.parametrize(
    ("tree", "file", "error", "message"),
    [
        ("star:4", None, ArgumentTypeError, "must hold trees, not 's'; parse_tree reads texts"),
        (3, None, ArgumentTypeError, "must be a tree or several trees"),
        ([], None, DomainError, "between 1 and 1000 trees"),
        (star(3), 5, ArgumentTypeError, "'file' must be a path"),
        (star(3), "a.gif", UnknownNameError, "must end in one of .svg"),
    ],
)
def test_what_cannot_be_drawn(tree, file, error, message):
    with pytest.raises(error, match=message):
        draw(tree, file)
