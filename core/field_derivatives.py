"""A right-hand side together with its derivatives by the state, on torch batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .callable_field import CallableField, function_of
from .deferred import deferred
from .language import System, torch_divergence, torch_field, torch_jacobian
from .torch_callable import differentiated
from .training.formula_network import LearntTensors, moment

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class FieldDerivatives(torch.nn.Module, ABC):
    """f(t, z) of z' = f, t (B,) and z (B, n); its parameters are what f learns."""

    @abstractmethod
    def rates(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """f."""

    def products(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"], v: Float[Tensor, "K B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "K B n"]]:
        """f, and df/dz v of K directions, exact: forward mode, in which the directions share f.

        A callable with operations that know no forward mode, or no batch, is differentiated backwards.
        """

        def f(states: Tensor) -> Tensor:
            return self.rates(t, states)

        def along(direction: Tensor) -> Any:
            return torch.func.jvp(f, (z,), (direction,))

        shared: Any = (None, 0)  # f is the same along all of them
        try:
            rates, slopes = torch.func.vmap(along, out_dims=shared)(v)
        except RuntimeError:
            jacobian = differentiated(f, z, taped=torch.is_grad_enabled())
            return f(z), torch.einsum("bij,kbj->kbi", jacobian, v)
        return rates, slopes

    def divergence(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """f, and tr df/dz, exact: n products."""
        rates, jacobian = self.jacobian(t, z)
        return rates, jacobian.diagonal(dim1=1, dim2=2).sum(-1)

    def jacobian(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B n n"]]:
        """f, and df/dz, exact: n products."""
        units = torch.eye(z.shape[1], dtype=z.dtype, device=z.device)[:, None].expand(-1, *z.shape)
        rates, slopes = self.products(t, z, units)
        return rates, slopes.movedim(0, -1)


class FormulaDerivatives(LearntTensors, FieldDerivatives):
    """Of a text, whose learnt tensors are `weights`."""

    def __init__(self, system: System, values: Mapping[str, float], weights: Mapping[str, torch.nn.Parameter]) -> None:
        super().__init__(system, values, weights)
        self._function, self._divergence = torch_field(system), torch_divergence(system)
        self._jacobian = torch_jacobian(system)

    def rates(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """f."""
        return self._function(moment(t), z, self.inputs())

    def divergence(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B"]]:
        """f, and tr df/dz from the formula itself."""
        return self._divergence(moment(t), z, self.inputs())

    def jacobian(
        self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]
    ) -> tuple[Float[Tensor, "B n"], Float[Tensor, "B n n"]]:
        """f, and df/dz from the formula itself."""
        return self._jacobian(moment(t), z, self.inputs())


class CallableDerivatives(FieldDerivatives):
    """Of a torch callable: a function or a network, on states of any size."""

    def __init__(self, field: CallableField) -> None:
        super().__init__()
        function = function_of(field)
        self.module = function if isinstance(function, torch.nn.Module) else None
        self._rates = field.call

    def rates(self, t: Float[Tensor, "B"], z: Float[Tensor, "B n"]) -> Float[Tensor, "B n"]:
        """f."""
        return self._rates(t, z)
