"""The adjoint of the steps of a solve on its way back, one step's tape at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .deferred import deferred
from .step_replay import Place, StepReplay

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


class _Tape(NamedTuple):
    """Of one step: leaves where it begins, what determines the rest where it ends, and the outputs that it gives."""

    begin: tuple[Tensor, ...]
    end: tuple[Tensor, ...]
    outputs: Tensor | None


class StepSweep:
    """Goes over one step after the other, the last first.

    With the step (place_k+1, outputs_k) = S(place_k, p) and v_k = d loss / d outputs_k, the adjoint of the place is
    a_k = (dS/dplace)^T (a_k+1, v_k), and the gradient by p gains (dS/dp)^T (a_k+1, v_k).

    tracked: the inputs that `replay` was given, as leaves. steps: how many it has taken on a tape.
    """

    def __init__(self, replay: StepReplay, tracked: Mapping[str, Tensor]) -> None:
        self._replay, self._tracked = replay, tracked
        self._v: list[Tensor] = []
        self._adjoint: tuple[Tensor, ...] = ()
        self._gradients = {name: torch.zeros_like(value) for name, value in tracked.items()}
        self._tape: _Tape | None = None
        self.steps = 0

    def take(self, index: int, place: Place) -> Tensor | None:
        """Record the step `index` from `place`: the states (m, n) at output times that it gives, None: none."""
        with torch.enable_grad():
            begin = tuple(tensor.detach().requires_grad_() for tensor in self._replay.saved(place))
            end, outputs = self._replay.step(index, self._replay.restored(begin))
        self._tape = _Tape(begin, self._replay.saved(end), outputs)
        self.steps += 1
        return None if outputs is None else outputs.detach()

    def begin(self, v: Tensor) -> None:
        """v: d loss / d z, of the shape of the loss's states."""
        self._v = self._replay.outputs.apart(v)

    def back(self, index: int, place: Place) -> None:
        """Over the step `index`, which begins at `place`; what is recorded of it already is used."""
        if self._tape is None:
            self.take(index, place)
        self._pull(self._v[index + 1])

    def start(self, start: Float[Tensor, "B n"]) -> dict[str, Tensor]:
        """The gradients of the inputs, and as "start" (B, n) that of the start, from which the first step went."""
        with torch.enable_grad():
            begin = start.detach().requires_grad_()
            place = self._replay.first(begin)
            outputs = self._replay.outputs.at_start(begin)
        self._tape = _Tape((begin,), self._replay.saved(place), outputs)
        self._pull(self._v[0])
        (first,) = self._adjoint
        return {**self._gradients, "start": first}

    def _pull(self, v: Tensor) -> None:
        """The adjoint at the begin of what is recorded; the gradients of the inputs are added to what they were."""
        assert self._tape is not None
        (begin, end, outputs), self._tape = self._tape, None
        pairs = list(zip(end, self._adjoint, strict=True)) if self._adjoint else []
        pairs += [] if outputs is None else [(outputs, v)]
        pairs = [(tensor, cotangent) for tensor, cotangent in pairs if tensor.requires_grad]
        found: Sequence[Tensor | None] = (None,) * (len(begin) + len(self._tracked))
        if pairs:
            ends, cotangents = zip(*pairs, strict=True)
            found = torch.autograd.grad(ends, [*begin, *self._tracked.values()], cotangents, allow_unused=True)
        for name, gradient in zip(self._tracked, found[len(begin) :], strict=True):
            if gradient is not None:
                self._gradients[name] += gradient
        self._adjoint = tuple(
            torch.zeros_like(tensor) if gradient is None else gradient
            for tensor, gradient in zip(begin, found[: len(begin)], strict=True)
        )
