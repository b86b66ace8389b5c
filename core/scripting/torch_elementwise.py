"""Operations that act component by component, as torch source."""

from __future__ import annotations

from functools import reduce
from math import copysign, e, isfinite, pi

from ..language.constants import is_constant
from ..language.functions import COMPARISONS
from ..language.printing import number_text
from ..language.safe_math import SAFE
from ..language.tree import Expression
from .piece import ATOM, COMPARISON, POWER, PRODUCT, SIGN, SUM, Piece, made_of
from .torch_writing import TorchWriting

_ARITHMETIC = ("add", "neg", "mul", "div")
_NAMED = {"pi": "torch.pi", "e": "torch.e"}
_BOUNDS = {"min": ("max", "torch.minimum"), "max": ("min", "torch.maximum")}


def number(value: float) -> Piece:
    """A constant."""
    if isfinite(value):
        text = "-0.0" if _is_negative_zero(value) else number_text(value)
        return Piece(text, SIGN if text[0] == "-" else ATOM, (), plain=frozenset())
    text = "torch.nan" if value != value else f"{'-' if value < 0 else ''}torch.inf"
    return Piece(text, SIGN if value < 0 else ATOM, (), plain=frozenset())


def named_constant(name: str) -> Piece:
    """Pi or e."""
    return Piece(_NAMED[name], ATOM, (), plain=frozenset())


def folded(expression: Expression) -> Piece | None:
    """The number that a constant is, where Python would compute it otherwise or not at all; None for all the rest."""
    if expression.operation in ("number", "name") or not is_constant(expression):
        return None
    value = value_of(expression)
    as_python_does = expression.operation in _ARITHMETIC and isfinite(value) and not _is_negative_zero(value)
    return None if as_python_does else number(value)


def value_of(expression: Expression) -> float:
    """The value of a constant, which may be infinite or no number."""
    if expression.operation == "number":
        return float(expression.value or 0.0)
    if expression.operation == "name":
        return pi if expression.value == "pi" else e
    return float(SAFE[expression.operation](*(value_of(argument) for argument in expression.arguments)))


def total(parts: list[Piece], signs: list[str]) -> Piece:
    """A sum; signs: " + " or " - " before every term but the first."""
    text = parts[0].inside(SUM)
    for part, sign in zip(parts[1:], signs, strict=True):
        text += f"{sign}{part.inside(PRODUCT)}"
    return made_of(parts, text, SUM, _shape(parts), may_be_plain=True)


def product(left: Piece, right: Piece) -> Piece:
    """left * right."""
    parts = (left, right)
    return made_of(parts, f"{left.inside(PRODUCT)} * {right.inside(SIGN)}", PRODUCT, _shape(parts), may_be_plain=True)


def elementwise(expression: Expression, parts: list[Piece], writing: TorchWriting) -> Piece:
    """Any operation on arguments that have axes for each other's components."""
    operation = expression.operation
    if operation == "neg":
        return made_of(parts, f"-{parts[0].inside(SIGN)}", SIGN, parts[0].shape, may_be_plain=True)
    if operation == "mul":
        return product(parts[0], parts[1])
    if operation == "div":
        return _quotient(expression, parts, writing)
    if operation == "pow":
        return _power(parts, writing)
    if operation in COMPARISONS:
        text = f"({compared(expression, parts, writing).text}).to({writing.reference}.dtype)"
        return made_of(parts, text, ATOM, _shape(parts))
    if operation in _BOUNDS:
        return reduce(lambda a, b: _bound(operation, a, b, writing), parts)
    if operation == "mod":
        pair = writing.one_tensor(*parts)
        return made_of(pair, f"torch.remainder({pair[0].text}, {pair[1].text})", ATOM, _shape(pair))
    tensors = [writing.tensor(part) for part in parts]
    name = writing.tool(operation) if operation in ("step", "sign", "softplus") else f"torch.{operation}"
    return made_of(tensors, f"{name}({', '.join(part.text for part in tensors)})", ATOM, _shape(tensors))


def compared(expression: Expression, parts: list[Piece], writing: TorchWriting) -> Piece:
    """A comparison as truth values."""
    left, right = writing.one_tensor(*parts)
    text = f"{left.inside(SUM)} {expression.operation} {right.inside(SUM)}"
    return made_of((left, right), text, COMPARISON, _shape(parts))


def chosen(condition: Piece, a: Piece, b: Piece, writing: TorchWriting) -> Piece:
    """a where the truth values `condition` hold, else b."""
    a, b = writing.one_tensor(a, b)
    parts = (condition, a, b)
    return made_of(parts, f"torch.where({', '.join(part.text for part in parts)})", ATOM, _shape(parts))


def _quotient(expression: Expression, parts: list[Piece], writing: TorchWriting) -> Piece:
    """Python raises where a plain number is divided by 0, torch does not."""
    left, right = parts
    divisor = expression.arguments[1]
    if left.plain is not None and right.plain is not None:
        if not is_constant(divisor):
            right = writing.tensor(right)
        elif value_of(divisor) == 0.0:
            left = writing.tensor(left)
    pair = (left, right)
    return made_of(pair, f"{left.inside(PRODUCT)} / {right.inside(SIGN)}", PRODUCT, _shape(pair), may_be_plain=True)


def _power(parts: list[Piece], writing: TorchWriting) -> Piece:
    """A plain number may leave the real or the finite numbers when it is raised, a tensor becomes NaN or infinite."""
    base, exponent = parts
    if base.plain:
        base = writing.tensor(base)
    elif base.plain is not None:
        exponent = writing.tensor(exponent)
    pair = (base, exponent)
    return made_of(pair, f"{base.inside(ATOM)}**{exponent.inside(SIGN)}", POWER, _shape(pair))


def _bound(operation: str, a: Piece, b: Piece, writing: TorchWriting) -> Piece:
    keyword, function = _BOUNDS[operation]
    a, b = writing.one_tensor(a, b)
    if a.plain is not None:
        a, b = b, a
    text = f"{function}({a.text}, {b.text})" if b.plain is None else f"torch.clamp({a.text}, {keyword}={b.text})"
    return made_of((a, b), text, ATOM, _shape((a, b)))


def _is_negative_zero(value: float) -> bool:
    """Python's whole numbers have none."""
    return value == 0.0 and copysign(1.0, value) < 0


def _shape(parts: list[Piece] | tuple[Piece, ...]) -> tuple[int, ...]:
    """The common shape; a scalar with axes of its own counts as one."""
    return max((part.shape for part in parts), key=lambda shape: (len(shape), shape))
