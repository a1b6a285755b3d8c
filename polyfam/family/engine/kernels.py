"""The inner loops of the engine, for numba; imported only where it is installed.

All functions stand at module level and call each other by name, so that numba's cache serves
every process after the first.  Places are unsigned, since numba looks twice at those that might
count from the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyfam.typing import Array

__all__ = ["condense_keys", "find_places", "place_keys", "place_rows", "sort_runs"]

uint64 = np.uint64


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function when it is first called, or load it from numba's cache."""
    compiled: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    return compiled


@intrinsic  # type: ignore[untyped-decorator]
def _fetch(_: Any, array: Any, index: Any) -> Any:
    """Ask for a word of an array that will be written soon, into the cache."""

    def code(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = target.make_array(signature.args[0])(target, builder, arguments[0]).data
        pointer = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch",
            [pointer.type],
            ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number]),
        )
        builder.call(prefetch, [pointer, number(1), number(3), number(1)])  # written, kept, data
        return target.get_dummy_value()

    return types.void(array, index), code


@_compiled
def place_rows(
    products: Array, start: int, origin: Array, last: Array, place: Array, rows: Array
) -> None:
    """Write a block of `polyfam.family.engine.groups`, of numbers below 2^53, to their places.

    The places are anywhere in memory: those of the next B are asked for in advance.
    """
    width, flat = uint64(rows.shape[1]), rows.ravel()
    skipped = 0
    for k in range(len(products)):
        b = start + k
        while last[skipped] <= b:
            skipped += 1
        for a in range(skipped, len(last)):
            position = uint64(origin[a] + b)
            if b + 1 < last[a]:
                ahead = uint64(place[position + uint64(1)]) * width
                _fetch(flat, ahead)
                _fetch(flat, ahead + width - uint64(1))
            row, column = place[position], uint64(a) * width
            for m in range(width):
                rows[row, m] = np.int64(products[k, column + m])


@_compiled
def place_keys(products: Array, start: int, origin: Array, last: Array, keys: Array) -> None:
    """Write a block of keys below 2^53 in the order of A, then B."""
    for a in range(len(last)):
        position = uint64(origin[a] + start)
        for k in range(uint64(max(0, min(len(products), last[a] - start)))):
            keys[position + k] = np.int64(products[k, uint64(a)])


@_compiled
def condense_keys(keys: Array, shift: int, bits: int, least: Array, greatest: Array) -> None:
    """Renumber the keys in their order, close together, and append their places.

    The last two arrays are room for every gamma_1, and for all beyond together: trees like the
    star.  Of every gamma_1 the numbers from its least gamma_2 to its greatest are kept, in the
    lower half of what `bits` bits hold; in the upper half are the keys beyond.  What is too large
    for its half is cut at its end.
    """
    here, half = uint64(shift), uint64(bits - 1)
    beyond = uint64(len(least) - 1)
    least[:], greatest[:] = uint64(2**64 - 1), uint64(0)
    for key in keys:
        gamma = min(key >> here, beyond)
        least[gamma] = min(least[gamma], key)
        greatest[gamma] = max(greatest[gamma], key)
    total = uint64(0)
    for gamma in range(beyond):
        if least[gamma] <= greatest[gamma]:
            width = greatest[gamma] - least[gamma] + uint64(1)
            least[gamma] -= total  # modulo 2^64: what is subtracted from the key below
            total += width
    cut = _excess(total, half)
    cut_beyond = _excess(greatest[beyond] - min(least[beyond], greatest[beyond]), half)
    place = uint64(64 - bits)
    for i in range(uint64(len(keys))):
        gamma = min(keys[i] >> here, beyond)
        number = keys[i] - least[gamma]
        if gamma < beyond:
            keys[i] = number >> cut << place | i
        else:
            keys[i] = (number >> cut_beyond | uint64(1) << half) << place | i


@_compiled
def _excess(number: Any, bits: Any) -> Any:
    """Return how many bits a number has beyond so many."""
    excess = uint64(0)
    while bits + excess < uint64(64) and number >> (bits + excess):
        excess += uint64(1)
    return excess


@_compiled
def find_places(keys: Array, bits: int, order: Array, place: Array) -> None:
    """Write the last bits of sorted keys to `order`, with a mark for ties, and the inverse.

    The two arrays are the halves of the memory of the keys.
    """
    mask, mark = (uint64(1) << uint64(bits)) - uint64(1), uint64(1) << uint64(31)
    before = ~keys[0]
    for i in range(uint64(len(keys))):
        key = keys[i]
        order[i] = key & mask | (mark if (key ^ before) <= mask else uint64(0))
        before = key
    for i in range(uint64(len(order))):
        place[uint64(order[i]) & mask] = i


@_compiled
def sort_runs(rows: Array, order: Array) -> None:
    """Sort the rows of every run of ties, which are few and short, by insertion; drop the marks."""
    mark = np.uint32(1 << 31)
    spare = np.empty_like(rows[0])
    start = 0
    for i in range(len(order)):
        if order[i] < mark:
            start = i
            continue
        order[i] -= mark
        k = i
        while k > start and _falls(rows, k):
            spare[:] = rows[k]
            rows[k] = rows[k - 1]
            rows[k - 1] = spare
            order[k], order[k - 1] = order[k - 1], order[k]
            k -= 1


@_compiled
def _falls(rows: Array, k: int) -> bool:
    """Say whether a row is smaller than the one before it."""
    for m in range(rows.shape[1]):
        if rows[k, m] != rows[k - 1, m]:
            return bool(rows[k, m] < rows[k - 1, m])
    return False
