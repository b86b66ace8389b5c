"""sin, cos and tan: x = n pi/2 + r with |r| <= pi/4, then one polynomial each for the sine and the cosine of r.

Sine and cosine of one value share all but their last instructions. Arguments beyond `_FAR` take a rare branch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..control import when
from ..lanes import any_of, reinterpret, select
from ..memory import Variable
from ..value import Value
from .floating_format import multiply_add, polynomial, rounded, sign_bit
from .library import called
from .shared import shared, shared_pair

_TWO_OVER_PI = 0.6366197723675814
_HALF_PI = {
    "double": (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33),
    "float": (1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15),
}
"""pi/2 as a sum of three; r after the first is exact, because x and the products are whole multiples of one unit."""
_FAR = {"double": 2.0**30, "float": 2.0**14}
_SINE = {
    "double": (
        -0.16666666666666666, 0.008333333333330901, -0.00019841269836686008, 2.7557316064986773e-06,
        -2.505112403138208e-08, 1.59175674789068e-10,
    ),
    "float": (-0.1666666716337204, 0.008333331905305386, -0.00019840076856780797, 2.72487022812129e-06),
}  # fmt: skip
"""(sin(r)/r - 1)/r^2 in powers of r^2."""
_COSINE = {
    "double": (
        0.041666666666666664, -0.0013888888888887367, 2.480158729872029e-05, -2.7557317248229367e-07,
        2.0876141380294955e-09, -1.1382280957702634e-11,
    ),
    "float": (0.0416666679084301, -0.00138888880610466, 2.4800592655083165e-05, -2.729993866523728e-07),
}  # fmt: skip
"""(cos(r) - 1 + r^2/2)/r^4 in powers of r^2."""


@dataclass(frozen=True)
class _Angle:
    """Sine and cosine of r; quarters: n in the lowest bits."""

    quarters: Value
    sine: Value
    cosine: Value

    def turned(self, by: int) -> Value:
        """The sine of r + (n + by) pi/2."""
        bits, element = self.quarters.type.bits, self.sine.type.element
        n = self.quarters + by if by else self.quarters
        value = select((n & 1).differs(0), self.cosine, self.sine)
        sign = (n << (bits - 2)) & sign_bit(n.type)
        return reinterpret(reinterpret(value, n.type.element) ^ sign, element)


def _angle(x: Value) -> _Angle:
    element = x.type.element
    first, second, third = _HALF_PI[element]
    n, quarters = rounded(x, _TWO_OVER_PI)
    with x.function.strict():
        exact = multiply_add(n, -first, x)
        product = n * second
        product_low = multiply_add(n, second, -product)
        r = exact - product
        r_low = multiply_add(n, -third, ((exact - r) - product) - product_low)
        square = r * r
        cube = r * square
        # sin(r + d) = sin r + d cos r, cos(r + d) = cos r - d r
        sine = r + multiply_add(cube, polynomial(square, _SINE[element]), multiply_add(square, r_low * -0.5, r_low))
        half = square * 0.5
        most = 1.0 - half
        lost = (1.0 - most) - half
        tail = multiply_add(square * square, polynomial(square, _COSINE[element]), multiply_add(-r, r_low, lost))
    return _Angle(quarters, sine, most + tail)


def _sine_and_cosine(x: Value) -> tuple[Value, Value]:
    angle = _angle(x)
    return _near(x, angle.turned(0), "sin"), _near(x, angle.turned(1), "cos")


sin, cos = shared_pair(_sine_and_cosine)
"""Largest error 0.8 ulp."""


@shared
def tan(x: Value) -> Value:
    """tan x. Largest error 2 ulp."""
    angle = _angle(x)
    odd = (angle.quarters & 1).differs(0)
    above = select(odd, -angle.cosine, angle.sine)
    return _near(x, above / select(odd, angle.sine, angle.cosine), "tan")


def _near(x: Value, value: Value, name: str) -> Value:
    """`value`, but of lanes far from 0 what the C library says."""
    far = abs(x) > _FAR[x.type.element]
    result = Variable(value)
    with when(any_of(far)):
        result.set(select(far, called(name, x), value))
    return result.get()
