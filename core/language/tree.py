"""The expression tree: small, frozen, with positions."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import FormulaError

MOST_DEPTH = 100


@dataclass(frozen=True)
class Expression:
    """An operation on arguments.

    operation: "number", "name", "list" (of entries or rows), "index", "transpose", "neg", "add", "sub", "mul",
    "div", "pow", one of "<", ">", "<=", ">=", or the name of a function ("sin", ...).
    value: the number or the name of a leaf. line, column: where it stands; depth: of the tree below. Positions
    are not part of equality, so equal formulas share compiled code wherever they stand.
    """

    operation: str
    arguments: tuple[Expression, ...] = ()
    value: float | str | None = None
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
    depth: int = field(default=1, compare=False)

    def __post_init__(self) -> None:
        depth = 1 + max((argument.depth for argument in self.arguments), default=0)
        if depth > MOST_DEPTH:
            raise FormulaError(
                self.line,
                self.column,
                f"the formula is nested more than {MOST_DEPTH} levels deep",
                "give inner parts a name on a line of their own",
            )
        object.__setattr__(self, "depth", depth)


def number(value: float, line: int = 0, column: int = 0) -> Expression:
    """A constant."""
    return Expression("number", (), float(value), line, column)


def name(text: str, line: int = 0, column: int = 0) -> Expression:
    """A reference to a state, parameter, helper or constant."""
    return Expression("name", (), text, line, column)
