"""``polyfam draw``: one picture, on standard output or in a file that is whole or not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.tables.poster import grid_svg
from polyfam.trees import draw, parse_tree


def run(*arguments: str, stdin: str = "") -> Result:
    """Run the verb."""
    return CliRunner().invoke(main, ["draw", *map(str, arguments)], input=stdin)


@pytest.mark.parametrize("text", ["0", "path:5", "-1 0 0 1"])
@pytest.mark.parametrize("rooted", [False, True])
def test_tree_is_drawn_as_the_library_draws_it(text: str, rooted: bool) -> None:
    result = run(text, *(["--rooted"] if rooted else []))
    assert result.stdout == draw(parse_tree(text, rooted=rooted))


def test_identifier_is_drawn_free_and_rooted() -> None:
    tree = parse_tree("0 1 2 1 1")
    assert run("F5.2").stdout == draw(tree)
    assert run("F5.2", "--rooted").stdout == draw(tree.rooted())


def test_grid_is_drawn_as_the_library_draws_it() -> None:
    assert run("--all", "6").stdout == grid_svg(6)


def test_tree_comes_from_standard_input() -> None:
    assert run("-", stdin="star:5\n").stdout == draw(parse_tree("star:5"))


def test_file_is_written_and_nothing_printed(tmp_path: Path) -> None:
    target = tmp_path / "tree.svg"
    result = run("star:5", "-o", target)
    assert (result.exit_code, result.output) == (0, "")
    assert target.read_text() == run("star:5").stdout
    assert [*tmp_path.iterdir()] == [target]


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        ([], "", "Give a TREE, perhaps with --rooted, or --all N."),
        (["path:3", "--all", "5"], "", "Give a TREE"),
        (["--rooted", "--all", "5"], "", "Give a TREE"),
        (["-"], "", "Standard input holds no tree to draw."),
        (["path:3", "-o", "tree.gif"], "", "must end in one of .svg, .tex, .png, .pdf, .json."),
        (["path:3", "--format", "png"], "", "name a file with -o"),
        (["1-2", "2-3"], "", "put it in quotes: '1-2 2-3'."),
        (["path:3", "-o", "/no/such/place.svg"], "", "Cannot write '/no/such/place.svg'"),
        (["0 3"], "", "Level 3 at position 1 must lie between 1 and 1."),
        (["--all", "11"], "", "Argument 'n' must be at most 10, not 11."),
    ],
)
def test_bad_input_is_refused(arguments: list[str], stdin: str, sentence: str) -> None:
    result = run(*arguments, stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_several_trees_make_one_picture() -> None:
    trees = [parse_tree("path:3"), parse_tree("star:4")]
    assert run("path:3", "-", stdin="star:4\n").stdout == draw(trees)


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("svg", b"<svg"), ("tex", b"\\begin{tikz"), ("png", b"\x89PNG"), ("pdf", b"%PDF")],
)
@pytest.mark.parametrize("what", [["F6.4"], ["--all", "4"]])
def test_suffix_decides_the_form(what, suffix: str, start: bytes, tmp_path: Path) -> None:
    target = tmp_path / f"tree.{suffix}"
    assert run(*what, "-o", target).output == ""
    assert start in target.read_bytes()[:400]


def test_json_has_the_edges() -> None:
    text = run("star:4", "--format", "json").stdout
    assert json.loads(text) == [{"level_sequence": [0, 1, 1, 1], "edges": [[0, 1], [0, 2], [0, 3]]}]
