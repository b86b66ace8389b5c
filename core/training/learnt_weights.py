"""The learnt tensors of a text as parameters of torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..deferred import deferred
from ..language import System
from ..stored_tensor import StoredTensor

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment
else:
    torch = deferred("torch")


def learnt_weights(
    system: System, experiment: Experiment, given: Mapping[str, StoredTensor] | None = None
) -> dict[str, torch.nn.Parameter]:
    """The learnt tensors as parameters of the experiment's dtype and device; given: in place of the text's.

    Raises ValueError where the text has none.
    """
    if not system.learnt:
        raise ValueError("the text has no weights to learn: write one as learn W = uniform(8, 2, seed 1)")
    known = {item.name: item.tensor for item in system.data}
    dtype = getattr(torch, experiment.dtype)
    return {
        name: torch.nn.Parameter(torch.tensor((given or known)[name].array(), dtype=dtype, device=experiment.device))
        for name in system.learnt
    }
