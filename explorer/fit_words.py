"""What a fit says of itself, beside a handle and in its card."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from .canvas.number_text import number_text, power_text
from .sentence import sentence

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.fit_choice import FitChoice
    from core.language import System
    from core.readings import FitProgress

_WIDTH = 36
"""Letters of a line beside the mouse: longer ones find no place in a small plot."""
_FIGURES = 4
"""Lines of a drag before those that say why it comes no nearer."""
_RANK = 1e-9
"""Singular values below this part of the largest are zero."""


def dragged_words(progress: FitProgress, aim: Mapping[str, float], system: System) -> tuple[str, ...]:
    """Of an end that is dragged: target and distance; method; loss and cost; and why it comes no nearer."""
    symbols = dict(zip(system.components, system.symbols, strict=True))
    state = progress.state
    target = "   ".join(f"{symbols[name]} → {number_text(value)}" for name, value in aim.items())
    distance = float(np.linalg.norm(state.at.residual))
    lines = [
        target,
        f"{power_text(distance)} away, loss {power_text(state.at.loss)}",
        progress.method,
        cost_words(progress),
    ]
    if state.end is not None and state.end.name != "reached":
        lines += wrap(sentence(str(state.end)), _WIDTH)
        if state.end.name == "minimum" and _moves_on_a_line(progress):
            lines += wrap("The sliders that may move lead it along one line here.", _WIDTH)
    return tuple(lines)


def told_words(lines: tuple[str, ...]) -> str:
    """`dragged_words` in one line that may be cut off: why it comes no nearer first."""
    reason = " ".join(lines[_FIGURES:])
    return "   ·   ".join(filter(None, (reason, *lines[:_FIGURES])))


def cost_words(progress: FitProgress) -> str:
    """Runs of the solver, evaluations of the field, time."""
    state = progress.state
    runs = f"{state.runs} run{'s' * (state.runs != 1)}"
    evaluations = f"{state.evaluations:,}".replace(",", "\u202f")
    spent = f"{1e3 * state.seconds:.0f} ms" if state.seconds < 10.0 else f"{state.seconds:.1f} s"
    return f"{runs}, {evaluations} evaluations, {spent}"


def _moves_on_a_line(progress: FitProgress) -> bool:
    """Whether the tangent of two or more wanted numbers has rank 1."""
    tangent = progress.state.at.tangent
    if tangent is None or min(tangent.shape) < 1 or tangent.shape[0] < 2:
        return False
    values = np.linalg.svd(tangent, compute_uv=False)
    return tangent.shape[1] < 2 or bool(values[1] <= _RANK * values[0])


def result_lines(progress: FitProgress, system: System, choice: FitChoice) -> list[str]:
    """Of a fit of data: the parameters with their standard errors, loss, method and cost."""
    symbols = {one.name: one.symbol or one.name for one in system.parameters}
    symbols |= {name: f"{symbol}₀" for name, symbol in zip(system.components, system.symbols, strict=True)}
    moved = [*(one.name for one in system.parameters if one.name not in choice.held)]
    moved += [name for name in system.components if choice.free_start]
    lines = []
    for name in moved:
        if name in progress.values:
            error = progress.errors.get(name)
            known = "" if error is None else "  ± ?" if np.isnan(error) else f"  ± {number_text(error, 2)}"
            lines.append(f"{symbols[name]} = {number_text(progress.values[name], 6)}{known}")
    state = progress.state
    points = max(1, len(state.at.residual))
    mean = float(np.linalg.norm(state.at.residual)) / points**0.5
    lines.append(f"loss {power_text(state.at.loss, 5)}, mean distance {power_text(mean)}")
    lines.append(f"{progress.method}, {progress.gradient}")
    lines.append(f"{state.number} iteration{'s' * (state.number != 1)}, {cost_words(progress)}")
    return lines


def data_notes(experiment: Experiment, system: System) -> list[str]:
    """What of an experiment's points, and of what its fit holds, a person would not expect."""
    fit, notes = experiment.fit, []
    times, span = fit.data.get("t", ()), experiment.span or system.span
    if times and min(times) == span[0] != system.span[0]:
        notes.append(f"The trajectory starts at the first time, t = {number_text(span[0], 6)}.")
    unknown = [name for name in fit.data if name != "t" and name not in system.components]
    if unknown:
        notes.append(f"Not fitted, for no component is called so: {', '.join(unknown)}.")
    held = [name for name in fit.held if name not in system.defaults()]
    if held:
        notes.append(f"Nothing to hold, for no parameter is called so: {', '.join(held)}.")
    return notes


def refusal_lines(reason: str, system: System, choice: FitChoice) -> tuple[str, ...]:
    """Why nothing comes of a drag, beside the mouse."""
    if not system.parameters:
        reason = "the system has no parameter that could move"
    elif all(one.name in choice.held for one in system.parameters):
        reason = "no parameter may move: open a padlock"
    return tuple(wrap(sentence(reason), _WIDTH))
