"""The right-hand side of a text as a torch module, whose weights are the learnt tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from ..language import System, preactivation_system, torch_field

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class LearntTensors(torch.nn.Module):
    """Keeps the learnt tensors under their names in the text, and the text's parameter values."""

    def __init__(self, system: System, values: Mapping[str, float], weights: Mapping[str, torch.nn.Parameter]) -> None:
        super().__init__()
        self.values = {**system.defaults(), **values}
        self._learnt = tuple(weights)
        for name, weight in weights.items():
            self.register_parameter(name, weight)

    def inputs(self, **others: Any) -> dict[str, Any]:
        """What the text's function takes by name."""
        weights = {name: getattr(self, name) for name in self._learnt}  # a tenth of what a walk over the module takes
        return {**self.values, **weights, **others}


def moment(t: Float[Tensor, "B"]) -> Tensor:
    """The times of the samples (B,), or the one () that they share, told by the layout: what hangs on it alone is then
    computed once."""
    return t[0] if t.stride(0) == 0 and len(t) else t


class FieldNetwork(LearntTensors):
    """f(t, z) of a differential equation: t (B, 1), z (B, n) -> (B, n)."""

    def __init__(self, system: System, values: Mapping[str, float], weights: Mapping[str, torch.nn.Parameter]) -> None:
        super().__init__(system, values, weights)
        self._function = torch_field(system)

    def forward(self, t: Float[Tensor, "B 1"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """The slopes."""
        return self._function(moment(t[:, 0]), z, self.inputs())


class CellNetwork(LearntTensors):
    """f(z, x) of an implicit layer, x the batch data that the text calls `data`."""

    def __init__(
        self, system: System, values: Mapping[str, float], weights: Mapping[str, torch.nn.Parameter], data: str
    ) -> None:
        super().__init__(system, values, weights)
        self._function, self._data = torch_field(system), data
        inside = preactivation_system(system)
        self._inside = None if inside is None else torch_field(inside)

    @property
    def preactivation(self) -> Callable[[Tensor, Tensor], Tensor] | None:
        """h(z, x) of a layer relu(h(z, x)) with h affine in z, for splitting methods; None of another form."""
        return None if self._inside is None else self._affine

    def forward(self, z: Float[Tensor, "B n"], x: Float[Tensor, "B d"]) -> Float[Tensor, "B n"]:
        """One application of the map."""
        return self._function(0.0, z, self.inputs(**{self._data: x}))

    def _affine(self, z: Float[Tensor, "B n"], x: Float[Tensor, "B d"]) -> Float[Tensor, "B n"]:
        assert self._inside is not None
        return self._inside(0.0, z, self.inputs(**{self._data: x}))
