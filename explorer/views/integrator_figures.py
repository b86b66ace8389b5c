"""The race of integration methods in figures and words: a row for each, and a sentence about one of its runs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from core.readings import IntegratorRace, IntegratorRun

from ..canvas.figure_table import FigureRow
from ..canvas.number_text import power_text
from .solver_race import solver_colour, solver_glyph

if TYPE_CHECKING:
    from ..theme import Theme

HEADINGS = ("method", "order", "of", "error", "calls of f")
SHORT_HEADINGS = ("declared", "order")
_BELOW, _ABOVE = 0.3, 0.5
"""Orders that far from the declared one are worth a sentence."""


def waiting_text(racing: bool, *, obstacle: str = "") -> str:
    """What stands in a plot without a race: how one is begun, or that it has been; or what in a text it knows nothing
    of."""
    if obstacle:
        return f"There is no race: the text has {obstacle}, which it knows nothing of."
    return "The methods are racing." if racing else "Race the methods, in the card of the solver, to compare them here."


def figure_rows(race: IntegratorRace | None, theme: Theme) -> tuple[FigureRow, ...]:
    """Measured and declared order, error at the end and calls of f; a dash where there is none."""
    runs = () if race is None else race.runs
    trajectory = 0 if race is None else race.trajectory
    return tuple(_row(run, place, trajectory, theme) for place, run in enumerate(runs))


def short_rows(rows: tuple[FigureRow, ...]) -> tuple[FigureRow, ...]:
    """The marks, the declared and the measured order alone, for a card without room."""
    return tuple(replace(row, name=row.figures[1], figures=row.figures[:1]) for row in rows)


def _row(run: IntegratorRun, place: int, trajectory: int, theme: Theme) -> FigureRow:
    order = f"{run.fit.order:.2f}" if run.fit.found else "–"
    figures = order, f"{run.order}", power_text(run.end_error, 2), f"{run.evaluations}"
    colour, glyph = solver_colour(theme, place, trajectory), solver_glyph(place)
    failed = not run.outcome.success or _short(run)
    return FigureRow(run.title, figures, colour, glyph, sentence(run), warning=failed)


def sentence(run: IntegratorRun) -> str:
    """How a run ended and what its errors show."""
    parts = [f"it {run.outcome}", f"{run.accepted} steps accepted, {run.rejected} rejected", str(run.fit)]
    if _short(run):
        parts.append("less than declared: the solution is not smooth enough, or the problem is stiff")
    elif run.fit.found and run.fit.order > run.order + _ABOVE:
        parts.append("more than declared: the leading term of its error all but cancels here")
    return "; ".join(parts)


def _short(run: IntegratorRun) -> bool:
    return run.fit.found and run.fit.order < run.order - _BELOW


def point_text(run: IntegratorRun, adaptive: bool, index: int) -> str:
    """One run of the work-precision diagram in words."""
    work = run.tolerances if adaptive else run.fixed
    setting = f"{'rtol' if adaptive else 'h'} = {power_text(float(work.setting[index]))}"
    error = float(work.error[index])
    told = f"error {power_text(error)}" if math.isfinite(error) else "does not reach the end"
    return f"{run.title}   {setting}   {int(work.evaluations[index])} calls of f   {told}"
