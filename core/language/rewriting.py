"""Write what sliders, dots and fields changed into the text, keeping its comments and layout."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ..stored_tensor import StoredTensor
from .names import NOT_A_NAME
from .parse import parse
from .printing import number_text
from .system import ParameterDeclaration, System

_STARTS = re.compile(rf"^[ \t]*start{NOT_A_NAME}", re.MULTILINE)
_ASKED = re.compile(rf"^[ \t]*(solve|over){NOT_A_NAME}", re.MULTILINE)
_SPAN = re.compile(r"^[ \t]*t[ \t]*(?:\bin\b|∈)", re.MULTILINE)
_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}
_MARKS = re.compile(r"[()\[\]]|[ \t]*(?:#|\n|$)")
_AFTER_A_VALUE = re.compile(r'[()\[\]]|[ \t]*(?:\bin\b|∈|\blog\b(?![ \t]*\()|\bstep(?=[ \t]+[\d.])|\bunit\b|["#\n]|$)')
Edit = tuple[int, int, str]
"""From offset, to offset, what stands there afterwards."""


def write_values(
    text: str,
    values: Mapping[str, float],
    starts: Sequence[Sequence[float]] | None = None,
    span: tuple[float, float] | None = None,
    tensors: Mapping[str, StoredTensor] | None = None,
) -> str:
    """`text` with `values` as its parameters' defaults, and with these starts and this span where given.

    A written range that a value lies outside is widened. Raises FormulaError where `text` does not parse.
    """
    system = parse(text, tensors)
    text = text.replace("\r\n", "\n")
    edits = [
        edit
        for parameter in system.parameters
        if values.get(parameter.name, parameter.default) != parameter.default
        for edit in _value_edits(text, parameter, float(values[parameter.name]))
    ]
    for offset, end, new in sorted(edits, reverse=True):
        text = text[:offset] + new + text[end:]
    if starts and (asked := _ASKED.search(text)):
        text = _with_line(text, _ASKED, f"{asked[1]} {_named(system, starts[0])}")
        starts = starts[1:]
    if starts is not None:
        points = ", ".join(f"({_listed(start)})" for start in starts)
        text = _with_line(text, _STARTS, f"start {points}" if points else "")
    if span is not None:
        text = _with_line(text, _SPAN, f"t in [{_listed(span)}]")
    return text


def _value_edits(text: str, parameter: ParameterDeclaration, value: float) -> Iterator[Edit]:
    line = sum(len(before) + 1 for before in text.split("\n")[: parameter.line - 1])
    sign = text.index("=", line) + 1
    begin = sign + len(text[sign:]) - len(text[sign:].lstrip(" \t"))
    end = _end(text, begin, _AFTER_A_VALUE)
    yield begin, end, number_text(value)
    ranged = re.compile(r"[ \t]*(?:in\b|∈)[ \t]*(?=\[)").match(text, end)
    if ranged and not parameter.lo <= value <= parameter.hi:
        close = _end(text, ranged.end() + 1, re.compile(r"[()\[\]]"), depth=1)
        ends = min(parameter.lo, value), max(parameter.hi, value)
        yield ranged.end(), close, f"[{_listed(ends)}]"


def _end(text: str, offset: int, marks: re.Pattern[str], depth: int = 0) -> int:
    """Where the first mark outside brackets begins; with depth, where that many open brackets are closed."""
    wanted = depth
    for found in marks.finditer(text, offset):
        if found[0] in _BRACKETS:
            depth += _BRACKETS[found[0]]
            if wanted and not depth:
                return found.end()
        elif not depth:
            return found.start()
    return len(text)


def _with_line(text: str, pattern: re.Pattern[str], new: str) -> str:
    """The first statement that matches replaced by `new`, further ones dropped; appended where none matches."""
    found = list(pattern.finditer(text))
    for number, place in reversed(list(enumerate(found))):
        end = _end(text, place.end(), _MARKS)
        if number or not new:
            rest = text.find("\n", end)
            end = len(text) if rest < 0 else rest + 1
        text = text[: place.start()] + ("" if number else new) + text[end:]
    if found or not new:
        return text
    body = text.rstrip()
    return f"{body}\n{new}{text[len(body) :] or chr(10)}"


def _named(system: System, start: Sequence[float]) -> str:
    """x = 2, z = [1, 0]: the unknowns with their part of a start."""
    numbers = iter(start)
    parts = []
    for state in system.states:
        entries = [number_text(float(next(numbers))) for _ in state.components]
        if state.is_complex:
            entries = [_complex_text(*pair) for pair in zip(entries[::2], entries[1::2], strict=True)]
        parts.append(f"{state.name} = {_array_text(entries, state.shape)}")
    return ", ".join(parts)


def _complex_text(re: str, im: str) -> str:
    """Always with i: it may be all that says that the unknown is complex."""
    return f"{re} - {im[1:]}i" if im.startswith("-") else f"{re} + {im}i"


def _array_text(entries: Sequence[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return entries[0]
    if len(shape) == 1:
        return f"[{', '.join(entries)}]"
    rows = [f"[{', '.join(entries[begin : begin + shape[1]])}]" for begin in range(0, len(entries), shape[1])]
    return f"[{', '.join(rows)}]"


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(number_text(float(number)) for number in numbers)
