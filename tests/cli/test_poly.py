"""``polyfam poly``: facts about single trees, in every format, from arguments and from a pipe."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from polyfam.cli import main, poly
from polyfam.cli._trees import read_tree
from polyfam.family.single import beta_polynomial
from polyfam.trees import free_trees, parse_tree, path

COMMAND = [sys.executable, "-m", "polyfam", "poly"]


def run(*arguments: str, stdin: str = "", columns: int = 80) -> Result:
    """Run the verb."""
    runner = CliRunner(env={"COLUMNS": str(columns)})
    return runner.invoke(main, ["poly", *arguments], input=stdin)


def test_text_shows_every_fact_about_the_star() -> None:
    result = run("star:7")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "  P(beta)       beta + 57*beta^2 + 302*beta^3 + 302*beta^4 + 57*beta^5 + beta^6",
        "  factors       beta*(beta + 1)*(beta^4 + 56*beta^3 + 246*beta^2 + 56*beta + 1)",
        "  row           1 57 302 302 57 1",
        "  gamma vector  1 52 136",
        "  P(1)          720",
        "  roots         all real",
        "  name          Eulerian (A008292)",
        "  tree          0 1 1 1 1 1 1",
        "  degrees       6 1 1 1 1 1 1",
        "  sigma         720",
        "  id            F7.11",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "F5.2",
        "broom:3,2",
        "0 1 2 1 1",
        "[[[]],[],[]]",
        "UUDDUDUD",
        "-1 0 1 0 0",
        "prufer1:1 1 2",
        "1-2 2-3 1-4 1-5",
        "Dk_",
    ],
)
def test_every_way_to_write_the_fork_gives_its_row(text: str) -> None:
    assert run(text, "--format", "row").stdout == "1 8 8 1\n"


@pytest.mark.parametrize(
    ("format_", "output"),
    [
        ("row", "1 4 1"),
        ("latex", r"\beta + 4 \beta^{2} + \beta^{3}"),
        ("sympy", "beta**3 + 4*beta**2 + beta"),
    ],
)
def test_one_line_formats(format_: str, output: str) -> None:
    assert run("star:4", "--format", format_).stdout == f"{output}\n"


def test_json_has_the_names_of_the_tables_and_integers_as_strings() -> None:
    assert json.loads(run("star:4", "--format", "json").stdout) == {
        "id": "F4.2",
        "level_sequence": [0, 1, 1, 1],
        "graph6": "Cs",
        "sigma": "6",
        "degree_sequence": [3, 1, 1, 1],
        "diameter": 2,
        "subtrees": "11",
        "value_at_one": "6",
        "coefficients": ["1", "4", "1"],
        "gamma_vector": ["1", "2"],
        "f_vector": ["6", "6", "1"],
        "real_rooted": True,
    }


def test_single_vertex_has_the_constant_polynomial() -> None:
    lines = run("0").stdout.splitlines()
    assert lines[0] == "  P(beta)       1"
    assert lines[-1] == "  id            F1.1"
    assert "name" not in run("0").stdout


@pytest.mark.parametrize("columns", [20, 80, 200])
def test_long_values_are_folded_to_the_terminal(columns: int) -> None:
    result = run("path:30", columns=columns)
    assert max(map(len, result.stdout.splitlines())) <= max(columns, 40)
    assert "Narayana (A001263)" in result.stdout


def test_what_would_take_long_is_left_out_of_large_trees() -> None:
    labels = {line[:16].strip() for line in run("path:80").stdout.splitlines()}
    assert {"P(beta)", "gamma vector", "roots", "name"} <= labels
    assert labels.isdisjoint({"factors", "id"})


def test_several_trees_are_separated_by_a_blank_line() -> None:
    blocks = run("path:3", "star:4").stdout.split("\n\n")
    assert [block.split()[-1] for block in blocks] == ["F3.1", "F4.2"]


def test_dash_reads_trees_between_others() -> None:
    result = run("star:4", "-", "F3.1", "--format", "row", stdin="0 1\n\n[[],[[]]]\n")
    assert result.stdout.splitlines() == ["1 4 1", "1", "1 3 1", "1 1"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0 2", "Level 2 at position 1 must lie between 1 and 1."),
        ("1-2 2-3 3-1", "closes a cycle"),
        ("[[]", "must end with 1 more ]"),
        ("F6.7", "There is no tree F6.7"),
        ("F21.1", "Identifiers reach up to 20 vertices, not 21"),
        ("star:0", "Argument 'n' must be at least 1, not 0."),
        ("nonsense!", "does not show its notation"),
        ("é", "is not ASCII"),
        ("", "The text must not be empty"),
    ],
)
def test_what_is_no_tree_is_one_sentence_and_exit_code_2(text: str, sentence: str) -> None:
    result = run(text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("tree", ["0", "0 1", "path:6", "F8.3", "F9.11", "F7.7", "spider:2,2,2"])
def test_factors_are_those_of_sympy(tree: str) -> None:
    p = beta_polynomial(read_tree(tree))
    assert poly._factors(p) == str(p.factored()).replace("**", "^")


def test_stream_is_read_with_line_numbers_and_a_notation() -> None:
    stream = "0 1 1 2 2\n\n0 1 2 1 2\n"
    rows = run("-", "--format", "row", "--from", "parents", stdin=stream)
    assert rows.stdout == "1 8 8 1\n" * 2
    broken = run("-", "--format", "row", stdin="0 1 1\n\n0 3\n")
    assert broken.stderr.startswith("Error: Line 3: Level 3 at position 1")
    assert "--from NOTATION" in broken.stderr


def test_stream_is_not_factored() -> None:
    assert "factors" not in run("-", stdin="path:5\n").stdout


@pytest.mark.parametrize("arguments", [["1-2", "2-3"], ["0", "1", "2", "2"]])
def test_edge_list_that_the_shell_has_split_is_recognised(arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"put it in quotes: '{' '.join(arguments)}'" in result.stderr


def test_columns_choose_the_facts() -> None:
    csv = run("star:4", "path:3", "--format", "csv", "--columns", "sigma,coefficients")
    assert csv.stdout.splitlines() == ["id,sigma,coefficients", "F4.2,6,1 4 1", "F3.1,2,1 1"]
    facts = run("star:4", "--format", "json", "--columns", "graph6").stdout
    assert json.loads(facts) == {"id": "F4.2", "graph6": "Cs"}
    assert "perhaps 'sigma' is meant" in run("0", "--format", "csv", "--columns", "sgma").stderr
    assert "--columns goes with" in run("0", "--columns", "sigma").stderr


def test_no_tree_at_all_is_a_usage_error() -> None:
    assert run().exit_code == 2


def test_trees_before_a_bad_line_are_answered() -> None:
    result = run("-", "--format", "row", stdin="0 1 1\n0 0\n0 1\n")
    assert (result.exit_code, result.stdout) == (2, "1 1\n")


def test_two_verbs_make_a_pipeline() -> None:
    list_ = [sys.executable, "-m", "polyfam", "trees", "6"]
    with subprocess.Popen(list_, stdout=subprocess.PIPE) as trees:
        rows = subprocess.check_output([*COMMAND, "-", "--format", "row"], stdin=trees.stdout)
    assert sorted(rows.decode().splitlines())[0] == "1 10 20 10 1"
    assert len(rows.splitlines()) == 6


def test_garbage_bytes_on_standard_input_are_one_sentence() -> None:
    done = subprocess.run([*COMMAND, "-"], input=b"\xff\x00\n", capture_output=True)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"Error: ")
    assert done.stderr.count(b"\n") == 1


def test_row_needs_no_heavy_library() -> None:
    code = "import sys; from polyfam.cli import main; main(sys.argv[1:], standalone_mode=False)"
    arguments = ["poly", "path:40", "--format", "row"]
    code += "; print(sys.modules.keys() & {'numpy', 'sympy', 'networkx', 'rich'})"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    row = " ".join(map(str, beta_polynomial(path(40)).row))
    assert done.stdout == f"{row}\nset()\n"


def test_identifiers_are_read_in_any_case() -> None:
    assert run("f5.2").output == run("F5.2").output
    assert "row           1 8 8 1" in run("f5.2").output


def test_a_stream_of_one_order_is_looked_up_and_says_the_same() -> None:
    """Oracle: the trees one by one, each in a run of its own order before a table is made."""
    trees = [str(tree) for tree in free_trees(10)] * 3
    mixed = [*trees, "star:4", "0 1 2 2", *trees[:2]]
    lines = run("-", "--format", "row", stdin="\n".join(mixed)).stdout.splitlines()
    alone = {text: " ".join(map(str, beta_polynomial(parse_tree(text)).row))
             for text in mixed}  # fmt: skip
    assert lines == [alone[text] for text in mixed]
    parents = ["0 1 2 1 2"] * 300 + [
        "0 1 2 3 3"
    ]  # after 200 a table is made, whose texts are levels
    lines = run("-", "--from", "parents", "--format", "row", stdin="\n".join(parents)).stdout
    assert set(lines.splitlines()) == {"1 8 8 1"}
