"""The loss along the flow and from iteration to iteration as columns, and how an optimiser ended in a word."""

from __future__ import annotations

import numpy as np

from core.readings import DescentRun, Descents, FlowLoss

from ..view import Table


def ending(run: DescentRun, sample: int) -> str:
    """ "12" iterations of an optimiser that converged; else what became of it, in a word or two."""
    outcome, count = run.outcomes[sample], int(run.iterations[sample])
    if outcome.success:
        return str(count)
    words = {"running": f"{count} …", "bounced_out": f"bounced out at {count}", "max_iterations": f"{count}, going on"}
    return words.get(outcome.name, f"failed at {count}")


def loss_table(descents: Descents | None, flow: FlowLoss | None) -> Table:
    """method, start (from 1), iteration, t, loss, slope; the flow counts no iterations and measures no slope."""
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("method", "start", "iteration", "t", "loss", "slope")}

    def add(method: str, start: int, *columns: np.ndarray) -> None:
        known = np.isfinite(columns[2])
        parts["method"].append(np.full(int(known.sum()), method))
        parts["start"].append(np.full(int(known.sum()), start + 1))
        for name, column in zip(("iteration", "t", "loss", "slope"), columns, strict=True):
            parts[name].append(column[known])

    begin = 0.0
    if flow is not None and len(flow.t):
        begin = float(flow.t[0])
        for start in range(len(flow)):
            part = flow.curve(start)
            nothing = np.full(part.stop - part.start, np.nan)
            add("gradient_flow", start, nothing, flow.t[part], flow.loss[part], nothing)
    if descents is not None:
        for run in descents.runs:
            t = begin + descents.eta * run.iteration
            for start in range(len(descents)):
                add(run.method, start, run.iteration.astype(float), t, run.loss[:, start], run.slope[:, start])
    return Table({name: np.concatenate(columns) for name, columns in parts.items() if columns})
