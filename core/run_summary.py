"""The end of a run in plain values: what summary.json holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .catalogue import probes
from .convergence_order import run_convergence
from .gradient_summary import gradient_entry
from .observed_cycle import observed_cycle
from .provenance import provenance
from .readings import Agreement, Iterations, RootProofs, Trajectories
from .training_summary import training_entry

if TYPE_CHECKING:
    from .experiment import Experiment
    from .frame import Frame
    from .language import System
    from .observed_cycle import ObservedCycle
    from .outcome import Outcome
    from .readings import SolverRun


def run_summary(experiment: Experiment, system: System, frame: Frame) -> dict[str, Any]:
    """Success, the reason where there is none, provenance, and the outcome and cost of every trajectory or sample.

    frame: the last of the run. An integration succeeds when every trajectory reached the end of its span forward in
    time; an implicit layer is solved when the chosen solver converged for every sample, whatever its rivals did.
    """
    if system.flows:
        name, entries, unfinished = "trajectories", *_trajectories(frame.get(Trajectories))
    else:
        name, entries, unfinished = "samples", *_samples(frame.get(Iterations), experiment.dtype)
    reason = frame.error or "; ".join(unfinished)
    return {
        "success": not reason,
        "reason": reason,
        **provenance(experiment, system),
        "path": frame.path,
        "seconds": frame.seconds,
        "evaluations": frame.evaluations,
        **_agreement(frame.get(Agreement)),
        **_proofs(frame.get(RootProofs)),
        **gradient_entry(experiment, frame),
        **training_entry(experiment, frame),
        **({"absent": sorted(_named(reading, why) for reading, why in frame.absent.items())} if frame.absent else {}),
        name: entries,
    }


def _named(reading: type, why: str) -> str:
    """Why a reading cannot be had, after what it is called."""
    title = probes()[reading].title
    return why if why.startswith(f"{title}: ") else f"{title}: {why}"


def _agreement(agreement: Agreement | None) -> dict[str, Any]:
    if agreement is None:
        return {}
    entry = {"agrees": agreement.agrees, "difference": agreement.difference, "sentence": str(agreement)}
    return {"agreement": entry}


def _proofs(proofs: RootProofs | None) -> dict[str, Any]:
    """What interval arithmetic proved about the roots of the first row, and where the first sample ended."""
    if proofs is None:
        return {}
    sample = proofs.sample
    points = [
        {"point": one.point.tolist(), "radius": one.radius.tolist(), "error": one.error.tolist()}
        for one in proofs.points
    ]
    entry = {
        "box": {
            name: [low, high]
            for name, low, high in zip(proofs.components, proofs.low.tolist(), proofs.high.tolist(), strict=True)
        },
        "roots": points,
        "inside": proofs.inside,
        "no_other": bool(proofs.alone),
        "sentence": proofs.sentence,
        "row": proofs.row + 1,
    }
    if sample is not None:
        entry["sample"] = {
            "sample": sample.index + 1,
            "z": sample.z.tolist(),
            "contraction": sample.contraction,
            "error": sample.banach,
            "h": sample.h,
            "newton_error": None if sample.h is None or sample.h > 0.5 else sample.kantorovich,
        }
    return {"proofs": entry}


def _trajectories(curves: Trajectories | None) -> tuple[list[dict[str, Any]], list[str]]:
    entries = [] if curves is None else [_trajectory(curves, index) for index in range(len(curves))]
    unfinished = [
        f"trajectory {number} {entry['forward']['sentence']}"
        for number, entry in enumerate(entries, start=1)
        if not entry["forward"]["success"]
    ]
    return entries, unfinished


def _samples(iterations: Iterations | None, dtype: str) -> tuple[list[dict[str, Any]], list[str]]:
    """An entry for every solver and sample, and a sentence for every sample that the chosen solver did not solve."""
    if iterations is None:
        return [], []
    entries = [_sample(iterations, run, sample, dtype) for run in iterations.runs for sample in range(len(iterations))]
    unsolved = [
        f"sample {entry['sample']} {entry['sentence']}" for entry in entries[: len(iterations)] if not entry["success"]
    ]
    return entries, unsolved


def _sample(iterations: Iterations, run: SolverRun, sample: int, dtype: str) -> dict[str, Any]:
    outcome = run.outcomes[sample]
    seen = run.residual[:, sample]
    seen = seen[~np.isnan(seen)]
    calls = run.evaluations[:, sample]
    measured, cycle = run_convergence(run, sample, dtype), observed_cycle(run, sample)
    return {
        "solver": run.solver,
        "sample": sample + 1,
        "start": iterations.starts[sample].tolist(),
        "row": int(iterations.row[sample]) + 1,
        "solution": run.solution[sample].tolist(),
        "iterations": int(run.iterations[sample]),
        "evaluations": int(calls.max()) if len(calls) else 0,
        "solver_seconds": None if math.isnan(run.duration) else run.duration,
        "residual": float(seen[-1]) if len(seen) else None,
        "order": None if measured is None else round(measured.order, measured.decimals),
        "rate": None if measured is None or not measured.linear else measured.rate,
        **({"cycle": _cycle(cycle)} if cycle is not None else {}),
        "name": outcome.name,
        "success": outcome.success,
        "sentence": str(outcome),
    }


def _cycle(cycle: ObservedCycle) -> dict[str, Any]:
    multiplier = None if math.isnan(cycle.multiplier) else cycle.multiplier
    return {"period": cycle.period, "step": cycle.step, "multiplier": multiplier}


def _trajectory(curves: Trajectories, index: int) -> dict[str, Any]:
    ends = {"forward": _end(curves.forward[index])}
    if curves.backward:
        ends["backward"] = _end(curves.backward[index])
    return {
        "start": curves.starts[index].tolist(),
        **ends,
        **({"events": _met(curves, index)} if curves.events else {}),
        "evaluations": int(curves.evaluations[index]),
        "accepted": int(curves.accepted[index]),
        "rejected": int(curves.rejected[index]),
    }


def _met(curves: Trajectories, index: int) -> list[dict[str, Any]]:
    """When the trajectory met each event of the text."""
    return [{"condition": event.text, "t": event.times(index).tolist()} for event in curves.events]


def _end(outcome: Outcome) -> dict[str, Any]:
    return {"name": outcome.name, "success": outcome.success, "t": outcome.t, "sentence": str(outcome)}
