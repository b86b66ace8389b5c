"""The continuous adjoint, solved backward together with the state: optimise, then discretise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from ..deferred import deferred
from ..followed import Followed
from ..gradient_method import Backward, Cotangent, SolvedBack, SolvedTrajectory, TrajectoryGradient
from ..parameter import Range
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_TRUSTED = 1e-2
"""A backward state that misses the forward one by more than this share of 1 + its size is not to be trusted."""


@dataclass(frozen=True)
class Backsolve(TrajectoryGradient):
    """Solves z' = f, a' = -J^T a, g' = -(df/dp)^T a from the end back to the start.

    a begins as d loss / d z(t1) and jumps by d loss / d z(t_i) at every output time t_i, where the state begins anew
    from the forward solution; at the start a is d loss / d start and g is d loss / d p. It needs no memory of the
    steps. Reversing time turns decay into growth: the state that is solved back leaves the forward one by about
    tolerance times e^(growth), and the gradient with it.
    tightening: the backward tolerances are the forward ones times this; fixed steps stay as they are. evaluations:
    of the augmented field at most, in all.
    """

    tightening: Annotated[float, Range(1e-6, 1.0, log=True, help="backward over forward tolerance")] = 1.0
    evaluations: Annotated[int, Range(10, 10_000_000, log=True, help="backward evaluations at most")] = 20_000

    name: ClassVar[str] = "backsolve"
    title: ClassVar[str] = "continuous adjoint"
    citation: ClassVar[str] = (
        "L. S. Pontryagin et al., The Mathematical Theory of Optimal Processes, 1962; "
        "R. T. Q. Chen et al., Neural ordinary differential equations, NeurIPS 31 (2018)"
    )
    help: ClassVar[str] = "Solves state and adjoint backward with no memory; wrong where the reversed flow grows."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = (
        "the derivative of the differential equation, solved to the tolerances, not of the steps that were taken"
    )

    def __post_init__(self) -> None:
        if not 0.0 < self.tightening <= 1.0:
            raise ValueError(f"backsolve: tightening must lie above 0 and be at most 1, not {self.tightening}")
        if self.evaluations < 1:
            raise ValueError(f"backsolve: evaluations must be at least 1, not {self.evaluations}")

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times, the last first."""
        known = {name: value.detach() for name, value in inputs.items() if value.is_floating_point()}
        for name, value in known.items():
            if value.ndim:
                raise ValueError(f"backsolve differentiates by numbers, and {name} has the shape {tuple(value.shape)}")
        v = cotangent(solve.z)
        times, states, jumps = _observations(solve, v)
        sweep = _Sweep(self, solve, known)
        for index in range(len(times) - 1, 0, -1):
            sweep.adjoint = sweep.adjoint + jumps[index]
            sweep.solve((times[index], times[index - 1]), states[index], states[index - 1])
        return Backward(
            at=solve.z,
            grads={
                **dict(zip(known, sweep.integrals.sum(dim=0).unbind(), strict=True)),
                "start": sweep.adjoint + jumps[0],
            },
            gap=sweep.gap,
            evaluations=sweep.calls,
            products=sweep.calls,
            held_bytes=sweep.bytes_per_state,
            solved_back=tuple(sweep.solved_back(sample) for sample in range(len(solve.start))),
            note=sweep.note,
        )


def _observations(solve: SolvedTrajectory, v: Tensor) -> tuple[list[float], list[Tensor], list[Tensor]]:
    """The start and the output times with the forward states and the loss's derivatives there."""
    if solve.at is None:
        return list(solve.span), [solve.start, solve.z], [torch.zeros_like(v), v]
    times, states, jumps = solve.at.tolist(), list(solve.z.unbind(1)), list(v.unbind(1))
    if times[0] == solve.span[0]:
        return times, states, jumps
    return [solve.span[0], *times], [solve.start, *states], [torch.zeros_like(jumps[0]), *jumps]


class _Sweep:
    """The adjoint on its way back: a, g, and what was met."""

    def __init__(self, method: Backsolve, solve: SolvedTrajectory, inputs: Inputs) -> None:
        self._solve, self._inputs = solve, inputs
        self._controller = solve.controller.tightened(method.tightening)
        self._left = min(method.evaluations, solve.budget.evaluations)
        self.adjoint = torch.zeros_like(solve.start)
        self.integrals = solve.start.new_zeros(len(solve.start), len(inputs))
        self.gap, self.note, self.calls = 0.0, "", 0
        self._parts: list[tuple[float, Tensor, Tensor, Followed]] = []

    def solve(self, span: tuple[float, float], state: Tensor, expected: Tensor) -> None:
        """From `state` at span[0] back to span[1], where the forward run was at `expected`."""
        solve, size = self._solve, state.shape[1]
        begin = torch.cat([state, self.adjoint, self.integrals], dim=1)
        budget = replace(solve.budget, evaluations=max(self._left, 1))
        found = solve.adjoint(self._inputs, tuple(self._inputs), begin, span, solve.tableau, self._controller, budget)
        calls = int(found.evaluations.max())
        self.calls, self._left = self.calls + calls, self._left - calls
        self._parts.append((span[0], state, self.adjoint, found))
        failed = torch.tensor([not outcome.success for outcome in found.outcomes], device=state.device)
        end = found.end.masked_fill(failed[:, None], torch.nan)
        self.adjoint, self.integrals = end[:, size : 2 * size], end[:, 2 * size :]
        self._compare(found, end[:, :size], expected)

    @property
    def bytes_per_state(self) -> int:
        """The size of (z, a, g), all that the method has to keep."""
        numbers = 2 * self._solve.start.numel() + self.integrals.numel()
        return int(numbers * self._solve.start.element_size())

    def solved_back(self, sample: int) -> SolvedBack:
        """The accepted steps of one trajectory."""
        size = self._solve.start.shape[1]
        times, rows = [np.zeros(0)], [np.zeros((0, 2 * size))]
        for t, state, adjoint, found in self._parts:
            mine = found.steps.sample == sample
            times += [np.array([t]), found.steps.t1[mine]]
            first = torch.cat([state[sample], adjoint[sample]]).double().cpu().numpy()
            rows += [first[None], found.steps.z1[mine][:, : 2 * size]]
        table = np.concatenate(rows)
        return SolvedBack(np.concatenate(times), table[:, :size], table[:, size:])

    def _compare(self, found: Followed, back: Tensor, expected: Tensor) -> None:
        """Keep the largest gap, and say what is wrong."""
        for outcome in found.outcomes:
            if not outcome.success and not self.note:
                self.note = f"the backward solve {outcome}"
        gaps = (back - expected).norm(dim=1)
        self.gap = max(self.gap, float(gaps.nan_to_num(nan=float("inf")).max()))
        if not self.note and bool((gaps > _TRUSTED * (1.0 + expected.norm(dim=1))).any()):
            self.note = (
                f"the state solved backward misses the forward one by {self.gap:.3g}, so the adjoint was taken along "
                "another trajectory: do not trust this gradient"
            )


METHOD = Backsolve
