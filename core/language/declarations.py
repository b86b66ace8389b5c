"""What single lines declare: names, spaces, parameters and ranges."""

from __future__ import annotations

from .constants import constant
from .errors import FormulaError
from .functions import CONSTANTS, FUNCTIONS, LATER
from .greek import symbol_of
from .shapes import MOST_COMPONENTS, Shape
from .statements import Statement
from .system import ParameterDeclaration
from .tree import Expression


def check_name(name: str, statement: Statement) -> None:
    """Refuse a name that has a meaning of its own. Raises FormulaError."""
    if name in CONSTANTS:
        raise FormulaError(statement.line, statement.column, f"{name} has a meaning of its own", "choose another name")
    if name in FUNCTIONS or name in LATER:
        raise FormulaError(statement.line, statement.column, f"{name} is the name of a function", "choose another name")


def space_of(statement: Statement) -> Shape:
    """The shape that "z in R^3" or "Z in R^2x3" declares. Raises FormulaError."""
    words = [word for _, word in statement.options]
    sizes = "x".join(words[1:]).replace("xx", "x").split("x") if words[1:] else []
    if words[0] != "R" or not sizes or not all(size.isdigit() for size in sizes) or len(sizes) > 2:
        raise FormulaError(
            statement.line,
            statement.column,
            f"the space of {statement.subject} is not understood",
            "write R^3 or R^2x3",
        )
    shape = tuple(int(size) for size in sizes)
    count = shape[0] * (shape[1] if len(shape) == 2 else 1)
    if not 1 <= count <= MOST_COMPONENTS:
        raise FormulaError(
            statement.line, statement.column, f"{count} components", f"use between 1 and {MOST_COMPONENTS}"
        )
    return shape


def parameter_of(statement: Statement, value: float) -> ParameterDeclaration:
    """The slider that a definition with a constant value makes. Raises FormulaError."""
    options = dict(statement.options)
    name, expression = statement.subject, statement.expressions[0]
    lower, upper = (0.0, 2.0 * value) if value > 0 else (value - 5.0, value + 5.0)
    if statement.rows:
        first, last = statement.rows[0]
        lower, upper = interval_of(first, last, f"the range of {name}")
    if not lower <= value <= upper:
        raise FormulaError(
            expression.line, expression.column, f"{name} = {value:g} lies outside its range [{lower:g}, {upper:g}]",
            "widen the range or change the value",
        )  # fmt: skip
    if "log" in options and lower <= 0:
        raise FormulaError(
            expression.line, expression.column, f"{name} has a logarithmic range that reaches 0", "begin it above 0"
        )
    step = float(options["step"]) if "step" in options else None
    if step is not None and not step > 0:
        raise FormulaError(statement.line, statement.column, "a slider's step must be greater than 0", "write step 0.1")
    return ParameterDeclaration(
        name, symbol_of(name), value, lower, upper, "log" in options, step,
        options.get("unit", ""), options.get("description", ""), statement.line,
    )  # fmt: skip


def interval_of(lower: Expression, upper: Expression, what: str) -> tuple[float, float]:
    """The two ends of a range, the smaller one first. Raises FormulaError."""
    ends = constant(lower, what), constant(upper, what)
    if not ends[0] < ends[1]:
        raise FormulaError(
            lower.line, lower.column, f"{what} is empty: [{ends[0]:g}, {ends[1]:g}]", "put the smaller end first"
        )
    return ends
