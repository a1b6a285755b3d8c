"""``polyfam trees``: lists, counts, ranks and random trees; quiet when it is cut short."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main
from polyfam.trees import NOTATIONS, free_trees, parse_tree, rooted_trees
from tests.oracles.trees import FREE_TREES, ROOTED_TREES

COMMAND = [sys.executable, "-m", "polyfam", "trees"]


def run(*arguments: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(main, ["trees", *arguments])


@pytest.mark.parametrize("n", [1, 2, 7])
@pytest.mark.parametrize("notation", [name for name in NOTATIONS if NOTATIONS[name].format])
def test_list_reads_back_as_all_free_trees(n: int, notation: str) -> None:
    result = run(str(n), "--notation", notation)
    if n == 1 and notation.startswith("prufer"):
        assert (result.exit_code, result.stdout) == (2, "")
    else:
        assert [*map(parse_tree, result.stdout.splitlines())] == [*free_trees(n)]


@pytest.mark.parametrize("notation", ["levels", "brackets", "dyck", "parents"])
def test_list_reads_back_as_all_rooted_trees(notation: str) -> None:
    lines = run("6", "--rooted", "--notation", notation).stdout.splitlines()
    assert [parse_tree(line, rooted=True) for line in lines] == [*rooted_trees(6)]


@pytest.mark.parametrize("n", [1, 10, 30])
def test_counts_match_the_oeis(n: int) -> None:
    assert run(str(n), "--count").stdout == f"{FREE_TREES[n - 1]}\n"
    assert run(str(n), "--count", "--rooted").stdout == f"{ROOTED_TREES[n - 1]}\n"


@pytest.mark.parametrize("kind", ["--free", "--rooted"])
def test_rank_picks_a_line_of_the_list(kind: str) -> None:
    lines = run("7", kind).stdout.splitlines()
    picked = [run("7", kind, "--rank", str(k)).stdout.strip() for k in range(len(lines))]
    assert picked == lines


@pytest.mark.parametrize("kind", ["--free", "--rooted"])
def test_random_trees_are_repeatable_and_not_all_the_same(kind: str) -> None:
    first, again = (run("30", kind, "--random", "20", "--seed", "7") for _ in range(2))
    assert first.stdout == again.stdout
    assert len(set(first.stdout.splitlines())) == 20
    assert run("30", kind, "--random", "20").stdout != first.stdout


def test_random_trees_are_uniform_by_the_chi_square_test() -> None:
    counts = Counter(run("6", "--random", "3000", "--seed", "1").stdout.splitlines())
    chi_square = sum((count - 500) ** 2 / 500 for count in counts.values())
    assert len(counts) == 6
    assert chi_square < 20.5  # 5 degrees of freedom, one time in a thousand by chance


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0"], "Argument 'n' must be at least 1, not 0."),
        (["-3"], "Argument 'n' must be at least 1, not -3."),
        (["-3", "--count"], "Argument 'n' must be at least 1, not -3."),
        (["6", "--rank", "6"], "Argument 'k' must be at most 5, not 6."),
        (["6", "--rank", "-1"], "Argument 'k' must be at least 0, not -1."),
        (["six"], "'six' is not a valid integer."),
        (["6.0"], "'6.0' is not a valid integer."),
        (["6", "--count", "--rank", "1"], "Choose one of --count, --rank and --random."),
        (["6", "--seed", "1"], "--seed goes with --random."),
        (["6", "--random", "-1"], "-1 is not in the range x>=0."),
        (["6", "--notation", "runes"], "'runes' is not one of"),
        (["1000000000"], "Argument 'n' must be at most"),
    ],
)
def test_bad_input_is_refused(arguments: list[str], sentence: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_list_streams_and_a_reader_that_leaves_is_quiet() -> None:
    with subprocess.Popen(
        [*COMMAND, "40"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "0" + 39 * " 1" + "\n"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_interrupt_is_quiet() -> None:
    # where these tests run in the background, interrupts may be ignored
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from polyfam.__main__ import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, "trees", "40"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode == 130
