"""How many bytes autograd keeps for a backward pass, on any device and to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


class SavedMemory:
    """Counts the memory of the tensors that tapes hold; what several of them share counts once."""

    def __init__(self) -> None:
        self.peak = 0
        """Most bytes held at a time."""
        self._held = 0
        self._users: dict[int, int] = {}

    def pack(self, tensor: Tensor) -> _Saved:
        """Called by autograd for every tensor that it saves."""
        storage = tensor.untyped_storage()
        saved = _Saved(self, tensor, storage.data_ptr(), storage.nbytes())
        users = self._users.get(saved.key, 0)
        self._users[saved.key] = users + 1
        if not users:
            self._held += saved.size
            self.peak = max(self.peak, self._held)
        return saved

    def release(self, saved: _Saved) -> None:
        """Called when a tape is gone."""
        self._users[saved.key] -= 1
        if not self._users[saved.key]:
            self._held -= saved.size


class _Saved:
    """A saved tensor: it lives as long as the tape that holds it, so that no other takes its address meanwhile."""

    __slots__ = ("key", "memory", "size", "tensor")

    def __init__(self, memory: SavedMemory, tensor: Tensor, key: int, size: int) -> None:
        self.memory, self.tensor, self.key, self.size = memory, tensor, key, size

    def __del__(self) -> None:
        self.memory.release(self)


def _unpack(saved: _Saved) -> Tensor:
    return saved.tensor


@contextmanager
def measured_memory() -> Iterator[SavedMemory]:
    """Measure what the tapes recorded inside hold."""
    memory = SavedMemory()
    with torch.autograd.graph.saved_tensors_hooks(memory.pack, _unpack):
        yield memory
