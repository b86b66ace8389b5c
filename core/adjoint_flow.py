"""The continuous adjoint equation, followed backward in torch or, of a small formula, in Python floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .budget import Budget
from .deferred import deferred
from .follow import follow, follow_formula
from .followed import Followed
from .formula_field import FormulaField
from .gradient_method import AdjointFlow, TimedFunction
from .language import System, torch_field
from .language.adjoint_system import adjoint_system
from .ode_path import choose_path
from .step_controller import StepController
from .tableau import Tableau
from .vector_field import VectorField
from .vector_jacobian import Inputs, gradients

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


def adjoint_flow(field: VectorField, f: TimedFunction, device: str, dtype: str) -> AdjointFlow:
    """The quickest flow for `field`, whose function in torch is f."""
    system = field.system
    if system is not None and not system.data and choose_path(field, 1, "auto", device, dtype) == "python":
        return _formula_flow(system, dict(zip(system.defaults(), field.parameters, strict=True)))
    return torch_flow(f)


def torch_flow(f: TimedFunction) -> AdjointFlow:
    """Every call is one of f and one backward pass."""

    def flow(
        inputs: Inputs,
        start: Tensor,
        span: tuple[float, float],
        tableau: Tableau,
        controller: StepController,
        budget: Budget,
    ) -> Followed:
        size = (start.shape[1] - len(inputs)) // 2

        def slope(t: Float[Tensor, "L"], y: Float[Tensor, "L m"]) -> Float[Tensor, "L m"]:
            with torch.enable_grad():
                z = y[:, :size].detach().requires_grad_()
                # every row has inputs of its own, so that its g is its own
                own = {name: value.expand(len(y)).clone().requires_grad_() for name, value in inputs.items()}
                rate = f(t, z, own)
            state, *others = gradients(rate, y[:, size : 2 * size], [z, *own.values()])
            return torch.cat([rate.detach(), -state, *(-other[:, None] for other in others)], dim=1)

        return follow(slope, start, span, tableau, controller, budget)

    return flow


def _formula_flow(system: System, values: dict[str, float]) -> AdjointFlow:
    """The adjoint is a formula itself."""

    def flow(
        inputs: Inputs,
        start: Tensor,
        span: tuple[float, float],
        tableau: Tableau,
        controller: StepController,
        budget: Budget,
    ) -> Followed:
        bound = {**values, **{name: float(value) for name, value in inputs.items()}}
        field = FormulaField(adjoint_system(system, tuple(inputs)), bound)
        return follow_formula(field, start, span, tableau, controller, budget)

    return flow


def parameter_values(field: VectorField) -> dict[str, float]:
    """The parameters of the field by name."""
    if field.system is None:
        return {}
    return dict(zip(field.system.defaults(), field.parameters, strict=True))


def field_function(field: VectorField, values: Mapping[str, float], device: str, dtype: str) -> TimedFunction:
    """f(t, z, inputs) in torch."""
    if field.system is None:
        bound = field.torch(device, dtype)
        return lambda t, z, _inputs: bound(t, z)
    formula = torch_field(field.system)
    return lambda t, z, inputs: formula(t, z, {**values, **inputs})
