"""Parquet shards against the table and against single trees."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as arrow
import pytest
from pyarrow import parquet

from polyfam import beta_table, eulerian_row
from polyfam.census import parquet as module
from polyfam.census.census import take_census
from polyfam.census.certificate import load_certificate
from polyfam.census.folder import clear
from polyfam.census.shards import Shard
from polyfam.census.survey import survey
from polyfam.family.single import half_row


def rows_of(table: arrow.Table) -> dict[tuple, tuple]:
    """Return the half rows by level sequence."""
    columns = [column.to_pylist() for column in table.columns]
    return {tuple(levels): tuple(map(int, row)) for levels, *row in zip(*columns, strict=True)}


@pytest.mark.parametrize("n", [4, 9, 12])
def test_rows_are_those_of_the_table(n: int) -> None:
    data = survey(Shard(n, 0, 1000), with_table=True).table
    expected = {p.tree.levels: p.row[: n // 2] for p in beta_table(n)}
    assert rows_of(parquet.read_table(io.BytesIO(data))) == expected


def test_columns_hold_64_bits_or_38_digits() -> None:
    data = survey(Shard(24, 0, 500), with_table=True).table
    table = parquet.read_table(io.BytesIO(data))
    kinds = {field.name: field.type for field in table.schema}
    assert kinds["levels"] == arrow.list_(arrow.uint8(), 24)
    wide = {f"c{i}" for i, c in enumerate(eulerian_row(23)[:12], start=1) if c >= 1 << 64}
    assert {name for name, kind in kinds.items() if kind == arrow.decimal128(38)} == wide
    assert {name for name, kind in kinds.items() if kind == arrow.uint64()} == (
        kinds.keys() - wide - {"levels"}
    )
    rows = rows_of(table)
    large = [levels for levels, row in rows.items() if max(row) >= 1 << 64]
    assert large
    for levels in [*large[::50], *list(rows)[::100]]:
        assert list(rows[levels]) == half_row(levels)


def test_nothing_is_cut_off_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "eulerian_row", lambda j: [1] * j)
    with pytest.raises(OverflowError, match="exceeds the Eulerian number"):
        survey(Shard(24, 0, 500), with_table=True)


def test_saved_shards_make_one_data_set_that_outlives_the_others(tmp_path: Path) -> None:
    certificate = take_census(12, folder=tmp_path, shard_size=100, save=True)
    assert certificate.distinctness == load_certificate(12).distinctness
    again = take_census(12, folder=tmp_path, shard_size=100, save=True, resume=True)
    assert again.findings == certificate.findings
    clear(tmp_path)
    assert {file.suffix for file in tmp_path.iterdir()} == {".parquet"}
    assert len(rows_of(parquet.read_table(tmp_path))) == 551
