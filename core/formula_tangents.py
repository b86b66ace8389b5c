"""Forward sensitivities along the steps of a formula, in numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .array_derivatives import ArrayDerivatives
from .deferred import deferred
from .discrete_adjoint import linear_steps
from .exact_steps import exact_step
from .formula_adjoint import bound_formula, differentiates_by_hand
from .formula_field import FormulaField
from .gradient_method import Backward, ByHand, Cotangent, SolvedTrajectory
from .implicit_tableau import ImplicitTableau
from .linear_steps import Begun
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
else:
    torch = deferred("torch")


class _Followed(NamedTuple):
    """Where B trajectories end, (B, n), their derivatives (B, n, P + n) by the parameters and the start, and how many
    equations had no solution."""

    z: Float[np.ndarray, "B n"]
    tangents: Float[np.ndarray, "B n P"]
    unsolved: int


def formula_tangents(
    field: VectorField, device: str, dtype: str, check: Callable[[], None] = lambda: None
) -> ByHand | None:
    """What `ForwardSensitivity` may use where the loss takes ends alone: of a formula in float64 on the processor; else
    None. check: asked often."""
    if not differentiates_by_hand(field, device, dtype):
        return None

    def made(solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward | None:
        bound = bound_formula(field, solve, inputs) if solve.at is None else None
        return None if bound is None else _backward(solve, cotangent, inputs, bound, check)

    return made


def _backward(
    solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs, bound: FormulaField, check: Callable[[], None]
) -> Backward:
    field, names = ArrayDerivatives(bound, check), tuple(inputs)
    found = _followed(solve, field, names)
    implicit = isinstance(solve.method, ImplicitTableau)
    z = torch.from_numpy(found.z) if implicit else solve.z  # explicit steps are those of the run
    shares = np.einsum("bn,bnp->bp", cotangent(z).detach().numpy(), found.tangents)
    by_inputs = zip(names, torch.as_tensor(shares[:, : len(names)].sum(axis=0)), strict=True)
    return Backward(
        at=z,
        grads={**dict(by_inputs), "start": torch.as_tensor(shares[:, len(names) :])},
        evaluations=round(field.calls / len(found.z)),
        products=round(field.products / len(found.z)),
        held_bytes=found.tangents.nbytes + _step_bytes(solve, len(names)),
        note=f"{found.unsolved} equations of implicit steps could not be solved to rounding" if found.unsolved else "",
    )


def _step_bytes(solve: SolvedTrajectory, count: int) -> int:
    """Of one step's stages, their Jacobians, and a share for every row of the state."""
    rows, size = solve.start.shape
    return 8 * rows * solve.method.stages * (size + size * size + size * (size + count))


def _followed(solve: SolvedTrajectory, field: ArrayDerivatives, names: tuple[str, ...]) -> _Followed:
    """S1 = (dz1/dz0) S + dz1/dp, step by step, all trajectories side by side."""
    method, steps = solve.method, solve.kept("forward_sensitivity").steps()
    z, size = solve.start.double().numpy().copy(), solve.start.shape[1]
    tangents = np.zeros((len(z), size, len(names) + size))
    tangents[:, :, len(names) :] = np.eye(size)
    counts = np.bincount(steps.sample, minlength=len(z))
    first, unsolved = np.cumsum(counts) - counts, 0
    with np.errstate(all="ignore"):
        for step in range(int(counts.max(initial=0))):
            mates = np.flatnonzero(counts > step)
            rows = first[mates] + step
            width = steps.t1[rows] - steps.t0[rows]
            if isinstance(method, ImplicitTableau):
                z1, stages, solved = exact_step(
                    field, method, Begun(steps.t0[rows], width, z[mates], steps.stages[rows])
                )
                unsolved += int((~solved).sum())
            else:
                z[mates], z1, stages = steps.z0[rows], steps.z1[rows], steps.stages[rows]
            linear = linear_steps(field, method, Begun(steps.t0[rows], width, z[mates], stages))
            units = np.broadcast_to(np.eye(size), (len(rows), size, size))
            matrix, shares = linear.back(units, None)
            moved = matrix @ tangents[mates]
            if names:
                columns = [linear.by_parameters(shares[:, row], names) for row in range(size)]
                moved[:, :, : len(names)] += np.stack(columns, axis=1)
            tangents[mates], z[mates] = moved, z1
    return _Followed(z, tangents, unsolved)
