"""``polyfam words``: the edge words of a tree, which its polynomial counts by descents."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import TREE_SETTINGS, emit
from polyfam.cli._trees import examples, fields, read_tree

if TYPE_CHECKING:
    from polyfam.trees import RootedTree

__all__ = ["command"]

#: Without --limit no more words than this are listed.
_MOST = 5040
#: Words are counted by descents up to this number of edges; `polyfam poly` prints longer rows.
_LONGEST = 40
_WIDTH = 80


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="List the edge words of a tree.",
    epilog=examples(
        "polyfam words spider:2,1,1",
        "polyfam words star:9 --limit 20",
        "polyfam words path:60 --random 3 --seed 1",
    ),
)
@click.argument("tree")
@click.option("--limit", type=click.IntRange(min=0), help="List at most this many words.")
@click.option(
    "--random",
    "drawn",
    type=click.IntRange(min=1),
    metavar="K",
    help="Draw K words instead, each uniformly at random.",
)
@click.option("--seed", type=int, help="The same seed draws the same words.")
def command(tree: str, limit: int | None, drawn: int | None, seed: int | None) -> None:
    """List the edge words of TREE, with descents marked by '>'.

    The edges are numbered away from the leaves, as the first line shows. Gamma words, which have
    no double and no final descent, are marked by '*'. At the end come the numbers of words with
    0, 1, 2, ... descents, which are the row of the polynomial, and those of gamma words, which are
    its gamma vector. Level sequences, brackets, Dyck words and parents keep their root.
    """
    from polyfam.errors import ResourceError
    from polyfam.words import count_edge_words, edge_words, numbered_edges, unrank_edge_word
    from polyfam.words.ranking import readable

    if drawn is not None and limit is not None:
        raise click.UsageError("--limit and --random K exclude each other: K words are drawn.")
    if seed is not None and drawn is None:
        raise click.UsageError("--seed needs --random K, since nothing else is drawn.")
    rooted = read_tree(tree, rooted=True)
    edges = numbered_edges(rooted)
    count = count_edge_words(rooted)
    if drawn is None and limit is None and count > _MOST:
        raise ResourceError(
            f"The tree has {readable(count)} edge words; list some with --limit, or draw with "
            "--random."
        )
    numbered = " ".join(f"{k}:{u}-{v}" for k, (u, v) in enumerate(edges, start=1))
    emit(fields([("edges", numbered or "none"), ("words", readable(count))]))
    if drawn is not None:
        places = Random(seed)
        for _ in range(drawn):
            emit(_marked(unrank_edge_word(rooted, places.randrange(count))))
        return
    for word in islice(edge_words(rooted), limit):
        emit(_marked(word))
    if limit is not None and limit < count:
        emit(f"... {limit} of {readable(count)} words")
    if len(edges) <= _LONGEST:
        emit(_summary(rooted))


def _marked(word: tuple[int, ...]) -> str:
    """Return a word with its descents, and a star before it when it is a gamma word."""
    from polyfam.words import is_gamma_word

    lines = ["* " if is_gamma_word(word) else "  "]
    for letter, following in zip(word, [*word[1:], 0], strict=False):
        text = f"{letter}{'>' if letter > following > 0 else ' '}"
        if len(lines[-1]) + len(text) > _WIDTH:
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
