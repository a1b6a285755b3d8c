"""What the memory of an optimizer does to the loss, in words, formulas and numbers.

    theta <- theta - h (F + h M),      g = grad L,      H the Hessian,      tau = beta/(1 - beta).

The words belong to the optimizers, and the formulas are those of [MEM] and [ADAM]; the numbers come
from running the optimizer (`polyfam.bias.ages`), so that a wrong formula would show.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from html import escape
from textwrap import fill
from typing import Any

from polyfam._checked import checked
from polyfam._checks import check_step_size, quoted
from polyfam.bias._perturbation import ages
from polyfam.errors import ArgumentTypeError, DomainError
from polyfam.memory.certificates import certify
from polyfam.memory.manifold_bounds import manifold_bounds
from polyfam.optimizers._linear import LinearMemory
from polyfam.optimizers.heavy_ball import HeavyBall
from polyfam.optimizers.rmsprop import RMSProp

__all__ = ["Facts", "explain"]


class Facts(tuple[tuple[str, str], ...]):
    """Labels with sentences, which show themselves as a list; ``dict(facts)`` finds one.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Labels with their sentences.

    Examples
    --------
    >>> Facts([("optimizer", "HeavyBall"), ("verdict", "|g|^2 is penalised")])
      optimizer  HeavyBall
      verdict    |g|^2 is penalised
    """

    __slots__ = ()

    @checked
    def __new__(cls, pairs: Iterable[tuple[str, str]] = ()) -> Facts:
        return super().__new__(cls, pairs)

    def __str__(self) -> str:
        width = max(len(label) for label, _ in self) + 4
        return "\n".join(
            fill(text, 80, initial_indent=f"  {label:{width - 2}}", subsequent_indent=" " * width)
            for label, text in self
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Show the facts in a notebook."""
        rows = (f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in self)
        return f"<table>{''.join(rows)}</table>"


def explain(
    optimizer: Any,
    step_size: float,
    *,
    loss: Any = None,
    theta: Any = None,
    order: int = 3,
    lipschitz: float | None = None,
) -> Facts:
    """Return what there is to say about an optimizer, as labels and sentences.

    Parameters
    ----------
    optimizer : object
        One of `polyfam.optimizers`, or your own with ``facts``; of LionK only the memory is looked
        at.
    step_size : float
        h > 0.
    loss : object, optional
        With a loss and a point, what is certified there of heavy ball's terms.
    theta : array_like, shape (d,), optional
        The point.
    order : int, default 3
        How many terms to certify.
    lipschitz : float, optional
        A Lipschitz constant of the gradient; by default what is proven of the loss.

    Returns
    -------
    Facts
        Pairs (label, sentence), printed as a list.

    Raises
    ------
    ArgumentTypeError
        For what is no optimizer, or one without words: perturbation() takes any optimizer.

    References
    ----------
    M. D. Cattaneo, B. Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
    arXiv:2502.02132.

    Examples
    --------
    >>> from polyfam.optimizers import AdamW, HeavyBall
    >>> facts = dict(explain(AdamW(weight_decay=0.1), step_size=1e-3))
    >>> print(facts["eps -> 0"])
    modified loss [1 + lam (tau_2 - tau_1) h] L - h (tau_2 - tau_1) [|g|_1 + lam g . theta]
    = 1.099 L - 0.99 |g|_1 - 0.099 g . theta
    >>> print(facts["verdict"])
    |g|_1 is anti-penalised, since tau_2 > tau_1
    >>> print(dict(explain(HeavyBall(0.9), step_size=0.1))["believe it"])
    while h |lambda| < 0.002633 for every eigenvalue lambda of H: with this h, while all |lambda| <
    0.02633; exact for quadratic losses, and sufficient for others when a Lipschitz constant of g
    stands for |lambda|

    >>> from polyfam.losses import Quadratic
    >>> bowl = Quadratic([[1.0]])
    >>> print(dict(explain(HeavyBall(0.5), 0.01, loss=bowl, theta=[1.0]))["certified"])
    believe it: h Lam = 0.01 < 0.086; 3 terms are right to 9.4e-05
    """
    check_step_size(step_size)
    if isinstance(optimizer, type) or not hasattr(optimizer, "update"):
        raise ArgumentTypeError(
            "Argument 'optimizer' must be one of polyfam.optimizers, such as AdamW(), "
            f"not {quoted(getattr(optimizer, '__name__', optimizer))}."
        )
    kind = type(optimizer)
    if not hasattr(optimizer, "facts"):
        raise ArgumentTypeError(
            f"There are no words for {kind.__name__}: perturbation() takes any optimizer."
        )
    facts = [
        ("optimizer", f"{kind.__name__}: {_hyperparameters(optimizer)}h = {step_size:g}"),
        ("symbols", "theta <- theta - h (F + h M), g = grad L, H its Hessian"),
        *optimizer.facts(step_size, ages),
    ]
    if "believe it" not in dict(facts) and not hasattr(optimizer, "convergence"):
        facts.append(
            (
                "believe it",
                (
                    "where h |M| is small against |F|, which memoryless(..., order=2, step_size=h) "
                    "shows for your loss; no bound on the curvature is known"
                ),
            )
        )
    facts += _beyond(optimizer, step_size)
    if loss is not None or lipschitz is not None:
        facts.append(("certified", _certified(optimizer, step_size, loss, theta, order, lipschitz)))
    return Facts(facts)


def _beyond(optimizer: Any, h: float) -> list[tuple[str, str]]:
    """Return what theory holds where the iterates oscillate, if their threshold is known."""
    if isinstance(optimizer, RMSProp):
        where, geometric = f"an eigenvalue of H/R exceeds 2/h = {2 / h:.4g}", True
    elif isinstance(optimizer, LinearMemory):
        p, q, beta = map(float, optimizer.memory)
        width = p * (1 + beta) - q  # h lambda times it is 2 + 2 beta where a root passes -1
        if width <= 0:
            return []
        where = f"lambda exceeds {(2 + 2 * beta) / width / h:.4g}"
        geometric = bool(abs(q - p * beta) <= 1e-12 * abs(p))
    else:
        return []
    theory = (
        "polyfam.flows.central_flow follows their mean"
        if geometric
        else "a central flow is known for weights p beta^k only"
    )
    text = f"where {where} the iterates oscillate at the edge of stability and no expansion holds: "
    return [("beyond", text + theory)]


def _certified(
    optimizer: Any, h: float, loss: Any, theta: Any, order: int, lipschitz: float | None
) -> str:
    """Return what the theorem on heavy ball's manifold says here."""
    if not isinstance(optimizer, HeavyBall):
        return f"nothing: the theorem is about heavy ball, not {type(optimizer).__name__}"
    if loss is None and lipschitz is not None:
        return repr(manifold_bounds(h, float(optimizer.beta), lipschitz))
    try:
        return repr(certify(optimizer, loss, theta, step_size=h, order=order, lipschitz=lipschitz))
    except DomainError as error:  # such as no Lipschitz constant on the whole space
        return f"nothing: {error}"


def _hyperparameters(optimizer: Any) -> str:
    """Return the numbers of an optimizer."""
    if not is_dataclass(optimizer):
        return ""
    values = [(field.name, getattr(optimizer, field.name)) for field in fields(optimizer)]
    return "".join(
        f"{key} = {float(value):g}, "
        for key, value in values
        if not isinstance(value, bool) and not callable(value) and not isinstance(value, str)
    )
