"""The gradient of a run in plain values, wherever a plot of one was computed: a part of summary.json."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .analysis.adjoint_gap import TRUSTED
from .readings import AdjointGap, GradientCosts, LayerGradients

if TYPE_CHECKING:
    from .experiment import Experiment
    from .frame import Frame
    from .readings import MethodCost, MethodGradient


def gradient_entry(experiment: Experiment, frame: Frame) -> dict[str, Any]:
    """{"gradient": ...} with the loss, the chosen method, its gradient by name, relative error, trust and note.

    Of a trajectory from `AdjointGap`, of a fixed point from `LayerGradients`, else from the costs of all methods; empty
    where the run computed none of them. A number that is not known, or none, is None.
    """
    gap, layer, costs = frame.get(AdjointGap), frame.get(LayerGradients), frame.get(GradientCosts)
    if gap is not None:
        entry = _entry(gap.chosen, gap.names, gap.loss, gap.loss_text, trusted=gap.trusted, note=gap.note)
        return {"gradient": entry | {"trajectory": gap.trajectory + 1}}
    choice = experiment.gradient.fixed_point
    if layer is not None:
        own = next((method for method in layer.methods if method.method == choice), None)
        if own is not None:
            trusted = layer.solved and not layer.note and _is_close(own)
            entry = _entry(own, layer.names, layer.loss, layer.loss_text, trusted=trusted, note=layer.note)
            return {"gradient": entry | {"sample": layer.sample + 1}}
    if costs is None:
        return {}
    about = "trajectory" if costs.about == "trajectory" else "sample"
    chosen = experiment.gradient.trajectory if about == "trajectory" else choice
    cost = next((method for method in costs.methods if method.method == chosen), None)
    if cost is None:
        return {}
    trusted, note = not cost.doubtful and _is_close(cost), cost.note or costs.note
    entry = _entry(cost, costs.names, costs.loss, costs.loss_text, trusted=trusted, note=note)
    return {"gradient": entry | {about: costs.index + 1}}


def _entry(
    method: MethodGradient | MethodCost, names: tuple[str, ...], loss: float, text: str, *, trusted: bool, note: str
) -> dict[str, Any]:
    values = method.gradient.tolist()
    return {
        "loss": _number(loss),
        "loss_text": text,
        "method": method.method,
        "title": method.title,
        "values": {name: _number(value) for name, value in zip(names, values, strict=True)},
        "relative_error": _number(method.relative_error),
        "trusted": trusted,
        "note": note,
    }


def _is_close(method: MethodGradient | MethodCost) -> bool:
    """Whether it is as near to the reference as a gradient that is trusted; 0 is, where the reference is 0 too."""
    return bool(np.isfinite(method.gradient).all()) and not method.relative_error > TRUSTED


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
