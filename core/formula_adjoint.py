"""Backpropagation through the steps of a formula, without a tape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .adjoint_flow import follows_in_numpy, parameter_values
from .array_derivatives import ArrayDerivatives
from .deferred import deferred
from .dense_output import AcceptedSteps, DenseOutput
from .discrete_adjoint import discrete_adjoint, follows_by_hand
from .exact_steps import exact_steps
from .formula_field import FormulaField
from .gradient_method import Backward, ByHand, Cotangent, SolvedTrajectory
from .implicit_tableau import ImplicitTableau
from .output_jumps import output_jumps
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_LARGEST = 64
"""State size up to which dense Jacobians of all steps are quicker than a tape."""


def formula_by_hand(
    field: VectorField, device: str, dtype: str, check: Callable[[], None] = lambda: None
) -> ByHand | None:
    """What `Discrete` may use instead of a tape: of a formula in float64 on the processor; else None.

    check: asked often.
    """
    return _ByHand(field, check) if differentiates_by_hand(field, device, dtype) else None


@dataclass(frozen=True)
class _ByHand:
    field: VectorField
    check: Callable[[], None]

    def __call__(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward | None:
        """The gradient with respect to the start and the parameters in `inputs`."""
        bound = bound_formula(self.field, solve, inputs)
        if bound is None:
            return None
        field, steps, unsolved = ArrayDerivatives(bound, self.check), solve.kept("discrete").steps(), 0
        if isinstance(solve.method, ImplicitTableau):
            steps, unsolved = exact_steps(field, solve.method, steps, solve.start.numpy())
        at = _states(solve, steps)
        v = cotangent(at).detach().numpy()
        jumps = None if solve.at is None else output_jumps(solve.method, steps, solve.at, solve.span, v)
        ends = v if solve.at is None else np.zeros_like(v[:, 0])
        found = discrete_adjoint(field, solve.method, steps, ends, tuple(inputs), jumps)
        share = max(np.bincount(steps.sample), default=0) / max(len(steps.sample), 1)  # trajectories go side by side
        by_inputs = zip(inputs, inputs.values(), found.parameters, strict=True)
        return Backward(
            at=at,
            grads={
                **{name: value.new_tensor(x) for name, value, x in by_inputs},
                "start": torch.as_tensor(found.start),
            },
            evaluations=round(share * field.calls),
            products=round(share * field.products),
            held_bytes=found.held_bytes,
            note=f"{unsolved} steps could not be solved to rounding" if unsolved else "",
        )


def bound_formula(field: VectorField, solve: SolvedTrajectory, inputs: Inputs) -> FormulaField | None:
    """The formula with `inputs` for its parameters; None where its steps cannot be differentiated without a tape: not
    kept, not known, or not arrived, for what is not there is NaN on a tape; or by anything but numbers."""
    system, values = field.system, parameter_values(field)
    numbers = inputs.keys() <= values.keys() and not any(value.ndim for value in inputs.values())
    kept = solve.dense is not None and follows_by_hand(solve.method)
    if system is None or not (kept and numbers and bool(torch.isfinite(solve.z).all())):
        return None
    return FormulaField(system, {**values, **{name: float(value) for name, value in inputs.items()}})


def differentiates_by_hand(field: VectorField, device: str, dtype: str) -> bool:
    """Whether `field` is a formula, in float64 on the processor, whose dense Jacobians are quicker than a tape."""
    return follows_in_numpy(field, device, dtype) and field.size <= _LARGEST


def _states(solve: SolvedTrajectory, steps: AcceptedSteps) -> Tensor:
    """The solve's z, from steps that were taken once more."""
    if not isinstance(solve.method, ImplicitTableau):
        return solve.z
    starts = solve.start.numpy()
    dense = DenseOutput(solve.method, starts, solve.span)
    dense.add(steps)
    at = np.array([solve.span[1]]) if solve.at is None else solve.at
    states = torch.as_tensor(dense.at(at))
    return states[:, 0] if solve.at is None else states
