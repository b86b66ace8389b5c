"""The one exception of the formula language."""

from __future__ import annotations


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
