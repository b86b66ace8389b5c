"""What gradients keep as rows of a small table beside the plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.readings import GradientMemory

from ..canvas.figure_table import FigureRow
from .gradient_marks import method_colour, method_glyph
from .memory_courses import depth_letter, law_words, short_law

if TYPE_CHECKING:
    from ..theme import Theme


def headings(memory: GradientMemory | None) -> tuple[str, ...]:
    """Of the columns."""
    return () if memory is None else ("method", f"bytes, {memory.dtype}")


def memory_rows(memory: GradientMemory | None, shown: Sequence[int], theme: Theme) -> tuple[FigureRow, ...]:
    """The lines that are shown, each with its law; why one ends early is in its hint."""
    if memory is None:
        return ()
    letter, rows = depth_letter(memory), []
    for index in shown:
        line = memory.lines[index]
        law = short_law(line.law, letter) or ("–" if memory.done >= memory.total else "...")
        hint = ". ".join(filter(None, (law_words(line.law, letter), line.note)))
        colour, glyph = method_colour(theme, line.method), method_glyph(line.method)
        rows.append(FigureRow(line.title, (law,), colour, glyph, hint))
    return tuple(rows)


def batch_words(memory: GradientMemory | None) -> tuple[str, str]:
    """What is differentiated: "10 × 50 float32", and in a sentence."""
    if memory is None:
        return "", ""
    what = "samples" if memory.about == "fixed point" else "trajectory"
    sentence = f"{memory.rows} {what} of {memory.size} numbers in {memory.dtype}, by {memory.solver}"
    return f"{memory.rows} × {memory.size} {memory.dtype}", f"{sentence}; differentiated by {', '.join(memory.by)}"
