"""The size of the first step of every lane, as `core.step_rules.initial_step` finds it."""

from __future__ import annotations

from .lanes import convert, select
from .runge_kutta import Field, Vector
from .value import Value


def first_step(
    field: Field, t: Value, z: Vector, slope: Vector, span: Value, direction: Value, order: int, tolerances: Vector
) -> Value:
    """The size, in the direction of time. span: the length of the way, without a sign; tolerances: (rtol, atol).

    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.4.
    """
    real = z[0].type.element
    rtol, atol = tolerances
    scale = tuple(atol + rtol * abs(value) for value in z)
    size, speed = _mean_square(z, scale), _mean_square(slope, scale)
    tiny = (size < 1e-5) | (speed < 1e-5)
    trial = _smaller(select(tiny, 1e-6, 0.01 * size / select(tiny, 1.0, speed)), convert(span, real))
    signed = trial * convert(direction, real)
    ahead = field(t + convert(signed, "double"), tuple(signed * f + value for value, f in zip(z, slope, strict=True)))
    bend = _mean_square(tuple(f - g for f, g in zip(ahead, slope, strict=True)), scale) / trial
    fastest = select((bend > speed) & (bend < float("inf")), bend, speed)
    still = fastest <= 1e-15
    cautious = _larger(1e-3 * trial, 1e-6)
    step = select(still, cautious, (0.01 / select(still, 1.0, fastest)) ** (1.0 / (order + 1)))
    step = select(step < 100.0 * trial, step, 100.0 * trial)
    return _smaller(convert(step, "double"), span) * direction


def _mean_square(values: Vector, scale: Vector) -> Value:
    """sqrt(mean_i (values_i / scale_i)^2), also where the squares overflow."""
    ratios = [value / size for value, size in zip(values, scale, strict=True)]
    largest = abs(ratios[0])
    for ratio in ratios[1:]:
        largest = _larger(abs(ratio), largest)
    plain = _root(ratios)
    return select(plain < float("inf"), plain, largest * _root([ratio / largest for ratio in ratios]))


def _root(values: list[Value]) -> Value:
    """sqrt(mean_i values_i^2)."""
    total = values[0] * values[0]
    for value in values[1:]:
        total = value * value + total
    return total.function.intrinsic("sqrt", total / float(len(values)))


def _smaller(a: Value, b: Value | float) -> Value:
    return select(a < b, a, b)


def _larger(a: Value, b: Value | float) -> Value:
    return select(a > b, a, b)
