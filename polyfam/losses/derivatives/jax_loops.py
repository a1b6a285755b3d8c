r"""Taylor series through JAX's loops: ``jax.lax.scan``, where recurrent and stacked layers live.

At every order the loop runs once more.  Each step gets the coefficients that are known of what it
takes (constants, carry and rows) and of what happens inside, and adds one to each: the carry of
order k is carried on, the rest is stacked beside the results and kept for the next order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyfam._checks import optional_import

if TYPE_CHECKING:
    from polyfam.losses.derivatives.jax_taylor import Tower

__all__ = ["scanned"]


def scanned(
    tower: Tower, parameters: dict[str, Any], given: list[tuple[Any, bool]]
) -> list[tuple[Any, bool]]:
    """Return the results of a scan, as `Tower` keeps values: whether one moves, and what it is.

    The parameters are those of JAX's primitive: ``jaxpr`` of a step, ``num_consts``,
    ``num_carry``, ``length`` and ``reverse``.
    """
    lax = optional_import("jax.lax", "jax")
    k, step, constants = tower.order, parameters["jaxpr"], parameters["num_consts"]
    rows = constants + parameters["num_carry"]
    moves = _moving(tower, step, [m for _, m in given], constants, rows)
    taken, results = moves[:rows], moves[rows:]

    def newest_of(value: Any, moving: bool, moves: bool) -> Any:
        """Return the coefficient of order k of what moves, and None of constants behind order 0."""
        if k == 0:
            return value[0] if moving else value
        if not moves:
            return None
        return value[k] if moving else 0 * value

    def newest(known: list[Any]) -> dict[str, Any]:
        def next_step(carry: list[Any], row: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
            before = zip(*row["carry"], carry, strict=True)
            held = [
                (list(series), True) if moving else (series[0], False)
                for series, moving in zip(before, taken[constants:], strict=True)
            ]
            entries = zip(row["rows"], given[rows:], strict=True)
            arguments = [*given[:constants], *held, *((v, m) for v, (_, m) in entries)]
            found, fresh = tower.inside(step, arguments, row["inside"])
            pairs = zip(found, [*taken[constants:], *results], strict=True)
            new = [newest_of(*entry, moves) for entry, moves in pairs]
            count = len(carry)
            return new[:count], {"carry": carry, "inside": fresh, "rows": new[count:]}

        pairs = zip(given[constants:rows], taken[constants:], strict=True)
        entering = [newest_of(*entry, moves) for entry, moves in pairs]
        stacked = {
            "carry": [entry["carry"] for entry in known],
            "inside": [entry["inside"] for entry in known],
            "rows": [value for value, _ in given[rows:]],
        }
        leaving, found = lax.scan(
            next_step, entering, stacked, parameters["length"], parameters["reverse"]
        )
        return {**found, "leaving": leaving}

    terms = tower.grow(newest)
    columns = zip(*([*term["leaving"], *term["rows"]] for term in terms), strict=True)
    return [
        (list(column), True) if moving else (column[0], False)
        for column, moving in zip(columns, [*taken[constants:], *results], strict=True)
    ]


def _moving(tower: Tower, step: Any, moves: list[bool], constants: int, rows: int) -> list[bool]:
    """Say what moves: constants and carry that a step takes, and then the rows that it leaves."""
    jax = optional_import("jax", "jax")
    count = rows - constants

    def leaving(flags: list[bool]) -> list[bool]:
        found: list[bool] = []

        def look(*values: Any) -> None:
            given = [([v], True) if m else (v, False) for v, m in zip(values, flags, strict=True)]
            found.extend(m for _, m in type(tower)(step, (), []).inside(step, given, [])[0])

        jax.eval_shape(look, *(jax.ShapeDtypeStruct(a.shape, a.dtype) for a in step.in_avals))
        return found

    while True:
        left = leaving(moves)
        carry = [a or b for a, b in zip(moves[constants:rows], left[:count], strict=True)]
        if carry == moves[constants:rows]:
            return [*moves[:rows], *left[count:]]
        moves = [*moves[:constants], *carry, *moves[rows:]]
