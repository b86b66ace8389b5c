"""Tangents along the steps of the solver, one for every number: forward sensitivities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..integration_method import IntegrationMethod
from ..parameter import Range
from ..step_replay import StepReplay, unrepeatable
from ..tableau import Tableau
from ..tangent_rows import with_tangents
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

forward_ad: Any = deferred("torch.autograd.forward_ad")


@dataclass(frozen=True)
class ForwardSensitivity(TrajectoryGradient):
    """d z / d p along the trajectory: S' = f_z S + f_p, S = I for a component of the start and 0 for an input.

    The accepted steps are taken once more in forward-mode differentiation, so that S is the exact derivative of the
    numbers that the solver computed, as `discrete`'s is: d loss / d p = sum v S with v = d loss / d z. It needs no
    tape, and memory and work hang on the number P of columns: the start's n and one for every number of the inputs.
    A formula has dz1/dz0 and dz1/dp of every step from its own derivatives, where the loss takes the end alone; else
    numbers of a formula and the start are followed at once, as P copies of every trajectory; every element of an
    array, or of a module's weights, goes along the trajectories once more.
    columns: P at most; more are refused with a ValueError, since a pass back costs the same for any P.
    """

    columns: Annotated[int, Range(1, 10_000, log=True, help="numbers to differentiate by, at most")] = 64

    name: ClassVar[str] = "forward_sensitivity"
    title: ClassVar[str] = "forward sensitivities"
    citation: ClassVar[str] = (
        "E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I, 1993, I.14; "
        "R. P. Dickinson, R. J. Gelinas, J. Comput. Phys. 21 (1976) 123"
    )
    help: ClassVar[str] = "Follows one tangent per number forward, with no tape; exact, and for few numbers."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def refusal(self, method: IntegrationMethod) -> str | None:
        """Of multistep and stochastic methods."""
        return unrepeatable(method)

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One pass forward for all numbers, and one more for every element of an array or of a module's weights."""
        known = {name: value.detach() for name, value in inputs.items() if value.is_floating_point()}
        self._refuse_many(solve, known)
        if solve.tangents is not None and (backward := solve.tangents(solve, cotangent, known)) is not None:
            return backward
        tangents = _Tangents(solve, {**inputs, **known})
        numbers = solve.numbers(known)
        z, columns = tangents.of_numbers(numbers)
        v = cotangent(z)
        shares = _shares(columns, v)
        size = solve.start.shape[1]
        grads = dict(zip(numbers, shares[size:].flatten(1).sum(dim=1).unbind(), strict=True))
        for name, value in known.items():
            if name not in numbers:
                elements = [_shares(tangents.of_element(name, place), v).sum() for place in range(value.numel())]
                grads[name] = torch.stack(elements).reshape(value.shape)
        start = shares[:size].flatten(2).sum(dim=2).T
        return Backward(
            at=z,
            grads={**grads, "start": start},
            evaluations=tangents.calls,
            products=tangents.products,
            held_bytes=columns.nbytes,
            note=tangents.note,
        )

    def _refuse_many(self, solve: SolvedTrajectory, known: Inputs) -> None:
        count = solve.start.shape[1] + sum(value.numel() for value in known.values())
        if count > self.columns:
            raise ValueError(
                f"forward_sensitivity follows a tangent for each of {count} numbers here, and columns={self.columns} "
                'are its most: take "discrete" or "checkpointed", whose work does not hang on their number, or raise '
                "columns"
            )


class _Tangents:
    """Passes over the steps of a solve with tangents. calls, products: of all passes; note: what went wrong in one."""

    def __init__(self, solve: SolvedTrajectory, inputs: Inputs) -> None:
        self._solve, self._inputs = solve, inputs
        self.calls = self.products = 0
        self.note = ""

    def of_numbers(self, names: Sequence[str]) -> tuple[Tensor, Tensor]:
        """z, and its derivatives (P, *z.shape) by the components of the start, then by the inputs `names`, each ()."""
        count, size = self._solve.start.shape
        copies = size + len(names)
        units = torch.eye(copies, dtype=self._solve.start.dtype, device=self._solve.start.device)
        units = units.repeat_interleave(count, dim=1)  # which rows of all copies have which tangent
        if isinstance(self._solve.method, Tableau):
            rows = {
                name: torch.cat([self._inputs[name].expand(units.shape[1]), units[place]])
                for place, name in enumerate(names, start=size)
            }
            z, tangent = self._paired(self._solve.start.detach().repeat(copies, 1), units[:size].T, rows, {})
            return z[:count], tangent.reshape(copies, count, *z.shape[1:])
        with torch.no_grad(), forward_ad.dual_level():
            start = self._solve.start.detach().repeat(copies, 1)
            own = {
                name: forward_ad.make_dual(self._inputs[name].expand(len(start)).clone(), units[place])
                for place, name in enumerate(names, start=size)
            }
            replay = StepReplay(self._solve, self._inputs, own, copies)
            z, tangent = self._passed(replay, forward_ad.make_dual(start, units[:size].T.contiguous()))
        return z[:count], tangent.reshape(copies, count, *z.shape[1:])

    def of_element(self, name: str, place: int) -> Tensor:
        """The derivative of z by one element of an array."""
        value = self._inputs[name]
        tangent = torch.zeros(value.numel(), dtype=value.dtype, device=value.device)
        tangent[place] = 1.0
        if isinstance(self._solve.method, Tableau):
            start = self._solve.start.detach()
            return self._paired(start, torch.zeros_like(start), {}, {name: tangent.view(value.shape)})[1]
        with torch.no_grad(), forward_ad.dual_level():
            changed = {**self._inputs, name: forward_ad.make_dual(value, tangent.view(value.shape))}
            return self._passed(StepReplay(self._solve, changed), self._solve.start.detach())[1]

    def _paired(self, start: Tensor, tangent: Tensor, rows: Inputs, others: Inputs) -> tuple[Tensor, Tensor]:
        """z at the end or the output times, and its tangent, by the steps of an explicit method, which are linear but
        for f. rows: numbers and their tangents; others: tangents of arrays."""
        paired = replace(self._solve, f=with_tangents(self._solve.f, tuple(rows), others))
        copies = 2 * len(start) // len(self._solve.start)
        with torch.no_grad():
            replay = StepReplay(paired, self._inputs, rows, copies)
            z = self._followed(replay, torch.cat([start, tangent]))
        half = len(start)
        return z[:half].clone(), z[half:].clone()  # whoever keeps one of them does not keep the other

    def _passed(self, replay: StepReplay, start: Tensor) -> tuple[Tensor, Tensor]:
        """z at the end or the output times, and its tangent, both in forward mode."""
        primal, tangent = forward_ad.unpack_dual(self._followed(replay, start))
        return primal.clone(), torch.zeros_like(primal) if tangent is None else tangent.clone()

    def _followed(self, replay: StepReplay, start: Tensor) -> Tensor:
        place, states = replay.first(start), [replay.outputs.at_start(start)]
        for index in range(replay.count):
            place, found = replay.step(index, place)
            states += [] if found is None else [found]
        z = replay.outputs.together(states)
        self.calls += replay.calls
        self.products += replay.calls + replay.products
        self.note = self.note or replay.note
        return z


def _shares(tangents: Tensor, v: Tensor) -> Tensor:
    """tangents * v, 0 where v is: states that were not reached, and are NaN with their tangents, may be left out."""
    return torch.where(v == 0.0, torch.zeros_like(v), tangents * v)


METHOD = ForwardSensitivity
