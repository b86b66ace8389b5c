"""What is done with the lanes of values: choosing, converting, looking into them."""

from __future__ import annotations

from .value import INTEGER, MASK, Type, Value, alike, spread


def select(mask: Value, yes: Value | float, no: Value | float) -> Value:
    """`yes` in the lanes of the mask, `no` in the others."""
    a, b = alike(yes, no)
    lanes = max(a.type.lanes, mask.type.lanes)
    a, b, mask = spread(a, lanes), spread(b, lanes), spread(mask, lanes)
    return a.function.emit(a.type, f"select {mask.type} {mask}, {a.type} {a}, {b.type} {b}")


def convert(value: Value, element: str) -> Value:
    """Between reals of different width, signed integers of different width, masks, and from one to the other.

    A real beyond the integers gives the nearest one, NaN gives 0.
    """
    old, new = value.type, value.type.of(element)
    if old == new:
        return value
    if old.is_real and not new.is_real:
        name = f"llvm.fptosi.sat.{new.suffix}.{old.suffix}"
        return value.function.call(name, new, value)
    if old.is_real:
        word = "fpext" if new.bits > old.bits else "fptrunc"
    elif new.is_real:
        word = "uitofp" if old.element == "i1" else "sitofp"
    else:
        word = "trunc" if new.bits < old.bits else ("zext" if old.element == "i1" else "sext")
    return value.function.emit(new, f"{word} {old} {value} to {new}")


def whole(value: Value, element: str) -> Value:
    """Reals that are known to lie within the integers `element`, without their fractions: cheaper than `convert`."""
    new = value.type.of(element)
    return value.function.emit(new, f"fptosi {value.type} {value} to {new}")


def reinterpret(value: Value, element: str) -> Value:
    """The same bits as lanes of another element of the same width."""
    new = value.type.of(element)
    return value.function.emit(new, f"bitcast {value.type} {value} to {new}")


def ramp(value: Value) -> Value:
    """0, 1, 2, ... along the lanes of the type of `value`, an integer."""
    entries = ", ".join(f"{value.type.element} {lane}" for lane in range(value.type.lanes))
    return Value(value.function, value.type, "0" if value.type.lanes == 1 else f"<{entries}>")


def lane_bits(value: Value) -> Value:
    """1, 2, 4, ... along the lanes of the type of `value`, an integer."""
    entries = ", ".join(f"{value.type.element} {1 << lane}" for lane in range(value.type.lanes))
    return Value(value.function, value.type, "1" if value.type.lanes == 1 else f"<{entries}>")


def any_of(mask: Value) -> Value:
    """Whether some lane of the mask is on; one lane."""
    return mask if mask.type.lanes == 1 else mask.function.intrinsic("vector.reduce.or", mask, result=MASK)


def bits_of(mask: Value) -> Value:
    """The mask as one integer, lane k in bit k."""
    function, narrow = mask.function, Type(f"i{mask.type.lanes}")
    bits = mask if mask.type.lanes == 1 else function.emit(narrow, f"bitcast {mask.type} {mask} to {narrow}")
    if narrow == INTEGER:
        return bits
    return function.emit(INTEGER, f"zext {narrow} {bits} to i64")


def lanes_before(mask: Value, integer: Value) -> Value:
    """How many lanes of the mask lie before each lane, in the type of `integer`."""
    return mask.function.intrinsic("ctpop", bits_of(mask) & (lane_bits(integer) - 1))


def count_of(mask: Value) -> Value:
    """How many lanes of the mask are on."""
    return mask.function.intrinsic("ctpop", bits_of(mask))


def extract(value: Value, lane: int) -> Value:
    """One lane."""
    if value.type.lanes == 1:
        return value
    return value.function.emit(Type(value.type.element), f"extractelement {value.type} {value}, i32 {lane}")


def insert(value: Value, entry: Value, lane: int) -> Value:
    """The same with another value in one lane."""
    if value.type.lanes == 1:
        return entry
    return value.function.emit(value.type, f"insertelement {value.type} {value}, {entry.type} {entry}, i32 {lane}")


def fused(a: Value, b: Value | float, c: Value | float) -> Value:
    """a b + c, rounded once."""
    return a.function.intrinsic("fma", a, alike(a, b)[1], alike(a, c)[1])


def joined(a: Value, b: Value | float, c: Value | float) -> Value:
    """a b + c, rounded once where the processor can, whatever hangs on the lane: what is left to the compiler may be
    rounded otherwise where all lanes are alike."""
    lanes = max(value.type.lanes for value in (a, b, c) if isinstance(value, Value))
    wide = spread(a, lanes)
    return wide.function.intrinsic("fmuladd", wide, alike(wide, b)[1], alike(wide, c)[1])
