"""A text's network as torch's own layers, which are followed by compiled loops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..language import System, as_layers

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_ACTIVATIONS = {
    "tanh": torch.nn.Tanh,
    "relu": torch.nn.ReLU,
    "sigmoid": torch.nn.Sigmoid,
}


def sequential_network(system: System, weights: Mapping[str, torch.nn.Parameter]) -> torch.nn.Sequential | None:
    """The layers of a text that is W act(... act(W z + b) ...) + b of learnt tensors, which they share; None of any
    other."""
    layers = as_layers(system)
    if layers is None:
        return None
    modules: list[torch.nn.Module] = []
    for matrix, bias, activation in layers:
        if matrix not in weights or (bias is not None and bias not in weights):
            return None
        if activation is not None and activation not in _ACTIVATIONS:
            return None
        modules.append(_linear(weights[matrix], None if bias is None else weights[bias]))
        if activation is not None:
            modules.append(_ACTIVATIONS[activation]())
    return torch.nn.Sequential(*modules)


def _linear(matrix: torch.nn.Parameter, bias: torch.nn.Parameter | None) -> torch.nn.Linear:
    rows, columns = matrix.shape
    layer = torch.nn.Linear(columns, rows, bias=bias is not None, device="meta")
    layer.weight = matrix
    if bias is not None:
        layer.bias = bias
    return layer
