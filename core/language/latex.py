"""A system typeset: one LaTeX line per equation and helper, showing which reading was taken."""

from __future__ import annotations

import re

from .functions import RANDOM
from .greek import GREEK
from .printing import number_text
from .system import OWN, Equation, EventDeclaration, FlowDeclaration, State, System
from .tree import Expression, number

_FUNCTION_WORDS = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "log10": "log_{10}", "log2": "log_2"}
_KNOWN = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "exp", "min", "max")
_OPERATORS = {"re": "Re", "im": "Im", "arg": "arg"}
_COMPARISONS = {"<": "<", ">": ">", "<=": r"\leq", ">=": r"\geq", "==": "=", "!=": r"\neq"}
_OPENERS = ("number", "list")
"""What would run into the factor before it."""
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9./ -]")
"""What would be read as a command, in the name of a file."""
_SIGNED = 2
"""How strongly what begins with a minus sign binds: more than a sum, less than a product."""


def latex(system: System) -> tuple[str, ...]:
    """LaTeX of every equation, then of every helper line and event; the file that computes what no line says; and the
    base of a flow."""
    lines = _equations(system)
    if system.module is not None:
        lines.append(rf"{name_latex(system.module.name)} \text{{ from {_NOT_PLAIN.sub('-', system.module.file)}}}")
    lines += [f"{name_latex(helper.name)} = {latex_expression(helper.expression)}" for helper in system.helpers]
    lines += [_event(event) for event in system.events]
    if system.flow is not None:
        lines.append(_base_of_flow(system.states, system.flow, system.span[1]))
    return tuple(lines)


def _base_of_flow(states: tuple[State, ...], flow: FlowDeclaration, end: float) -> str:
    names = ", ".join(name_latex(state.name) for state in states)
    point = names if len(states) == 1 else rf"\left({names}\right)"
    return rf"{point}\left({_number(end)[0]}\right) \sim N\left(0, I_{{{flow.size}}}\right)"


def _event(event: EventDeclaration) -> str:
    way = {-1: " falling", 0: "", 1: " rising"}[event.direction]
    condition = rf"\text{{when }} {latex_expression(event.left)} = {latex_expression(event.right)}"
    if event.terminal:
        return rf"{condition} \text{{{way}: stop}}"
    pairs = (rf"{latex_expression(target)} \leftarrow {latex_expression(value)}" for target, value in event.written)
    return rf"{condition} \text{{{way}: }} " + r",\; ".join(pairs)


def _equations(system: System) -> list[str]:
    names = [name_latex(equation.state.name) for equation in system.equations]
    sides = [latex_expression(equation.expression) for equation in system.equations]
    if system.kind == "minimise":
        return [rf"\min_{{{', '.join(names)}}}\; {sides[0]}"]
    if system.kind == "root":
        return [f"0 = {side}" for side in sides]
    if system.noise:
        return [_noisy(*pair) for pair in zip(system.equations, system.noise, strict=True)]
    left = r"%s \leftarrow %s" if system.kind == "map" else r"\dot{%s} = %s"
    return [left % pair for pair in zip(names, sides, strict=True)]


def _noisy(equation: Equation, noise: Equation) -> str:
    """dx = f dt + g dW_x: every unknown has a Wiener process of its own."""
    name, zero = name_latex(equation.state.name), number(0.0)
    if noise.expression == zero:
        return rf"\dot{{{name}}} = {latex_expression(equation.expression)}"
    drift = "" if equation.expression == zero else _latex(equation.expression, _SIGNED) + r"\, \mathrm{d}t"
    wiener = rf"\mathrm{{d}}W_{{{name}}}"
    times = r" \odot " if equation.state.shape else r"\, "
    term = f"{_latex(noise.expression, _SIGNED)}{times}{wiener}"
    if noise.expression in (one := number(1.0), Expression("neg", (one,))):
        term = wiener if noise.expression == one else f"-{wiener}"
    joined = f"{drift} - {term[1:]}" if drift and term.startswith("-") else f"{drift} + {term}" if drift else term
    return rf"\mathrm{{d}}{name} = {joined}"


def latex_expression(expression: Expression) -> str:
    """LaTeX of one expression."""
    return _latex(expression, 0)


def name_latex(name: str) -> str:
    r"""A name in italics where it is one letter, upright where it is a word: mu_1 is \mu_{1}."""
    head, _, tail = name.partition("_")
    if not tail and len(name) > 1:  # x1 is shown as x with an index
        letters = name.rstrip("0123456789")
        head, tail = letters, name[len(letters) :]
    head, tail = head.replace("_", r"\_"), tail.replace("_", r"\_")
    base = f"\\{head}" if head in GREEK or head == "pi" else (head if len(head) == 1 else rf"\mathrm{{{head}}}")
    if not tail:
        return base
    return rf"{base}_{{\mathrm{{{tail}}}}}" if len(tail) > 1 and not tail.isdigit() else f"{base}_{{{tail}}}"


