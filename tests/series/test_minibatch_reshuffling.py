"""Random reshuffling to first order in h, against all permutations of a few epochs."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, islice, permutations, product
from math import comb, factorial

import pytest

from polyfam.errors import DomainError
from polyfam.series.minibatch import realised_loss
from polyfam.series.minibatch_reshuffling import (
    independent_variance,
    mean_reshuffled_variance,
    reshuffled_variance,
)
from polyfam.series.rational import BETA, evaluate

THIRD = Fraction(1, 3)
SLOPES = [Fraction(2), Fraction(-1), Fraction(5), Fraction(1, 2)]


def penalty(sequences: list[tuple[Fraction, ...]], slopes: list[Fraction]) -> Fraction:
    """Return the mean of the loss at h^1, less that of the mean slope, over half the variance."""

    def loss(sequence: tuple[Fraction, ...]) -> Fraction:
        rows = [(0, slope) for slope in reversed(sequence)]
        return realised_loss(order=2).at(beta=THIRD).in_one_variable(rows)[1]

    mean = sum(slopes) / len(slopes)
    variance = sum((slope - mean) ** 2 for slope in slopes) / len(slopes)
    total = sum(map(loss, sequences)) / len(sequences)
    return (total - loss((mean,) * len(sequences[0]))) / (variance / 2)


@pytest.mark.parametrize(
    ("m", "epochs"), [(2, 0), (2, 1), (2, 3), (3, 0), (3, 1), (3, 2), (4, 1)], ids=str
)
def test_reshuffling_matches_all_permutations(m: int, epochs: int) -> None:
    """All orders of the epochs, the last one cut off after each of its steps."""
    slopes = SLOPES[:m]
    orders = list(product(permutations(slopes), repeat=epochs + 1))
    assert len(orders) == factorial(m) ** (epochs + 1)
    for position in range(m):
        length = epochs * m + position + 1
        sequences = [tuple(islice(chain(*order), length)) for order in orders]
        value = reshuffled_variance(m, position, epochs)
        assert penalty(sequences, slopes) == evaluate(value, {"beta": THIRD})


@pytest.mark.parametrize("step", range(5))
def test_independent_batches_match_all_sequences(step: int) -> None:
    slopes = SLOPES[:3]
    sequences = list(product(slopes, repeat=step + 1))
    value = independent_variance(step)
    assert penalty(sequences, slopes) == evaluate(value, {"beta": THIRD})


@pytest.mark.parametrize("m", [2, 3, 5])
def test_many_epochs_tend_to_the_stationary_value(m: int) -> None:
    for position in range(m):
        limit = reshuffled_variance(m, position)
        late = evaluate(reshuffled_variance(m, position, 40), {"beta": THIRD})
        assert float(late) == pytest.approx(float(evaluate(limit, {"beta": THIRD})), rel=1e-14)


@pytest.mark.parametrize("m", [2, 3, 4, 7])
def test_mean_matches_the_positions(m: int) -> None:
    total = sum(reshuffled_variance(m, position) for position in range(m))
    assert total / m == mean_reshuffled_variance(m)


@pytest.mark.parametrize("m", [2, 3, 4, 7, 20])
def test_mean_matches_triangular_numbers(m: int) -> None:
    shares = sum(comb(m + 1 - i, 2) * BETA**i for i in range(1, m)) / comb(m, 2)
    assert mean_reshuffled_variance(m) == shares / (1 - BETA**2)


def test_closed_form_of_a_position_matches_literals() -> None:
    assert reshuffled_variance(2, 0) == (BETA - BETA**2 + 2 * BETA**3) / (1 - BETA**4)
    assert reshuffled_variance(2, 1) == BETA * (1 + BETA) / (1 - BETA**4)


def test_bad_arguments_are_refused_in_a_sentence() -> None:
    with pytest.raises(DomainError, match="Argument 'batches' must be at least 2, not 1"):
        mean_reshuffled_variance(1)
    with pytest.raises(DomainError, match="Argument 'position' must be at most 2, not 3"):
        reshuffled_variance(3, 3)
    with pytest.raises(DomainError, match="Argument 'step' must be at least 0"):
        independent_variance(-1)
