"""The formula language: text -> grammar -> expression tree -> checked system -> program -> emitters."""

from __future__ import annotations

from .array_values import array_values
from .compile_python import compile_function
from .divergence import torch_divergence, torch_jacobian
from .emit_output import array_output, output_size, torch_output
from .emit_python import (
    array_curvature,
    array_directional,
    array_entries,
    array_field,
    array_jacobian,
    array_linearised,
    array_objective,
    array_parameter_slope,
    array_time_slope,
    bound_array_field,
    python_field,
    python_statements,
)
from .emit_torch import bound_torch_field, torch_expressions, torch_field
from .errors import FormulaError
from .forcing import forcing_period
from .functions import FUNCTIONS
from .greek import GREEK
from .invariants import array_invariant, invariants_of
from .large_derivatives import array_products, dependence, has_long_vectors
from .latex import latex, latex_expression
from .layered_network import as_layers
from .mixed_noise import mixed_noise
from .mixture import MixtureForm, is_mixture, mixture_form
from .parse import parse
from .printing import to_text
from .relu_layer import preactivation_system
from .rewriting import write_values
from .system import (
    DataDeclaration,
    Equation,
    EventDeclaration,
    FlowDeclaration,
    Helper,
    ModuleCall,
    ParameterDeclaration,
    State,
    System,
    between_events,
    diffusion_of,
)
from .walk import LARGEST_UNROLLED, is_large

__all__ = [
    "FUNCTIONS",
    "GREEK",
    "LARGEST_UNROLLED",
    "DataDeclaration",
    "Equation",
    "EventDeclaration",
    "FlowDeclaration",
    "FormulaError",
    "Helper",
    "MixtureForm",
    "ModuleCall",
    "ParameterDeclaration",
    "State",
    "System",
    "array_curvature",
    "array_directional",
    "array_entries",
    "array_field",
    "array_invariant",
    "array_jacobian",
    "array_linearised",
    "array_objective",
    "array_output",
    "array_parameter_slope",
    "array_products",
    "array_time_slope",
    "array_values",
    "as_layers",
    "between_events",
    "bound_array_field",
    "bound_torch_field",
    "compile_function",
    "dependence",
    "diffusion_of",
    "forcing_period",
    "has_long_vectors",
    "invariants_of",
    "is_large",
    "is_mixture",
    "latex",
    "latex_expression",
    "mixed_noise",
    "mixture_form",
    "output_size",
    "parse",
    "preactivation_system",
    "python_field",
    "python_statements",
    "to_text",
    "torch_divergence",
    "torch_expressions",
    "torch_field",
    "torch_jacobian",
    "torch_output",
    "write_values",
]
