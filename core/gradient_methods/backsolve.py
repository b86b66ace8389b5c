"""The continuous adjoint, solved backward together with the state: optimise, then discretise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from ..adjoint_products import TorchProducts, summed_in_parts
from ..adjoint_stops import Stop, adjoint_stops, failed_back, rows_back
from ..array_library import placed
from ..backward_record import BackwardRecord
from ..continuous_adjoint import ContinuousAdjoint
from ..deferred import deferred
from ..followed import Followed
from ..gradient_method import Backward, Cotangent, SolvedTrajectory
from ..outcome import Outcome
from ..parameter import Choice, Range
from ..remaining_budget import RemainingBudget
from ..stage_points import stage_points
from ..telemetry import host
from ..vector_jacobian import Inputs, detached
from ..way_back import explicit_way_back

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_NORMS = ("full", "seminorm")
_TRUSTED = 1e-2
"""A backward state that misses the forward one by more than this share of 1 + its size is not to be trusted."""


@dataclass(frozen=True)
class Backsolve(ContinuousAdjoint):
    """Solves z' = f, a' = -J^T a, g' = -(df/dp)^T a from the end back to the start.

    a begins as d loss / d z(t1) and jumps by d loss / d z(t_i) at every output time t_i, where the state begins anew
    from the forward solution; at the start a is d loss / d start and g is d loss / d p. It needs no memory of the
    steps. Reversing time turns decay into growth: the state that is solved back leaves the forward one by about
    tolerance times e^(growth), and the gradient with it.
    It is solved by the method of the forward run where that is an explicit Runge-Kutta method, else by Dormand and
    Prince's. Each number p of a formula has its g in the state, row by row, unless norm="seminorm" leaves them out:
    then, and for arrays and the weights of a module always, the error of g does not steer the steps, and g is what the
    method makes of it from their stages.
    evaluations: of the augmented field at most, in all. checkpoints: so many forward states are kept, evenly spread
    over the span, and at each the state begins anew; gap is the largest that is seen where it does.
    """

    evaluations: Annotated[int, Range(10, 10_000_000, log=True, help="backward evaluations at most")] = 20_000
    norm: Annotated[str, Choice(_NORMS, help="whether the errors of g count in the control of the steps")] = "full"
    checkpoints: Annotated[int, Range(0, 10_000, help="forward states from which the way back begins anew")] = 0

    name: ClassVar[str] = "backsolve"
    title: ClassVar[str] = "continuous adjoint"
    citation: ClassVar[str] = (
        "L. S. Pontryagin et al., The Mathematical Theory of Optimal Processes, 1962; "
        "R. T. Q. Chen et al., Neural ordinary differential equations, NeurIPS 31 (2018); seminorm: P. Kidger et al., "
        '"Hey, that\'s not an ODE", ICML 2021 (arXiv:2009.09457)'
    )
    help: ClassVar[str] = "Solves state and adjoint backward with no memory; wrong where the reversed flow grows."

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times and checkpoints, the last first."""
        stops = adjoint_stops(solve, cotangent(solve.z), self.checkpoints)
        sweep = _Sweep(self, solve, detached(inputs))
        for before, stop in zip(stops[-2::-1], stops[:0:-1], strict=True):
            sweep.adjoint = sweep.adjoint + stop.jump
            sweep.solve(stop, before)
        kept = sum(stop.state.nbytes for stop in stops if stop.checkpoint)
        return Backward(
            at=solve.z,
            grads={**sweep.by_inputs(), "start": sweep.adjoint + stops[0].jump},
            gap=sweep.gap,
            evaluations=sweep.calls,
            products=sweep.calls,
            held_bytes=sweep.bytes_per_state + kept,
            solved_back=sweep.record.of(len(solve.start)),
            note=sweep.note,
        )


