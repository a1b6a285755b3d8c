"""The certificate of a census: what was found, how anybody can check it, and how it was made.

Numbers of trees are JSON numbers; coefficients and their sums, which have any size, are decimal
strings.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from polyfam._checks import integer
from polyfam._version import __version__
from polyfam.census.digest import POINT
from polyfam.census.distinctness import Distinctness
from polyfam.census.findings import Findings
from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.manifest import CENSUS_ORDERS, certificate_path
from polyfam.tables.package import read_checked
from polyfam.trees import count_free_trees

__all__ = ["Certificate", "load_certificate", "provenance"]

_DIGEST = (
    "SHA-256 of all P(K) mod p in ascending order, each as 16 bytes, most significant first; "
    f"p = 2^128 - 159, K = {POINT}"
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a census found about the polynomials of all free trees on n vertices.

    Attributes
    ----------
    n : int
    findings : Findings
        Counts, extremes and exceptions.
    distinctness : Distinctness
        The digest of the family, and the trees that share a polynomial.
    provenance : mapping
        How, when and where it was made.

    Examples
    --------
    >>> certificate = load_certificate(20)
    >>> certificate.findings.trees, certificate.failures(), certificate.polynomials
    (823065, [], 823065)
    >>> certificate.findings.maxima[:4]
    (1, 524268, 1151775897, 251732291184)
    """

    n: int
    findings: Findings
    distinctness: Distinctness
    provenance: Mapping[str, Any]

    @property
    def polynomials(self) -> int:
        """The number of distinct polynomials."""
        return self.findings.trees - self.distinctness.surplus

    def failures(self) -> list[str]:
        """Return a sentence for everything that should hold and does not.

        That the trees are as many as A000055 says is a theorem; that no two share a polynomial and
        that all polynomials have real roots are conjectures; log-concavity follows from the latter
        by Newton's inequalities, and is checked independently.
        """
        found, expected = self.findings, count_free_trees(self.n)
        sentences = {
            f"{found.trees:,} trees were seen instead of {expected:,}.": found.trees != expected,
            f"There are only {self.polynomials:,} polynomials for {found.trees:,} trees.": (
                self.distinctness.collisions
            ),
            f"{len(found.not_real_rooted):,} polynomials have roots that are not real.": (
                found.not_real_rooted
            ),
            f"{len(found.not_log_concave):,} polynomials are not log-concave.": (
                found.not_log_concave
            ),
        }
        return [sentence for sentence, fails in sentences.items() if fails]

    def dumps(self) -> str:
        """Return the certificate as JSON, with a final newline."""
        found, told = self.findings.to_json(), self.distinctness
        j = self.n - 1
        content = {
            "n": self.n,
            "trees": self.findings.trees,
            "digest": {"sha256": told.digest, "definition": _DIGEST},
            "distinct": {
                "polynomials": self.polynomials,
                "collisions": [list(map(list, group)) for group in told.collisions],
                "coincidences_of_digests": told.coincidences,
            },
            "real_rooted": {
                "exceptions": found["not_real_rooted"],
                "by_sign_changes": found["by_points"],
                "by_sturm_chains": found["trees"] - found["by_points"],
            },
            "log_concave": {"exceptions": found["not_log_concave"]},
            "coefficients": {
                "of": f"beta^1, ..., beta^{len(self.findings.sums)}, then mirrored",
                "least": found["minima"],
                "greatest": found["maxima"],
                "sum": found["sums"],
                "trees_beyond_64_bits": found["beyond_words"],
            },
            "value_at_one": {
                "sum": str(self.findings.sum_at_one(j)),
                "trees_by_bit_length": found["bits_at_one"],
            },
            "provenance": dict(self.provenance),
        }
        return _layout(content) + "\n"

    @classmethod
    def loads(cls, text: str) -> Certificate:
        """Return the certificate that `dumps` wrote.

        Raises
        ------
        DataError
            When the text is something else.
        """
        try:
            data = json.loads(text)
            findings = {
                "trees": data["trees"],
                "minima": data["coefficients"]["least"],
                "maxima": data["coefficients"]["greatest"],
                "sums": data["coefficients"]["sum"],
                "bits_at_one": data["value_at_one"]["trees_by_bit_length"],
                "by_points": data["real_rooted"]["by_sign_changes"],
                "beyond_words": data["coefficients"]["trees_beyond_64_bits"],
                "not_real_rooted": data["real_rooted"]["exceptions"],
                "not_log_concave": data["log_concave"]["exceptions"],
            }
            groups = data["distinct"]["collisions"]
            distinctness = Distinctness(
                data["digest"]["sha256"],
                tuple(tuple(map(tuple, group)) for group in groups),
                data["distinct"]["coincidences_of_digests"],
            )
            return cls(data["n"], Findings.from_json(findings), distinctness, data["provenance"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"This is not the certificate of a census: {error!r}.") from None


def load_certificate(n: int) -> Certificate:
    """Return a published certificate.

    Parameters
    ----------
    n : int
        The number of vertices.

    Raises
    ------
    UnknownNameError
        When no census of that order is published.
    DataError
        When the file is missing or was altered: its SHA-256 is not that of the manifest.

    Examples
    --------
    >>> load_certificate(24).polynomials
    39299897
    """
    n = integer(n, "n")
    if n not in CENSUS_ORDERS:
        raise UnknownNameError(f"No census of n = {n} is published; take_census makes one.")
    return Certificate.loads(read_checked(certificate_path(n)).decode())


def provenance(command: str, **more: Any) -> dict[str, Any]:
    """Return who made a certificate: version, command, what else is given, and the machine."""
    import numpy as np

    return {
        "polyfam": __version__,
        "command": command,
        **more,
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
    }


def _layout(content: Mapping[str, Any]) -> str:
    """Return JSON with a line for each value of the two outer levels."""
    blocks = []
    for key, value in content.items():
        if isinstance(value, dict):
            lines = ",\n".join(f"    {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            blocks.append(f"  {json.dumps(key)}: {{\n{lines}\n  }}")
        else:
            blocks.append(f"  {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(blocks) + "\n}"


def _processor() -> str:
    """Return the name of the processor, where the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
