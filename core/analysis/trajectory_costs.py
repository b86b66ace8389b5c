"""Every gradient method on the loss of one trajectory's end: what each finds, takes and keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf, nan

import numpy as np

from ..background import Deadline, beside
from ..gradient_method import TrajectoryGradient
from ..readings.gradient_costs import GradientCosts
from .forward_run import ForwardRun
from .gradient_comparison import LOSSES, Comparison
from .measured_gradient import measured
from .method_costs import Answered, measured_in_turn


def trajectory_costs(
    run: ForwardRun,
    methods: Sequence[TrajectoryGradient],
    loss: str = "half_square",
    *,
    trajectory: int = 0,
    steps: str = "",
) -> Iterator[GradientCosts | None]:
    """A reading after every method, the last with all of them; None every 20 ms between.

    loss: of the end state, "sum" or "half_square". Relative errors are those against the discrete gradient of
    `ForwardRun.finer`, by parameters and start together. steps: what is to be said of the run's method.
    """
    choice = LOSSES[loss]
    costs = GradientCosts(
        about="trajectory",
        index=trajectory,
        names=run.names,
        reference=np.full(len(run.names), nan),
        methods=(),
        total=len(methods),
        loss=nan,
        loss_text=f"{choice.text} at the end",
        forward_evaluations=run.evaluations,
        steps=steps,
    )
    if not run.outcome.success:
        yield replace(costs, total=0, note=f"the trajectory {run.outcome}")
        return

    def exact(deadline: Deadline) -> np.ndarray:
        run.prepare()
        finer = run.finer(check=deadline.check)
        return finer.discrete(choice.cotangent(finer.ending)[0].numpy(), deadline.check)

    reference = yield from beside(exact, inf)
    costs = replace(costs, reference=reference, loss=choice.value(run.ending))

    def ask(method: TrajectoryGradient, deadline: Deadline) -> Answered:
        answer = measured(method, run.solved(deadline), choice.cotangent, run.inputs())
        return Answered(answer, run.flat(answer.found.grads))

    yield from measured_in_turn(costs, methods, ask, Comparison(reference))
