"""The cell that a person's own Python file computes, with weights that move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment
    from ..module_layer import ModuleLayer
else:
    torch = deferred("torch")


class ModuleCell(torch.nn.Module):
    """f(z, x) of `layer`, x the batch data that the text calls `data`; weights take the place of the file's own."""

    preactivation = None
    """What is inside a relu of the file is not known."""

    def __init__(
        self, layer: ModuleLayer, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: str
    ) -> None:
        super().__init__()
        self._function = layer.torch(experiment.device, experiment.dtype, np.zeros(1, dtype=np.int64))
        self._data = data
        self._slots = {name: f"weight_{place}" for place, name in enumerate(weights)}  # a module's names have no dot
        for name, weight in weights.items():
            self.register_parameter(self._slots[name], weight)

    def forward(self, z: Float[Tensor, "B n"], x: Float[Tensor, "B d"]) -> Float[Tensor, "B n"]:
        """One application of the map."""
        weights = {name: getattr(self, slot) for name, slot in self._slots.items()}
        found: Tensor = self._function(z, {**weights, self._data: x})
        return found
