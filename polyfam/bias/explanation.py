"""What the memory of an optimizer does to the loss, in words, formulas and numbers.

    theta <- theta - h (F + h M),      g = grad L,      H the Hessian,      tau = beta/(1 - beta).

The formulas are those of [MEM] and [ADAM]; the numbers come from running the optimizer
(`polyfam.bias.perturbation.ages`), so that a wrong formula would show.

References
----------
[MEM] Cattaneo & Shigida, How Memory in Optimization Algorithms Implicitly Modifies the Loss,
arXiv:2502.02132.
[ADAM] Cattaneo, Klusowski & Shigida, On the Implicit Bias of Adam, arXiv:2309.00079.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from polyfam import optimizers
from polyfam._checks import quoted
from polyfam.bias.perturbation import ages
from polyfam.bias.regimes import sign_change
from polyfam.errors import DomainError
from polyfam.optimizers.running import check_step_size

__all__ = ["explain"]

#: Update, total weight and the weight of |grad L|^2/2 of the optimizers linear in g.
_LINEAR = {
    optimizers.GradientDescent: ("direction g", "1", "0"),
    optimizers.Momentum: ("m <- beta m + g, direction m", "1/(1 - beta)", "beta/(1 - beta)^2"),
    optimizers.AveragedMomentum: (
        "m <- beta m + (1 - beta) g, direction m",
        "1",
        "beta/(1 - beta)",
    ),
    optimizers.Nesterov: (
        "m <- beta m + g, direction g + beta m",
        "1/(1 - beta)",
        "beta^2/(1 - beta)^2",
    ),
    optimizers.LookAhead: (
        "m' = beta m + g, direction (1 + a) m' - a m, m <- m'",
        "1/(1 - beta)",
        "(beta - a (1 - beta))/(1 - beta)^2",
    ),
    optimizers.QuasiHyperbolic: (
        "m <- beta m + (1 - beta) g, direction (1 - nu) g + nu m",
        "1",
        "nu beta/(1 - beta)",
    ),
}

Facts = list[tuple[str, str]]


def explain(optimizer: Any, step_size: float) -> Facts:
    """Return what there is to say about an optimizer, as labels and sentences.

    Parameters
    ----------
    optimizer : object
        One of `polyfam.optimizers`; of LionK only the memory is looked at.
    step_size : float
        h > 0.

    Returns
    -------
    list of (str, str)

    Examples
    --------
    >>> facts = dict(explain(optimizers.AdamW(weight_decay=0.1), step_size=1e-3))
    >>> print(facts["eps -> 0"])
    modified loss [1 + lam (tau_2 - tau_1) h] L - h (tau_2 - tau_1) [|g|_1 + lam g . theta]
    = 1.099 L - 0.99 |g|_1 - 0.099 g . theta
    >>> print(facts["verdict"])
    |g|_1 is anti-penalised, since tau_2 > tau_1
    """
    check_step_size(step_size)
    kind = type(optimizer)
    if not is_dataclass(kind):
        raise DomainError(
            "Argument 'optimizer' must be one of polyfam.optimizers, "
            f"not {quoted(optimizer)}."
        )
    facts = [("optimizer", f"{kind.__name__}: {_hyperparameters(optimizer)}h = {step_size:g}")]
    if kind in _LINEAR:
        return facts + _linear(optimizer, step_size)
    if isinstance(optimizer, optimizers.Lion | optimizers.LionK | optimizers.Signum):
        return facts + _lion(optimizer, step_size)
    if isinstance(optimizer, optimizers.AdaGrad):
        return facts + _adagrad()
    if isinstance(optimizer, optimizers.Adam | optimizers.NAdam | optimizers.RMSProp):
        return facts + _adaptive(optimizer, step_size)
    raise DomainError(
        f"There are no words for {kind.__name__}: perturbation() takes any optimizer."
    )


def _hyperparameters(optimizer: Any) -> str:
    """Return the numbers of an optimizer."""
    values = [(field.name, getattr(optimizer, field.name)) for field in fields(optimizer)]
    return "".join(
        f"{key} = {value:g}, "
        for key, value in values
        if not isinstance(value, bool) and not callable(value)
    )


def _verdict(weight: float, what: str, reason: str = "") -> tuple[str, str]:
    """Return the fact that something is penalised or not."""
    word = "not touched" if weight == 0 else "penalised" if weight > 0 else "anti-penalised"
    return "verdict", f"{what} is {word}{reason}"


def _linear(optimizer: Any, h: float) -> Facts:
    """Return the facts about a weighted sum of gradients."""
    update, total, weight = _LINEAR[type(optimizer)]
    scale, kappa = (values.item() for values in ages(optimizer, [1.0]))
    number = kappa / scale
    facts = [
        ("update", update),
        (
            "no memory",
            f"F = W g, W = {total}{_value(1 / scale, total)}: gradient descent, step W h",
        ),
        ("correction", f"M = W w H g, w = {weight}{_value(number, weight)}"),
        ("modified loss", f"L + h w |g|^2/2 = L {_signed(h * number / 2)} |g|^2"),
        _verdict(number, "|g|^2"),
    ]
    if number == 0:
        flow = "without memory nothing is modified; its flow alone has L + h |g|^2/4"
        return [*facts[:2], ("correction", "M = 0"), facts[-1], ("flow", flow)]
    plain = isinstance(optimizer, optimizers.Momentum | optimizers.AveragedMomentum)
    plain |= getattr(optimizer, "ahead", 1) == 0 or getattr(optimizer, "nu", 0) == 1
    orders = "at every order in h" if plain else "to first order in h only"
    return [*facts, ("gradient?", orders)]


def _adaptive(optimizer: Any, h: float) -> Facts:
    """Return the facts about Adam and its kin; RMSProp is Adam with tau_1 = 0."""
    inside, decay = optimizer.epsilon_inside, getattr(optimizer, "weight_decay", 0.0)
    tau1, tau2, ages_text = _ages(optimizer)
    kappa = ages(replace(optimizer, epsilon=0.0), [1.0])[1].item()
    theta = " + lam theta" if decay else ""
    norm = "grad |g|_{1,eps}" if inside else "H (g/R)"
    slope = f"({norm} + lam H theta)" if decay else norm
    bracket = f"{'tau_1 ' if tau1 else ''}- tau_2 {'g^2/R^2' if inside else '|g|/R'}"
    gap = "(tau_2 - tau_1)" if tau1 else "tau_2"
    modified = f"L - h {gap} |g|_1 = L {_signed(h * kappa)} |g|_1"
    if decay:
        modified = (
            f"[1 + lam {gap} h] L - h {gap} [|g|_1 + lam g . theta] = {1 - decay * kappa * h:.4g} L"
            f" {_signed(h * kappa)} |g|_1 {_signed(decay * h * kappa)} g . theta"
        )
    order = "=" if tau1 == tau2 else ">" if tau2 > tau1 else "<"
    facts = [
        ("update", f"direction {'m' if tau1 else 'g'}/root(v){theta}"),
        ("no memory", f"F = g/R{theta}, R = {'sqrt(g^2 + eps)' if inside else '|g| + eps'}"),
        ("correction", f"M = 1/R ({bracket}) * {slope}"),
        ("ages", ages_text),
        ("eps -> 0", f"modified loss {modified}"),
        _verdict(kappa, "|g|_1", f", since tau_2 {order} tau_1" if tau1 else ""),
        ("eps large", _large(tau1, inside, decay)),
    ]
    if inside and 0 < tau1 < tau2 and optimizer.epsilon:
        turn = sign_change(tau1 / (1 + tau1), tau2 / (1 + tau2), optimizer.epsilon, flow=False)
        facts.append(("turns", f"at |g_i| = {turn:.3g} for eps = {optimizer.epsilon:g}"))
    limits = "in the two limits; between them the bracket differs among coordinates"
    return [*facts, ("gradient?", limits)]


def _ages(optimizer: Any) -> tuple[float, float, str]:
    """Return tau_1 and tau_2, and how they come about."""
    if isinstance(optimizer, optimizers.RMSProp):
        tau = optimizer.beta / (1 - optimizer.beta)
        return 0.0, tau, f"tau_2 = beta/(1 - beta) = {tau:.4g}"
    ahead = isinstance(optimizer, optimizers.NAdam)
    tau1 = optimizer.beta1 / (1 - optimizer.beta1) * (optimizer.beta1 if ahead else 1)
    tau2 = optimizer.beta2 / (1 - optimizer.beta2)
    first = f"tau_1 = {'beta1^2' if ahead else 'beta1'}/(1 - beta1) = {tau1:.4g}"
    return tau1, tau2, f"{first}, tau_2 = beta2/(1 - beta2) = {tau2:.4g}"


def _large(tau1: float, inside: bool, decay: float) -> str:
    """Return what happens where epsilon is large, so that the bracket is tau_1."""
    if not tau1:
        return "only " + (
            "-h tau_2 |g|_4^4/(4 eps^(3/2))" if inside else "-h tau_2 |g|_3^3/(3 eps^2)"
        )
    square = f"|g|^2/(2 {'sqrt(eps)' if inside else 'eps'})"
    if decay:
        return f"|g|^2 is penalised: (1 - lam tau_1 h) L + h tau_1 [{square} + lam g . theta]"
    return f"|g|^2 is penalised: L + h tau_1 {square}"


def _lion(optimizer: Any, h: float) -> Facts:
    """Return the facts about Lion, LionK and signum."""
    general = isinstance(optimizer, optimizers.LionK)
    single = isinstance(optimizer, optimizers.Signum)
    rho1, rho2 = (optimizer.beta,) * 2 if single else (optimizer.rho1, optimizer.rho2)
    decay = optimizer.weight_decay
    age = rho1 / (1 - rho2)
    theta = " + lam theta" if decay else ""
    weight = "beta/(1 - beta)" if single else "rho1/(1 - rho2)"
    update = (
        "m <- beta m + (1 - beta) g, c = m"
        if single
        else "c = rho1 m + (1 - rho1) g, m <- rho2 m + (1 - rho2) g"
    )
    if general:
        slope = "(grad[K(-g)] + lam H theta)" if decay else "grad[K(-g)]"
        return [
            ("update", f"{update}, direction -grad K(-c){theta}"),
            ("no memory", f"F = -grad K(-g){theta}"),
            ("correction", f"M = w Hess K(-g) {slope}, w = {weight} = {age:.4g}"),
            ("verdict", "K(-g) is penalised, but for where Hess K = 0"),
            ("gradient?", "where Hess K is constant, as for K = |x|^2/2: L + h w |g|^2/2"),
        ]  # fmt: skip
    slope = "(grad |g|_{1,eps} + lam H theta)" if decay else "grad |g|_{1,eps}"
    return [
        ("update", f"{update}, direction sign(c){theta}"),
        ("no memory", f"F = g/R{theta}, R = sqrt(g^2 + eps) for a smooth sign"),
        ("correction", f"M = w eps/R^3 * {slope}, w = {weight} = {age:.4g}"),
        ("eps -> 0", "M = 0: no term |g|_1, unlike AdamW, since a sign does not see sizes"),
        ("verdict", "|g|_1 is not touched where |g_i| is much larger than sqrt(eps)"),
        ("eps large", f"|g|^2 is penalised: L + h w |g|^2/(2 sqrt(eps)), h w = {h * age:.4g}"),
        ("gradient?", "in the two limits; between them the factor differs among coordinates"),
    ]


def _adagrad() -> Facts:
    """Return the facts about AdaGrad."""
    counts = [9, 99]
    pairs = [ages(optimizers.AdaGrad(epsilon=0.0), [1.0], n) for n in counts]
    kappas = [(weight / scale).item() for scale, weight in pairs]
    seen = ", ".join(f"{k:.4g} at n = {n}" for k, n in zip(kappas, counts, strict=True))
    return [
        ("update", "v <- v + g^2, direction g/root(v)"),
        ("no memory", "F = g/sqrt((n + 1) g^2 + eps) at step n: it never becomes stationary"),
        ("eps -> 0", f"modified loss L + h kappa_n |g|_1, kappa_n = {seen}"),
        ("growth", "kappa_n = -(sqrt(1) + ... + sqrt(n))/(n + 1), about -2/3 sqrt(n)"),
        _verdict(kappas[-1], "|g|_1", ", more and more, while the step h/sqrt(n + 1) shrinks"),
    ]


def _value(x: float, formula: str) -> str:
    """Return what stands behind a formula: its value, unless it is one."""
    value = f"{x:.4g}"
    return "" if value == formula else f" = {value}"


def _signed(x: float) -> str:
    """Return a number after its sign."""
    return f"{'-' if x < 0 else '+'} {abs(x):.4g}"
