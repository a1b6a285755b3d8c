"""``polyfam words``: the edge words of a tree, which its polynomial counts by descents."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import TREE_SETTINGS, emit
from polyfam.cli._trees import examples, fields, read_tree

if TYPE_CHECKING:
    from polyfam.trees.rooted import RootedTree

__all__ = ["command"]

#: Without --limit no more words than this are listed.
_MOST = 5040


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
    no double and no final descent, are marked by '*'; those with i descents are counted by the
    entry i of the gamma vector. At the end come the words by number of descents: the row of P.
    Level sequences, brackets, Dyck words and parents keep their root.
    """
    from polyfam.errors import ResourceError
    from polyfam.trees.words import count_edge_words, edge_words, numbered_edges, random_edge_word

    rooted = read_tree(tree, rooted=True)
    if seed is not None and drawn is None:
        raise click.UsageError("--seed needs --random K, since nothing else is drawn.")
    edges = numbered_edges(rooted)
    numbered = fields([("edges", " ".join(f"{k}:{u}-{v}" for k, (u, v) in enumerate(edges, 1)))])
    if drawn is not None:
        seeds = [None] * drawn if seed is None else range(seed, seed + drawn)
        emit(numbered)
        for each in seeds:
            emit(_marked(random_edge_word(rooted, each)))
        return
    count = count_edge_words(rooted)
    if limit is None and count > _MOST:
        raise ResourceError(
            f"The tree has {count} edge words; list some with --limit, or draw with --random."
        )
    emit(numbered)
    for word in islice(edge_words(rooted), limit):
        emit(_marked(word))
    if limit is not None and limit < count:
        emit(f"... and {count - limit} more of {count} words")
    else:
        _summary(rooted)


def _marked(word: tuple[int, ...]) -> str:
    """Return a word with its descents, and a star before it when it is a gamma word."""
    falls = [a > b for a, b in pairwise(word)]
    gamma = not any(falls[-1:]) and not any(a and b for a, b in pairwise(falls))
    signs = [">" if fall else " " for fall in falls] + [""]
    letters = "".join(f"{letter}{sign}" for letter, sign in zip(word, signs, strict=True))
    return f"{'*' if gamma else ' '} {letters}".rstrip()


def _summary(rooted: RootedTree) -> None:
    """Print the row and the gamma vector, as they come from the words."""
    from polyfam.trees.words import count_descents, descent_distribution, gamma_words

    row = descent_distribution(rooted)
    gamma = [0] * ((len(row) + 1) // 2)
    for word in gamma_words(rooted):
        gamma[count_descents(word)] += 1
    emit(f"by descents   {' '.join(map(str, row))}")
    emit(f"gamma words   {' '.join(map(str, gamma))}")
