"""Every gradient method on the loss of one fixed point: what each finds, takes and keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..background import Deadline, asking
from ..deferred import deferred
from ..fixed_point_map import FixedPointMap
from ..gradient_error import error_bound
from ..gradient_method import FixedPointGradient, SolvedLayer
from ..gradient_methods.implicit import Implicit
from ..newton_polish import polish
from ..readings.gradient_costs import GradientCosts
from .gradient_comparison import LOSSES, NO_INPUTS, ZERO, Comparison, rounding
from .gradient_inputs import flat, inputs_of
from .measured_gradient import measured
from .method_costs import Answered, measured_in_turn

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")

_NOWHERE = "Newton's method finds no fixed point near: the errors are those against the solver's last point"
_NO_NUMBER = "the solver ended where there is no number: nothing can be differentiated"


@dataclass(frozen=True)
class LayerQuestion:
    """Where a solver of `mapping` ended, for the row `row` of batch data, and where it began.

    path (K + 1, n): the points at which f was evaluated, the start first and the last point last; None where not all of
    them were kept. loss, wrt: as of `layer_gradients`. forward: evaluations of the solve.
    """

    mapping: FixedPointMap
    z: Float[np.ndarray, "n"]
    start: Float[np.ndarray, "n"]
    path: Float[np.ndarray, "K1 n"] | None = None
    row: int = 0
    loss: str = "sum"
    wrt: str = ""
    sample: int = 0
    forward: int = 0

    def solved(self, deadline: Deadline | None = None) -> SolvedLayer:
        """What a gradient method is handed; the layer asks the deadline at every call."""
        f = self.mapping.torch("cpu", "float64", None if self.mapping.batch is None else np.array([self.row]))
        path = None if self.path is None else _tensor(self.path)[:, None]
        return SolvedLayer(
            f if deadline is None else asking(f, deadline), _tensor(self.z)[None], _tensor(self.start)[None], path
        )


def layer_costs(question: LayerQuestion, methods: Sequence[FixedPointGradient]) -> Iterator[GradientCosts | None]:
    """A reading after every method, the last with all of them; None every 20 ms between.

    Relative errors are those against the dense implicit gradient at the fixed point that Newton's method finds.
    """
    choice = LOSSES[question.loss]
    inputs, names = inputs_of(question.mapping, question.row, question.wrt)
    solve = question.solved()
    good = bool(torch.isfinite(solve.z).all())
    z, arrived = polish(solve.f, solve.z, inputs) if good else (solve.z, torch.tensor([False]))
    there = SolvedLayer(solve.f, z if bool(arrived.all()) else solve.z, solve.start)
    best = Implicit().backward(there, choice.cotangent, inputs)
    compared = Comparison(flat(best.grads, inputs), rounding(there, choice, inputs, best) if good else 0.0)
    costs = GradientCosts(
        about="fixed point",
        index=question.sample,
        names=names,
        reference=compared.reference,
        methods=(),
        total=len(methods),
        loss=choice.value(solve.z),
        loss_text=choice.text,
        forward_evaluations=question.forward,
        note="" if bool(arrived.all()) else _NOWHERE,
    )
    if not good or not names:
        yield replace(costs, total=0, note=NO_INPUTS if good else _NO_NUMBER)
        return

    def ask(method: FixedPointGradient, deadline: Deadline) -> Answered:
        solve = question.solved(deadline)
        answer = measured(method, solve, choice.cotangent, inputs)
        bound = error_bound(solve, choice.cotangent, inputs, answer.found)
        return Answered(answer, flat(answer.found.grads, inputs), bound)

    if compared.is_rounding:
        costs = replace(costs, note=ZERO)
    yield from measured_in_turn(costs, methods, ask, compared)


def _tensor(values: np.ndarray) -> Tensor:
    return torch.as_tensor(np.array(values, dtype=np.float64))
