"""The trees and polynomials of a shard as a Parquet file, for DuckDB, pandas and their like.

========== =======================================================================================
column     meaning
========== =======================================================================================
levels     The tree: its canonical level sequence, a list of n bytes.
c1, ... cN The coefficients of beta^1, ..., beta^N, N = ceil(j/2); the other half mirrors them.
========== =======================================================================================

A coefficient is an unsigned 64-bit integer where no tree on n vertices needs more, that is, where
the Eulerian number, the coefficient of the star, does not; else a decimal of 38 digits, which
DuckDB computes with exactly and pandas reads as Python's `decimal.Decimal`.  Only columns in the
middle from n = 23 on are decimals.  The rows of a shard come in no meaningful order.
"""

from __future__ import annotations

import io

from polyfam._checks import optional_import
from polyfam.census.batches import Batch
from polyfam.census.limbs import to_words
from polyfam.census.shards import Shard, halves_of
from polyfam.family.named import eulerian_row

__all__ = ["TableWriter"]


class TableWriter:
    """Writes the batches of a shard to a Parquet file in memory.

    Parameters
    ----------
    shard : Shard

    Examples
    --------
    >>> from polyfam.census.batches import batches
    >>> writer = TableWriter(Shard(6, 0, 10))
    >>> for batch in batches(Shard(6, 0, 10)):
    ...     writer.add(batch)
    >>> writer.close()[:4]
    b'PAR1'
    """

    def __init__(self, shard: Shard) -> None:
        arrow = optional_import("pyarrow", "parquet")
        self._halves = halves_of(shard.n)
        wide = [c >= 1 << 64 for c in eulerian_row(shard.n - 1)[: self._halves.half]]
        kinds = [arrow.decimal128(38) if each else arrow.uint64() for each in wide]
        self._schema = arrow.schema(
            [("levels", arrow.list_(arrow.uint8(), shard.n))]
            + [(f"c{i}", kind) for i, kind in enumerate(kinds, start=1)],
            metadata={"polyfam": f"free trees on {shard.n} vertices, shard {shard.name}"},
        )
        self._sink = io.BytesIO()
        parquet = optional_import("pyarrow.parquet", "parquet")
        self._writer = parquet.ParquetWriter(self._sink, self._schema)

    def add(self, batch: Batch) -> None:
        """Write the trees of a batch."""
        import numpy as np

        arrow = optional_import("pyarrow", "parquet")
        levels = self._halves.levels(batch.positions)
        columns = [
            arrow.FixedSizeListArray.from_arrays(arrow.array(levels.ravel()), levels.shape[1])
        ]
        for upper, lower, field in zip(*to_words(batch.limbs), list(self._schema)[1:], strict=True):
            if arrow.types.is_decimal(field.type):  # little-endian numbers of 128 bits
                words = np.ascontiguousarray(np.stack((lower, upper), axis=1), "<u8")
                buffers = [None, arrow.py_buffer(words)]
                columns.append(arrow.Array.from_buffers(field.type, len(lower), buffers))
            elif upper.any():
                raise OverflowError(f"Column {field.name} exceeds the Eulerian number.")
            else:
                columns.append(arrow.array(lower))
        self._writer.write_table(arrow.table(columns, schema=self._schema))

    def close(self) -> bytes:
        """Return the finished file."""
        self._writer.close()
        return self._sink.getvalue()
