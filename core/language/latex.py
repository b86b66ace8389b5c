"""A system typeset: one LaTeX line per equation and helper, showing which reading was taken."""

from __future__ import annotations

from .greek import GREEK
from .printing import number_text
from .system import System
from .tree import Expression

_FUNCTION_WORDS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log10": "log_{10}", "log2": "log_2"}
_KNOWN = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "exp", "min", "max")
_BINDING = {"add": 1, "sub": 1, "mul": 2, "div": 5, "neg": 2, "pow": 4}
_COMPARISONS = {"<": "<", ">": ">", "<=": r"\leq", ">=": r"\geq"}


def latex(system: System) -> tuple[str, ...]:
    """LaTeX of every equation, then of every helper line."""
    lines = [
        rf"\dot{{{name_latex(equation.state.name)}}} = {latex_expression(equation.expression)}"
        for equation in system.equations
    ]
    lines += [f"{name_latex(helper.name)} = {latex_expression(helper.expression)}" for helper in system.helpers]
    return tuple(lines)


def latex_expression(expression: Expression) -> str:
    """LaTeX of one expression."""
    return _latex(expression, 0)


def name_latex(name: str) -> str:
    r"""A name in italics where it is one letter, upright where it is a word: mu_1 is \mu_{1}."""
    head, _, tail = name.partition("_")
    if not tail and len(name) > 1:  # x1 is shown as x with an index
        letters = name.rstrip("0123456789")
        head, tail = letters, name[len(letters) :]
    base = f"\\{head}" if head in GREEK or head == "pi" else (head if len(head) == 1 else rf"\mathrm{{{head}}}")
    return f"{base}_{{{tail}}}" if tail else base


def _latex(expression: Expression, binding: int) -> str:
    operation, arguments = expression.operation, expression.arguments
    if operation == "number":
        return _number(float(expression.value or 0.0))
    if operation == "name":
        return name_latex(str(expression.value))
    if operation == "div":
        return rf"\frac{{{_latex(arguments[0], 0)}}}{{{_latex(arguments[1], 0)}}}"
    if operation == "pow":
        return rf"{_latex(arguments[0], 6)}^{{{_latex(arguments[1], 0)}}}"
    if operation in _BINDING:
        own = _BINDING[operation]
        text = _signed(operation, arguments)
        return rf"\left({text}\right)" if own < binding else text
    if operation in _COMPARISONS:
        return f"{_latex(arguments[0], 1)} {_COMPARISONS[operation]} {_latex(arguments[1], 1)}"
    return _call(operation, arguments)


def _signed(operation: str, arguments: tuple[Expression, ...]) -> str:
    if operation == "neg":
        return f"-{_latex(arguments[0], 3)}"
    left, right = arguments
    if operation == "mul":
        # two numbers side by side would read as one
        dot = r" \cdot " if right.operation == "number" or _begins_with_digit(right) else r"\, "
        return f"{_latex(left, 2)}{dot}{_latex(right, 3)}"
    sign = "+" if operation == "add" else "-"
    return f"{_latex(left, 1)} {sign} {_latex(right, 2)}"


def _begins_with_digit(expression: Expression) -> bool:
    while expression.operation in ("mul", "pow", "add", "sub"):
        if expression.operation in ("add", "sub"):
            return False  # bracketed
        expression = expression.arguments[0]
    return expression.operation == "number"


def _call(operation: str, arguments: tuple[Expression, ...]) -> str:
    texts = [_latex(argument, 0) for argument in arguments]
    if operation == "sqrt":
        return rf"\sqrt{{{texts[0]}}}"
    if operation == "abs":
        return rf"\left|{texts[0]}\right|"
    if operation == "norm":
        return rf"\left\|{texts[0]}\right\|"
    if operation == "exp" and arguments[0].depth <= 4:
        return f"e^{{{texts[0]}}}"
    if operation == "transpose":
        return f"{_latex(arguments[0], 6)}^{{T}}"
    if operation == "index":
        return f"{_latex(arguments[0], 6)}_{{{', '.join(texts[1:])}}}"
    if operation == "list":
        return _matrix(arguments)
    word = _FUNCTION_WORDS.get(operation, operation)
    head = f"\\{word}" if word in _KNOWN or word.startswith("log") else rf"\mathrm{{{word}}}"
    return rf"{head}\left({', '.join(texts)}\right)"


def _matrix(rows: tuple[Expression, ...]) -> str:
    lines = [
        " & ".join(_latex(entry, 0) for entry in (row.arguments if row.operation == "list" else (row,))) for row in rows
    ]
    body = r" \\ ".join(lines)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _number(value: float) -> str:
    text = number_text(value)
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
