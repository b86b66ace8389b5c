"""The formula language: text -> grammar -> expression tree -> checked system -> program -> emitters."""

from __future__ import annotations

from .compile_python import compile_function
from .emit_python import array_field, array_jacobian, array_objective, python_field, python_statements
from .emit_torch import torch_field
from .errors import FormulaError
from .functions import FUNCTIONS
from .greek import GREEK
from .latex import latex, latex_expression
from .parse import parse
from .printing import to_text
from .rewriting import write_values
from .system import DataDeclaration, Equation, Helper, ParameterDeclaration, State, System
from .walk import LARGEST_UNROLLED

__all__ = [
    "FUNCTIONS",
    "GREEK",
    "LARGEST_UNROLLED",
    "DataDeclaration",
    "Equation",
    "FormulaError",
    "Helper",
    "ParameterDeclaration",
    "State",
    "System",
    "array_field",
    "array_jacobian",
    "array_objective",
    "compile_function",
    "latex",
    "latex_expression",
    "parse",
    "python_field",
    "python_statements",
    "to_text",
    "torch_field",
    "write_values",
]
