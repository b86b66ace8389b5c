"""One run of one integration method from one start, in pieces of about a millisecond."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from ..adaptive_controller import AdaptiveController
from ..budget import Budget
from ..dense_output import AcceptedSteps, DenseOutput
from ..experiment import Integration
from ..integration_method import IntegrationMethod
from ..ode_path import Path, choose_controller, choose_path, open_loop
from ..outcome import Outcome
from ..problem import InitialValue
from ..step_controllers.proportional_integral import ProportionalIntegral
from ..telemetry import host
from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class Question:
    """What is raced: z' = field from `start` (n,) over `span`, with the settings of `integration`.

    racers: the chosen method, then its rivals. embedded: every method with an error estimate, for the reference.
    budget: of the runs at the settings in force. quick: a coarse answer at once, during a drag. controller: of runs
    whose steps follow their errors.
    """

    field: VectorField
    start: Float[np.ndarray, "n"]
    span: tuple[float, float]
    racers: tuple[IntegrationMethod, ...]
    embedded: tuple[IntegrationMethod, ...]
    integration: Integration
    budget: Budget
    path: str = "auto"
    dtype: str = "float64"
    trajectory: int = 0
    quick: bool = False
    controller: type[AdaptiveController] = ProportionalIntegral

    def back_end(self, method: IntegrationMethod) -> Path:
        """The back end that follows it by `method`: another where that cannot be followed on the path asked for."""
        path = self.path if method.compiled or self.path == "torch" else "auto"
        return choose_path(self.field, 1, path, "cpu", self.dtype, method)


@dataclass(frozen=True)
class Followed:
    """One run: its accepted steps, how it ended and what it cost."""

    steps: DenseOutput
    t: Float[np.ndarray, "K1"]
    z: Float[np.ndarray, "K1 n"]
    outcome: Outcome
    evaluations: int
    accepted: int
    rejected: int
    seconds: float


def follow(
    question: Question, tableau: IntegrationMethod, step: float | None, tolerances: tuple[float, float], budget: Budget
) -> Generator[None, None, Followed]:
    """One run of a method: with equal steps, or with steps that follow (rtol, atol)."""
    start = question.start[None]
    problem = InitialValue(question.field, start, question.span)
    controller = choose_controller(tableau, *tolerances, step, question.controller)
    loop = open_loop(problem, tableau, controller, budget, question.back_end(tableau), "cpu", question.dtype)
    dense, begun = DenseOutput(tableau, start, question.span), perf_counter()
    evaluations = accepted = rejected = 0
    while True:
        try:
            steps = next(loop)
        except StopIteration as end:
            _, t1, z1 = dense.ends()
            t, z = np.concatenate([[question.span[0]], t1]), np.concatenate([start, z1])
            (outcome,) = end.value
            return Followed(dense, t, z, outcome, evaluations, accepted, rejected, perf_counter() - begun)
        good = int(host(steps.accepted).sum())
        evaluations = max(evaluations, int(host(steps.evaluations).max()))
        accepted, rejected = accepted + good, rejected + len(steps) - good
        dense.add(AcceptedSteps.of(steps))
        yield
