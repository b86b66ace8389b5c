"""An expression as text that parses to the same tree."""

from __future__ import annotations

from .tree import Expression

_SIGNS = {"add": ("+", 1), "sub": ("-", 1), "mul": ("*", 2), "div": ("/", 2), "pow": ("^", 4)}


def to_text(expression: Expression) -> str:
    """`expression` with the fewest brackets that keep its tree."""
    return _text(expression, 0)


def number_text(value: float) -> str:
    """The shortest decimal that reads back as `value`; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _text(expression: Expression, binding: int) -> str:
    operation, arguments = expression.operation, expression.arguments
    if operation == "number":
        return number_text(float(expression.value or 0.0))
    if operation == "name":
        return str(expression.value)
    if operation in _SIGNS:
        sign, strength = _SIGNS[operation]
        # left operands of - and / may be as weak as the sign itself; powers lean to the right
        left = _text(arguments[0], strength + 1 if operation == "pow" else strength)
        right = _text(arguments[1], 3 if operation == "pow" else strength + 1)
        text, own = f"{left}{sign if operation == 'pow' else f' {sign} '}{right}", strength
    elif operation == "neg":
        text, own = f"-{_text(arguments[0], 3)}", 3
    elif operation in ("<", ">", "<=", ">="):
        text, own = f"{_text(arguments[0], 1)} {operation} {_text(arguments[1], 1)}", 0
    elif operation == "list":
        text, own = f"[{_listed(arguments)}]", 5
    elif operation == "index":
        text, own = f"{_text(arguments[0], 5)}[{_listed(arguments[1:])}]", 5
    elif operation == "transpose":
        text, own = f"{_text(arguments[0], 5)}^T", 5
    else:
        text, own = f"{operation}({_listed(arguments)})", 5
    return f"({text})" if own < binding else text


def _listed(arguments: tuple[Expression, ...]) -> str:
    return ", ".join(_text(argument, 0) for argument in arguments)
