"""A torch network that is a chain of linear layers and functions of one number, told from its structure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ..deferred import deferred

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_ACTIVATIONS = {"Tanh": "tanh", "Sigmoid": "sigmoid", "ReLU": "relu", "SiLU": "silu", "Identity": "identity"}
"""Names of torch's modules without settings, and of the functions."""


@dataclass(frozen=True)
class Linear:
    """Wz + b with W (outputs, inputs); b is 0 where the layer has none."""

    inputs: int
    outputs: int


@dataclass(frozen=True)
class Outline:
    """What a network computes but for its weights: `Linear` layers and names of functions, in order."""

    layers: tuple[Linear | str, ...]

    @property
    def linear(self) -> tuple[Linear, ...]:
        """The linear layers alone."""
        return tuple(layer for layer in self.layers if isinstance(layer, Linear))

    @property
    def widest(self) -> int:
        """The most numbers between two layers."""
        return max(max(layer.inputs, layer.outputs) for layer in self.linear)

    @property
    def weights(self) -> int:
        """How many numbers the layers hold."""
        return sum((layer.inputs + 1) * layer.outputs for layer in self.linear)


@dataclass(frozen=True)
class DenseNetwork:
    """A chain with its weights, which are read anew whenever they are asked for."""

    outline: Outline
    _modules: tuple[Any, ...]

    @property
    def tensors(self) -> tuple[tuple[Tensor, Tensor | None], ...]:
        """W and b of every linear layer, the modules' own; None where a layer has no b."""
        return tuple((module.weight, module.bias) for module in self._modules)

    @property
    def dtype(self) -> str:
        """Of all weights, "float64" or another; empty where they differ."""
        found = {str(weight.dtype).removeprefix("torch.") for module in self._modules for weight in module.parameters()}
        return found.pop() if len(found) == 1 else ""

    def weights(self, dtype: str) -> list[tuple[Float[np.ndarray, "m n"], Float[np.ndarray, "m"]]]:
        """W and b of every linear layer in `dtype`."""
        found = []
        for module in self._modules:
            weight = module.weight.detach().numpy().astype(dtype)
            bias = np.zeros(len(weight)) if module.bias is None else module.bias.detach().numpy()
            found.append((weight, bias.astype(dtype)))
        return found


def dense_network(function: Callable[..., Any], size: int) -> DenseNetwork | None:
    """The chain from n = `size` numbers to n numbers that a `torch.nn.Sequential` is; None of everything else.

    A module with hooks, a subclass that may compute something else, and weights that are no plain tensors of the
    processor are something else.
    """
    layers: list[Linear | str] = []
    linear: list[Any] = []
    for module in _flattened(function):
        if module is None or not _is_plain(module):
            return None
        if type(module) is torch.nn.Linear:
            layers.append(Linear(module.in_features, module.out_features))
            linear.append(module)
        elif type(module).__name__ in _ACTIVATIONS and type(module).__module__.startswith("torch.nn."):
            layers.append(_ACTIVATIONS[type(module).__name__])
        else:
            return None
    outline = Outline(tuple(layers))
    return DenseNetwork(outline, tuple(linear)) if _fits(outline, size) else None


def _flattened(module: Any) -> Iterator[Any]:
    """The modules of nested chains one after the other; None for what is no chain."""
    if type(module) is not torch.nn.Sequential or not _is_plain(module):
        yield None
        return
    for inner in module:
        if type(inner) is torch.nn.Sequential:
            yield from _flattened(inner)
        else:
            yield inner


def _is_plain(module: Any) -> bool:
    """Whether calling the module does what its type says, and nothing beside."""
    watched = module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module)
    everywhere = torch.nn.modules.module._global_forward_hooks or torch.nn.modules.module._global_forward_pre_hooks
    weights = all(type(w) is torch.nn.Parameter and w.device.type == "cpu" for w in module.parameters(recurse=False))
    return weights and not watched and not everywhere


def _fits(outline: Outline, size: int) -> bool:
    """Whether numbers from layer to layer match, from `size` to `size`."""
    linear = outline.linear
    if not linear or linear[0].inputs != size or linear[-1].outputs != size:
        return False
    return all(first.outputs == second.inputs for first, second in pairwise(linear))
