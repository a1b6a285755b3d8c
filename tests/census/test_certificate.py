"""The published certificates against theorems and tables, and the format of a certificate."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from polyfam import DataError, UnknownNameError, count_free_trees, eulerian_row, narayana_row
from polyfam.census.certificate import Certificate, load_certificate, provenance
from polyfam.census.distinctness import Distinctness
from polyfam.census.findings import Findings

PUBLISHED = range(4, 25)


@pytest.mark.parametrize("n", PUBLISHED)
def test_published_certificate_is_complete_and_clean(n: int) -> None:
    certificate = load_certificate(n)
    assert certificate.n == n
    assert certificate.failures() == []
    findings = certificate.findings
    assert findings.trees == sum(findings.bits_at_one.values()) == count_free_trees(n)
    assert certificate.polynomials == findings.trees


@pytest.mark.parametrize("n", PUBLISHED)
def test_published_extremes_are_those_of_path_and_star(n: int) -> None:
    findings = load_certificate(n).findings
    assert findings.minima == tuple(narayana_row(n - 1)[: n // 2])
    assert findings.maxima == tuple(eulerian_row(n - 1)[: n // 2])


def test_published_sums_at_one_are_the_known_ones() -> None:
    known = [11, 56, 438, 3482, 35297, 373890, 4726358, 62548386, 939036408, 14936245168]
    known.append(260844901656)
    sums = [load_certificate(n).findings.sum_at_one(n - 1) for n in range(4, 15)]
    assert sums == known


def test_words_do_up_to_22_vertices() -> None:
    beyond = {n: load_certificate(n).findings.beyond_words for n in PUBLISHED}
    assert {n for n, count in beyond.items() if count} == {23, 24}
    assert beyond[23] == 77


@pytest.mark.parametrize("n", PUBLISHED)
def test_published_file_is_what_its_certificate_writes(n: int) -> None:
    certificate = load_certificate(n)
    assert Certificate.loads(certificate.dumps()) == certificate


@pytest.mark.parametrize("n", [3, 40])
def test_an_unpublished_order_is_named(n: int) -> None:
    with pytest.raises(UnknownNameError, match=f"No census of n = {n} is published"):
        load_certificate(n)


@pytest.fixture
def certificate() -> Certificate:
    """Return a certificate in which everything is wrong, of 2 trees on 4 vertices."""
    path, star = (0, 1, 2, 1), (0, 1, 1, 1)
    findings = Findings(
        3, (1, 1), (1, 1 << 90), (3, 5), Counter({4: 3}), 2, 1, (path,), (path, star)
    )
    return Certificate(4, findings, Distinctness("ab", ((path, star),), 1), provenance("test"))


def test_failures_are_all_named(certificate: Certificate) -> None:
    assert certificate.failures() == [
        "3 trees were seen instead of 2.",
        "There are only 2 polynomials for 3 trees.",
        "1 polynomials have roots that are not real.",
        "2 polynomials are not log-concave.",
    ]


def test_a_certificate_survives_json(certificate: Certificate) -> None:
    text = certificate.dumps()
    assert Certificate.loads(text) == certificate
    assert json.loads(text)["coefficients"]["greatest"] == ["1", str(1 << 90)]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"n": 4, "trees": 2, "coefficients": []}'])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(DataError, match="not the certificate of a census"):
        Certificate.loads(text)


def test_provenance_does_not_change_what_was_found(certificate: Certificate) -> None:
    other = replace(certificate, provenance={})
    assert other.findings == certificate.findings
    assert other.failures() == certificate.failures()
