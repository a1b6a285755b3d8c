"""P_G of chordal graphs by words, in another way than by sets of vertices.

Number the vertices so that they are taken away in a perfect elimination order, the largest number
first.  A word w is a permutation of the numbers in which w_i and max(w_1, ..., w_i) lie in one
component of the graph on w_1, ..., w_i; P_G = beta * sum over words of beta^(number of descents)
(Postnikov, Reiner & Williams, Faces of generalized permutohedra, sections 8 and 9).
"""

from __future__ import annotations

__all__ = ["by_elimination_words"]


def by_elimination_words(neighbours: tuple[int, ...]) -> tuple[int, ...]:
    """Return the row of P_G for a chordal graph by its words, set of letters by set of letters.

    ``neighbours`` holds, for every vertex, the set of its neighbours as the bits of a number.
    """
    p = len(neighbours)
    graph = _eliminated(neighbours)
    # For every set of letters and last letter, the number of words by descents.
    ways: list[dict[int, list[int]]] = [{} for _ in range(1 << p)]
    for letter in range(p):
        ways[1 << letter][letter] = [1] + [0] * (p - 1)
    for letters in range(1, 1 << p):
        found = _component(graph, letters)
        for last in range(p):
            before = ways[letters & ~(1 << last)]
            if found >> last & 1 and letters >> last & 1 and before:
                counts = [0] * p
                for previous, old in before.items():
                    fall = int(previous > last)
                    for k in range(p - fall):
                        counts[k + fall] += old[k]
                ways[letters][last] = counts
    return tuple(map(sum, zip(*ways[-1].values(), strict=True)))


def _eliminated(neighbours: tuple[int, ...]) -> tuple[int, ...]:
    """Return a chordal graph, renumbered: the later neighbours of each vertex are a clique."""
    left, order = (1 << len(neighbours)) - 1, []
    while left:
        for v, near in enumerate(neighbours):
            rest = near & left
            if left >> v & 1 and all(rest & ~(neighbours[u] | 1 << u) == 0 for u in _members(rest)):
                break
        else:
            raise ValueError("The graph has a cycle without a chord, and no words count its P.")
        order.append(v)
        left &= ~(1 << v)
    number = {v: i for i, v in enumerate(order)}
    return tuple(sum(1 << number[u] for u in _members(neighbours[v])) for v in order)


def _members(vertices: int) -> list[int]:
    """Return the elements of a set."""
    return [v for v in range(vertices.bit_length()) if vertices >> v & 1]


def _component(neighbours: tuple[int, ...], inside: int) -> int:
    """Return the component of the last vertex in a set of vertices."""
    found = edge = 1 << inside.bit_length() - 1
    while edge:
        near = 0
        for v in _members(edge):
            near |= neighbours[v]
        edge = near & inside & ~found
        found |= edge
    return found
