"""What an optimiser remembers, as the bytes of a safetensors file: read back, it goes on to the bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from safetensors.torch import load, save

from ..deferred import deferred

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_MEMORY = "memory"
"""The entry of the file's metadata that says what is made of its tensors."""


def remembered(optimiser: torch.optim.Optimizer, kind: str) -> bytes:
    """The state of `optimiser`; kind: what it is, without which nothing else takes it up."""
    tensors: dict[str, torch.Tensor] = {}
    tree = _flat(optimiser.state_dict()["state"], "", tensors)
    # one entry: several would be written in an order of their own each time
    return save(tensors, {_MEMORY: json.dumps({"optimiser": kind, "state": tree})})


def take_up(optimiser: torch.optim.Optimizer, memory: bytes, kind: str) -> bool:
    """Let `optimiser` go on from there. Whether it did: not from another kind's, nor from that of other weights."""
    if not memory:
        return False
    length = int.from_bytes(memory[:8], "little")
    told = json.loads(json.loads(memory[8 : 8 + length])["__metadata__"][_MEMORY])
    if told["optimiser"] != kind:
        return False
    state = _nested(told["state"], load(memory))
    optimiser.load_state_dict(optimiser.state_dict() | {"state": {int(place): entry for place, entry in state.items()}})
    return True


def _flat(value: Any, path: str, tensors: dict[str, torch.Tensor]) -> Any:
    """`value` with the names of its tensors in their place."""
    if isinstance(value, torch.Tensor):
        tensors[path] = value.detach().clone().contiguous()
        return {"tensor": path}
    if isinstance(value, Mapping):
        return {"map": {str(key): _flat(entry, f"{path}.{key}", tensors) for key, entry in value.items()}}
    if isinstance(value, list | tuple):
        return {"list": [_flat(entry, f"{path}.{place}", tensors) for place, entry in enumerate(value)]}
    return {"plain": value}


def _nested(tree: Mapping[str, Any], tensors: Mapping[str, torch.Tensor]) -> Any:
    ((kind, value),) = tree.items()
    if kind == "tensor":
        return tensors[value]
    if kind == "map":
        return {key: _nested(entry, tensors) for key, entry in value.items()}
    return [_nested(entry, tensors) for entry in value] if kind == "list" else value
