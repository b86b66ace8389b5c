"""Picard's iterates in words and figures."""

from __future__ import annotations

import math

import numpy as np

from core.readings import PicardIterates

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import number_text, power_text

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def iterate_name(k: int) -> str:
    """y with the number k below the line."""
    return f"y{str(k).translate(_LOWERED)}"


def bound_chip(found: PicardIterates) -> tuple[str, str]:
    """The Lipschitz constant in a few words, and in a sentence how it was found."""
    if not math.isfinite(found.lipschitz):
        return "", ""
    text = f"L = {power_text(found.lipschitz, 4)}"
    reach = power_text(found.lipschitz * abs(found.until - float(found.t[0])), 4)
    return text, (
        f"{text}, LT = {reach}: |∂f/∂z| is at most that, by interval arithmetic on boxes around the solution and all "
        f"iterates but the last; hence the distances of the iterates are at most (LT)ᵏ/k! times that of y₀"
    )


def solution_chip(found: PicardIterates) -> tuple[str, str]:
    """Until when the solution is known, where that is not to the end of the span."""
    if found.trusted:
        return "", ""
    if math.isnan(found.until):
        return "no solution", "no solution: no method follows it with very small tolerances in a few seconds"
    text = f"solution until t = {number_text(found.until, 3)}"
    return text, f"{text}: it is not followed further, and the distances are those up to there"


def figure_row(found: PicardIterates, k: int, colour: str) -> FigureRow:
    """How far an iterate is from the solution at most, and the bound of that."""
    until, bound = float(found.known_until[k]), float(found.bounds[k])
    lost = until != found.end
    hint = f"not known after t = {number_text(until)}: it grows beyond the range of numbers" if lost else ""
    figures = power_text(float(found.distances[k]), 4), power_text(bound, 4) if math.isfinite(bound) else "–"
    return FigureRow(iterate_name(k), figures, colour, "disc", hint, warning=lost)


def picard_columns(found: PicardIterates) -> dict[str, np.ndarray]:
    """Every iterate and the solution, one below the other; beside them the distance of the whole and its bound."""
    count, times = len(found.iterates), len(found.t)
    names = np.array([*map(str, range(count)), "solution"], dtype=object)
    every = np.concatenate([found.iterates, found.solution[None]]).reshape(-1, len(found.components))
    columns = {"iterate": np.repeat(names, times), "t": np.tile(found.t, count + 1)}
    columns |= {name: every[:, place] for place, name in enumerate(found.components)}
    columns["distance"] = np.repeat(np.append(found.distances, 0.0), times)
    columns["bound"] = np.repeat(np.append(found.bounds, np.nan), times)
    return columns
