"""Certificates: the published ones, and what happens to altered ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from polyfam import beta_table, count_free_trees
from polyfam.census import Certificate, load_certificate, take_census
from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.manifest import CENSUS_ORDERS, CERTIFIED_ORDERS


@pytest.mark.parametrize("n", CERTIFIED_ORDERS)
def test_published_certificates_are_complete_and_have_no_failure(n: int) -> None:
    certificate = load_certificate(n)
    assert certificate.trees == certificate.polynomials == count_free_trees(n)
    assert certificate.failures() == []
    assert Certificate.loads(certificate.dumps()) == certificate


@pytest.mark.parametrize("n", CENSUS_ORDERS)
def test_coefficients_of_the_earlier_census_stay(n: int) -> None:
    earlier = load_certificate(n).earlier
    assert earlier.keys() == {
        "digest", "log_concave", "coefficients", "value_at_one", "provenance_of_coefficients",
    }  # fmt: skip


@pytest.mark.parametrize("n", [4, 9, 13, 17])
def test_published_certificates_are_found_again(n: int) -> None:
    found, published = take_census(n), load_certificate(n)
    assert (found.trees, found.digest) == (published.trees, published.digest)


@pytest.mark.parametrize("n", [8, 12])
def test_the_earlier_digest_is_that_of_the_table(n: int) -> None:
    from hashlib import sha256

    p, k = 2**128 - 159, 210306068529402873165736369884012333108
    values = sorted(poly(k) % p for poly in beta_table(n))
    digest = sha256(b"".join(value.to_bytes(16, "big") for value in values)).hexdigest()
    assert load_certificate(n).earlier["digest"]["sha256"] == digest


def test_no_change_of_a_byte_goes_unnoticed() -> None:
    text = load_certificate(6).dumps()
    same = load_certificate(6)
    for place in range(len(text)):
        other = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        try:
            assert Certificate.loads(other) == same  # white space
            assert text[place] in " \n"
        except DataError:
            pass


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"n": 4}', "[" * 100_000])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(DataError, match="This is not the certificate of a census"):
        Certificate.loads(text)


@pytest.mark.parametrize("n", [0, 3, 99, -1])
def test_unknown_orders_are_named(n: int) -> None:
    with pytest.raises(UnknownNameError, match="is published; take_census makes one"):
        load_certificate(n)


def test_a_long_order_is_cut_short() -> None:
    with pytest.raises(UnknownNameError, match="is published; take_census makes one") as error:
        load_certificate(10**5000)
    assert len(str(error.value)) < 200


def test_failures_are_sentences() -> None:
    sound = load_certificate(6)
    tree = (0, 1, 1, 1, 1, 1)
    broken = replace(sound, trees=5, collisions=((tree, tree),), not_real_rooted=(tree,))
    assert broken.failures() == [
        "5 trees were seen instead of 6.",
        "There are only 4 polynomials for 5 trees.",
        "1 polynomials have roots that are not real.",
        "The roots of 7 polynomials were looked at instead of 6.",
    ]
    assert Certificate.loads(broken.dumps()) == broken
