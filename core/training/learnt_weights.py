"""The learnt tensors of a text as parameters of torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..archive import LONGEST_NAME, MOST_TENSORS
from ..deferred import deferred
from ..language import System
from ..stored_tensor import MOST_NUMBERS, StoredTensor

if TYPE_CHECKING:
    import torch

    from ..experiment import Experiment
    from ..module_layer import ModuleLayer
else:
    torch = deferred("torch")


def learnt_weights(
    system: System,
    experiment: Experiment,
    given: Mapping[str, StoredTensor] | None = None,
    module: ModuleLayer | None = None,
) -> dict[str, torch.nn.Parameter]:
    """The learnt tensors as parameters of the experiment's dtype and device; given: in place of the text's. module: the
    layer of a text whose Python file learns, with its own parameters behind those of the text.

    Raises ValueError where there are none, or more than a document keeps.
    """
    if not system.learns:
        cure = "write one as learn W = uniform(8, 2, seed 1)"
        if system.module is not None:
            cure += f', or learn {system.module.name} = module "{system.module.file}" for all of the file\'s'
        raise ValueError(f"the text has no weights to learn: {cure}")
    known = {item.name: item.tensor for item in system.data}
    begin: dict[str, Any] = {name: (given or known)[name].array() for name in system.learnt}
    own = {} if module is None else module.learnt
    begin |= {name: given[name].array() if given else weight for name, weight in own.items()}
    _check_room(own, len(begin))
    return {name: _parameter(value, experiment) for name, value in begin.items()}


def _parameter(value: Any, experiment: Experiment) -> torch.nn.Parameter:
    own = value.clone() if isinstance(value, torch.Tensor) else torch.tensor(value)
    return torch.nn.Parameter(own.to(experiment.device, getattr(torch, experiment.dtype)))


def _check_room(own: Mapping[str, Any], count: int) -> None:
    """Raises ValueError where a document could not be opened again with these weights of a Python file in it."""
    if own and count > MOST_TENSORS:
        raise ValueError(f"{count} weights are to be learnt, and a document keeps {MOST_TENSORS} at most")
    for name, weight in own.items():
        if len(name) > LONGEST_NAME:
            raise ValueError(f"the weight {name} has a longer name than a document keeps ({LONGEST_NAME} letters)")
        if weight.numel() > MOST_NUMBERS:
            raise ValueError(f"{name} has {weight.numel():,} numbers, and a document keeps {MOST_NUMBERS:,} at most")
