"""The loss along the flow and from iteration to iteration as columns, and in words."""

from __future__ import annotations

import numpy as np

from core.readings import DescentRun, Descents, FlowLoss

from ..canvas.number_text import number_text, power_text
from ..view import Table

_COLUMNS = ("iteration", "t", "loss", "slope", "sharpness")


def ending(run: DescentRun, sample: int) -> str:
    """ "12" iterations of an optimiser that converged; else what became of it, in a word or two."""
    outcome, count = run.outcomes[sample], int(run.iterations[sample])
    if outcome.success:
        return str(count)
    words = {"running": f"{count} …", "bounced_out": f"bounced out at {count}", "max_iterations": f"{count}, going on"}
    return words.get(outcome.name, f"failed at {count}")


def record_text(descents: Descents | None, flow: FlowLoss | None, which: int, sample: int, record: int) -> str:
    """What is to be said of one record of an optimiser, or of the flow where `which` is below 0."""
    if which >= 0 and descents is not None:
        run = descents.runs[which]
        iteration, loss, slope = (
            run.iteration[record],
            float(run.loss[record, sample]),
            float(run.slope[record, sample]),
        )
        where = f"{run.title}   iteration {iteration}   ηk = {number_text(descents.eta * float(iteration))}"
        sharpness = power_text(float(run.sharpness[record, sample]))
        return f"{where}   φ = {power_text(loss, 4)}   |∇φ| = {power_text(slope)}   λ = {sharpness}"
    if flow is None:
        return ""
    place = flow.curve(sample).start + record
    loss, slope, sharpness = (float(column[place]) for column in (flow.loss, flow.slope, flow.sharpness))
    measures = f"φ = {power_text(loss, 4)}   |∇φ| = {power_text(slope)}   λ = {power_text(sharpness)}"
    return f"gradient flow   t = {number_text(float(flow.t[place]))}   {measures}"


def loss_table(descents: Descents | None, flow: FlowLoss | None) -> Table:
    """method, start (from 1), iteration, t, loss, slope, sharpness; the flow counts no iterations."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("method", "start", *_COLUMNS)}

    def add(method: str, start: int, *columns: np.ndarray) -> None:
        known = np.isfinite(columns[2])
        parts["method"].append(np.full(int(known.sum()), method))
        parts["start"].append(np.full(int(known.sum()), start + 1))
        for name, column in zip(_COLUMNS, columns, strict=True):
            parts[name].append(column[known])

    begin = 0.0
    if flow is not None and len(flow.t):
        begin = float(flow.t[0])
        for start in range(len(flow)):
            part = flow.curve(start)
            nothing = np.full(part.stop - part.start, np.nan)
            measures = (flow.loss[part], flow.slope[part], flow.sharpness[part])
            add("gradient_flow", start, nothing, flow.t[part], *measures)
    if descents is not None:
        for run in descents.runs:
            t = begin + descents.eta * run.iteration
            for start in range(len(descents)):
                measures = (run.loss[:, start], run.slope[:, start], run.sharpness[:, start])
                add(run.method, start, run.iteration.astype(float), t, *measures)
    return Table({name: np.concatenate(columns) for name, columns in parts.items() if columns})
