r"""What an update of optax's depends on, entry by entry, read from its traced program.

An update is elementwise if every entry of a step depends on the past of the same entry alone.  Its
program (`jax.make_jaxpr`) proves that: only functions of entries touch what came from a gradient or
a parameter, and no two leaves meet.  Nothing is evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from polyfam._checks import optional_import

__all__ = ["SIGNS", "obstacle"]

#: What a value depends on: pairs of a leaf's number and what of it, a gradient, the present
#: parameter ("now") or a past one; with the words "mixed" and "sign" for what is no function of
#: one entry, or is constant but for jumps.
Sources: TypeAlias = frozenset[Any]

_NOTHING: Sources = frozenset()
_ENTRIES = frozenset(
    "abs add add_any and cbrt clamp convert_element_type copy copy_p div eq exp exp2 expm1 ge gt "
    "integer_pow is_finite le log log1p logistic lt max min mul ne neg not or pow reduce_precision "
    "rsqrt select_n sqrt square stop_gradient sub tanh xor".split()
)
_JUMPS = frozenset("ceil floor round sign".split())
#: Those that keep entries where they are if they keep their number.
_SHAPES = frozenset("broadcast_in_dim reshape squeeze expand_dims".split())
_CALLS = ("jaxpr", "call_jaxpr", "fun_jaxpr")

MIXED = (
    "no penalties and thresholds: an entry's step depends on the gradients of others, by norms, "
    "means or factors"
)
REMEMBERED = (
    "no penalties and thresholds: past parameters are remembered; a weight decay of this kind can "
    "be written into the loss"
)
SIGNS = "no penalties and thresholds: a sign of gradients has no derivative but jumps"


def obstacle(jax: Any, optimizer: Any, params: Any) -> str | None:
    """Return why a chain shows no penalties, or None if it is elementwise.

    Parameters
    ----------
    jax : module
    optimizer : optax.GradientTransformation
    params : tree of arrays
    """
    leaves, form = jax.tree.flatten(params)
    return _obstacle(optimizer, form, tuple((x.shape, x.dtype) for x in leaves))


@lru_cache(maxsize=32)
def _obstacle(optimizer: Any, form: Any, shapes: Sequence[Any]) -> str | None:
    jax = optional_import("jax", "jax")
    params = jax.tree.unflatten(form, [jax.ShapeDtypeStruct(*s) for s in shapes])
    beginning, state = jax.make_jaxpr(optimizer.init, return_shape=True)(params)
    program, count = jax.make_jaxpr(optimizer.update)(params, state, params).jaxpr, len(shapes)
    gradients, now, past = (
        [frozenset({(i, what)}) for i in range(count)] for what in ("gradient", "now", "past")
    )
    states = _outputs(beginning.jaxpr, past)
    while True:
        found = _outputs(program, [*gradients, *states, *now])
        updates, following = found[:count], found[count:]
        following = [frozenset(map(_aged, x)) | y for x, y in zip(following, states, strict=True)]
        if following == states:
            break
        states = following
    everything = frozenset().union(*updates)
    leaves = [{s[0] for s in update if isinstance(s, tuple)} for update in updates]
    if "mixed" in everything or any(seen - {i} for i, seen in enumerate(leaves)):
        return MIXED
    if "sign" in everything:
        return SIGNS
    if any(isinstance(s, tuple) and s[1] == "past" for s in everything):
        return REMEMBERED
    return None


def _aged(source: Any) -> Any:
    """Return a source, one step later."""
    return (source[0], "past") if isinstance(source, tuple) and source[1] == "now" else source


def _outputs(program: Any, inputs: Sequence[Sources]) -> list[Sources]:
    """Return the sources of a program's results, from those of its arguments."""
    known: dict[Any, Sources] = dict(zip(program.invars, inputs, strict=True))

    def read(atom: Any) -> Sources:
        return _NOTHING if hasattr(atom, "val") else known.get(atom, _NOTHING)

    for line in program.eqns:
        given = [read(atom) for atom in line.invars]
        known.update(zip(line.outvars, _line(line, given), strict=True))
    return [read(atom) for atom in program.outvars]


def _line(line: Any, given: list[Sources]) -> list[Sources]:
    """Return the sources of the results of one operation."""
    name, everything = line.primitive.name, _NOTHING.union(*given)
    if not everything:
        return [_NOTHING for _ in line.outvars]
    if name == "cond" and not given[0]:
        branches = [_outputs(b.jaxpr, given[1:]) for b in line.params["branches"]]
        return [_NOTHING.union(*found) for found in zip(*branches, strict=True)]
    for key in _CALLS:
        inner = getattr(line.params.get(key), "jaxpr", line.params.get(key))
        if name not in ("scan", "while") and len(getattr(inner, "invars", ())) == len(given):
            return _outputs(inner, given)
    same = all(a.aval.size == line.invars[0].aval.size for a in (*line.invars, *line.outvars))
    jumps = frozenset({"sign"}) if name in _JUMPS else _NOTHING
    entries = name in _ENTRIES or jumps or (name in _SHAPES and same)
    alone = len({s[0] for s in everything if isinstance(s, tuple)}) <= 1
    result = everything | jumps if entries and alone else everything | {"mixed"}
    return [result for _ in line.outvars]
