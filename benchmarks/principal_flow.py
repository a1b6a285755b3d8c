"""The field of the principal flow: products with the Hessian against its decomposition.

    python benchmarks/principal_flow.py [--large]

whole      all eigenpairs of the Hessian
leading k  k leading eigenpairs, the rest at the limit phi(0)
products   the Krylov approximation, for three tolerances

Errors are relative to the decomposition of the whole, in the Euclidean norm; the unit of cost is
one product of the Hessian with a vector.  Softmax regression on the digits has 650 parameters, and
with --large an MLP 64-32-10 has 2410.  h is given as a share of the branch point,
h lambda_max = (1 - sqrt(beta))^2.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from polyfam.flows import function_times_vector, principal_factor
from polyfam.losses import MLP, SoftmaxRegression
from polyfam.losses.data import load_data
from polyfam.losses.derivatives.hessians import hessian, leading_eigenpairs

BETA = 0.9


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long something takes, and what it returns."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def report(name: str, loss: Any, theta: np.ndarray) -> None:
    """Print costs and errors on one loss."""
    gradient, branch = loss.gradient(theta), (1 - BETA**0.5) ** 2
    unit = min(seconds(lambda: loss.hessian_vector(theta, gradient))[0] for _ in range(20))
    took, (values, vectors) = seconds(lambda: np.linalg.eigh(hessian(loss, theta)))
    print(f"{name}, {theta.size} parameters, one product {1e3 * unit:.2f} ms")
    print(f"  whole: {took / unit:.0f} products")
    few = {k: seconds(lambda k=k: leading_eigenpairs(loss, theta, k)) for k in (10, 30)}
    for share in (0.3, 0.9, 1.5, 6.0):
        h = share * branch / values[-1]
        true = vectors @ (principal_factor(h * values, BETA) * (vectors.T @ gradient))
        print(f"  h = {share} of the branch point")
        for k, (cost, (top, basis)) in few.items():
            rest = -1 / (1 - BETA)
            turned = basis @ ((principal_factor(h * top, BETA) - rest) * (basis.T @ gradient))
            error = np.linalg.norm(rest * gradient + turned - true) / np.linalg.norm(true)
            print(f"    leading {k}: {cost / unit:6.0f} products, error {error:.0e}")
        for tolerance in (1e-4, 1e-8, 1e-12):
            cost, found = seconds(
                lambda h=h, tolerance=tolerance: function_times_vector(
                    lambda x: principal_factor(x, BETA),
                    lambda v: h * loss.hessian_vector(theta, v),
                    gradient,
                    tolerance=tolerance,
                    branch=branch,
                )
            )
            error, said = np.linalg.norm(found.value - true), found.error
            size = np.linalg.norm(true)
            print(
                f"    products {found.products:4d}, all in all {cost / unit:6.0f}: "
                f"error {error / size:.0e}, said {said / size:.0e}"
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Costs of the field of the principal flow.")
    parser.add_argument("--large", action="store_true", help="2410 parameters too (minutes)")
    large = parser.parse_args().large
    features, labels = load_data("digits")
    random = np.random.default_rng(0)
    softmax = SoftmaxRegression(features, labels)
    report("softmax", softmax, 0.1 * random.standard_normal(softmax.dimension))
    if large:
        net = MLP(features[:300], labels[:300], [32])
        report("MLP", net, 0.3 * random.standard_normal(net.dimension))


if __name__ == "__main__":
    main()
