"""Typed values of the kernels' intermediate language: numbers, integers, masks and pointers, one or several lanes.

A `Value` is what one instruction computes. Its operators write further instructions into the function it belongs
to, so that formulas read as they do on paper; a Python number beside a value takes the value's type, and a value of
one lane beside one of several is spread over them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .builder import Function

_SUFFIX = {"double": "f64", "float": "f32", "ptr": "p0"}
_BITS = {"double": 64, "float": 32, "ptr": 64}


@dataclass(frozen=True)
class Type:
    """element: "double", "float", "i1" (of masks), "i8" to "i64" or "ptr"; lanes: how many of them."""

    element: str
    lanes: int = 1

    @property
    def is_real(self) -> bool:
        """Whether it is a floating-point type."""
        return self.element in ("double", "float")

    @property
    def bits(self) -> int:
        """Size of one lane."""
        return _BITS.get(self.element) or int(self.element[1:])

    @property
    def suffix(self) -> str:
        """What the names of intrinsics end in: "f64" or "v16f64"."""
        element = _SUFFIX.get(self.element, self.element)
        return element if self.lanes == 1 else f"v{self.lanes}{element}"

    def of(self, element: str) -> Type:
        """As many lanes of another element."""
        return Type(element, self.lanes)

    def integer(self) -> Type:
        """Integers as wide as this type's elements."""
        return self.of(f"i{self.bits}")

    def mask(self) -> Type:
        """The type of comparisons."""
        return self.of("i1")

    def literal(self, number: float) -> str:
        """`number` in every lane, as the text of a constant."""
        if self.is_real:
            if self.element == "float":
                number = struct.unpack("f", struct.pack("f", _within_single(number)))[0]
            text = f"0x{struct.unpack('<Q', struct.pack('<d', number))[0]:016X}"
        elif self.element == "i1":
            text = "true" if number else "false"
        else:
            text = str(int(number))
        return text if self.lanes == 1 else f"<{', '.join([f'{self.element} {text}'] * self.lanes)}>"

    def __str__(self) -> str:
        return self.element if self.lanes == 1 else f"<{self.lanes} x {self.element}>"


def _within_single(number: float) -> float:
    """Infinity where a float32 cannot hold the number: `struct` would raise."""
    largest = 3.4028235677973366e38  # from here on rounding goes to infinity
    return number if not abs(number) >= largest else number * float("inf")


DOUBLE, SINGLE, INTEGER, MASK, POINTER = (Type(element) for element in ("double", "float", "i64", "i1", "ptr"))


class _Lanes:
    """What an instruction of `function` computes; `text` names it there."""

    __slots__ = ("function", "text", "type")

    def __init__(self, function: Function, type_: Type, text: str) -> None:
        self.function, self.type, self.text = function, type_, text

    def __str__(self) -> str:
        return self.text


class _Comparable(_Lanes):
    """Comparisons, lane by lane."""

    __slots__ = ()

    def __lt__(self, other: _Lanes | float) -> Value:
        return _compared(self, "olt", "slt", other)

    def __le__(self, other: _Lanes | float) -> Value:
        return _compared(self, "ole", "sle", other)

    def __gt__(self, other: _Lanes | float) -> Value:
        return _compared(self, "ogt", "sgt", other)

    def __ge__(self, other: _Lanes | float) -> Value:
        return _compared(self, "oge", "sge", other)

    def equals(self, other: _Lanes | float) -> Value:
        """The mask of lanes that are equal; NaN never is."""
        return _compared(self, "oeq", "eq", other)

    def differs(self, other: _Lanes | float) -> Value:
        """The mask of lanes that are not equal; NaN always is."""
        return _compared(self, "une", "ne", other)

    def is_nan(self) -> Value:
        """The mask of lanes that hold no number."""
        return _compared(self, "uno", "ne", self)


class _Bits(_Comparable):
    """Operations on the bits of integers and masks."""

    __slots__ = ()

    def __and__(self, other: _Lanes | int) -> Value:
        return _joined("and", self, other)

    def __or__(self, other: _Lanes | int) -> Value:
        return _joined("or", self, other)

    def __xor__(self, other: _Lanes | int) -> Value:
        return _joined("xor", self, other)

    def __invert__(self) -> Value:
        return self ^ -1 if self.type.element != "i1" else self ^ 1

    def __lshift__(self, places: _Lanes | int) -> Value:
        return _joined("shl", self, places)

    def __rshift__(self, places: _Lanes | int) -> Value:
        """The arithmetic shift, which keeps the sign."""
        return _joined("ashr", self, places)


class Value(_Bits):
    """The result of an instruction, on which Python's operators write further ones."""

    __slots__ = ()

    def __add__(self, other: _Lanes | float) -> Value:
        return _joined("add", self, other)

    def __radd__(self, other: float) -> Value:
        return _joined("add", other, self)

    def __sub__(self, other: _Lanes | float) -> Value:
        return _joined("sub", self, other)

    def __rsub__(self, other: float) -> Value:
        return _joined("sub", other, self)

    def __mul__(self, other: _Lanes | float) -> Value:
        return _joined("mul", self, other)

    def __rmul__(self, other: float) -> Value:
        return _joined("mul", other, self)

    def __truediv__(self, other: _Lanes | float) -> Value:
        return _joined("div", self, other)

    def __rtruediv__(self, other: float) -> Value:
        return _joined("div", other, self)

    def __pow__(self, exponent: float) -> Value:
        return self.function.power(self, exponent)

    def __neg__(self) -> Value:
        if self.type.is_real:
            return self.function.emit(self.type, f"fneg {self.type} {self.text}")
        return 0 - self

    def __abs__(self) -> Value:
        return self.function.intrinsic("fabs", self)


def _compared(value: _Lanes, real: str, integer: str, other: _Lanes | float) -> Value:
    a, b = alike(value, other)
    word = f"fcmp {real}" if a.type.is_real else f"icmp {integer}"
    return a.function.emit(a.type.mask(), f"{word} {a.type} {a.text}, {b.text}")


def _joined(word: str, left: _Lanes | float, right: _Lanes | float) -> Value:
    a, b = alike(left, right)
    if a.type.is_real:
        word = f"f{word}{a.function.arithmetic}"
    elif word == "div":
        word = "sdiv"
    return a.function.emit(a.type, f"{word} {a.type} {a.text}, {b.text}")


def spread(value: Value, lanes: int) -> Value:
    """A value of one lane in `lanes` lanes."""
    if value.type.lanes == lanes:
        return value
    function, wide = value.function, Type(value.type.element, lanes)
    if not value.text.startswith("%"):
        entries = ", ".join([f"{value.type} {value}"] * lanes)
        return Value(function, wide, f"<{entries}>")
    first = function.emit(wide, f"insertelement {wide} poison, {value.type} {value}, i32 0")
    return function.emit(wide, f"shufflevector {wide} {first}, {wide} poison, <{lanes} x i32> zeroinitializer")


def alike(left: _Lanes | float, right: _Lanes | float) -> tuple[Value, Value]:
    """Both as values of one type: a number becomes a constant, a single lane is spread."""
    if isinstance(left, Value):
        right = right if isinstance(right, Value) else left.function.constant(left.type, _number(right))
    elif isinstance(right, Value):
        left = right.function.constant(right.type, _number(left))
    else:
        raise TypeError("one of two operands must be a value")
    lanes = max(left.type.lanes, right.type.lanes)
    return spread(left, lanes), spread(right, lanes)


def _number(operand: _Lanes | float) -> float:
    if isinstance(operand, _Lanes):
        raise TypeError("an operand must be a value or a number")
    return operand
