"""``polyfam trees``: list, count, draw at random or pick the trees of one order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from polyfam.cli._shared import TREE_SETTINGS, emit, printing_options
from polyfam.cli._trees import examples
from polyfam.trees import NOTATIONS

if TYPE_CHECKING:
    from polyfam.trees import FreeTree, RootedTree

__all__ = ["command"]


@click.command(
    context_settings=TREE_SETTINGS,
    short_help="List the trees on N vertices.",
    epilog=examples(
        "polyfam trees 7",
        "polyfam trees 5 --rooted --notation brackets",
        "polyfam trees 60 --count",
        "polyfam trees 60 --random 3 --seed 1",
    ),
)
@click.argument("n", type=int, metavar="N")
@click.option("--free/--rooted", default=True, help="Which kind of trees.  [default: free]")
@click.option(
    "--notation",
    type=click.Choice([name for name, notation in NOTATIONS.items() if notation.format]),
    default="levels",
    show_default=True,
    help="How a tree is written.",
)
@click.option("--count", is_flag=True, help="Print only how many there are.")
@click.option("--rank", type=int, metavar="K", help="Print only tree number K of the list, from 0.")
@click.option(
    "--random",
    "sample",
    type=click.IntRange(min=0),
    metavar="K",
    help="Print K trees drawn uniformly, with replacement.",
)
@click.option("--seed", type=click.IntRange(0), help="Make --random repeatable.")
@printing_options(text="", json=".json")
def command(
    n: int,
    free: bool,
    notation: str,
    count: bool,
    rank: int | None,
    sample: int | None,
    seed: int | None,
    format_: str,
) -> None:
    """List all trees on N vertices up to isomorphism, one a line, as they are found.

    Trees ascend in the graded order: by the sizes of their subtrees. Neither --count nor --rank
    nor --random lists the others, so that N may be large. JSON has an object a line.
    """
    from polyfam.trees import counting, format_tree

    if sum((count, rank is not None, sample is not None)) > 1:
        raise click.UsageError("Choose one of --count, --rank and --random.")
    if seed is not None and sample is None:
        raise click.UsageError("--seed goes with --random.")
    if count:
        number = (counting.count_free_trees if free else counting.count_rooted_trees)(n)
        emit(json.dumps({"n": n, "count": str(number)}) if format_ == "json" else number)
        return
    for tree in _trees(n, free, rank, sample, seed):
        text = format_tree(tree, notation)
        facts = {"level_sequence": tree.levels, notation: text}
        emit(json.dumps(facts) if format_ == "json" else text)


def _trees(
    n: int, free: bool, rank: int | None, sample: int | None, seed: int | None
) -> Iterator[FreeTree | RootedTree]:
    """Return the trees to print."""
    from polyfam.trees import counting, generation, sampling

    if rank is not None:
        unrank = counting.unrank_free_tree if free else counting.unrank_rooted_tree
        return iter([unrank(n, rank)])
    if sample is not None:
        draw = sampling.random_free_trees if free else sampling.random_rooted_trees
        return draw(n, sample, seed)
    return generation.free_trees(n) if free else generation.rooted_trees(n)
