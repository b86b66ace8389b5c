"""Values as Python source that reads back as the same values. Every text of a person passes through here."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from operator import index

import numpy as np

from ..stored_tensor import StoredTensor

MOST_WRITTEN = 100
"""Numbers of a tensor that are written out; larger ones are their bytes in base64."""
WIDTH = 100
"""Characters of a line that is not broken."""


def quoted(text: str) -> str:
    """A string literal: in triple quotes where a text of several lines reads well in them, else its repr."""
    plain = text.replace("\n", "")
    if "\n" in text and plain.isprintable() and "\\" not in plain and '"""' not in plain and text[-1] != '"':
        return f'"""{text}"""'
    return repr(text)


def scalar(value: float | str) -> str:
    """A text, truth value or number, those of numpy included."""
    if isinstance(value, str | bool):
        return repr(value)
    if hasattr(value, "__index__"):
        return repr(index(value))
    return repr(float(value)) if isfinite(value) else f"float({str(float(value))!r})"


def entries(values: Mapping[str, float | str]) -> list[str]:
    """The entries of a dictionary; its keys may be texts from a file, so they are never keywords of a call."""
    return [f"{name!r}: {scalar(value)}" for name, value in values.items()]


def dictionary(values: Mapping[str, float | str]) -> str:
    """A dictionary on one line."""
    return f"{{{', '.join(entries(values))}}}"


def keywords(values: Mapping[str, float | str]) -> list[str]:
    """The arguments of a call by names of our own."""
    return [f"{name}={scalar(value)}" for name, value in values.items()]


def point(numbers: Iterable[float]) -> str:
    """A tuple of floats; a long one of equal numbers as a product."""
    texts = [scalar(float(number)) for number in numbers]
    if len(texts) > 6 and len(set(texts)) == 1:
        return f"({texts[0]},) * {len(texts)}"
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"


def call(name: str, arguments: Iterable[str]) -> str:
    """A call on one line, or with one argument a line where it is longer than WIDTH."""
    parts = list(arguments)
    line = f"{name}({', '.join(parts)})"
    return line if len(line) <= WIDTH and "\n" not in line else f"{name}({one_a_line(parts)})"


def listed(parts: Sequence[str]) -> str:
    """A list on one line, or with one entry a line where it is longer than WIDTH."""
    line = f"[{', '.join(parts)}]"
    return line if len(line) <= WIDTH and "\n" not in line else f"[{one_a_line(parts)}]"


def one_a_line(parts: Iterable[str]) -> str:
    """What stands between two brackets: every part on a line of its own, further right."""
    return "\n" + indented("".join(f"{part},\n" for part in parts))


def indented(text: str) -> str:
    """Every line four places further right; only for source without texts in triple quotes."""
    return "".join(f"    {line}" for line in text.splitlines(keepends=True))


def is_written_out(tensor: StoredTensor) -> bool:
    """Whether the numbers themselves are in the source."""
    return tensor.array().size <= MOST_WRITTEN


def nested_list(array: np.ndarray) -> str:
    """The numbers as lists, a matrix row by row; each reads back bit by bit."""
    return repr(array.tolist()) if array.ndim < 2 else listed([nested_list(row) for row in array])


def encoded(tensor: StoredTensor) -> str:
    """An expression for the bytes of a tensor, which are data and never code."""
    text = base64.b64encode(tensor.data).decode("ascii")
    lines = "".join(f'"{text[begin : begin + WIDTH]}"\n' for begin in range(0, len(text), WIDTH))
    return f"base64.b64decode(\n{indented(lines)})"
