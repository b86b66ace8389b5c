"""The solution of the adjoint equation as a sum of powers, cut off."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .adjoint_equation import AdjointEquation
from .gradient_method import Backward, FixedPointGradient, SolvedLayer
from .unit_disc import growing
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    from torch import Tensor


def damped_series(
    method: FixedPointGradient,
    solve: SolvedLayer,
    equation: AdjointEquation,
    inputs: Inputs,
    terms: int,
    damping: float,
) -> Backward:
    """The gradient with u = lambda sum_(t < terms) A^t v, A = lambda J^T + (1 - lambda) I.

    As I - A = lambda (I - J^T), its residual v + J^T u - u is A^terms v, the first term that is left out.
    """
    term, u = equation.v, damping * equation.v
    for _ in range(terms - 1):
        term = damping * equation.transposed(term) + (1.0 - damping) * term
        u = u + damping * term
    found = equation.backward(u)
    note, products = growing(method, solve, inputs, _growth(found.residual, term, equation))
    return replace(found, adjoint=None, products=found.products + products, note=found.note or note)


def _growth(residual: float, last: Tensor, equation: AdjointEquation) -> float:
    """From the last term to the first that is left out, measured by the sample that has the largest."""
    known = equation.scale > 0.0
    if not bool(known.any()):
        return 0.0
    share = float((last.norm(dim=1)[known] / equation.scale[known]).max())
    return residual / share if share else 0.0
