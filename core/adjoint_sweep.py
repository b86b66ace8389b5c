"""The continuous adjoint solved backward along the forward solution that was kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .adjoint_products import TorchProducts, summed_in_parts
from .adjoint_stops import Stop, adjoint_stops, failed_back, rows_back
from .array_library import placed
from .backward_record import BackwardRecord
from .bound_field import BoundField
from .deferred import deferred
from .follow import follow_field
from .followed import Followed
from .gradient_method import Backward, Cotangent, SolvedTrajectory
from .outcome import Outcome
from .piecewise_gauss import gauss_nodes
from .remaining_budget import RemainingBudget
from .row_label import labels, samples
from .states_between import StatesBetween
from .telemetry import host
from .vector_jacobian import Inputs
from .way_back import way_back

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


class AdjointSweep:
    """a' = -J(t, z(t))^T a and g' = -(df/dp)^T a for the numbers p named in `carried`, z(t) being the dense output.

    Nothing is solved twice, so nothing that the reversed flow does to z matters. A row of the state is (a, g, label).
    who: names the method where it cannot begin. tightening: the tolerances are the forward ones times this.
    """

    def __init__(
        self, who: str, solve: SolvedTrajectory, inputs: Inputs, carried: Sequence[str], tightening: float
    ) -> None:
        self._solve, self._inputs, self._carried = solve, inputs, tuple(carried)
        self._size, self._count = solve.start.shape[1], len(solve.start)
        self._products = TorchProducts(solve.f, inputs) if solve.products is None else solve.products(inputs)
        self._library = library = self._products.library
        self._like = solve.start.numpy() if library.is_numpy else solve.start
        self._exact = library.cast(self._like, library.module.float64)
        self._forward = solve.kept(who).steps()
        self._states = StatesBetween(solve.method, self._forward, solve.span, self._count, library, self._like)
        self._method = way_back(solve.method)
        width = self._size + len(self._carried)
        # the label has no error, and is one of the components over which the error is averaged
        self._controller = solve.controller.tightened(tightening * (width / (width + 1.0)) ** 0.5)
        self._budget = RemainingBudget(solve.budget)
        self._parts: list[tuple[tuple[float, float], Followed]] = []
        self._record = BackwardRecord()
        self._adjoint = torch.zeros_like(solve.start)
        self._integrals = solve.start.new_zeros(self._count, width - self._size)
        self._calls, self._note, self._failed = 0, "", False

    def backward(self, cotangent: Cotangent) -> Backward:
        """From the end to the start; g of the inputs that are not carried is an integral when a is known."""
        stops = adjoint_stops(self._solve, cotangent(self._solve.z))
        for before, stop in zip(stops[-2::-1], stops[:0:-1], strict=True):
            self._adjoint = self._adjoint + stop.jump
            self._solve_back(stop, before)
        others = [name for name in self._inputs if name not in self._carried]
        return Backward(
            at=self._solve.z,
            grads={
                **dict(zip(self._carried, self._integrals.sum(dim=0).unbind(), strict=True)),
                **dict(zip(others, self._integral(others), strict=True)),
                "start": self._adjoint + stops[0].jump,
            },
            evaluations=self._calls,
            products=self._calls,
            held_bytes=self._held_bytes(with_adjoint=bool(others)),
            solved_back=self._record.of(self._count),
            note=self._note,
        )

    def _integral(self, names: Sequence[str]) -> list[Tensor]:
        """sum over the trajectories of the integral of (df/dp)^T a from t0 to t1, for every input p in `names`.

        By Gauss quadrature between the ends of all steps, with as many nodes as the orders of the methods ask for.
        """
        points = max(self._solve.method.order, self._method.order) // 2 + 1
        totals = [torch.zeros_like(self._inputs[name]) for name in names]
        for span, found in self._parts:
            sample, t, weight = gauss_nodes(found.steps, self._forward, points)
            place, times = self._placed(sample), placed(self._library, t, self._exact)
            shares = placed(self._library, -weight, self._like)[:, None]
            adjoint = shares * self._between(span, found)(place, times)[:, : self._size]
            sums, calls = summed_in_parts(self._products, times, self._states(place, times), adjoint, names)
            totals = [total + more for total, more in zip(totals, sums, strict=True)] if calls else totals
            self._calls += calls
        return [torch.full_like(total, torch.nan) for total in totals] if self._failed else totals

    def _held_bytes(self, *, with_adjoint: bool) -> int:
        """The forward solution, the state that is solved and, for `_integral`, the adjoint's own dense output."""
        own = sum(self._between(span, found).nbytes for span, found in self._parts) if with_adjoint else 0
        return self._states.nbytes + self._adjoint.nbytes + self._integrals.nbytes + own

    def _solve_back(self, stop: Stop, before: Stop) -> None:
        """From one stop to the one before it, every trajectory that came so far."""
        size, span = self._size, (stop.t, before.t)
        rows, broken, note = rows_back(stop, self._adjoint)
        if self._budget.late:
            late = f"the backward solve {Outcome('max_time', stop.t)}"
            rows, broken, note = torch.zeros_like(rows), rows | broken, note or late
        self._fail(broken, note)
        everyone = np.arange(self._count)
        self._record.begin(stop.t, self._along(everyone, np.full(self._count, stop.t)), host(self._adjoint.double()))
        label = torch.as_tensor(labels(self._library, self._like)).to(self._adjoint)
        end = torch.cat([self._adjoint, self._integrals, label], dim=1).masked_fill(broken[:, None], torch.nan)
        if bool(rows.any()):
            end[rows] = self._followed(end[rows], span, host(rows.nonzero()[:, 0]))
        self._adjoint, self._integrals = end[:, :size], end[:, size:-1]

    def _followed(self, begin: Tensor, span: tuple[float, float], sample: np.ndarray) -> Tensor:
        """The ends of rows of the trajectories `sample`, NaN where one is not come to; the steps are kept."""
        field = BoundField(self._library, self._slope, self._jacobian)
        found = follow_field(field, begin, span, self._method, self._controller, self._budget.left())
        calls = int(found.evaluations.max())
        self._calls += calls
        self._budget.spend(calls)
        steps = found.steps._replace(sample=sample[found.steps.sample])
        self._parts.append((span, replace(found, steps=steps)))
        self._record.add(steps.sample, steps.t1, self._along(steps.sample, steps.t1), steps.z1[:, : self._size])
        failures = [outcome for outcome in found.outcomes if not outcome.success]
        failed = torch.tensor([not outcome.success for outcome in found.outcomes], device=begin.device)
        self._fail(failed, failed_back(failures[0]) if failures else "")
        return found.end.masked_fill(failed[:, None], torch.nan)

    def _fail(self, rows: Tensor, note: str) -> None:
        """Remember that rows have no gradient, where there are any, and why the first of them."""
        self._failed = self._failed or bool(rows.any())
        self._note = self._note or note

    def _slope(self, t: Any, y: Any) -> Any:
        """(a', g', 0) for t (L,) and y (L, m)."""
        library, size = self._library, self._size
        z = self._states(samples(library, y[:, -1]), t)
        _, products = self._products.rows(t, z, y[:, :size], self._carried)
        return library.concatenate([-products, library.full_like(y[:, -1:], 0.0)], axis=1)

    def _jacobian(self, t: Any, y: Any) -> Any:
        """d(a', g', 0)/dy (L, m, m): the slope is linear in a, so that its columns are slopes themselves."""
        library, size, count = self._library, self._size, len(y)
        z = self._states(samples(library, y[:, -1]), t)
        unit = library.eye(size, z)
        units = library.concatenate([unit[place][None] + library.full_like(z, 0.0) for place in range(size)])
        times, states = library.concatenate([t] * size), library.concatenate([z] * size)
        _, products = self._products.rows(times, states, units, self._carried)
        matrix = library.full_like(y[:, :, None] * y[:, None], 0.0)
        matrix[:, :-1, :size] = -products.reshape(size, count, -1).swapaxes(0, 1).swapaxes(1, 2)
        return matrix

    def _along(self, sample: np.ndarray, t: np.ndarray) -> np.ndarray:
        """The forward solution at times of trajectories, on the host."""
        return self._library.host(self._states(self._placed(sample), placed(self._library, t, self._exact)))

    def _between(self, span: tuple[float, float], found: Followed) -> StatesBetween:
        return StatesBetween(self._method, found.steps, span, self._count, self._library, self._like)

    def _placed(self, sample: np.ndarray) -> Any:
        """Numbers of trajectories as an array of the library."""
        numbers = placed(self._library, sample.astype("float64"), self._exact)
        return self._library.cast(numbers, self._library.module.int64)
