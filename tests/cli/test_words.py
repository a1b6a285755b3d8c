"""polyfam words: what it lists, marks and refuses."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from polyfam.cli import main
from polyfam.cli._trees import read_tree
from polyfam.words import edge_words, is_gamma_word


def run(*arguments):
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["words", *arguments])


def words_in(output):
    """Return the words with their marks, folded lines put together again."""
    text = output.replace("\n    ", " ")
    return [line for line in text.splitlines() if re.match(r"[* ] \d", line)]


def test_fork_shows_its_18_words_its_row_and_its_gamma_vector():
    result = run("spider:2,1,1")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:2] == ["  edges  1:1-2 2:0-4 3:0-3 4:0-1", "  words  18"]
    assert lines[-2:] == ["  by descents  1 8 8 1", "  gamma words  1 5"]
    assert len(lines) == 2 + 18 + 2
    assert sum(line.startswith("* ") for line in lines) == 6
    assert "* 1 2 3 4" in lines
    assert "  4>3>2>1" in lines


@pytest.mark.parametrize("text", ["path:2", "path:6", "star:5", "0 1 2 2 2", "F6.4"])
def test_marks_match_the_words_and_the_row(text):
    output = run(text).output
    shown = words_in(output)
    words = [tuple(map(int, re.findall(r"\d+", line))) for line in shown]
    assert words == list(edge_words(read_tree(text, rooted=True)))
    assert [line[0] == "*" for line in shown] == list(map(is_gamma_word, words))
    starred = [line for line in shown if line[0] == "*"]
    for label, lines in (("by descents", shown), ("gamma words", starred)):
        falls = [line.count(">") for line in lines]
        row = re.search(rf"{label}  (.*)", output)[1].split()
        assert row == [str(falls.count(i)) for i in range(len(row))]


def test_one_vertex_has_the_empty_word():
    lines = run("0").output.splitlines()
    assert lines == ["  edges  none", "  words  1", "*", "  by descents  1", "  gamma words  1"]


def test_root_of_a_level_sequence_is_kept():
    assert run("0 1 2 3").output != run("0 1 2 1").output
    assert run("0 1 2 3").output.splitlines()[-2:] == run("0 1 2 1").output.splitlines()[-2:]


def test_limit_says_how_many_there_are_and_still_counts_all():
    lines = run("star:6", "--limit", "3").output.splitlines()
    assert len(lines) == 2 + 3 + 1 + 2
    assert lines[5:] == [
        "... 3 of 120 words",
        "  by descents  1 26 66 26 1",
        "  gamma words  1 22 16",
    ]
    assert "... 0 of 120 words" in run("star:6", "--limit", "0").output
    assert "... " not in run("star:6", "--limit", "120").output


def test_random_words_repeat_with_their_seed_and_fit_80_columns():
    first = run("path:40", "--random", "4", "--seed", "7")
    assert first.exit_code == 0
    assert first.output == run("path:40", "--random", "4", "--seed", "7").output
    assert first.output != run("path:40", "--random", "4", "--seed", "8").output
    assert max(map(len, first.output.splitlines())) <= 80
    shown = words_in(first.output)
    assert len(shown) == 4
    assert all(sorted(map(int, re.findall(r"\d+", line))) == list(range(1, 40)) for line in shown)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["star:20"], "121,645,100,408,832,000 edge words; list some with --limit"),
        (["star:400"], "about 10^866 edge words"),
        (["star:501", "--limit", "1"], "at most 500 vertices, not 501"),
        (["path:4", "--seed", "1"], "--seed needs --random K"),
        (["path:4", "--random", "1", "--limit", "1"], "exclude each other"),
        (["path:4", "--random", "0"], "0 is not in the range"),
        (["0 2"], "Level 2 at position 1"),
    ],
)
def test_what_cannot_be_listed_is_refused_in_one_sentence(arguments, sentence):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in " ".join(result.stderr.split())
