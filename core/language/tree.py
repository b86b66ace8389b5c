"""The expression tree: small, frozen, with positions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Expression:
    """An operation on arguments.

    operation: "number", "name", "list" (of entries or rows), "index", "transpose", "neg", "add" (two or more terms,
    from left to right), "mul", "div", "pow", a comparison, or the name of a function ("sin", ...).
    value: the number or the name of a leaf; the seed of a random constant. line, column: where it stands;
    depth, size: levels and nodes of the tree. None of these four is part of equality, so equal formulas share
    compiled code wherever they stand.
    """

    operation: str
    arguments: tuple[Expression, ...] = ()
    value: float | str | None = None
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)
    depth: int = field(init=False, compare=False, repr=False)
    size: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", 1 + max((argument.depth for argument in self.arguments), default=0))
        object.__setattr__(self, "size", 1 + sum(argument.size for argument in self.arguments))

    def names(self) -> Iterator[Expression]:
        """The leaves that are names, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.operation == "name":
                yield node
            waiting.extend(reversed(node.arguments))


def number(value: float, line: int = 0, column: int = 0) -> Expression:
    """A constant."""
    return Expression("number", (), float(value), line, column)


def name(text: str, line: int = 0, column: int = 0) -> Expression:
    """A reference to a state, parameter, helper or constant."""
    return Expression("name", (), text, line, column)
