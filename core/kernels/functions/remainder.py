"""mod, whose result has the sign of the second argument, as in Python."""

from __future__ import annotations

from ..control import when
from ..lanes import any_of, select
from ..memory import Variable
from ..value import Value, alike
from .floating_format import INFINITY, format_of, multiply_add, with_sign_of
from .library import called
from .shared import shared


@shared
def mod(a: Value, b: Value) -> Value:
    """a - b floor(a/b), rounded once; NaN for b = 0 or infinite a. Only quotients too long for a number are slow."""
    a, b = alike(a, b)
    quotient = a / b
    rest = multiply_add(-a.function.intrinsic("floor", quotient), b, a)
    long = (abs(quotient) >= 2.0 ** format_of(a).fraction) | abs(b).equals(INFINITY)
    result = Variable(rest)
    with when(any_of(long)):
        result.set(select(long, called("fmod", a, b), rest))
    rest = result.get()
    # a quotient that was rounded up to a whole number leaves a rest on the wrong side of 0
    wrong = ((rest < 0.0) ^ (b < 0.0)) & rest.differs(0.0)
    return select(rest.equals(0.0), with_sign_of(abs(rest), b), select(wrong, rest + b, rest))