class _Sweep:
    """The adjoint on its way back: a, g, and what was met."""

    def __init__(self, method: Backsolve, solve: SolvedTrajectory, inputs: Inputs) -> None:
        self._solve, self._inputs = solve, inputs
        self._carried = () if method.norm == "seminorm" else solve.numbers(inputs)
        self._others = tuple(name for name in inputs if name not in self._carried)
        self._tableau = explicit_way_back(solve.method)
        self._controller = solve.controller.tightened(method.tightening)
        self._products = TorchProducts(solve.f, inputs) if solve.products is None else solve.products(inputs)
        most = min(method.evaluations, solve.budget.evaluations)
        self._budget = RemainingBudget(replace(solve.budget, evaluations=most))
        self.adjoint = torch.zeros_like(solve.start)
        self._integrals = solve.start.new_zeros(len(solve.start), len(self._carried))
        self._totals = [torch.zeros_like(inputs[name]) for name in self._others]
        self.gap, self.note, self.calls = 0.0, "", 0
        self.record = BackwardRecord()

    def solve(self, stop: Stop, before: Stop) -> None:
        """From one stop back to the one before, where the forward run is known too."""
        size, span = stop.state.shape[1], (stop.t, before.t)
        rows, broken, note = rows_back(stop, self.adjoint)
        if self._budget.late:
            late = f"the backward solve {Outcome('max_time', stop.t)}"
            rows, broken, note = torch.zeros_like(rows), rows | broken, note or late
        begin = torch.cat([stop.state, self.adjoint, self._integrals], dim=1)
        first = host(begin.double())
        self.record.begin(stop.t, first[:, :size], first[:, size : 2 * size])
        end = begin.masked_fill(broken[:, None], torch.nan)
        if bool(broken.any()):
            self.gap, self.note = float("inf"), self.note or note
            self._lose()
        if bool(rows.any()):
            end[rows] = self._followed(begin[rows], span, host(rows.nonzero()[:, 0]), before.state[rows])
        self.adjoint, self._integrals = end[:, size : 2 * size], end[:, 2 * size :]

    def _followed(self, begin: Tensor, span: tuple[float, float], sample: np.ndarray, expected: Tensor) -> Tensor:
        """The ends of rows of the trajectories `sample`, whose states there are `expected`; NaN where one fails."""
        solve, size = self._solve, expected.shape[1]
        budget = self._budget.left()
        found = solve.adjoint(self._inputs, self._carried, begin, span, self._tableau, self._controller, budget)
        calls = int(found.evaluations.max())
        self.calls += calls
        self._budget.spend(calls)
        steps = found.steps
        self.record.add(sample[steps.sample], steps.t1, steps.z1[:, :size], steps.z1[:, size : 2 * size])
        failed = torch.tensor([not outcome.success for outcome in found.outcomes], device=begin.device)
        end = found.end.masked_fill(failed[:, None], torch.nan)
        self._integrate(found, bool(failed.any()))
        self._compare(found, end[:, :size], expected)
        return end

    def by_inputs(self) -> dict[str, Tensor]:
        """d loss / d p for every input p."""
        numbers = dict(zip(self._carried, self._integrals.sum(dim=0).unbind(), strict=True))
        return {**numbers, **dict(zip(self._others, self._totals, strict=True))}

    @property
    def bytes_per_state(self) -> int:
        """The size of (z, a, g), all that the method has to keep."""
        numbers = 2 * self._solve.start.numel() + self._integrals.numel()
        return int(numbers * self._solve.start.element_size()) + sum(total.nbytes for total in self._totals)

    def _integrate(self, found: Followed, failed: bool) -> None:
        """g of the inputs that are not in the state, from the stages of the accepted steps."""
        if failed:
            self._lose()
        if failed or not self._others:
            return
        times, points, weights = stage_points(self._tableau, found.steps)
        size, library, like = self._solve.start.shape[1], self._products.library, self._solve.start
        where = like.numpy() if library.is_numpy else like
        shares = -weights[:, None] * points[:, size : 2 * size]
        t, z, a = (placed(library, column, where) for column in (times, points[:, :size], shares))
        sums, calls = summed_in_parts(self._products, t, z, a, self._others)
        self._totals = [total + more for total, more in zip(self._totals, sums, strict=True)]
        self.calls += calls

    def _lose(self) -> None:
        """The integrals are no numbers any more."""
        self._totals = [torch.full_like(total, torch.nan) for total in self._totals]

    def _compare(self, found: Followed, back: Tensor, expected: Tensor) -> None:
        """Keep the largest gap, and say what is wrong."""
        for outcome in found.outcomes:
            if not outcome.success and not self.note:
                self.note = failed_back(outcome)
        gaps = (back - expected).norm(dim=1)
        self.gap = max(self.gap, float(gaps.nan_to_num(nan=float("inf")).max()))
        if not self.note and bool((gaps > _TRUSTED * (1.0 + expected.norm(dim=1))).any()):
            self.note = (
                f"the state solved backward misses the forward one by {self.gap:.3g}, so the adjoint was taken along "
                "another trajectory: do not trust this gradient"
            )


METHOD = Backsolve
