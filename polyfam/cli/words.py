"""``polyfam words``: the edge words of a tree, which its polynomial counts by descents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from random import Random
from typing import TYPE_CHECKING, Any

import click

from polyfam._checks import readable
from polyfam.cli._shared import TREE_SETTINGS, emit, printing_options, terminal_width
from polyfam.cli._trees import examples, fields, from_option, read_trees

if TYPE_CHECKING:
    from polyfam.trees import RootedTree

__all__ = ["command"]

#: Without --limit no more words than this are listed.
_MOST = 5040
#: Words are counted by descents up to this number of edges; `polyfam poly` prints longer rows.
_LONGEST = 40


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="List the edge words of a tree.",
    epilog=examples(
        "polyfam words spider:2,1,1",
        "polyfam words star:9 --limit 20",
        "polyfam words path:60 --random 3 --seed 1",
    ),
)
@click.argument("trees", nargs=-1, required=True, metavar="TREE...")
@click.option("--limit", type=click.IntRange(0, 10**9), help="List at most this many words.")
@click.option(
    "--random",
    "drawn",
    type=click.IntRange(1, 10**9),
    metavar="K",
    help="Draw K words instead, each uniformly at random.",
)
@click.option("--seed", type=click.IntRange(0), help="The same seed draws the same words.")
@from_option()
@printing_options(text="", json=".json")
def command(
    trees: tuple[str, ...],
    limit: int | None,
    drawn: int | None,
    seed: int | None,
    notation: str | None,
    format_: str,
) -> None:
    """List the edge words of each TREE, with descents marked by '>'.

    The edges are numbered away from the leaves, as the first line shows. Gamma words, which have
    no double and no final descent, are marked by '*'. At the end come the numbers of words with
    0, 1, 2, ... descents, which are the row of the polynomial, and those of gamma words, which are
    its gamma vector. Level sequences, brackets, Dyck words and parents keep their root; '-' reads
    trees from standard input, one a line.
    """
    if drawn is not None and limit is not None:
        raise click.UsageError("--limit and --random K exclude each other: K words are drawn.")
    if seed is not None and drawn is None:
        raise click.UsageError("--seed needs --random K, since nothing else is drawn.")
    for k, tree in enumerate(read_trees(trees, notation, True)):
        if k and format_ == "text":
            emit("")
        if format_ == "json":
            emit(json.dumps(_facts(tree, limit, drawn, seed)))
        else:
            _print(tree, limit, drawn, seed)


def _words(
    tree: RootedTree, limit: int | None, drawn: int | None, seed: int | None
) -> Iterator[tuple[int, ...]]:
    """Yield the words that are asked for."""
    from polyfam.errors import ResourceError
    from polyfam.words import count_edge_words, edge_words, unrank_edge_word

    count = count_edge_words(tree)
    if drawn is not None:
        places = Random(seed)
        for _ in range(drawn):
            yield unrank_edge_word(tree, places.randrange(count))
        return
    if limit is None and count > _MOST:
        raise ResourceError(
            f"The tree has {readable(count)} edge words; list some with --limit, or draw with "
            "--random."
        )
    yield from islice(edge_words(tree), limit)


def _facts(
    tree: RootedTree, limit: int | None, drawn: int | None, seed: int | None
) -> dict[str, Any]:
    """Return the words of a tree as JSON carries them."""
    from polyfam.family.single import beta_polynomial
    from polyfam.words import count_edge_words, numbered_edges

    return {
        "level_sequence": tree.levels,
        "edges": numbered_edges(tree),
        "count": str(count_edge_words(tree)),
        "words": list(_words(tree, limit, drawn, seed)),
        "coefficients": [*map(str, beta_polynomial(tree).row)],
    }


def _print(tree: RootedTree, limit: int | None, drawn: int | None, seed: int | None) -> None:
    """Print the words of a tree."""
    from polyfam.words import count_edge_words, numbered_edges

    words = _words(tree, limit, drawn, seed)
    first = next(words, None)  # a refusal comes before anything is printed
    edges, count = numbered_edges(tree), count_edge_words(tree)
    numbered = " ".join(f"{k}:{u}-{v}" for k, (u, v) in enumerate(edges, start=1))
    emit(fields([("edges", numbered or "none"), ("words", readable(count))]))
    for word in chain([] if first is None else [first], words):
        emit(_marked(word))
    if drawn is None and limit is not None and limit < count:
        emit(f"... {limit} of {readable(count)} words")
    if drawn is None and len(edges) <= _LONGEST:
        emit(_summary(tree))


def _marked(word: tuple[int, ...]) -> str:
    """Return a word with its descents, and a star before it when it is a gamma word."""
    from polyfam.words import is_gamma_word

    width = terminal_width()
    lines = ["* " if is_gamma_word(word) else "  "]
    for letter, following in zip(word, [*word[1:], 0], strict=False):
        text = f"{letter}{'>' if letter > following > 0 else ' '}"
        if len(lines[-1]) + len(text) > width:
            lines.append("    ")
        lines[-1] += text
    return "\n".join(map(str.rstrip, lines))


def _summary(rooted: RootedTree) -> str:
    """Return the row and the gamma vector under the numbers of descents."""
    from polyfam.family.single import beta_polynomial

    p = beta_polynomial(rooted)
    return fields(
        [
            ("by descents", " ".join(map(str, p.row))),
            ("gamma words", " ".join(map(str, p.gamma_vector))),
        ]
    )
