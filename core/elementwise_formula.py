"""Formulas of one number x, written in the language of systems."""

from __future__ import annotations

from .language import FUNCTIONS, FormulaError, parse
from .language.characters import check_text
from .language.complex_values import PART_FUNCTIONS
from .language.errors import refusal
from .language.reading import read
from .language.tree import Expression, name

VALUE = "x"
LONGEST = 200
"""Characters of a formula."""
_BEFORE = f"{VALUE}' = "
_NAMES = (VALUE, "pi", "e")
_TOGETHER = ("list", "index", "transpose")


def elementwise_formula(text: str) -> Expression:
    """The tree of a formula of x alone, such as sin(x)*x, that says what becomes of every component.

    Raises FormulaError; its column counts in `text`.
    """
    if not text.strip():
        raise FormulaError(1, 1, "there is no formula", f"write one of {VALUE}, such as sin({VALUE})*{VALUE}")
    if len(text) > LONGEST or len(text.splitlines()) > 1:
        raise FormulaError(1, 1, f"a formula is one line of {LONGEST} characters at most", "take several blocks")
    try:
        lines = read(check_text(_BEFORE + text))
        rate: Expression = lines[0].rate  # type: ignore[union-attr]
        _check(rate)
        parse(_BEFORE + text)
    except FormulaError as fault:
        column = max(1, fault.column - len(_BEFORE)) if fault.line == 1 else len(text)
        raise FormulaError(1, column, fault.message, fault.cure) from None
    return rate


def of_value(formula: Expression, value: str) -> Expression:
    """The formula with another name for x."""
    if formula.operation == "name":
        return name(value) if formula.value == VALUE else formula
    inner = tuple(of_value(argument, value) for argument in formula.arguments)
    return Expression(formula.operation, inner, formula.value)


def _check(rate: Expression) -> None:
    """Refuse what is not of every component by itself."""
    leaves = list(rate.names())
    for leaf in leaves:
        if leaf.value == "t":
            raise refusal(leaf, "t is the time, which this block has not", "take a linear block with time before it")
        if leaf.value not in _NAMES:
            raise refusal(leaf, f"unknown name '{leaf.value}'", f"the value that comes in is {VALUE}")
    waiting = [rate]
    while waiting:
        node = waiting.pop()
        function = FUNCTIONS.get(node.operation)
        if node.operation in PART_FUNCTIONS:
            raise refusal(node, f"{node.operation} takes a complex number apart, and all are real", "leave it out")
        if node.operation in _TOGETHER or (function is not None and function.kind != "elementwise"):
            what = node.operation if function is not None else "a vector or an index"
            raise refusal(node, f"{what} would take all components together", "write a formula of one number")
        waiting.extend(node.arguments)
    if not any(leaf.value == VALUE for leaf in leaves):
        raise refusal(rate, f"{VALUE} does not occur, the value that comes in", f"write a formula of {VALUE}")
