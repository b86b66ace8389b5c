"""The end of a run in plain values: what summary.json holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .provenance import provenance
from .readings import Trajectories

if TYPE_CHECKING:
    from .experiment import Experiment
    from .frame import Frame
    from .language import System
    from .outcome import Outcome


def run_summary(experiment: Experiment, system: System, frame: Frame) -> dict[str, Any]:
    """Success, the reason where there is none, provenance, and the outcome and cost of every trajectory.

    frame: the last of the run. A run succeeds when every trajectory reached the end of its span forward in time.
    """
    curves = frame.get(Trajectories)
    trajectories = [] if curves is None else [_trajectory(curves, index) for index in range(len(curves))]
    unfinished = [
        f"trajectory {number} {entry['forward']['sentence']}"
        for number, entry in enumerate(trajectories, start=1)
        if not entry["forward"]["success"]
    ]
    reason = frame.error or "; ".join(unfinished)
    return {
        "success": not reason,
        "reason": reason,
        **provenance(experiment, system),
        "path": frame.path,
        "seconds": frame.seconds,
        "evaluations": frame.evaluations,
        "trajectories": trajectories,
    }


def _trajectory(curves: Trajectories, index: int) -> dict[str, Any]:
    ends = {"forward": _end(curves.forward[index])}
    if curves.backward:
        ends["backward"] = _end(curves.backward[index])
    return {
        "start": curves.starts[index].tolist(),
        **ends,
        "evaluations": int(curves.evaluations[index]),
        "accepted": int(curves.accepted[index]),
        "rejected": int(curves.rejected[index]),
    }


def _end(outcome: Outcome) -> dict[str, Any]:
    return {"name": outcome.name, "success": outcome.success, "t": outcome.t, "sentence": str(outcome)}
