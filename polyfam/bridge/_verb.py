"""One verb for both libraries: torch by a module, JAX by a tree of arrays."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from polyfam._checks import quoted
from polyfam.bridge._correction import MemoryCorrection
from polyfam.bridge._on_torch import Step, torch_correction
from polyfam.errors import ArgumentTypeError, DomainError

__all__ = ["memory_correction"]


def memory_correction(
    model: Any,
    loss_fn: Callable[[Any, Any], Any],
    optimizer: Any,
    batch: Any = None,
    *,
    batches: Iterable[Any] | None = None,
    state: Any = None,
    step: Step = "state",
    sharpness: bool = False,
    tolerance: float = 1e-3,
    start: Sequence[Any] | None = None,
    lipschitz: float | None = None,
    check: bool = True,
) -> MemoryCorrection:
    r"""Return what the memory of an optimizer does to the next step of a model.

    An optimizer with memory moves as theta <- theta - h (F + h M) without one does: F is its
    direction after a constant gradient, M the correction of [MEM] for a moving one.  Both are
    computed where the parameters are, in their precision, from one gradient and one product with
    the Hessian (two for NAdam with decoupled decay at a finite step), and the model, its gradients,
    the optimizer and the random numbers are left as they are.

    Parameters
    ----------
    model : torch.nn.Module or tree of arrays
        The module, or the parameters of a JAX function.
    loss_fn : callable
        ``loss_fn(model, batch)``, one number; it may ignore the batch.
    optimizer : torch.optim.Optimizer or optax.GradientTransformation
        Of torch: SGD, Adam, AdamW, NAdam, RMSprop, Adagrad or Adamax, with all settings, groups
        and learning rates as they are now.  Of optax: any chain.
    batch : object, optional
        Whatever `loss_fn` takes.
    batches : sequence, optional
        Batches in place of one: the loss is their mean.  They are gone through twice, one at a
        time.
    state : object, optional
        The state of an optimizer of optax, whose counter is read.
    step : int, None or "state"
        The step n, whose direction has seen n + 1 gradients; None for the stationary limit; by
        default the number of steps that the optimizer has made (torch's SGD does not count: the
        limit).
    sharpness : bool, default False
        Whether to look for both ends of the spectrum, some 10 to 30 products more.
    tolerance : float, default 1e-3
        Of the residuals in that search; eigenvalues are right to about its square.
    start : list of arrays, optional
        Where the search starts: ``spectrum.vector`` of an earlier result.
    lipschitz : float, optional
        A Lipschitz constant of the gradient, for heavy ball: adds a certificate.
    check : bool, default True
        Whether to look at the loss twice, and to compare the product with a difference of
        gradients; costs two gradients and a half.

    Returns
    -------
    MemoryCorrection
        Sizes by parameter and in total, penalties and their weights; it prints and plots itself.

    Raises
    ------
    ArgumentTypeError
        For what is no module, loss or optimizer.
    DomainError
        For a setting without an update without memory, such as AMSGrad, each with its reason.
    TaylorError
        For a loss that is random, changes its model or has a wrong second derivative.

    References
    ----------
    [MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
    arXiv:2502.02132.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from typing import NamedTuple
    >>> class Descent(NamedTuple):  # in the manner of optax
    ...     init: object = lambda params: 0.0 * params
    ...     update: object = lambda g, m, params: (-0.01 * (0.5 * m + g), 0.5 * m + g)
    >>> found = memory_correction(
    ...     jnp.ones(2), lambda theta, _: (theta**2).sum() / 2, Descent(), step=60, check=False
    ... )
    >>> round(found.ratio, 4)  # h beta/(1 - beta)^2
    0.02
    """
    _check_function(loss_fn)
    chosen = _batches(batch, batches)
    if _is_module(model):
        if state is not None:
            raise DomainError("Argument 'state' is for optax; torch's optimizers hold their own.")
        return torch_correction(
            model,
            loss_fn,
            optimizer,
            chosen,
            step=step,
            sharpness=sharpness,
            tolerance=tolerance,
            start=start,
            lipschitz=lipschitz,
            check=check,
        )
    if callable(getattr(optimizer, "init", None)) and callable(getattr(optimizer, "update", None)):
        if lipschitz is not None:
            raise DomainError("Argument 'lipschitz' is for torch's SGD: a chain shows no momentum.")
        from polyfam.bridge._on_jax import jax_correction

        return jax_correction(
            model,
            loss_fn,
            optimizer,
            chosen,
            state=state,
            step=step,
            sharpness=sharpness,
            tolerance=tolerance,
            start=start,
            check=check,
        )
    raise ArgumentTypeError(
        "memory_correction takes a torch.nn.Module and an optimizer of torch.optim, or a tree of "
        f"arrays and one of optax, not {quoted(type(model).__name__)} and "
        f"{quoted(type(optimizer).__name__)}."
    )


def _is_module(model: Any) -> bool:
    """Say whether a model is one of torch, without importing torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(model, torch.nn.Module)


def _check_function(function: Any) -> None:
    """Raise for what is no loss of a model and a batch."""
    if not callable(function):
        raise ArgumentTypeError(
            f"Argument 'loss_fn' must be a function of the model and a batch, not "
            f"{quoted(function)}."
        )
    home = getattr(function, "__module__", "") or ""
    if home.startswith(("torch.nn.functional", "torch.nn.modules")) or _is_module(function):
        raise ArgumentTypeError(
            "Argument 'loss_fn' takes the model and a batch: write "
            "lambda model, batch: loss(model(batch[0]), batch[1])."
        )


def _batches(batch: Any, batches: Iterable[Any] | None) -> Sequence[Any]:
    """Return the batches, of which there is at least one."""
    if batches is None:
        return [batch]
    if batch is not None:
        raise DomainError("Give one 'batch' or several 'batches', not both.")
    try:
        once = iter(batches) is batches
    except TypeError:
        raise ArgumentTypeError(
            f"Argument 'batches' must be a list of batches or a DataLoader, not {quoted(batches)}."
        ) from None
    if once:
        raise ArgumentTypeError(
            "Argument 'batches' is gone through twice, and an iterator only once: give a list or "
            "a DataLoader."
        )
    found = _Batches(batches)
    if not len(found):
        raise DomainError("Argument 'batches' must hold at least one batch.")
    return found


class _Batches(Sequence[Any]):
    """A collection that is only gone through, such as a DataLoader, one batch in memory."""

    def __init__(self, batches: Any) -> None:
        self._batches = batches
        self._length = len(batches) if hasattr(batches, "__len__") else sum(1 for _ in batches)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Any:
        return iter(self._batches)

    def __getitem__(self, index: Any) -> Any:
        return next(iter(self._batches))
