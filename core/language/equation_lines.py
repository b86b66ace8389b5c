"""Which kind of system the verbs of a text make, and which expression belongs to which unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import FormulaError, refusal
from .statements import Derivative, FixedPoint, Minimise, Name, Root, Space, Span, Statement, Unknowns
from .system import Kind
from .tree import Expression

_KINDS: Mapping[type, Kind] = {Derivative: "ode", FixedPoint: "map", Root: "root", Minimise: "minimise"}
_VERBS: Mapping[Kind, str] = {"ode": "x' = ...", "map": "z <- ...", "root": "0 = ...", "minimise": "minimise ..."}
_ASKS: Mapping[str, str] = {"root": "solve", "minimise": "over"}
"""The verb that names the unknowns, of the kinds whose equations do not."""


@dataclass(frozen=True)
class EquationLines:
    """unknowns: in their order; right_sides: by unknown; of a minimisation each is the objective.

    spaces: declared together with the unknowns; starts: by unknown, where the text says them beside it.
    """

    kind: Kind
    unknowns: tuple[Name, ...]
    right_sides: Mapping[str, Expression]
    spaces: tuple[Space, ...]
    starts: Mapping[str, Expression]


def equation_lines(statements: Sequence[Statement]) -> EquationLines:
    """The equations of a text. Raises FormulaError where there are none, or of two kinds."""
    kind = _kind_of(statements)
    asked = [line for line in statements if isinstance(line, Unknowns)]
    for line in asked:
        if line.verb != _ASKS.get(kind):
            raise refusal(line, f"'{line.verb}' does not go with {_VERBS[kind]}", "remove the line")
    if kind in _ASKS:
        return _asked(kind, statements, asked)
    if kind != "ode":
        _refuse_time(statements, kind)
    lines = [line for line in statements if isinstance(line, Derivative | FixedPoint)]
    sides = {line.name.text: line.rate if isinstance(line, Derivative) else line.value for line in lines}
    return EquationLines(kind, tuple(line.name for line in lines), sides, (), {})


def _kind_of(statements: Sequence[Statement]) -> Kind:
    verbs = [line for line in statements if type(line) in _KINDS]
    if not verbs:
        for line in statements:
            if isinstance(line, Unknowns):
                cure = "write 0 = ... for each of them" if line.verb == "solve" else "write minimise ..."
                raise refusal(line, f"'{line.verb}' names unknowns, and no line says what they satisfy", cure)
        raise FormulaError(1, 1, "there is no equation", "write one such as x' = -x, z <- cos(z) or 0 = x^2 - 2")
    kind = _KINDS[type(verbs[0])]
    for line in verbs:
        if _KINDS[type(line)] != kind:
            place: Any = line.name if isinstance(line, Derivative | FixedPoint) else line
            other = _VERBS[_KINDS[type(line)]]
            raise refusal(place, f"{other} and {_VERBS[kind]} cannot stand in one text", "keep one kind of equation")
    return kind


def _asked(kind: Kind, statements: Sequence[Statement], asked: Sequence[Unknowns]) -> EquationLines:
    """Equations whose unknowns a line of their own names."""
    if kind != "minimise":  # whose gradient flow has a time span
        _refuse_time(statements, kind)
    equations = [line for line in statements if isinstance(line, Root | Minimise)]
    if not asked:
        cure = "add a line: solve x = 1" if kind == "root" else "add a line: over x = 1, y = 1"
        raise refusal(equations[0], "no line says which names are unknown", cure)
    unknowns = tuple(name for line in asked for name in line.names)
    if kind == "minimise":
        if len(equations) > 1:
            raise refusal(equations[1], "there are two objectives", "minimise their sum")
        sides = {name.text: equations[0].value for name in unknowns}
    else:
        if len(equations) != len(unknowns):
            counts = f"{_counted(len(equations), 'equation')} cannot fix {_counted(len(unknowns), 'unknown')}"
            raise refusal(equations[-1], counts, "write one 0 = ... for each unknown, in the order of solve")
        sides = {name.text: line.value for name, line in zip(unknowns, equations, strict=True)}
    spaces = tuple(line.space for line in asked if line.space is not None)
    given = [pair for line in asked for pair in zip(line.names, line.values, strict=False)]
    return EquationLines(kind, unknowns, sides, spaces, {name.text: value for name, value in given})


def _refuse_time(statements: Sequence[Statement], kind: Kind) -> None:
    for line in statements:
        if isinstance(line, Span) and line.name.text == "t":
            raise refusal(line.name, f"a text with {_VERBS[kind]} has no time", "remove the line")


def refuse_time_in(expressions: Sequence[Expression], kind: Kind) -> None:
    """Refuse t in the formulas of a system that has no time. Raises FormulaError."""
    if kind == "ode":
        return
    for leaf in (leaf for expression in expressions for leaf in expression.names() if leaf.value == "t"):
        raise refusal(leaf, f"t is the time of x' = ..., and {_VERBS[kind]} has none", "use a parameter: s = 1")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
