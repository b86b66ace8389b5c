"""How many bytes autograd keeps for a backward pass, on any device and to the byte."""

from __future__ import annotations

import weakref
from collections import Counter
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
    """Counts the tensors that tapes hold; one that is saved twice, or whose memory another one shares, counts once."""

    def __init__(self) -> None:
        self.peak = 0
        """Most bytes held at a time."""
        self._held = 0
        self._users: Counter[int] = Counter()

    def pack(self, tensor: Tensor) -> _Saved:
        """Called by autograd for every tensor that it saves."""
        storage = tensor.untyped_storage()
        key, size = storage.data_ptr(), storage.nbytes()
        if not self._users[key]:
            self._held += size
            self.peak = max(self.peak, self._held)
        self._users[key] += 1
        saved = _Saved(tensor)
        weakref.finalize(saved, self._release, key, size)
        return saved

    def _release(self, key: int, size: int) -> None:
        self._users[key] -= 1
        if not self._users[key]:
            self._held -= size


class _Saved:
    """A saved tensor: it lives as long as the tape that holds it, so that no other takes its address meanwhile."""

    __slots__ = ("__weakref__", "tensor")

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


@contextmanager
def measured_memory() -> Iterator[SavedMemory]:
    """Measure what the tapes recorded inside hold."""
    meter = SavedMemory()
    with torch.autograd.graph.saved_tensors_hooks(meter.pack, lambda saved: saved.tensor):
        yield meter
