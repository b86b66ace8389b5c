"""sin, cos and tan: x = n pi/2 + r with |r| <= pi/4, then one polynomial each for the sine and the cosine of r.

Sine and cosine of one value share all but their last instructions. Angles beyond `_FAR` take a rare branch to r.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..control import when
from ..lanes import any_of, reinterpret, select
from ..memory import Variable
from ..value import Value
from .far_angles import HALF_PI, far_angle
from .floating_format import INFINITY, multiply_add, polynomial, quotient, rounded, sign_bit
from .shared import shared, shared_pair

_TWO_OVER_PI = 0.6366197723675814
_HALF_PI = {
    "double": (*HALF_PI, -1.4973849048591698e-33),
    "float": (1.570796251296997, 7.549790126404332e-08, -1.7151245100058819e-15),
}
"""pi/2 as a sum of three; r after the first is exact, because x and the products are whole multiples of one unit.

The second is positive, so that -0 stays -0.
"""
_FAR = {"double": 2.0**30, "float": 2.0**14}
_SINE = {
    "double": (
        -0.1666666666666663, 0.00833333333332184, -0.00019841269829358528, 2.7557313538514717e-06,
        -2.505073438946745e-08, 1.589543331171795e-10,
    ),
    "float": (-0.1666666716337204, 0.008333379402756691, -0.00019853064442115, 2.8325100629444933e-06),
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
    """Sine and cosine of r, and what their roundings lost; quarters: n in the lowest bits."""

    quarters: Value
    sine: Value
    sine_low: Value
    cosine: Value
    cosine_low: Value

    def turned(self, by: int) -> Value:
        """The sine of r + (n + by) pi/2."""
        bits, element = self.quarters.type.bits, self.sine.type.element
        n = self.quarters + by if by else self.quarters
        value = select((n & 1).differs(0), self.cosine, self.sine)
        sign = (n << (bits - 2)) & sign_bit(n.type)
        return reinterpret(reinterpret(value, n.type.element) ^ sign, element)


def _angle(x: Value) -> _Angle:
    element = x.type.element
    quarters, r, r_low = _reduced(x)
    first, *others = _SINE[element]
    with x.function.strict():
        square = r * r
        square_low = multiply_add(r, r, -square)
        cube = r * square
        # sin(r + d) = sin r + d cos r, cos(r + d) = cos r - d r; less what is missing, so that -0 stays -0
        missing = multiply_add(square, r_low * 0.5, -r_low)
        missing = multiply_add(-cube, first, multiply_add(-cube * square, polynomial(square, others), missing))
        sine = r - missing
        half = square * 0.5
        most = 1.0 - half
        lost = multiply_add(square_low, -0.5, (1.0 - most) - half)
        tail = multiply_add(square * square, polynomial(square, _COSINE[element]), multiply_add(-r, r_low, lost))
        cosine = most + tail
        return _Angle(quarters, sine, (r - sine) - missing, cosine, tail - (cosine - most))


def _reduced(x: Value) -> tuple[Value, Value, Value]:
    """n in the lowest bits, r, and a correction of r."""
    first, second, third = _HALF_PI[x.type.element]
    n, quarters = rounded(x, _TWO_OVER_PI)
    with x.function.strict():
        exact = multiply_add(n, -first, x)
        product = n * second
        product_low = multiply_add(n, second, -product)
        r = exact - product
        r_low = multiply_add(n, -third, ((exact - r) - product) - product_low)
    far = (abs(x) > _FAR[x.type.element]) & (abs(x) < INFINITY)
    found = [Variable(part) for part in (quarters, r, r_low)]
    with when(any_of(far)):
        for variable, part, near in zip(found, far_angle(x), (quarters, r, r_low), strict=True):
            variable.set(select(far, part, near))
    quarters, r, r_low = (variable.get() for variable in found)
    return quarters, r, r_low


def _sine_and_cosine(x: Value) -> tuple[Value, Value]:
    angle = _angle(x)
    return angle.turned(0), angle.turned(1)


sin, cos = shared_pair(_sine_and_cosine)
"""Largest error 0.8 ulp."""


@shared
def tan(x: Value) -> Value:
    """tan x. Largest error 2 ulp."""
    angle = _angle(x)
    odd = (angle.quarters & 1).differs(0)
    above, above_low = select(odd, -angle.cosine, angle.sine), select(odd, -angle.cosine_low, angle.sine_low)
    below, below_low = select(odd, angle.sine, angle.cosine), select(odd, angle.sine_low, angle.cosine_low)
    return quotient(above, above_low, below, below_low)
