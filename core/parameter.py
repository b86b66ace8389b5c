"""How a field of a catalogued class may be edited; names no widget.

A frozen dataclass annotates its fields, and the window builds the control, the codec the check::

    damping: Annotated[float, Range(0.05, 1.0, help="fraction of the step that is taken")] = 1.0
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A number between `lo` and `hi` (both included)."""

    lo: float
    hi: float
    log: bool = False
    step: float | None = None
    unit: str = ""
    symbol: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        if not self.lo < self.hi:
            raise ValueError(f"a range needs lo < hi, not [{self.lo}, {self.hi}]")
        if self.log and self.lo <= 0:
            raise ValueError(f"a logarithmic range needs lo > 0, not {self.lo}")

    def contains(self, value: float) -> bool:
        """Whether `value` is a number inside the range."""
        return self.lo <= value <= self.hi

    def refusal(self, name: str, value: float) -> str | None:
        """A sentence that says why `value` does not fit, or None where it does."""
        if self.contains(value):
            return None
        return f"{name} must lie between {self.lo:g} and {self.hi:g}; {value:g} does not"


@dataclass(frozen=True)
class Formula:
    """A formula of one number, as a person types it; the class that has the field checks it."""

    help: str = ""


@dataclass(frozen=True)
class Choice:
    """One of `options`, each a short name."""

    options: tuple[str, ...]
    help: str = ""
