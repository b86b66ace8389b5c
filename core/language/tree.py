"""The expression tree: small, frozen, with positions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Expression:
    """An operation on arguments.

    operation: "number", "name", or the name of an operator or function ("add", "mul", "sin", ...).
    value: the number or the name of a leaf. line, column: where it stands in the text; not part of equality.
    """

    operation: str
    arguments: tuple[Expression, ...] = ()
    value: float | str | None = None
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
