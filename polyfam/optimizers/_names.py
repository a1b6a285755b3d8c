"""Optimizers by name, for callers that have texts and numbers: the command line, configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from polyfam import optimizers
from polyfam._checks import meant, quoted, text
from polyfam.errors import DomainError, UnknownNameError

__all__ = ["named_optimizers", "optimizer_named"]


def named_optimizers() -> dict[str, type[Any]]:
    """Return the optimizers of the package by all their names, the first name first.

    Examples
    --------
    >>> named_optimizers()["sgd"].__name__
    'GradientDescent'
    """
    listed = (getattr(optimizers, name) for name in dir(optimizers))
    return {name: kind for kind in listed for name in getattr(kind, "names", ())}


def optimizer_named(name: str, betas: Sequence[float] | None = None, **given: Any) -> Any:
    """Return an optimizer by its name and some of its hyperparameters.

    Parameters
    ----------
    name : str
        One of its ``names``, in upper or lower case.
    betas : pair of float, optional
        beta1 and beta2.
    **given
        Other hyperparameters; those that are None keep their defaults.

    Returns
    -------
    object
        The optimizer.

    Raises
    ------
    UnknownNameError
        For an unknown name; the message lists all.
    ArgumentTypeError, DomainError
        For a hyperparameter that the optimizer has not, or one out of range.

    Examples
    --------
    >>> optimizer_named("lion", betas=(0.9, 0.99), weight_decay=0.1).weight_decay
    0.1
    """
    known = named_optimizers()
    kind = known.get(text(name, "name").lower())
    if kind is None:
        first = dict.fromkeys(each.names[0] for each in known.values())
        raise UnknownNameError(f"No optimizer is called {quoted(name)}; {meant(name, first)}.")
    taken = [field.name for field in fields(kind) if field.name != "gradient_of_k"]
    given = {key: value for key, value in given.items() if value is not None}
    if betas is not None:
        given.update(zip(("beta1", "beta2"), betas, strict=True))
    for key in given:
        if key not in taken:
            has = f"it has {', '.join(taken)}" if taken else "it has none"
            raise DomainError(f"Optimizer '{name}' has no hyperparameter '{key}': {has}.")
    # the words on LionK are those for any K; the identity is K = |x|^2/2
    required = {"gradient_of_k": lambda x: x} if len(taken) < len(fields(kind)) else {}
    return kind(**required, **given)
