"""A torch module called with other weights, every one in all the places where the module uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


def called_module(module: torch.nn.Module, weights: Mapping[str, Tensor], arguments: tuple[Any, ...]) -> Any:
    """module(*arguments) with `weights` in place of its parameters of these names; afterwards it has its own again.

    A weight that several submodules share, and a submodule that stands in several places, are replaced everywhere.
    torch's own tying of weights swaps the slot of a submodule once for every name that it has, and with two it keeps
    the replacement: here every slot has one name.
    """
    known = dict(module.named_parameters(remove_duplicate=False))
    chosen = {id(known[name]): weight for name, weight in weights.items()}
    slots = {
        f"{path}.{name}" if path else name: chosen[id(parameter)]
        for path, part in module.named_modules()  # each of them once
        for name, parameter in part.named_parameters(recurse=False, remove_duplicate=False)
        if id(parameter) in chosen
    }
    return torch.func.functional_call(module, slots, arguments, tie_weights=False)
