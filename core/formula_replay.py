"""The accepted steps of a formula once more, one at a time, forward and back without a tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .array_derivatives import ArrayDerivatives
from .array_library import NUMPY
from .bound_field import BoundField
from .deferred import deferred
from .dense_output import AcceptedSteps
from .discrete_adjoint import linear_steps
from .exact_steps import exact_step
from .formula_adjoint import bound_formula, differentiates_by_hand
from .formula_field import FormulaField
from .gradient_method import SolvedTrajectory
from .implicit_tableau import ImplicitTableau
from .linear_steps import Begun
from .output_jumps import OutputJumps, output_jumps
from .replayed_outputs import ReplayedOutputs
from .step_replay import Place
from .vector_field import VectorField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class FormulaReplay:
    """What `StepReplay` and `StepSweep` are to a tape, in numpy: the same steps, of the very sizes that were accepted,
    and the equations of implicit ones solved to rounding.

    count: the steps of the longest trajectory. calls: of f, products: of a row with its Jacobian, so far.
    """

    def __init__(
        self, solve: SolvedTrajectory, field: FormulaField, names: tuple[str, ...], check: Callable[[], None]
    ) -> None:
        self._solve, self._names = solve, names
        self._field = ArrayDerivatives(field, check)
        time_slope = None if field.autonomous else field.time_slope()
        bound = BoundField(NUMPY, self._field.slope, self._field.jacobian, field.system, time_slope)
        self._stepper = solve.method.stepper(bound, None)
        self.outputs = ReplayedOutputs(solve)
        self.count = solve.times.shape[1] - 1
        self._recorded = solve.dense.steps() if solve.dense is not None else None
        counts = (np.diff(solve.times, axis=1) != 0.0).sum(axis=1)
        self._first = np.cumsum(counts) - counts
        self._v: np.ndarray | None = None
        self._a = np.zeros(tuple(solve.start.shape))
        self._gradients = np.zeros(len(names))
        self._begun: tuple[np.ndarray, Begun] | None = None
        self.unsolved = self.step_bytes = 0

    @property
    def calls(self) -> int:
        """As many as trajectories side by side share."""
        return round(self._field.calls / len(self._a))

    @property
    def products(self) -> int:
        """The same."""
        return round(self._field.products / len(self._a))

    @property
    def note(self) -> str:
        """Where the equations of a step have not been solved again."""
        return f"{self.unsolved} steps could not be solved to rounding" if self.unsolved else ""

    def first(self, start: Float[Tensor, "B n"]) -> Place:
        """Where the first step begins."""
        return Place(start)

    def saved(self, place: Place) -> tuple[Tensor, ...]:
        """All that determines the rest of the trajectory."""
        return (place.z,)

    def restored(self, saved: tuple[Tensor, ...]) -> Place:
        """The place again."""
        return Place(saved[0])

    def step(self, index: int, place: Place) -> tuple[Place, Tensor | None]:
        """Where the step `index` from `place` ends, and the states (m, n) at output times that it gives, None: none."""
        rows, begun, z1 = self._taken(index, place)
        moved = None if len(rows) == len(self._a) else rows
        arrays = (torch.from_numpy(array) for array in (begun.z0, z1, begun.stages))
        outputs = self.outputs.of_step(index, moved, *arrays)
        z = z1 if moved is None else place.z.numpy().copy()
        z[rows] = z1
        return Place(torch.from_numpy(z)), outputs

    def take(self, index: int, place: Place) -> Tensor | None:
        """The step `index` from `place`, kept for the way back: the states at output times that it gives."""
        _, outputs = self.step(index, place)
        return outputs

    def begin(self, v: Tensor) -> None:
        """v: d loss / d z, of the shape of the loss's states."""
        self._v = v.detach().double().numpy()
        if self._solve.at is None:
            self._a = self._v.copy()

    def back(self, index: int, place: Place) -> None:
        """Over the step `index`, which begins at `place`; what is kept of it already is used."""
        rows, begun = self._begun or self._taken(index, place)[:2]
        self._begun = None
        jumps = self._jumps(index, rows, begun)
        with np.errstate(over="ignore", invalid="ignore"):
            linear = linear_steps(self._field, self._solve.method, begun)
            ends = self._a[rows] if jumps is None else self._a[rows] + jumps.z1
            a, shares = linear.back(ends[:, None], None if jumps is None else jumps.stages[:, None])
            self._a[rows] = a[:, 0] if jumps is None else a[:, 0] + jumps.z0
            if self._names:
                self._gradients += linear.by_parameters(shares[:, 0], self._names).sum(axis=0)
        size = begun.stages.shape[2]
        self.step_bytes = max(self.step_bytes, begun.stages.nbytes * (4 + size) + begun.z0.nbytes)

    def start(self, start: Float[Tensor, "B n"]) -> dict[str, Tensor]:
        """The gradients of the inputs, and as "start" (B, n) that of the start."""
        assert self._v is not None
        at = self._solve.at
        first = self._a + self._v[:, 0] if at is not None and at[0] == self._solve.span[0] else self._a
        numbers = zip(self._names, torch.as_tensor(self._gradients), strict=True)
        return {**dict(numbers), "start": torch.as_tensor(first).to(start)}

    def _taken(self, index: int, place: Place) -> tuple[np.ndarray, Begun, np.ndarray]:
        times, method = self._solve.times, self._solve.method
        rows = np.flatnonzero(times[:, index] != times[:, index + 1])
        t0, z0 = times[rows, index], place.z.numpy()[rows]
        h = times[rows, index + 1] - t0
        with np.errstate(all="ignore"):
            if isinstance(method, ImplicitTableau):
                assert self._recorded is not None
                begun = Begun(t0, h, z0, self._recorded.stages[self._first[rows] + index])
                z1, stages, solved = exact_step(self._field, method, begun)
                self.unsolved += int((~solved).sum())
            else:
                made = self._stepper.step(t0, h, z0, self._stepper.open(t0, z0, None))
                z1, stages = made.z1, made.stages
        begun = Begun(t0, h, z0, stages)
        self._begun = rows, begun
        return rows, begun, z1

    def _jumps(self, index: int, rows: np.ndarray, begun: Begun) -> OutputJumps | None:
        """What the loss sees inside the step."""
        solve = self._solve
        if solve.at is None or self._v is None:
            return None
        nothing = np.empty_like(begun.z0)
        step = AcceptedSteps(rows, begun.t0, solve.times[rows, index + 1], begun.z0, nothing, begun.stages)
        return output_jumps(solve.method, step, solve.at, solve.span, self._v)


def formula_one_by_one(
    field: VectorField, device: str, dtype: str, check: Callable[[], None] = lambda: None
) -> Callable[[SolvedTrajectory, Inputs], FormulaReplay | None] | None:
    """Makes a `FormulaReplay` of a solve: of a formula in float64 on the processor; else None. check: asked often."""
    if not differentiates_by_hand(field, device, dtype):
        return None

    def made(solve: SolvedTrajectory, inputs: Inputs) -> FormulaReplay | None:
        bound = bound_formula(field, solve, inputs)
        return None if bound is None else FormulaReplay(solve, bound, tuple(inputs), check)

    return made
