"""Which unknowns and formulas of a text are complex, and what complex numbers cannot be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .complex_values import FUNCTIONS_OF_COMPLEX, PART_FUNCTIONS
from .equation_lines import EquationLines
from .errors import refusal
from .functions import COMPARISONS, CONSTANTS
from .shapes import Shape, Shapes
from .statements import Name, Space
from .system import OWN, Kind
from .tree import Expression

MOST_COMPLEX_OPERATIONS = 2_000
"""Operations on complex numbers to which vectors and matrices unroll."""
_ARITHMETIC = frozenset({"add", "mul", "div", "pow", "list", "index", "transpose", "dot", "sum", "shift", "diag"}) | {
    "reshape",
    "conv",
}
_REAL_RESULTS = frozenset({"re", "im", "abs", "arg", "norm"})


def complex_unknowns(lines: EquationLines, spaces: Sequence[Space], tensors: Sequence[Name]) -> frozenset[str]:
    """The unknowns that lie in C, by a line such as z in C or by a complex start. Raises FormulaError."""
    found = {name.text: name for space in spaces if space.field == "C" for name in space.names}
    found |= {name.text: name for name in lines.unknowns if _has_unit(lines.starts.get(name.text))}
    if found and lines.kind == "minimise":
        place = next(iter(found.values()))
        cure = f"minimise over real unknowns: {place.text} in R^2 for the two parts"
        raise refusal(place, "a minimum over complex unknowns is not defined here: slopes are real", cure)
    if found and tensors:
        cure = "write the numbers out: W = [[1, 2], [3, 4]]"
        raise refusal(tensors[0], "stored tensors and learnt ones cannot stand beside complex unknowns", cure)
    return frozenset(found)


def _has_unit(start: Expression | None) -> bool:
    return start is not None and any(leaf.value == "i" for leaf in start.names())


def refuse_parts(expressions: Iterable[Expression]) -> None:
    """Refuse re, im, conj and arg in a text without complex unknowns. Raises FormulaError."""
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if node.operation in PART_FUNCTIONS:
            message = f"{node.operation} takes a complex number apart, and every unknown here is real"
            raise refusal(node, message, "declare one of them with z in C, or leave it out")
        waiting.extend(node.arguments)


def check_complex(
    kind: Kind,
    unknowns: frozenset[str],
    helpers: Mapping[str, Expression],
    sides: Mapping[str, Expression],
    shapes: Mapping[str, Shape],
) -> None:
    """Refuse what has no complex meaning, and equations of another kind than their unknowns. Raises FormulaError.

    helpers: in an order in which each uses only earlier ones.
    """
    names = {*unknowns, "i"}
    for label, expression in helpers.items():
        if may_have_imaginary_part(expression, names):
            names.add(label)
    for unknown, side in sides.items():
        is_complex = may_have_imaginary_part(side, names)
        if is_complex and unknown not in unknowns:
            cure = f"declare it with {unknown} in C, or take re(...) of the right-hand side"
            raise refusal(side, f"{unknown} is real, and this side is complex", cure)
        if kind == "root" and unknown in unknowns and not is_complex:
            message = f"this equation gives one real number, and {unknown} has a real and an imaginary part"
            raise refusal(side, message, "add a second condition times i: 0 = a + i b")
    counted = Shapes(shapes)
    for expression in (*helpers.values(), *sides.values()):
        counted.of(expression)
    if counted.operations > MOST_COMPLEX_OPERATIONS:
        message = f"the formulas have more than {MOST_COMPLEX_OPERATIONS} operations on complex numbers"
        raise refusal(next(iter(sides.values())), message, "use smaller vectors and matrices")


def may_have_imaginary_part(expression: Expression, names: set[str]) -> bool:
    """Whether a formula with these complex names is not known to be real. Raises FormulaError."""
    operation = expression.operation
    if operation == "name":
        return expression.value in names
    if operation in CONSTANTS:
        return False
    if operation == OWN:
        cure = "declare the two parts as a vector: z in R^2"
        raise refusal(expression, f"{expression.value} is a Python module, which takes real numbers", cure)
    inner = [may_have_imaginary_part(argument, names) for argument in expression.arguments]
    if not any(inner) or operation in _REAL_RESULTS:
        return False
    if operation in COMPARISONS or operation in ("min", "max"):
        word = f"'{operation}'" if operation in COMPARISONS else operation
        raise refusal(expression, f"{word} cannot compare complex numbers", "compare abs(z), re(z) or im(z)")
    if operation == "if":
        if inner[0]:
            raise refusal(expression, "a condition cannot be a complex number", "compare abs(z), re(z) or im(z)")
        return True
    if operation in _ARITHMETIC or operation in FUNCTIONS_OF_COMPLEX or operation == "conj":
        return True
    raise refusal(expression, f"{operation} does not take complex numbers", "apply it to abs(z), re(z) or im(z)")
