"""What single lines declare: spaces, parameters, starts, the view and the time span."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from .constants import constant, constant_entries
from .errors import FormulaError, refusal
from .greek import symbol_of
from .shapes import MOST_COMPONENTS, Shape, constant_integer
from .statements import Definition, Interval, NamedStart, Space, Span, Starts, View
from .system import ParameterDeclaration, component_name
from .tree import Expression

DEFAULT_SPAN = (0.0, 30.0)
Point = tuple[float, ...]


def declared_spaces(spaces: Sequence[Space], states: Sequence[str]) -> dict[str, Shape]:
    """The shapes that lines such as "z in R^3" or "Z in R^2x3" declare. Raises FormulaError."""
    shapes: dict[str, Shape] = {}
    for space in spaces:
        for name in space.names:
            if name.text not in states:
                raise refusal(name, f"{name.text} has no equation", f"write {name.text}' = ...")
            if name.text in shapes:
                raise refusal(name, f"the space of {name.text} is declared twice", "keep one of the lines")
            if space.field == "C":
                raise refusal(name, "complex unknowns are not built yet", "use R^2 for the two parts")
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


def declared_starts(lines: Sequence[Starts | NamedStart], shapes: Mapping[str, Shape]) -> tuple[Point, ...]:
    """Starting points, flattened in the order of `shapes`, the states. Raises FormulaError."""
    points: list[Point] = []
    for line in lines:
        if isinstance(line, NamedStart):
            points.append(_named_point(line, shapes))
            continue
        for entries in line.points:
            point = tuple(number for entry in entries for number in constant_entries(entry, "a start"))
            points.append(_checked(point, sum(map(math.prod, shapes.values())), entries[0], "a start"))
    return tuple(points)


def _named_point(line: NamedStart, shapes: Mapping[str, Shape]) -> Point:
    values: dict[str, Point] = {}
    for part in line.values:
        name = part.name.text
        if name not in shapes:
            raise refusal(part.name, f"{name} is no unknown", f"use {', '.join(shapes)}")
        if name in values:
            raise refusal(part.name, f"the start of {name} is given twice", "keep one of the two")
        values[name] = _checked(
            constant_entries(part.value, "a start"), math.prod(shapes[name]), part.value, f"the start of {name}"
        )
    missing = [name for name in shapes if name not in values]
    if missing:
        place = line.values[0].name
        raise refusal(place, f"the start does not say where {missing[0]} begins", f"add {missing[0]} = 0")
    return tuple(number for name in shapes for number in values[name])


def _checked(point: Point, size: int, place: Expression, what: str) -> Point:
    if len(point) != size:
        raise refusal(
            place,
            f"{what} has {size} number{'' if size == 1 else 's'}, not {len(point)}",
            "give one for each unknown, in the order of the equations; several points as (1, 0), (2, 0)",
        )
    return point


def declared_view(views: Sequence[View], components: Sequence[str]) -> dict[str, tuple[float, float]]:
    """The ranges of view lines by component, or "t". Raises FormulaError."""
    ranges: dict[str, tuple[float, float]] = {}
    for extent in (extent for view in views for extent in view.extents):
        place = tuple(constant_integer(index, "an index") - 1 for index in extent.index)
        name = component_name(extent.name.text, place)
        if name not in (*components, "t"):
            shown = ", ".join(components[:6])
            raise refusal(extent.name, f"the view names {name}, which is no unknown", f"use t or one of {shown}")
        if name in ranges:
            raise refusal(extent.name, f"the view of {name} is given twice", "keep one of the two")
        ranges[name] = interval_of(extent.interval, f"the view of {name}")
    return ranges


def declared_span(spans: Sequence[Span]) -> tuple[float, float]:
    """The time span, or the default. Raises FormulaError."""
    chosen = DEFAULT_SPAN
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
        chosen = first, last
    return chosen
