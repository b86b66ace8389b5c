"""What gradients cost by every method: as rows of figures, as marks of a plot, and as columns."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.readings import GradientCosts, MethodCost

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import bytes_text, power_text, seconds_text
from ..view import Table
from .gradient_figures import angle
from .gradient_marks import method_colour, method_glyph

if TYPE_CHECKING:
    from ..theme import Theme

AXES = ("memory", "time", "calls")
AXIS_TIPS = (
    "Error against the bytes that are kept for the way back",
    "Error against the seconds of the way back",
    "Error against evaluations and products with the Jacobian",
)
BOTTOMS = {"memory": "bytes kept", "time": "seconds", "calls": "evaluations and products"}
_LOWEST = 1e-17
"""An error of 0 is drawn as that."""


def headings(costs: GradientCosts) -> tuple[str, ...]:
    """Of the columns; what a kind of solution does not have is left out."""
    own = ("gap",) if costs.about == "trajectory" else ("residual", "bound")
    again = ("redone",) if any(method.recomputed is not None for method in costs.methods) else ()
    return ("method", "rel. error", "memory", "time", "evals", "prod.", *again, "angle", *own)


def cost_rows(costs: GradientCosts, theme: Theme) -> tuple[FigureRow, ...]:
    """One row per method, with the reason where it is not exact or not to be trusted."""
    again = any(method.recomputed is not None for method in costs.methods)
    rows = []
    for method in costs.methods:
        none = method_has_none(method)
        turn = angle(method.cosine)
        own = (method.gap,) if costs.about == "trajectory" else (method.residual, method.bound)
        figures = [
            "too slow here" if method.late else "none" if none else power_text(method.relative_error, 3),
            "–" if none else bytes_text(method.kept),
            seconds_text(method.seconds),
            "–" if none else str(method.evaluations),
            "–" if none else str(method.products),
            *(["–" if method.recomputed is None else str(method.recomputed)] if again else []),
            "–" if math.isnan(turn) else f"{power_text(turn)}°",
            *(power_text(value, 2) for value in own),
        ]
        kind = "exact for what was computed" if method.exact else "approximate"
        hint = ": ".join(filter(None, (kind if not none else "no gradient", method.note)))
        colour, glyph = method_colour(theme, method.method), method_glyph(method.method)
        rows.append(FigureRow(method.title, tuple(figures), colour, glyph, hint, warning=method.doubtful))
    return tuple(rows)


def method_has_none(method: MethodCost) -> bool:
    """Whether it refused, or its numbers are none."""
    return not bool(np.isfinite(method.gradient).all())


def places(costs: GradientCosts | None, axis: str) -> np.ndarray:
    """(log10 of the cost, log10 of the relative error) of every method; NaN where one of them is unknown."""
    methods = () if costs is None else costs.methods
    across = {
        "memory": [float(method.kept) for method in methods],
        "time": [method.seconds for method in methods],
        "calls": [float(method.evaluations + method.products) for method in methods],
    }[axis]
    errors = [math.nan if method_has_none(method) else max(method.relative_error, _LOWEST) for method in methods]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log10(np.array([across, errors], dtype=np.float64).T.reshape(-1, 2))
    return np.where(np.isfinite(found).all(axis=1)[:, None], found, np.nan)


def merged(before: GradientCosts | None, now: GradientCosts) -> GradientCosts:
    """What is measured so far, and for the rest what was measured before, if it was the same gradient."""
    if before is None or (before.about, before.index, before.names) != (now.about, now.index, now.names):
        return now
    if len(now.methods) >= now.total or not np.array_equal(before.reference, now.reference, equal_nan=True):
        return now
    known = {method.method for method in now.methods}
    return replace(now, methods=(*now.methods, *(old for old in before.methods if old.method not in known)))


def cost_table(costs: GradientCosts) -> Table:
    """A row per method, its gradient name by name at the end."""
    methods = costs.methods
    plain = ("method", "relative_error", "cosine", "gap", "residual", "bound")
    columns = {name: np.array([getattr(method, name) for method in methods]) for name in plain}
    columns["bytes"] = np.array([method.kept for method in methods])
    for name in ("evaluations", "products", "seconds", "exact", "doubtful"):
        columns[name] = np.array([getattr(method, name) for method in methods])
    again = [math.nan if method.recomputed is None else float(method.recomputed) for method in methods]
    columns["recomputed"] = np.array(again)
    columns["note"] = np.array([method.note for method in methods])
    for index, name in enumerate(costs.names):
        columns[f"d/d{name}"] = np.array([method.gradient[index] for method in methods])
    return Table(columns)