def _latex(expression: Expression, binding: int) -> str:
    text, own = _bare(expression)
    return rf"\left({text}\right)" if own < binding else text


def _bare(expression: Expression) -> tuple[str, int]:
    """The LaTeX without brackets around it, and how strongly it binds."""
    operation, arguments = expression.operation, expression.arguments
    if operation == "number":
        return _number(float(expression.value or 0.0))
    if operation == "name":
        return name_latex(str(expression.value)), 6
    if operation == "add":
        return _latex(arguments[0], 1) + "".join(map(_term, arguments[1:])), 1
    if operation == "neg":
        return f"-{_latex(arguments[0], 3)}", _SIGNED
    if operation == "mul":
        return _product(*arguments)
    if operation == "div":
        return rf"\frac{{{_latex(arguments[0], 0)}}}{{{_latex(arguments[1], 0)}}}", 5
    if operation == "pow":
        return rf"{_base(arguments[0])}^{{{_latex(arguments[1], 0)}}}", 4
    if operation in _COMPARISONS:
        return f"{_latex(arguments[0], 1)} {_COMPARISONS[operation]} {_latex(arguments[1], 1)}", 0
    raised = operation == "transpose" or _is_power_of_e(expression)
    return _call(expression), 4 if raised else 6


def _term(term: Expression) -> str:
    text = _latex(term, _SIGNED)
    return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def _product(left: Expression, right: Expression) -> tuple[str, int]:
    """A sign in front of the first factor is the whole product's and needs no brackets."""
    first = right
    while first.operation in ("mul", "pow", "index", "transpose"):
        first = first.arguments[0]
    # two numbers side by side would read as one
    sign = r" \cdot " if first.operation in _OPENERS else r"\, "
    text, own = _bare(left)
    factor = rf"\left({text}\right)" if own < _SIGNED else text
    return f"{factor}{sign}{_latex(right, 4)}", _SIGNED if own == _SIGNED else 3


def _call(expression: Expression) -> str:
    operation, arguments = expression.operation, expression.arguments
    if operation in ("transpose", "index"):  # each argument once: what is typeset twice doubles with every level
        base, *places = (_latex(a, 0) if number else _base(a) for number, a in enumerate(arguments))
        return f"{base}_{{{', '.join(places)}}}" if places else f"{base}^{{T}}"
    if operation == "list":
        return _matrix(arguments)
    texts = [_latex(argument, 0) for argument in arguments]
    if operation == "sqrt":
        return rf"\sqrt{{{texts[0]}}}"
    if operation == "abs":
        return rf"\left|{texts[0]}\right|"
    if operation == "conj":
        return rf"\overline{{{texts[0]}}}"
    if operation in _OPERATORS:
        return rf"\operatorname{{{_OPERATORS[operation]}}}\left({texts[0]}\right)"
    if operation == "norm":
        return rf"\left\|{texts[0]}\right\|"
    if _is_power_of_e(expression):
        return f"e^{{{texts[0]}}}"
    if operation in RANDOM:
        texts.append(rf"\mathrm{{seed}}\, {number_text(float(expression.value or 0.0))}")
    if operation == OWN:
        return rf"{name_latex(str(expression.value))}\left({', '.join(texts)}\right)"
    word = _FUNCTION_WORDS.get(operation, operation)
    head = f"\\{word}" if word in _KNOWN or word.startswith("log") else rf"\mathrm{{{word}}}"
    return rf"{head}\left({', '.join(texts)}\right)"


def _is_power_of_e(expression: Expression) -> bool:
    return expression.operation == "exp" and expression.arguments[0].depth <= 4


def _matrix(rows: tuple[Expression, ...]) -> str:
    lines = [
        " & ".join(_latex(entry, 0) for entry in (row.arguments if row.operation == "list" else (row,))) for row in rows
    ]
    body = r" \\ ".join(lines)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _base(expression: Expression) -> str:
    """What carries an index or a power; a matrix can do so in braces only."""
    text = _latex(expression, 6)
    return f"{{{text}}}" if text.startswith(r"\begin") else text


def _number(value: float) -> tuple[str, int]:
    text = number_text(value)
    if "e" not in text:
        return text, 6
    mantissa, exponent = text.split("e")
    if mantissa == "1":
        return f"10^{{{int(exponent)}}}", 4
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}", 3
