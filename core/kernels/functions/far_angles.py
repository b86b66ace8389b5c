"""Angles far from 0 less the nearest multiple of pi/2, by as many digits of 2/pi as the number reaches (Payne, Hanek).

A number m 2^e, m whole, turns by m 2^e 2/pi quarters. Digits of 2/pi above 2^(1 - e) give multiples of four quarters
and are left out; of the next 192, m times a window of the digits, 60 may cancel next to a multiple of pi/2.
"""

from __future__ import annotations

from functools import partial

from ..control import forever
from ..lanes import convert, reinterpret, select
from ..memory import Variable, address, load, store
from ..value import DOUBLE, INTEGER, POINTER, Type, Value
from .floating_format import clamped, multiply_add
from .shared import call_shared

HALF_PI = (1.5707963267948966, 6.123233995736766e-17)
"""pi/2 as a sum of two."""
_DIGITS = 1216
_TWO_OVER_PI = int(
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129a73e"
    "e88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b7"
    "4f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6bab",
    16,
)
"""2/pi in units of 2^-_DIGITS."""
_TABLE_BYTES = 168
_TABLE = "@two_over_pi"
_WINDOW, _PRODUCT = Type("i256"), "i192"
_FRACTION = 190
"""Binary digits of a quarter in the product."""
_PIECE = 48
"""Digits that are made a real at once, without rounding."""
_FIRST_FAR, _LAST = 1023 + 14, 2046
"""Exponents, as they are stored, of 2^14 and of the largest number."""


def far_angle(x: Value) -> tuple[Value, Value, Value]:
    """n, r and a correction of r, with x = n pi/2 + r, |r| <= pi/4, for |x| from 2^14 on; of infinity anything.

    n stands in the lowest bits of lanes as wide as those of x. The error of r is below 2^-70 of it.
    """
    types = x.type.integer(), x.type, x.type
    triple = Type(f"{{ {', '.join(map(str, types))} }}")
    found = call_shared("far_angle", partial(_each_lane, triple), x, attributes="noinline cold", result=triple)
    quarters, r, r_low = (
        x.function.emit(type_, f"extractvalue {triple} {found}, {index}") for index, type_ in enumerate(types)
    )
    return quarters, r, r_low


def _each_lane(triple: Type, x: Value) -> Value:
    function, type_ = x.function, x.type
    kinds = type_, type_.integer(), type_, type_
    given, *places = [Value(function, POINTER, function.reserve(kind)) for kind in kinds]
    store(x, given)
    lane = Variable(function.integer(0))
    with forever(function) as leave:
        index = lane.get()
        leave(index >= type_.lanes)
        for part, place in zip(_parts(load(Type(type_.element), given, index)), places, strict=True):
            store(part, place, index)
        lane.set(index + 1)
    result = Value(function, triple, "poison")
    for field, (kind, place) in enumerate(zip(kinds[1:], places, strict=True)):
        result = function.emit(triple, f"insertvalue {triple} {result}, {kind} {load(kind, place)}, {field}")
    return result


def _parts(x: Value) -> tuple[Value, Value, Value]:
    """The same of one lane."""
    wide = convert(x, "double")
    quarters, r, r_low = _of_double(wide)
    if x.type == DOUBLE:
        return quarters, r, r_low
    near = convert(r, "float")
    return convert(quarters, "i32"), near, convert(r - convert(near, "double"), "float")


def _of_double(x: Value) -> tuple[Value, Value, Value]:
    bits = reinterpret(x, "i64")
    stored = clamped((bits >> 52) & 0x7FF, _FIRST_FAR, _LAST)
    digits = (bits & ((1 << 52) - 1)) | (1 << 52)
    # x = digits 2^(stored - 1075): the window ends so many digits before the table's
    product = _window(_DIGITS + 1075 - _FRACTION - stored) * convert(digits, _PRODUCT)
    quarters = convert((product + (1 << (_FRACTION - 1))) >> _FRACTION, "i64")
    turn, turn_low = _as_reals(product << (192 - _FRACTION))
    first, second = HALF_PI
    with x.function.strict():
        most = turn * first
        rest = multiply_add(turn, first, -most) + (turn * second + turn_low * first)
        r = most + rest
        r_low = rest - (r - most)
    backwards = bits < 0
    return select(backwards, -quarters, quarters), select(backwards, -r, r), select(backwards, -r_low, r_low)


def _window(skipped: Value) -> Value:
    """The digits of 2/pi but for the last `skipped`, the lowest 192 of them."""
    function = skipped.function
    text = "".join(f"\\{byte:02X}" for byte in _TWO_OVER_PI.to_bytes(_TABLE_BYTES, "little"))
    function.declarations.add(f'{_TABLE} = private unnamed_addr constant [{_TABLE_BYTES} x i8] c"{text}"')
    place = address(Value(function, POINTER, _TABLE), skipped >> 3, "i8")
    digits = function.emit(_WINDOW, f"load {_WINDOW}, ptr {place}, align 1")
    return convert(digits >> convert(skipped & 7, _WINDOW.element), _PRODUCT)


def _as_reals(fraction: Value) -> tuple[Value, Value]:
    """A signed fraction in units of 2^-192 as a sum of two reals, the second far smaller."""
    pieces = []
    for index in range(4):
        piece = fraction >> (192 - _PIECE * (index + 1))
        if index:
            piece = piece & ((1 << _PIECE) - 1)
        pieces.append(convert(convert(piece, INTEGER.element), "double") * 2.0 ** (-_PIECE * (index + 1)))
    with fraction.function.strict():
        two = pieces[0] + pieces[1]
        lost = pieces[1] - (two - pieces[0])
        three = two + pieces[2]
        return three, (lost + (pieces[2] - (three - two))) + pieces[3]
