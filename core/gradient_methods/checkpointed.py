"""Backpropagation through the steps of the solver with few states kept: binomial checkpointing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..integration_method import IntegrationMethod
from ..parameter import Range
from ..reversal_schedule import Move, checkpoints_for, reversal
from ..step_replay import StepReplay, unrepeatable
from ..step_sweep import StepSweep
from ..vector_jacobian import Inputs, leaves

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_TWICE = 2
"""How often a step is advanced over at most where nobody chose the checkpoints."""


@dataclass(frozen=True)
class Checkpointed(TrajectoryGradient):
    """The gradient of `discrete`, to rounding, with a tape of one step at a time and c states kept.

    The steps are taken without a tape, and c places among them kept; every step is then reached from the nearest
    place before it, taken on a tape and differentiated, the last step first. That advances over N <= C(c + r, c)
    steps at most r times each and r N - C(c + r, c + 1) times in all, the fewest there can be: `Backward.recomputed`.
    A formula's steps are differentiated by its own derivatives instead of a tape, where these are quicker.
    Memory: c states of B n numbers (with what exponential and reversible methods carry beside the state) and the tape
    of one step; the numbers at output times come on top, as they do for the loss.
    checkpoints: c, the start among them; 0 takes the least with which r is 2, about sqrt(2 N): memory grows like a
    root, and the work is at most that of three forward runs beside the pass back. log2 N of them would need r to
    grow with N.
    """

    checkpoints: Annotated[int, Range(0, 100_000, help="states kept; 0: so many that no step is redone over twice")] = 0

    name: ClassVar[str] = "checkpointed"
    title: ClassVar[str] = "checkpoints"
    citation: ClassVar[str] = (
        "A. Griewank, A. Walther, Algorithm 799: revolve, ACM Trans. Math. Software 26 (2000) 19; "
        "P. Stumm, A. Walther, SIAM J. Sci. Comput. 32 (2010) 836"
    )
    help: ClassVar[str] = "The same numbers as through the solver, from few kept states: steps are taken again instead."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def refusal(self, method: IntegrationMethod) -> str | None:
        """Of multistep and stochastic methods."""
        return unrepeatable(method)

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """Forward to the last step, and from there back over one step after the other."""
        tracked, start = leaves(inputs), solve.start.detach()
        made = None if solve.one_by_one is None else solve.one_by_one(solve, inputs)
        replay = StepReplay(solve, {**inputs, **tracked}) if made is None else made
        run = _Run(replay, StepSweep(replay, tracked) if made is None else made, start)
        count = self.checkpoints or checkpoints_for(replay.count, _TWICE)
        for move in reversal(replay.count, count):
            run.make(move, cotangent)
        at = run.loss_taken(cotangent)
        grads = run.sweep.start(start)
        return Backward(
            at=at,
            grads=grads,
            evaluations=replay.calls,
            products=replay.products + (run.pulled_calls if made is None else 0),
            recomputed=run.advanced,
            held_bytes=run.most_bytes + (0 if made is None else made.step_bytes),
            note=replay.note,
        )


class _Run:
    """The moves of a reversal, made.

    most_bytes: of all places that were kept at a time; advanced: steps without a tape; pulled_calls: of f on tapes.
    """

    def __init__(self, replay: Any, sweep: Any, start: Tensor) -> None:
        self._replay, self.sweep = replay, sweep
        self._kept: dict[int, tuple[Tensor, ...]] = {}
        self.most_bytes = self._held_bytes = self.advanced = self.pulled_calls = 0
        with torch.no_grad():
            self._place = replay.first(start)
            self._states = [replay.outputs.at_start(start)]
        self._at: Tensor | None = None

    def make(self, move: Move, cotangent: Cotangent) -> None:
        """One of them."""
        if move.kind == "advance":
            self._advance(move.begin, move.end)
        elif move.kind == "keep":
            self._held_bytes -= _bytes_of(self._kept.get(move.begin, ()))
            self._kept[move.begin] = self._replay.saved(self._place)
            self._held_bytes += _bytes_of(self._kept[move.begin])
            self.most_bytes = max(self.most_bytes, self._held_bytes)
        elif move.kind == "restore":
            self._place = self._replay.restored(self._kept[move.begin])
        elif move.kind == "drop":
            self._held_bytes -= _bytes_of(self._kept.pop(move.begin))
        else:
            self._reverse(move.begin, cotangent)

    def loss_taken(self, cotangent: Cotangent) -> Tensor:
        """The states that the loss takes, which it has been asked for."""
        if self._at is None:
            self._at = self._replay.outputs.together(self._states).detach()
            self._states = []
            self.sweep.begin(cotangent(self._at))
        return self._at

    def _advance(self, begin: int, end: int) -> None:
        with torch.no_grad():
            for index in range(begin, end):
                self._place, states = self._replay.step(index, self._place)
                self.advanced += 1
                if self._at is None and states is not None:
                    self._states.append(states)

    def _reverse(self, index: int, cotangent: Cotangent) -> None:
        before = self._replay.calls
        states = self.sweep.take(index, self._place)
        self.pulled_calls += self._replay.calls - before
        if self._at is None and states is not None:
            self._states.append(states)
        self.loss_taken(cotangent)
        self.sweep.back(index, self._place)


def _bytes_of(saved: tuple[Tensor, ...]) -> int:
    return sum(tensor.nbytes for tensor in saved)


METHOD = Checkpointed
