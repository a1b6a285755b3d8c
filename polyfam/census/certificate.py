"""The certificate of a census: what was found, how anybody can check it, and how it was made."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polyfam._checks import integer, quoted
from polyfam._html import table
from polyfam._version import __version__
from polyfam.census.folder import seal, sealed
from polyfam.census.shards import METHOD, Levels, Record
from polyfam.errors import DataError, UnknownNameError
from polyfam.tables.manifest import CERTIFIED_ORDERS, certificate_path
from polyfam.tables.package import read_checked
from polyfam.trees import count_free_trees

__all__ = ["Certificate", "load_certificate", "provenance"]

_DIGEST = (
    "sums modulo 2^64 over all trees of mix(mix(key)) and of mix(key); mix is SplitMix64; "
    "key = (P(314159265) mod 2^30 - 35) 2^30 + (P(271828182) mod 2^30 - 41)"
)
#: What only the orders have whose coefficients were made, n <= 26.
_EARLIER = ("digest", "log_concave", "coefficients", "value_at_one", "provenance_of_coefficients")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a census found about the polynomials of all free trees on n vertices.

    Parameters
    ----------
    n, trees : int
        Vertices; the number of trees seen.
    digest : str
        The digest of the family, 32 hexadecimal digits.
    collisions : tuple of tuple of level sequences
        The trees that share their polynomial with another, a group for each polynomial.
    coincidences : int
        How many keys belong to more than one polynomial.
    single, double, integers : int
        How many trees were proved to have real roots by numbers of which kind.
    not_real_rooted : tuple of level sequences
        The trees whose polynomials have other roots.
    provenance : mapping
        How, when and where it was made.
    earlier : mapping
        For n <= 26, what an earlier census found by making all coefficients: their extremes and
        sums, the sizes of P(1), a digest by SHA-256.

    Examples
    --------
    >>> certificate = load_certificate(20)
    >>> certificate.trees, certificate.failures(), certificate.polynomials
    (823065, [], 823065)
    >>> certificate.earlier["coefficients"]["greatest"][:4]
    ['1', '524268', '1151775897', '251732291184']
    """

    n: int
    trees: int
    digest: str
    collisions: tuple[tuple[Levels, ...], ...]
    coincidences: int
    single: int
    double: int
    integers: int
    not_real_rooted: tuple[Levels, ...]
    provenance: Mapping[str, Any] = field(compare=False)
    earlier: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        faults = len(self.failures())
        verdict = "nothing amiss" if not faults else f"{faults} failures"
        return f"<Certificate: {self.trees:,} trees on {self.n} vertices, {verdict}>"

    def _repr_html_(self) -> str:
        """Show the numbers in a notebook."""
        proofs = f"{self.single:,} single, {self.double:,} double, {self.integers:,} integers"
        facts = [
            ("vertices", self.n),
            ("trees", f"{self.trees:,}"),
            ("distinct polynomials", f"{self.polynomials:,}"),
            ("real roots proved by precision", proofs),
            ("digest", self.digest),
            *(("fails", failure) for failure in self.failures()),
        ]
        return table(facts)

    @property
    def polynomials(self) -> int:
        """The number of distinct polynomials."""
        return self.trees - sum(len(group) - 1 for group in self.collisions)

    def failures(self) -> list[str]:
        """Return a sentence for everything that should hold and does not.

        That the trees are as many as A000055 says is a theorem; that no two share a polynomial and
        that all polynomials have real roots are conjectures.
        """
        expected, rooted = count_free_trees(self.n), self.single + self.double + self.integers
        bad = len(self.not_real_rooted)
        sentences = {
            f"{self.trees:,} trees were seen instead of {expected:,}.": self.trees != expected,
            f"There are only {self.polynomials:,} polynomials for {self.trees:,} trees.": (
                self.collisions
            ),
            f"{bad:,} polynomials have roots that are not real.": bad,
            f"The roots of {rooted + bad:,} polynomials were looked at instead of {expected:,}.": (
                rooted + bad != expected
            ),
        }
        return [sentence for sentence, fails in sentences.items() if fails]

    def dumps(self) -> str:
        """Return the certificate as JSON, with a final newline."""
        content: dict[str, Any] = {
            "n": self.n,
            "trees": self.trees,
            **dict(self.earlier),
            "digest_of_keys": {"sums": self.digest, "definition": _DIGEST},
            "distinct": {
                "polynomials": self.polynomials,
                "collisions": [list(map(list, group)) for group in self.collisions],
                "coincidences_of_keys": self.coincidences,
            },
            "real_rooted": {
                "exceptions": list(map(list, self.not_real_rooted)),
                "by_single_precision": self.single,
                "by_double_precision": self.double,
                "by_integers": self.integers,
            },
            "provenance": dict(self.provenance),
        }
        return _layout(seal(content)) + "\n"

    @classmethod
    def loads(cls, text: str) -> Certificate:
        """Return the certificate that `dumps` wrote.

        Raises
        ------
        DataError
            When the text is something else, or was changed.
        """
        try:
            data = json.loads(text)
            if not sealed(data):
                raise DataError("This is not the certificate of a census, or it was changed.")
            distinct, rooted = data["distinct"], data["real_rooted"]
            return cls(
                data["n"],
                data["trees"],
                data["digest_of_keys"]["sums"],
                tuple(tuple(map(tuple, group)) for group in distinct["collisions"]),
                distinct["coincidences_of_keys"],
                rooted["by_single_precision"],
                rooted["by_double_precision"],
                rooted["by_integers"],
                tuple(map(tuple, rooted["exceptions"])),
                data["provenance"],
                {key: data[key] for key in _EARLIER if key in data},
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError("This is not the certificate of a census.") from None

    @classmethod
    def of(cls, n: int, records: Iterable[Record], origin: Mapping[str, Any]) -> Certificate:
        """Return the certificate that the records of all shards add up to."""
        parts = list(records)
        high = sum(part.digest >> 64 for part in parts) % 2**64
        low = sum(part.digest % 2**64 for part in parts) % 2**64
        return cls(
            n,
            sum(part.trees for part in parts),
            f"{high:016x}{low:016x}",
            tuple(sorted(group for part in parts for group in part.collisions)),
            sum(part.coincidences for part in parts),
            sum(part.single for part in parts),
            sum(part.double for part in parts),
            sum(part.integers for part in parts),
            tuple(sorted(tree for part in parts for tree in part.not_real_rooted)),
            origin,
        )


def load_certificate(n: int) -> Certificate:
    """Return a published certificate.

    Parameters
    ----------
    n : int
        The number of vertices.

    Returns
    -------
    Certificate

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
    if n not in CERTIFIED_ORDERS:
        raise UnknownNameError(f"No census of n = {quoted(n)} is published; take_census makes one.")
    return Certificate.loads(read_checked(certificate_path(n)).decode())


def provenance(command: str, **more: Any) -> dict[str, Any]:
    """Return who made a certificate: version, command, what else is given, and the machine."""
    import numpy as np

    return {
        "polyfam": __version__,
        "method": METHOD,
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
