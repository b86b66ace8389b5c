"""The accepted steps of a solve once more, one at a time, to be differentiated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .additive_tableau import AdditiveTableau
from .array_derivatives import ArrayDerivatives
from .deferred import deferred
from .exponential_step import ExponentialMethod
from .formula_products import FormulaProducts
from .gradient_method import SolvedTrajectory
from .implicit_replay import ImplicitReplay
from .implicit_tableau import ImplicitTableau
from .integration_method import IntegrationMethod
from .replayed_outputs import ReplayedOutputs
from .reversible_step import ReversibleMethod
from .rosenbrock_tableau import RosenbrockTableau
from .splitting_method import SplittingMethod
from .stepper import Attempt, Memory
from .tableau import Tableau
from .taped_field import TapedField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")

ONE_STEP = (
    Tableau, ImplicitTableau, RosenbrockTableau, AdditiveTableau, ExponentialMethod, SplittingMethod, ReversibleMethod
)  # fmt: skip
"""Kinds of methods whose steps can be taken once more from what they carry."""
_REMEMBERING = (ExponentialMethod, ReversibleMethod)
"""Kinds whose steps hang on more than the state where they begin."""


@dataclass(frozen=True)
class Place:
    """Where a step begins: z (B, n), and what the method carries; None where it finds that again from z."""

    z: Tensor
    memory: Memory | None = None


def unrepeatable(method: IntegrationMethod) -> str | None:
    """Why the steps of `method` cannot be taken once more one by one, as a sentence with a cure, or None."""
    if isinstance(method, ONE_STEP):
        return None
    why = "whose steps hang on noise" if method.knows_noise else "whose steps hang on those before them"
    cure = "radau5" if method.stiff else "dopri5"
    return (
        f"gradients go through methods that begin anew at every step, and {method.title} is none, {why}: "
        f'take method="{cure}", or another one-step method'
    )


class StepReplay:
    """Takes the steps of `solve` once more with `inputs`, of the very sizes that were accepted.

    Explicit, Rosenbrock, additive, exponential, splitting and reversible methods compute a step again; their Jacobians
    are differentiated with it. An implicit Runge-Kutta method's stages are those of the forward run, with their
    equations solved to rounding: see `ImplicitReplay`. A trajectory that has ended stays where it is.

    Every trajectory is there `copies` times, all of them one after the other. Tensors of `inputs` are those of all; of
    `own`, (copies B,), each has a number for itself.
    outputs: the states that the loss takes. count: the number N of steps of the longest trajectory.
    Raises ValueError for a multistep or stochastic method.
    """

    def __init__(self, solve: SolvedTrajectory, inputs: Inputs, own: Inputs | None = None, copies: int = 1) -> None:
        if (refusal := unrepeatable(solve.method)) is not None:
            raise ValueError(refusal)
        recorded = _Recorded(solve, copies) if isinstance(solve.method, ImplicitTableau) else None
        solve = replace(solve, start=solve.start.repeat(copies, 1), times=np.tile(solve.times, (copies, 1)))
        self._solve, self._own, self._recorded, self._copies = solve, dict(own or {}), recorded, copies
        self._rows: Int[np.ndarray, "r"] | None = None
        self._inputs = {**inputs, **self._own}
        self.outputs = ReplayedOutputs(solve)
        self.count = solve.times.shape[1] - 1
        self._carries = isinstance(solve.method, _REMEMBERING)
        curved = not isinstance(solve.method, Tableau | ReversibleMethod | SplittingMethod)
        self._field = TapedField(self._slope, solve.system, solve.autonomous, taped=curved)
        self._detached = {name: value.detach() for name, value in self._inputs.items()}
        self._plain = TapedField(self._plain_slope, None, solve.autonomous, taped=False)
        self._implicit, self._formula = None, None
        if isinstance(solve.method, ImplicitTableau):
            self._formula = _in_numpy(solve, self._detached)
            self._implicit = ImplicitReplay(self._field, self._plain, solve.method, self._formula, copies)
        self._stepper = self._implicit or solve.method.stepper(self._field.bound, None)

    @property
    def calls(self) -> int:
        """Evaluations of f so far."""
        solved = 0 if self._formula is None else round(self._formula.calls * self._copies / len(self._solve.start))
        return self._field.calls + self._plain.calls + solved

    @property
    def products(self) -> int:
        """Products of a row with the Jacobian of f so far, beside those of a pass back along the tape."""
        solved = 0 if self._formula is None else round(self._formula.products * self._copies / len(self._solve.start))
        return self._field.products + self._plain.products + solved

    @property
    def note(self) -> str:
        """Where the equations of a step have not been solved again, so that its derivative is not exact."""
        unsolved = 0 if self._implicit is None else self._implicit.unsolved
        return f"{unsolved} equations of implicit steps could not be solved to rounding" if unsolved else ""

    def first(self, start: Float[Tensor, "B n"]) -> Place:
        """Where the first step begins."""
        return Place(start, self._stepper.open(self._times(0, None), start, None) if self._carries else None)

    def step(self, index: int, place: Place) -> tuple[Place, Tensor | None]:
        """Where the step `index` from `place` ends, and the states (m, n) at output times that it gives, None: none.

        On the tape, and with the tangents, of `place` and the inputs.
        """
        rows = self._moving(index)
        here = place if rows is None else _rows_of(place, rows)
        self._rows = rows
        made = self._made(index, rows, here)
        outputs = self.outputs.of_step(index, rows, here.z, made.z1, made.stages)
        if rows is None:
            return Place(made.z1, made.memory), outputs
        known = made.memory if place.memory is None else place.memory
        memory = tuple(
            _replaced(old if place.memory is not None else None, new, rows, len(place.z))
            for old, new in zip(known, made.memory, strict=True)
        )
        return Place(_replaced(place.z, made.z1, rows, len(place.z)), memory), outputs

    def undone(self, index: int, place: Place) -> Place:
        """Where the step `index` of a reversible method began that ended at `place`: it is the same step with -h."""
        rows = self._moving(index)
        here = place if rows is None else _rows_of(place, rows)
        self._rows = rows
        t0, t1 = self._times(index, rows), self._times(index + 1, rows)
        made = self._stepper.step(t1, t0 - t1, here.z, here.memory or ())
        if rows is None:
            return Place(made.z1, made.memory)
        pairs = zip((place.z, *(place.memory or ())), (made.z1, *made.memory), strict=True)
        z, *memory = (_replaced(old, new, rows, len(place.z)) for old, new in pairs)
        return Place(z, tuple(memory))

    def saved(self, place: Place) -> tuple[Tensor, ...]:
        """All that determines the rest of the trajectory."""
        return (place.z, *(place.memory or ())) if self._carries else (place.z,)

    def restored(self, saved: tuple[Tensor, ...]) -> Place:
        """The place again."""
        return Place(saved[0], saved[1:] if self._carries else None)

    def _made(self, index: int, rows: Int[np.ndarray, "r"] | None, here: Place) -> Attempt:
        t, t1 = self._times(index, rows), self._times(index + 1, rows)
        memory = self._stepper.open(t, here.z, None) if here.memory is None else here.memory
        if self._recorded is not None and self._implicit is not None:
            self._implicit.guess = self._recorded.slopes(index, rows)
        h = _shared_size(self._solve, index, rows) if isinstance(self._solve.method, Tableau) else None
        return self._stepper.step(t, t1 - t if h is None else h, here.z, memory)

    def _moving(self, index: int) -> Int[np.ndarray, "r"] | None:
        """The trajectories that have not ended; None: all of them."""
        moves = self._solve.times[:, index] != self._solve.times[:, index + 1]
        return None if moves.all() else np.flatnonzero(moves)

    def _times(self, index: int, rows: Int[np.ndarray, "r"] | None) -> Tensor:
        column = self._solve.times[:, index] if rows is None else self._solve.times[rows, index]
        return torch.as_tensor(column, device=self._solve.start.device)

    def _of_rows(self, inputs: Inputs, count: int) -> Inputs:
        """`inputs`, of `own` only the numbers of the trajectories under way, for each of their stages: count rows."""
        if not self._own:
            return inputs
        found = dict(inputs)
        for name in self._own:
            value = found[name] if self._rows is None else found[name][self._rows]
            found[name] = value.repeat_interleave(count // len(value))
        return found

    def _slope(self, t: Tensor, z: Tensor) -> Tensor:
        return self._solve.f(t, z, self._of_rows(self._inputs, len(z)))

    def _plain_slope(self, t: Tensor, z: Tensor) -> Tensor:
        return self._solve.f(t, z, self._of_rows(self._detached, len(z)))


def _in_numpy(solve: SolvedTrajectory, inputs: Inputs) -> ArrayDerivatives | None:
    """The field, where it is a formula and every trajectory has the same numbers; else None."""
    if solve.products is None or not all(bool((value == value.reshape(-1)[0]).all()) for value in inputs.values()):
        return None
    products = solve.products({name: value.reshape(-1)[0] for name, value in inputs.items()})
    return ArrayDerivatives(products.field) if isinstance(products, FormulaProducts) else None


class _Recorded:
    """The slopes of the forward run's stages, where they were kept."""

    def __init__(self, solve: SolvedTrajectory, copies: int) -> None:
        self._like, self._stages = solve.start, None
        if solve.dense is None:
            return
        steps = solve.dense.steps()
        counts = np.bincount(steps.sample, minlength=len(solve.start))
        if np.array_equal(counts, (np.diff(solve.times, axis=1) != 0.0).sum(axis=1)):  # not of another run
            self._stages, self._first = steps.stages, np.tile(np.cumsum(counts) - counts, copies)

    def slopes(self, index: int, rows: Int[np.ndarray, "r"] | None) -> Float[Tensor, "r s n"] | None:
        """Of the step `index` of those trajectories."""
        if self._stages is None:
            return None
        first = self._first if rows is None else self._first[rows]
        return torch.as_tensor(self._stages[first + index], dtype=self._like.dtype, device=self._like.device)


def _shared_size(solve: SolvedTrajectory, index: int, rows: Int[np.ndarray, "r"] | None) -> float | None:
    """One number where all have the same, of which a tape keeps nothing; else None."""
    begin, end = (solve.times[:, place] if rows is None else solve.times[rows, place] for place in (index, index + 1))
    sizes = end - begin
    return float(sizes[0]) if bool((sizes == sizes[0]).all()) else None


def _rows_of(place: Place, rows: Int[np.ndarray, "r"]) -> Place:
    memory = None if place.memory is None else tuple(array[rows] for array in place.memory)
    return Place(place.z[rows], memory)


def _replaced(old: Tensor | None, new: Tensor, rows: Int[np.ndarray, "r"], count: int) -> Tensor:
    """`new` in the rows `rows` of `old`; None: of zeros, where nobody looks."""
    if old is None:
        old = new.new_zeros(count, *new.shape[1:])
    return old.index_copy(0, torch.as_tensor(rows, device=new.device), new)
