"""polyfam words: what it lists, marks and refuses."""

from __future__ import annotations

from click.testing import CliRunner

from polyfam.cli import main


def run(*arguments):
    return CliRunner().invoke(main, ["words", *arguments])


def test_fork_shows_its_18_words_its_row_and_its_gamma_vector():
    lines = run("spider:2,1,1").output.splitlines()
    assert lines[-2:] == ["by descents   1 8 8 1", "gamma words   1 5"]
    assert len(lines) == 1 + 18 + 2
    assert sum(line.startswith("* ") for line in lines) == 6
    assert "* 1 2 3 4" in lines
    assert "  4>3>2>1" in lines


def test_limit_says_how_many_are_left():
    lines = run("star:6", "--limit", "3").output.splitlines()
    assert lines[-1] == "... and 117 more of 120 words"


def test_random_words_repeat_with_their_seed():
    first = run("path:30", "--random", "4", "--seed", "7")
    assert first.exit_code == 0
    assert first.output == run("path:30", "--random", "4", "--seed", "7").output
    assert max(map(len, first.output.splitlines())) <= 100


def test_too_many_words_are_refused_with_their_number():
    result = run("star:20")
    assert result.exit_code == 2
    assert "121645100408832000 edge words" in result.stderr


def test_seed_without_random_is_refused():
    assert run("path:4", "--seed", "1").exit_code == 2
