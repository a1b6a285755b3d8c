"""Optimizers by name, for callers that have texts and numbers: the command line, configurations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from polyfam import optimizers
from polyfam._checks import quoted
from polyfam.errors import DomainError, UnknownNameError

__all__ = ["NAMES", "optimizer_named"]

#: The names of the optimizers.
NAMES = {
    "gd": optimizers.GradientDescent,
    "heavy-ball": optimizers.Momentum,
    "averaged": optimizers.AveragedMomentum,
    "nesterov": optimizers.Nesterov,
    "look-ahead": optimizers.LookAhead,
    "qhm": optimizers.QuasiHyperbolic,
    "rmsprop": optimizers.RMSProp,
    "adam": optimizers.Adam,
    "adamw": optimizers.AdamW,
    "nadam": optimizers.NAdam,
    "adagrad": optimizers.AdaGrad,
    "lion": optimizers.Lion,
    "lionk": optimizers.LionK,
    "signum": optimizers.Signum,
}


def optimizer_named(name: str, betas: Sequence[float] | None = None, **given: Any) -> Any:
    """Return an optimizer by its name and some of its hyperparameters.

    Parameters
    ----------
    name : str
        A key of `NAMES`, in upper or lower case.
    betas : pair of float, optional
        beta1 and beta2, or rho1 and rho2.
    **given
        Other hyperparameters; those that are None keep their defaults.

    Raises
    ------
    UnknownNameError
        For an unknown name; the message lists all.
    DomainError
        For a hyperparameter that the optimizer has not, or one out of range.

    Examples
    --------
    >>> optimizer_named("lion", betas=(0.9, 0.99), weight_decay=0.1).weight_decay
    0.1
    """
    kind = NAMES.get(name.lower())
    if kind is None:
        raise UnknownNameError(
            f"No optimizer is called {quoted(name)}; there are {', '.join(NAMES)}."
        )
    taken = [field.name for field in fields(kind) if field.name != "gradient_of_k"]
    given = {key: value for key, value in given.items() if value is not None}
    if betas is not None:
        pair = ("rho1", "rho2") if "rho1" in taken else ("beta1", "beta2")
        given.update(zip(pair, betas, strict=True))
    for key in given:
        if key not in taken:
            has = f"it has {', '.join(taken)}" if taken else "it has none"
            raise DomainError(f"Optimizer '{name}' has no hyperparameter '{key}': {has}.")
    if kind is optimizers.LionK:
        return kind(lambda x: x, **given)
    return kind(**given)
