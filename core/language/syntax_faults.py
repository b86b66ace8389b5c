"""What is said where a line does not follow the grammar: the place, the fault and a cure."""

from __future__ import annotations

from collections.abc import Container

from lark import Token
from lark.exceptions import UnexpectedToken

from .errors import FormulaError

_EQUATION = "begin it with x' = ... for an equation, k = ... for a number or a helper"
_LEARN = "write a name and its first values, as in learn W = normal(3, 2, seed 1)"
_BESIDE_A_PARAMETER = ("IN", "STRING", "LOG", "STEP", "UNIT")
_AFTER_A_VALUE = {
    "PRIME": ("a derivative can only stand left of '='", "name the right-hand side on a line of its own and use that"),
    "EQUAL": ("a second '=', or one at the wrong place", "write one equation per line; in a condition write =="),
    "NUMBER": ("a number follows a value", "write * or another operator between"),
    "COMPARISON": ("a second comparison", "nest them: if(a < b, if(b < c, 1, 0), 0)"),
    "COMMA": ("a comma separates nothing here", "write lists in brackets: [1, 2], (1, 2) or min(a, b)"),
    "COLON": ("a colon separates nothing here", "write one statement per line"),
    "STRING": ("a quotation has no place here", 'a description follows a parameter: k = 1 in [0, 2] "rate"'),
    "IN": ("only a parameter has a range", "write k = 1 in [0, 2]"),
}
"""Type of an unexpected token to message and cure, where a formula could have ended."""


def syntax_fault(fault: UnexpectedToken) -> FormulaError:
    """The error for a token at which no rule of the grammar goes on."""
    token, expected = fault.token, fault.expected
    stack = getattr(fault.state, "value_stack", [])
    before = stack[-1] if stack and isinstance(stack[-1], Token) else None
    line, column = token.line or 1, token.column or 1
    inside_event = any(isinstance(part, Token) and part.type == "WHEN" for part in stack)
    if inside_event and (found := _event_fault(token, before, expected)) is not None:
        return found
    if any(isinstance(part, Token) and part.type == "LEARN" for part in stack):
        if "EQUAL" in expected and "TIMES" not in expected:
            return FormulaError(line, column, "a tensor that is learnt begins from values", _LEARN)
        if token.type in _BESIDE_A_PARAMETER:
            return FormulaError(line, column, f"'{token}' does not go with a tensor that is learnt", _LEARN)
    if token.type in ("_NEWLINE", "$END"):
        return _early_end(before, line, column)
    if "DIFFERENTIAL" in expected:
        return FormulaError(line, column, f"a line cannot begin with '{token}'", _EQUATION)
    if "ARROW" in expected and before is not None:
        return FormulaError(line, column, f"'{token}' cannot follow the name at the beginning of a line", _EQUATION)
    if "TIMES" not in expected and "OPEN" in expected:
        return FormulaError(line, column, f"a value is missing before '{token}'", f"write one, or remove '{token}'")
    if token.type in _AFTER_A_VALUE:
        message, cure = _AFTER_A_VALUE[token.type]
        return FormulaError(line, column, message, cure)
    if "UNIT" in expected:
        cure = 'options are log, step 0.1, unit "m" and a "description"'
        return FormulaError(line, column, f"'{token}' is no option of a slider", cure)
    return FormulaError(line, column, f"'{token}' has no place here", "write an operator before it, or a new line")


def _event_fault(token: Token, before: Token | None, expected: Container[str]) -> FormulaError | None:
    """The error for what is peculiar to an event; None where a formula in it is wrong."""
    line, column = token.line or 1, token.column or 1
    if token.type in ("_NEWLINE", "$END"):
        if before is not None and before.type == "COLON":
            message, cure = "the event changes nothing", "write what it sets, such as v = -0.9 v, or stop"
            return FormulaError(before.line or line, before.column or column, message, cure)
        if "COLON" in expected:
            cure = "write when x = 0: v = -0.9 v, or when x = 0: stop"
            return FormulaError(line, column, "nothing says what the event does", cure)
        return None
    sets = before is not None and before.type == "NAME" and "EQUAL" in expected and "TIMES" not in expected
    if (sets and token.type != "EQUAL") or ("STOP" in expected and "TIMES" not in expected):
        cure = "write the name of an unknown and its new value, v = -0.9 v, or stop"
        return FormulaError(line, column, f"'{token}' does not set an unknown", cure)
    return None


def _early_end(before: Token | None, line: int, column: int) -> FormulaError:
    if before is None:
        return FormulaError(line, column, "the line ends too early", _EQUATION)
    line, column = before.line or line, before.end_column or column
    if before.type == "NAME":
        return FormulaError(line, column, f"nothing is said about {before}", f"write {before}' = ... or {before} = ...")
    return FormulaError(line, column, f"the line ends after '{before}' where more is expected", "write a value there")
