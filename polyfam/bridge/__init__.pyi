"""The public names of `polyfam.bridge`."""

from ._correction import MemoryCorrection as MemoryCorrection
from ._correction import Part as Part
from ._correction import Penalised as Penalised
from ._correction import Spectrum as Spectrum
from ._verb import memory_correction as memory_correction
from ._watch import Watch as Watch
from ._watch import watch as watch

__all__ = [
    "MemoryCorrection",
    "Part",
    "Penalised",
    "Spectrum",
    "Watch",
    "memory_correction",
    "watch",
]
