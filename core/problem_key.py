"""A short name for what a layer's roots hang on, to tell what was computed for one from what was for another."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from .experiment import Experiment

if TYPE_CHECKING:
    from .stored_tensor import StoredTensor


def problem_key(experiment: Experiment) -> str:
    """Equal for experiments of one text with equal values, tensors and Python files, in every process."""
    tensors = [(name, _digest(tensor)) for name, tensor in sorted(experiment.tensors.items())]
    contents = sorted((name, file.sha256) for name, file in experiment.modules.items())
    asked = (experiment.text, sorted(experiment.values.items()), tensors, contents)
    return blake2b(repr(asked).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=16)
def _digest(tensor: StoredTensor) -> str:
    head = repr((tensor.shape, tensor.dtype)).encode()
    return blake2b(head + tensor.data, digest_size=16).hexdigest()
