"""The one exception of the formula language."""

from __future__ import annotations

from typing import Any, Protocol


class FormulaError(ValueError):
    """A text that is not a system.

    line, column: where, counted from 1. message: what is wrong. cure: what to do about it.
    unknown: the name that nothing defines, where that is the fault (the window offers a slider for it).
    """

    def __init__(self, line: int, column: int, message: str, cure: str = "", unknown: str | None = None) -> None:
        self.line = line
        self.column = column
        self.message = message
        self.cure = cure
        self.unknown = unknown
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"line {self.line}, column {self.column}: {self.message}"
        return f"{text} - {self.cure}" if self.cure else text

    def __reduce__(self) -> tuple[object, ...]:
        return FormulaError, (self.line, self.column, self.message, self.cure, self.unknown)


class Place(Protocol):
    """A token, a name or an expression: something that stands at a line and a column."""

    @property
    def line(self) -> Any:
        """Counted from 1."""

    @property
    def column(self) -> Any:
        """Counted from 1."""


def refusal(place: Place, message: str, cure: str, unknown: str | None = None) -> FormulaError:
    """The error at `place`."""
    return FormulaError(place.line, place.column, message, cure, unknown)
