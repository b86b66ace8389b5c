"""Whether another device or precision gives the same answer."""

from __future__ import annotations

from dataclasses import dataclass

TRUSTED = 1e-3
"""Differences up to this share of a number are put down to its precision."""


@dataclass(frozen=True)
class Agreement:
    """A run compared with the same one in float64 on the processor.

    difference: the largest |a - b| / (1 + |b|) over the samples that ended well in both. compared: how many those
    are. apart: how many ended well in one of the two alone.
    """

    difference: float
    compared: int
    apart: int

    @property
    def agrees(self) -> bool:
        """Whether rounding explains the difference."""
        return not self.apart and self.difference <= TRUSTED

    def __str__(self) -> str:
        if not self.compared and not self.apart:
            return "nothing to compare with float64 on the CPU: no sample came to its end"
        if self.apart:
            noun = "sample ends" if self.apart == 1 else "samples end"
            return f"{self.apart} {noun} otherwise than in float64 on the CPU"
        verdict = "agrees with" if self.agrees else "differs from"
        reason = "" if self.agrees else ": this system magnifies rounding"
        return f"{verdict} float64 on the CPU, by {self.difference:.1e}{reason}"
