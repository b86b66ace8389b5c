"""How many bytes tensors take at most while something runs: what the allocator has to provide."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .deferred import deferred

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


class AllocatedMemory:
    """Counts tensors that come into being, from their first operation to their end."""

    def __init__(self) -> None:
        self.peak = 0
        """Most bytes at a time."""
        self._held = 0
        self._known: dict[int, int] = {}

    def made(self, tensor: Tensor) -> None:
        """Count the memory behind a tensor, once."""
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        self._known[key] = storage.nbytes()
        self._held += storage.nbytes()
        self.peak = max(self.peak, self._held)
        weakref.finalize(storage, self._gone, key)

    def _gone(self, key: int) -> None:
        self._held -= self._known.pop(key)


@contextmanager
def measured_allocations(device: str) -> Iterator[Callable[[], int]]:
    """Gives a function that tells the peak: by the device's own allocator where it keeps count, as CUDA's does.

    On the processor every operation is watched, which makes it slower: nothing is to be timed meanwhile. What other
    libraries allocate is not seen.
    """
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        yield lambda: int(torch.cuda.max_memory_allocated(device)) - before
        return
    memory = AllocatedMemory()
    with _watching(memory):
        yield lambda: memory.peak


def _watching(memory: AllocatedMemory) -> Any:
    """Every operation of torch on this thread, those of backward passes too."""
    from torch.utils._python_dispatch import TorchDispatchMode  # noqa: PLC0415 - a base class needs the real torch
    from torch.utils._pytree import tree_leaves  # noqa: PLC0415 - torch, which the window must not import

    class Watching(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = {
                tensor.untyped_storage()._cdata for tensor in tree_leaves(args) if isinstance(tensor, torch.Tensor)
            }
            answer = function(*args, **(kwargs or {}))
            for tensor in tree_leaves(answer):
                if isinstance(tensor, torch.Tensor) and tensor.untyped_storage()._cdata not in given:
                    memory.made(tensor)
            return answer

    return Watching()  # type: ignore[no-untyped-call]
