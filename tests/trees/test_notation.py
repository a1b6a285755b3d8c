"""Reading and writing trees: round trips, networkx as an oracle, and texts that are no tree."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from math import factorial

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyfam.errors import DomainError, InvalidTreeError, ResourceError, UnknownNameError
from polyfam.trees import (
    FreeTree,
    RootedTree,
    free_trees,
    random_free_tree,
    random_rooted_tree,
    rooted_trees,
    shapes,
)
from polyfam.trees.notation import (
    NOTATIONS,
    format_tree,
    from_networkx,
    graph6,
    parse_tree,
    shape,
)

every_notation = pytest.mark.parametrize("notation", NOTATIONS)


@st.composite
def labelled_trees(draw, least=1, most=30):
    """Draw a networkx tree on 0..n-1: a parent for every vertex, then shuffled names."""
    n = draw(st.integers(least, most))
    names = draw(st.permutations(range(n)))
    graph = networkx.empty_graph(n)
    graph.add_edges_from((names[v], names[draw(st.integers(0, v - 1))]) for v in range(1, n))
    return graph


def encoded(graph):
    """Return a graph on 0..n-1 in graph6 and sparse6, as networkx writes it."""
    return {
        "graph6": networkx.to_graph6_bytes(graph, header=False).decode().strip(),
        "sparse6": networkx.to_sparse6_bytes(graph, header=False).decode().strip(),
    }


def pruefer_code(graph):
    """Return the code of a tree on 0..n-1 with labels from 1, as networkx finds it."""
    return "prufer:" + " ".join(str(label + 1) for label in networkx.to_prufer_sequence(graph))


# Round trips


@every_notation
def test_every_small_tree_is_read_back(notation):
    for n in range(2 if notation == "prufer" else 1, 9):
        for tree in free_trees(n):
            assert parse_tree(format_tree(tree, notation)) == tree
        for rooted in rooted_trees(n):
            assert parse_tree(format_tree(rooted, notation), rooted=True) == rooted


@every_notation
def test_random_trees_of_200_vertices_are_read_back(notation):
    tree, rooted = random_free_tree(200, seed=1), random_rooted_tree(200, seed=1)
    assert parse_tree(format_tree(tree, notation)) == tree
    assert parse_tree(format_tree(rooted, notation), rooted=True) == rooted


@every_notation
def test_paths_and_stars_beyond_the_recursion_limit_are_read_back(notation):
    for tree in (shapes.path(3000), shapes.star(3000)):
        assert parse_tree(format_tree(tree, notation)) == tree


@every_notation
def test_prefix_and_module_read_the_bare_text(notation):
    for tree in rooted_trees(6):
        bare = NOTATIONS[notation].format(tree)
        assert parse_tree(f" {notation}: {bare}\n", rooted=True) == tree
        assert NOTATIONS[notation].parse(f" {bare}\n") == tree


def test_only_pruefer_codes_and_the_lone_vertex_are_written_with_a_prefix():
    trees = [tree for n in range(2, 9) for tree in free_trees(n)]
    for notation in NOTATIONS:
        prefixed = {format_tree(tree, notation).startswith(f"{notation}:") for tree in trees}
        assert prefixed == {notation == "prufer"}
    assert format_tree(FreeTree(), "edges") == "edges:1"


# Oracles


@given(labelled_trees())
def test_graph6_and_sparse6_match_networkx(graph):
    for text in encoded(graph).values():
        assert networkx.is_isomorphic(parse_tree(text).to_networkx(), graph)


@given(st.integers(2, 30), st.integers(0))
def test_writers_match_networkx(n, seed):
    tree = random_free_tree(n, seed=seed)
    graph = tree.to_networkx()
    for notation, text in encoded(graph).items():
        assert format_tree(tree, notation) == text
    assert format_tree(tree, "prufer") == pruefer_code(graph)


@given(labelled_trees(least=2))
def test_labelled_trees_are_rooted_at_the_first_vertex_as_networkx_nests_them(graph):
    nested = parse_tree(str(networkx.to_nested_tuple(graph, 0)), rooted=True)
    edges = ", ".join(f"{u}-{v}" for u, v in networkx.bfs_edges(graph, 0))
    for text in (*encoded(graph).values(), pruefer_code(graph), edges):
        assert parse_tree(text, rooted=True) == nested
    assert from_networkx(graph, rooted=True) == nested


@pytest.mark.parametrize("n", [1, 2, 3, 4, 8, 9, 16, 17, 61, 62, 63, 64])
def test_padding_and_headers_at_the_seams_match_networkx(n):
    tree = shapes.star(n)
    for notation, text in encoded(tree.to_networkx()).items():
        assert format_tree(tree, notation) == text
        assert parse_tree(text) == parse_tree(f">>{notation}<<{text}\n") == tree


@pytest.mark.parametrize("n", [0, 62, 63, 4095, 4096, 258047, 258048, 2**36 - 1])
def test_numbers_of_vertices_match_networkx(n):
    text = graph6.write_order(n)
    assert text == "".join(chr(digit + 63) for digit in networkx.readwrite.graph6.n_to_data(n))
    assert graph6.read_order(text + "?~", "text") == (n, b"\x00\x3f")


@pytest.mark.parametrize("notation", ["graph6", "sparse6"])
def test_labelled_trees_on_4_vertices_are_told_from_all_graphs_as_by_networkx(notation):
    pairs = list(combinations(range(4), 2))
    accepted = 0
    for bits in product((False, True), repeat=len(pairs)):
        graph = networkx.empty_graph(4)
        graph.add_edges_from(pair for pair, bit in zip(pairs, bits, strict=True) if bit)
        try:
            parse_tree(encoded(graph)[notation])
        except InvalidTreeError:
            assert not networkx.is_tree(graph)
        else:
            assert networkx.is_tree(graph)
            accepted += 1
    assert accepted == 4**2  # Cayley, A000272


def test_pruefer_codes_reach_a_tree_once_for_every_labelling():
    codes = product(range(1, 7), repeat=4)
    found = Counter(parse_tree("prufer:" + " ".join(map(str, code))) for code in codes)
    assert found == {tree: factorial(6) // tree.automorphisms() for tree in free_trees(6)}


# Recognition


@pytest.mark.parametrize(
    "text",
    [
        "0 1 2 2 1",
        "0,1,2,2,1",
        "[0, 1, 2, 2, 1]",
        "(0, 1, 2, 2, 1)",
        "0\t1\n2 2  1",
        "[[[],[]],[]]",
        "[ [[] []], [] ]",
        "((()())())",
        "(((), ()), ())",
        "UUUDUDDUDD",
        "UUU D U DD U D D",
        "1110100100",
        "1 1 1 0 1 0 0 1 0 0",
        "-1 0 1 1 0",
        "[-1,0,1,1,0]",
        "parents:4 4 3 -1 3",
        "parents:5 5 4 0 4",
        "prufer:1 2 2",
        "root-x x-y_1 x-y_2 root-9",
        "1-2;2-3;2-4;1-5",
    ],
)
def test_one_tree_in_many_spellings(text):
    assert parse_tree(text, rooted=True) == RootedTree([0, 1, 2, 2, 1])


def test_lone_vertex_in_every_notation():
    for text in ("0", "[0]", "[]", "()", "UD", "10", "-1", "edges:a", "@", ":@", "parents:0"):
        assert parse_tree(text) == FreeTree()


def test_a_text_that_could_be_levels_or_parents_is_levels():
    text = "0 1 2 1 2"
    assert parse_tree(text) == shapes.path(5)
    assert parse_tree(f"parents:{text}") == shapes.spider([1, 1, 2])


def test_brackets_and_ups_and_downs_have_too_many_edges_in_graph6():
    for first, letters in (("[", "[]"), ("]", "[]"), ("U", "UD")):
        n = ord(first) - 63
        characters = -(-n * (n - 1) // 12)
        edges_a_character = min((ord(letter) - 63).bit_count() for letter in letters)
        assert characters * edges_a_character >= n


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("path:9", shapes.path(9)),
        ("star:7", shapes.star(7)),
        ("broom:3,4", shapes.broom(3, 4)),
        ("spider:2,2,3", shapes.spider([2, 2, 3])),
        ("caterpillar:1,0,2", shapes.caterpillar([1, 0, 2])),
        ("double-star:3 4", shapes.double_star(3, 4)),
    ],
)
def test_names_of_shapes(text, tree):
    assert parse_tree(text) == tree
    assert parse_tree(text, rooted=True) == shape.parse(text) == tree.rooted()


@pytest.mark.parametrize("text", ["F6.3", "foo:3", "Levels:0 1", "graph7:Ch"])
def test_unknown_names_and_ids(text):
    with pytest.raises(UnknownNameError, match="published tables" if "." in text else "there are"):
        parse_tree(text)


def test_formats_that_do_not_exist():
    with pytest.raises(UnknownNameError, match="No notation is called 'newick'"):
        format_tree(FreeTree(), "newick")
    with pytest.raises(DomainError, match="one vertex has no Pruefer code"):
        format_tree(FreeTree(), "prufer")
    with pytest.raises(ResourceError, match="would need 133 MB; use sparse6"):
        format_tree(shapes.star(40_000), "graph6")


# Texts and graphs that are no tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must not be empty"),
        ("levels:", "at least one entry"),
        ("0 2", "Level 2 at position 1"),
        ("0 1 0", "Level 0 at position 2"),
        ("0 1 -1", "Level -1 at position 2"),
        ("0,1,,2", "Entry '' at position 2"),
        ("0 1 007", "Entry '007' at position 2"),
        ("0 1 " + "9" * 19, "at most 18 digits"),
        ("0 1 x", "Entry 'x' at position 2"),
        ("\N{ARABIC-INDIC DIGIT ZERO} 1", "at position 0 is not ASCII"),
        ("0 1\N{NO-BREAK SPACE}2", "at position 3 is not ASCII"),
        ("0112", "does not show its notation"),
        ("2 0 2", "does not show its notation"),
        ("1 1 1", "does not show its notation"),
        ("0\x00", "does not show its notation"),
        ("[[]", "must end with 1 more ]"),
        ("[]]", "']' at position 2 .* after the end of the tree"),
        ("[],[]", "',' at position 2 .* after the end of the tree"),
        ("[,]", "',' at position 1 .* out of place"),
        ("[[],,[]]", "',' at position 4 .* out of place"),
        ("brackets:[()]", "'\\(' at position 1 .* out of place"),
        ("brackets:", "at least one pair"),
        ("brackets:]", "never opened"),
        ("()()", "'\\(' at position 2 .* after the end of the tree"),
        ("(" * 20, "must end with 20 more \\)"),
        (")(", "must start with \\(, U or 1"),
        ("UUD", "must end with 1 more D"),
        ("dyck:1 2 0", "'2' at position 2 .* out of place"),
        ("-1 -1", "one root"),
        ("-1 2 1", "cycle"),
        ("-1 1", "cycle"),
        ("-1 7", "Parent 7 of vertex 1"),
        ("-1 -2", "Parent -2 of vertex 1"),
        ("parents:0 0", "one root by -1 .* or by 0 .*, not 2"),
        ("parents:1 2", "one root by -1 .* or by 0 .*, not 0"),
        ("parents:0 3 2", "cycle"),
        ("parents:", "one root"),
        ("prufer:0", "Label 0 at position 0 .* between 1 and 3"),
        ("prufer:3 5", "Label 5 at position 1 .* between 1 and 4"),
        ("prufer:3.5", "Entry '3.5' at position 0"),
        ("edges:", "at least one vertex"),
        ("a-a", "'a-a' is a loop"),
        ("a-b b-a", "'b-a' is there twice"),
        ("a-b b-c c-a", "'c-a' closes a cycle"),
        ("a-b c-d", "'c' is not connected to 'a'"),
        ("a-b c", "'c' at position 1 .* not an edge"),
        ("a-b-c", "'a-b-c' at position 0 .* not an edge"),
        ("a- b", "'a-' at position 0 .* not an edge"),
        ("?", "at least one vertex"),
        ("Bw", "'1-2' closes a cycle"),
        ("B_", "'2' is not connected to '0'"),
        ("D", "must have 2 characters .* not 0"),
        ("DhCC", "must have 2 characters .* not 3"),
        ("Bp", "must end with zero bits"),
        ("graph6:D\x7f?", "Character '\\\\x7f' at position 1"),
        ("graph6:", "must start with the number of vertices"),
        ("~?", "must start with the number of vertices"),
        ("~??Bo", "must start with the number of vertices"),
        ("~~~~~~~~", "68719476735 vertices must have"),
        (":", "must start with the number of vertices"),
        (":?", "at least one vertex"),
        (":@?", "'0-0' is a loop"),
        (":@~", "fewer than six bits, all ones"),
        ("sparse6:Cdv", "must start with a colon"),
        (":Cd", "must have at least 2 characters .* not 1"),
        (":Cdf?", "fewer than six bits, all ones"),
        (":Cde", "fewer than six bits, all ones"),
        (":~~~~~~~~", "68719476735 vertices must have at least"),
        ("path", "1 number.* after its colon, not 0"),
        ("spider:", "some number.* after its colon, not 0"),
        ("broom:1,2,3", "2 number.* after its colon, not 3"),
        ("star:0", "at least 1, not 0"),
        ("spider:2,-1", "legs.* at least 1, not -1"),
        ("star:" + "9" * 18, "would need at least"),
        ("hello", "graph6 text of a graph on 41 vertices"),
    ],
)
def test_what_is_wrong_is_named(text, message):
    with pytest.raises(InvalidTreeError, match=message) as caught:
        parse_tree(text)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert len(sentence) < 250


@pytest.mark.parametrize("text", ["(", "[", "0 ", "1 ", "9", "U", "a", "a-b ", "[,", "~", ":~?@?"])
def test_long_texts_are_refused_in_one_short_sentence(text):
    with pytest.raises(InvalidTreeError) as caught:
        parse_tree(text * 10**5)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("value", [None, 5, b"0 1", ["0", "1"]])
def test_values_that_are_no_text(value):
    with pytest.raises(InvalidTreeError, match="must be given as a text"):
        parse_tree(value)


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (networkx.Graph(), "at least one vertex"),
        (networkx.Graph([("a", "a")]), "'a-a' is a loop"),
        (networkx.cycle_graph(3), "closes a cycle"),
        (networkx.empty_graph(2), "'1' is not connected to '0'"),
        (networkx.MultiGraph([(0, 1), (0, 1)]), "'0-1' is there twice"),
        (networkx.DiGraph([(0, 1)]), "to_undirected"),
        ("0 1", "must be a networkx graph"),
    ],
)
def test_graphs_that_are_no_tree(graph, message):
    with pytest.raises(InvalidTreeError, match=message):
        from_networkx(graph)


@given(st.text() | st.text(st.sampled_from("0123456789 -,;:[]()UDF.?@A_~ab\n<>")))
def test_any_text_is_a_tree_or_says_why_not(text):
    assert_read_or_refused(parse_tree, text, (InvalidTreeError, UnknownNameError))
    for module in (*NOTATIONS.values(), shape):
        assert_read_or_refused(module.parse, text, InvalidTreeError)


@given(st.data())
def test_any_change_of_a_good_text_is_a_tree_or_says_why_not(data):
    n = data.draw(st.integers(2, 12))
    notation = data.draw(st.sampled_from(list(NOTATIONS)))
    text = format_tree(random_free_tree(n, seed=data.draw(st.integers(0))), notation)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 2)))
    filling = data.draw(st.text(st.characters(max_codepoint=255), max_size=2))
    changed = text[:start] + filling + text[stop:]
    assert_read_or_refused(parse_tree, changed, (InvalidTreeError, UnknownNameError))
    assert_read_or_refused(NOTATIONS[notation].parse, changed, InvalidTreeError)


@given(st.text(st.characters(min_codepoint=63, max_codepoint=126), min_size=1, max_size=8))
def test_graph6_and_sparse6_that_are_read_mean_the_same_to_networkx(text):
    for notation, code, read in (
        ("graph6", text, networkx.from_graph6_bytes),
        ("sparse6", f":{text}", networkx.from_sparse6_bytes),
    ):
        try:
            tree = NOTATIONS[notation].parse(code).free()
        except InvalidTreeError:
            continue
        assert from_networkx(read(code.encode())) == tree


def assert_read_or_refused(read, text, refusals):
    """Assert that a text gives a tree or one sentence."""
    sentence = "It is a tree."
    try:
        read(text)
    except refusals as error:
        sentence = str(error)
    assert sentence.endswith(".")
    assert len(sentence) < 300
