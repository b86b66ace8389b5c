"""Write what sliders, dots and fields changed into the text, keeping its comments and layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .parse import parse
from .printing import number_text

_DEFINITION = re.compile(r"^(\s*)(\w+)(\s*=\s*)([^#\"]*?)(\s*(?:\bin\b\s*\[.*|\".*|#.*)?)$")
_SPAN = re.compile(r"^\s*t\s+in\s*\[")
_STARTS = re.compile(r"^\s*start\s*\(")


def write_values(
    text: str,
    values: Mapping[str, float],
    starts: Sequence[Sequence[float]] | None = None,
    span: tuple[float, float] | None = None,
) -> str:
    """`text` with `values` as its parameters' defaults, and with these starts and this span where given.

    A range that a value lies outside is widened. Raises FormulaError where `text` does not parse.
    """
    parameters = {parameter.line: parameter for parameter in parse(text).parameters}
    lines = text.split("\n")
    for number, parameter in parameters.items():
        if parameter.name in values and values[parameter.name] != parameter.default:
            value = float(values[parameter.name])
            lines[number - 1] = _with_value(lines[number - 1], value, parameter.lo, parameter.hi)
    if starts is not None:
        points = ", ".join(f"({', '.join(number_text(float(entry)) for entry in start)})" for start in starts)
        lines = _replaced(lines, _STARTS, f"start {points}" if points else None)
    if span is not None:
        lines = _replaced(lines, _SPAN, f"t in [{number_text(float(span[0]))}, {number_text(float(span[1]))}]")
    return "\n".join(lines)


def _with_value(line: str, value: float, lower: float, upper: float) -> str:
    found = _DEFINITION.match(line)
    if found is None:
        return line
    tail = found[5]
    if not lower <= value <= upper and re.search(r"\bin\s*\[", tail):
        ends = f"[{number_text(min(lower, value))}, {number_text(max(upper, value))}]"
        tail = re.sub(r"\[[^\]]*\]", ends, tail, count=1)
    return f"{found[1]}{found[2]}{found[3]}{number_text(value)}{tail}"


def _replaced(lines: list[str], pattern: re.Pattern[str], new: str | None) -> list[str]:
    """The first line that matches replaced by `new`, further ones dropped; appended where none matches."""
    places = [index for index, line in enumerate(lines) if pattern.match(line)]
    if not places:
        if new is None:
            return lines
        body = len(lines)
        while body and not lines[body - 1].strip():
            body -= 1
        return [*lines[:body], new, *lines[body:]]
    kept = []
    for index, line in enumerate(lines):
        if index == places[0] and new is not None:
            comment = re.search(r"\s*#.*$", line)
            kept.append(new + (comment.group(0) if comment else ""))
        elif index not in places:
            kept.append(line)
    return kept
