"""The formula language: text -> grammar -> expression tree -> checked system -> emitters."""

from __future__ import annotations

from .errors import FormulaError
from .system import Equation, Helper, ParameterDeclaration, State, System

__all__ = ["Equation", "FormulaError", "Helper", "ParameterDeclaration", "State", "System"]
