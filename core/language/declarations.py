"""What single lines declare: spaces, parameters, the view and the time span."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .constants import constant
from .errors import FormulaError, refusal
from .functions import FUNCTIONS, RESERVED
from .greek import symbol_of
from .shapes import MOST_COMPONENTS, Shape, constant_integer
from .statements import Definition, Extent, Interval, Space, Span, View
from .system import PARTS, ParameterDeclaration, component_name

DEFAULT_SPAN = (0.0, 30.0)
MOST_COMPLEX = 16
"""Complex components of an unknown: they are all written out in scalars."""


def declared_spaces(spaces: Sequence[Space], states: Sequence[str]) -> dict[str, Shape]:
    """The shapes that lines such as "z in R^3" or "Z in R^2x3" declare. Raises FormulaError."""
    shapes: dict[str, Shape] = {}
    for space in spaces:
        for name in space.names:
            if name.text in RESERVED or name.text in FUNCTIONS:
                meaning = RESERVED.get(name.text, "is the name of a function")
                raise refusal(name, f"{name.text} {meaning}, no unknown", "name an unknown here, as in z in C")
            if name.text not in states:
                raise refusal(name, f"{name.text} has no equation", f"write {name.text}' = ...")
            if name.text in shapes:
                raise refusal(name, f"the space of {name.text} is declared twice", "keep one of the lines")
            if space.field == "C" and math.prod(space.shape) > MOST_COMPLEX:
                message = f"{name.text} would have {math.prod(space.shape)} complex components"
                raise refusal(name, message, f"use at most {MOST_COMPLEX}")
            if not 1 <= math.prod(space.shape) <= MOST_COMPONENTS:
                count = math.prod(space.shape)
                raise refusal(
                    name, f"{name.text} would have {count} components", f"use between 1 and {MOST_COMPONENTS}"
                )
            shapes[name.text] = space.shape
    return shapes


def parameter_of(definition: Definition) -> ParameterDeclaration:
    """The slider that a definition with a constant value makes. Raises FormulaError."""
    name, slider, place = definition.name.text, definition.slider, definition.value
    value = constant(place, f"the value of {name}")
    lower, upper = _default_range(value, slider.log)
    if slider.interval is not None:
        lower, upper = interval_of(slider.interval, f"the range of {name}")
    if not lower <= value <= upper:
        message = f"{name} = {value:g} lies outside its range [{lower:g}, {upper:g}]"
        raise refusal(place, message, "widen the range or change the value")
    if slider.log and lower <= 0:
        raise refusal(place, f"{name} has a logarithmic range that reaches 0", "begin it above 0")
    if slider.step is not None and not slider.step > 0:
        raise refusal(definition.name, "a slider's step must be greater than 0", "write step 0.1")
    return ParameterDeclaration(
        name,
        symbol_of(name),
        value,
        lower,
        upper,
        slider.log,
        slider.step,
        slider.unit,
        slider.description,
        definition.name.line,
    )


def _default_range(value: float, log: bool) -> tuple[float, float]:
    if log and value > 0:
        return 0.1 * value, 10.0 * value
    return (0.0, 2.0 * value) if value > 0 else (value - 5.0, value + 5.0)


def interval_of(interval: Interval, what: str) -> tuple[float, float]:
    """The two ends of a range, the smaller one first. Raises FormulaError."""
    ends = constant(interval.lower, what), constant(interval.upper, what)
    if not ends[0] < ends[1]:
        message = f"{what} is empty: [{ends[0]:g}, {ends[1]:g}]"
        raise refusal(interval.lower, message, "put the smaller end first")
    return ends


def declared_view(views: Sequence[View], components: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The ranges of view lines by component, or "t". Raises FormulaError."""
    ranges: dict[str, tuple[float, float]] = {}
    for view in views:
        for extent, following in zip(view.extents, [*view.extents[1:], None], strict=True):
            if extent.name is None:
                continue  # the second range of the unknown before it
            second = following.interval if following is not None and following.name is None else None
            for name, interval in _intervals(extent, second, components):
                if name in ranges:
                    raise refusal(extent.name, f"the view of {name} is given twice", "keep one of the two")
                ranges[name] = interval_of(interval, f"the view of {name}")
        _refuse_stray_ranges(view)
    return ranges


def _intervals(extent: Extent, second: Interval | None, components: Sequence[str]) -> list[tuple[str, Interval]]:
    """The components that an extent names with their ranges: both parts of a complex unknown named by itself."""
    place = tuple(constant_integer(index, "an index") - 1 for index in extent.index)
    assert extent.name is not None
    name = component_name(extent.name.text, place)
    parts = [f"{part} {name}" for part in PARTS]
    if not extent.part and parts[0] in components:
        return [(parts[0], extent.interval), (parts[1], second or extent.interval)]
    if second is not None:
        raise refusal(second.lower, f"{name} has one range", f"write {name} [-1, 1], and a name before the next range")
    name = f"{extent.part} {name}" if extent.part else name
    if name not in (*components, "t"):
        shown = ", ".join(components[:6])
        raise refusal(extent.name, f"the view names {name}, which is no unknown", f"use t or one of {shown}")
    return [(name, extent.interval)]


def _refuse_stray_ranges(view: View) -> None:
    """Refuse a range that follows neither a name nor the first range of one."""
    for before, extent in zip([None, *view.extents], view.extents, strict=False):
        if extent.name is None and (before is None or before.name is None):
            raise refusal(extent.interval.lower, "this range belongs to no unknown", "write x [-1, 1]")


def declared_span(spans: Sequence[Span], default: tuple[float, float] = DEFAULT_SPAN) -> tuple[float, float]:
    """The time span, or the default. Raises FormulaError."""
    chosen = default
    for number, span in enumerate(spans):
        if span.name.text != "t":
            cure = f"write {span.name.text} = 1 in [0, 2] for a parameter"
            raise refusal(span.name, f"{span.name.text} in [...] has no value", cure)
        if number:
            raise FormulaError(
                span.name.line, span.name.column, "the time span is given twice", "keep one of the lines"
            )
        first, last = constant(span.interval.lower, "the time span"), constant(span.interval.upper, "the time span")
        if first == last:
            raise refusal(span.interval.lower, "the time span is empty", "give two different times")
        if first > last:
            cure = "write the earlier time first; a solver can follow trajectories backward as well"
            raise refusal(span.interval.lower, "the time span ends before it begins", cure)
        chosen = first, last
    return chosen
