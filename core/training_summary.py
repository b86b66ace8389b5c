"""The end of a training in plain values: a part of summary.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .readings import TrainingProgress

if TYPE_CHECKING:
    from .experiment import Experiment
    from .frame import Frame


def training_entry(experiment: Experiment, frame: Frame) -> dict[str, Any]:
    """{"training": ...}: data and optimiser, and what the last iteration came to; nothing where nothing was learnt."""
    progress = frame.get(TrainingProgress)
    if progress is None:
        return {}
    choice, curves, state = experiment.training, progress.state.curves, progress.state
    entry: dict[str, Any] = {
        "data": choice.data,
        "loss_kind": choice.loss,
        "optimiser": choice.optimiser,
        "iterations": state.iteration,
        "sentence": progress.end,
        "weights": {name: list(tensor.shape) for name, tensor in state.weights.items()},
    }
    if len(curves.loss):
        entry |= {"loss": float(curves.loss[-1]), "seconds": float(curves.seconds[-1])}
        entry |= {"failed": float(curves.failed.mean())}
        entry |= {"evaluations_forward": float(curves.forward[-1]), "evaluations_backward": float(curves.backward[-1])}
    if len(curves.tested):
        found = {name: float(getattr(curves, name)[-1]) for name in ("test_loss", "accuracy", "spectral_radius")}
        entry |= {"tested_at": int(curves.tested[-1])}
        entry |= {name: value for name, value in found.items() if value == value}
    if progress.target == progress.target:
        entry |= {"target": progress.target, "target_name": progress.target_name}
    return {"training": entry}
