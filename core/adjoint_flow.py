"""The continuous adjoint equation, followed backward in torch or, of a small formula, in Python floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .budget import Budget
from .follow import to_the_end
from .followed import Followed
from .formula_field import FormulaField
from .formula_products import formula_products
from .gradient_method import AdjointFlow, ProductsMaker, TimedFunction
from .language import System, torch_field
from .language.adjoint_system import adjoint_system
from .ode_path import choose_path, open_loop
from .problem import InitialValue
from .step_controller import StepController
from .tableau import Tableau
from .telemetry import host
from .torch_adjoint import torch_flow
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    from torch import Tensor


def adjoint_flow(field: VectorField, f: TimedFunction, device: str, dtype: str) -> AdjointFlow:
    """The quickest flow for `field`, whose function in torch is f."""
    system = _quick_formula(field, device, dtype)
    return torch_flow(f) if system is None else _formula_flow(system, parameter_values(field))


def quick_products(field: VectorField, device: str, dtype: str) -> ProductsMaker | None:
    """Makes the products of the adjoint with the derivatives of `field` in numpy, where that is quicker than torch."""
    system = _quick_formula(field, device, dtype)
    return None if system is None else formula_products(system, parameter_values(field))


def _quick_formula(field: VectorField, device: str, dtype: str) -> System | None:
    """The formula of a field whose adjoint need not be found in torch."""
    system = field.system
    if system is None or system.data or dtype != "float64" or choose_path(field, 1, "auto", device, dtype) == "torch":
        return None
    return system


def _formula_flow(system: System, values: dict[str, float]) -> AdjointFlow:
    """The adjoint is a formula itself."""

    def flow(
        inputs: Inputs,
        carried: tuple[str, ...],
        start: Tensor,
        span: tuple[float, float],
        tableau: Tableau,
        controller: StepController,
        budget: Budget,
    ) -> Followed:
        bound = {**values, **{name: float(value) for name, value in inputs.items()}}
        field = FormulaField(adjoint_system(system, carried), bound)
        problem = InitialValue(field, host(start.double()), span)
        return to_the_end(open_loop(problem, tableau, controller, budget, "python"), problem, tableau, start)

    return flow


def follows_in_numpy(field: VectorField, device: str, dtype: str) -> bool:
    """Whether `field` is a formula whose derivatives in numpy are quicker than those of torch."""
    return _quick_formula(field, device, dtype) is not None


def parameter_values(field: VectorField) -> dict[str, float]:
    """The parameters of the field by name."""
    if field.system is None:
        return {}
    return dict(zip(field.system.defaults(), field.parameters, strict=True))


def field_function(field: VectorField, values: Mapping[str, float], device: str, dtype: str) -> TimedFunction:
    """f(t, z, inputs) in torch."""
    if field.system is None:
        bound, replaced = field.torch(device, dtype), getattr(field, "with_weights", None)
        return lambda t, z, inputs: replaced(inputs)(t, z) if inputs and replaced is not None else bound(t, z)
    formula = torch_field(field.system)
    return lambda t, z, inputs: formula(t, z, {**values, **inputs})
