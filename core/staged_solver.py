"""A root solver made of others: where one fails for a sample, that sample goes on with the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from .outcome import Outcome
from .root_problem import BoundMap
from .root_solver import RootSolver, State, opened
from .root_watch import ENDINGS


@dataclass(frozen=True)
class StagedState(State):
    """With where every sample is on its way through the stages.

    first (S, n): its start. stage (S,): the stage that it is in. inner: the states of the stages, None before anyone
    came there. reasons: for every stage that somebody left, the endings (S,) there, on the host.
    """

    first: Any
    stage: Any
    inner: tuple[Any, ...]
    reasons: tuple[np.ndarray, ...]


class StagedSolver(RootSolver):
    """Subclasses say which solvers there are, in `stages`; all of them begin at the sample's own start.

    Every sample has a stage of its own, so that its way does not hang on its mates. The criterion "step" measures the
    residual where that is longer than the step.
    """

    def stages(self, size: int) -> tuple[RootSolver, ...]:
        """The solvers for `size` unknowns, in the order in which they are tried; the first opens at the start."""
        raise NotImplementedError

    def init(self, problem: BoundMap, z: Any, active: Any) -> StagedState:
        """The first stage's."""
        stages = self.stages(z.shape[1])
        inner = stages[0].init(problem, z, active)
        fields_ = opened(problem, z, active) | {"f": inner.f}
        nothing = fields_["fault"]
        return StagedState(**fields_, first=z, stage=nothing, inner=(inner, *[None] * (len(stages) - 1)), reasons=())

    def step(self, problem: BoundMap, state: StagedState) -> StagedState:
        """One iteration of every stage that has samples under way."""
        library = problem.library
        inner = list(state.inner)
        found = {name: getattr(state, name) for name in ("z", "f", "move")}
        fault = library.full_like(state.fault, 0.0)
        spent = library.stack([fault, fault], axis=1)
        for place, solver in enumerate(self.stages(state.z.shape[1])):
            here = state.active & (state.stage == float(place))
            if inner[place] is None or not bool(here.any()):
                continue
            after = solver.step(problem, replace(inner[place], active=here))
            inner[place] = after
            for name, value in found.items():
                found[name] = library.where(here[:, None], getattr(after, name), value)
            fault = library.where(here, after.fault, fault)
            spent = library.where(here[:, None], _spent(problem, solver, after), spent)
        # a short step is no sign of a root where the residual is longer
        residual = found["f"] - found["z"]
        short = library.norm(found["move"]) < library.norm(residual)
        move = library.where(short[:, None], residual, found["move"])
        return replace(state, **{**found, "move": move}, fault=fault, spent=spent, inner=tuple(inner))

    def rescue(self, problem: BoundMap, state: StagedState, ending: np.ndarray) -> tuple[Any, Any] | None:
        """The next stage, for those that have one, from the sample's own start."""
        library, stages = problem.library, self.stages(state.z.shape[1])
        broken = (state.z == state.first).all(-1) & ~library.module.isfinite(state.f).all(-1)  # nobody can begin there
        failed = library.mask(ending > 0, state.z) & ~broken
        again = failed & (state.stage < float(len(stages) - 1))
        if not bool(again.any()):
            return None
        stage = library.where(again, state.stage + 1.0, state.stage)
        inner = list(state.inner)
        z, f = state.z, state.f
        for place, solver in enumerate(stages):
            entering = again & (stage == float(place))
            if not bool(entering.any()):
                continue
            opening = solver.init(problem, library.where(entering[:, None], state.first, z), entering)
            inner[place] = opening if inner[place] is None else _merged(problem, entering, opening, inner[place])
            z = library.where(entering[:, None], opening.z, z)
            f = library.where(entering[:, None], opening.f, f)
        nothing = library.full_like(state.fault, 0.0)
        opened_by = nothing
        for place, solver in enumerate(stages):
            opened_by = library.where(again & (stage == float(place)), float(solver.opening), opened_by)
        spent = library.stack([opened_by, nothing], axis=1)
        left = _noted(state, library.host(state.stage).astype(np.int64), ending, library.host(again) > 0.0)
        fault = library.where(again, nothing, state.fault)
        return replace(state, z=z, f=f, fault=fault, spent=spent, stage=stage, inner=tuple(inner), reasons=left), again

    def account(self, state: StagedState) -> tuple[str, ...]:
        """By which stage, and why those before it were left."""
        stages = self.stages(state.z.shape[1])
        reached = np.asarray(state.stage.tolist(), dtype=np.int64)
        return tuple(
            _story(stages, int(stage), [int(reason[sample]) for reason in state.reasons])
            for sample, stage in enumerate(reached)
        )

    def details(self, state: StagedState) -> Mapping[str, Any]:
        """stage (S,): the place of the solver that made the step."""
        return {"stage": state.stage}


def _story(stages: tuple[RootSolver, ...], reached: int, reasons: list[int]) -> str:
    """Half a sentence about one sample."""
    failures = [f"{stages[place].title} {Outcome(ENDINGS[reasons[place]]).what}" for place in range(reached)]
    story = f"by {stages[reached].title}"
    return f"{story}, after {'; '.join(failures)}," if failures else story


def _noted(state: StagedState, stage: np.ndarray, ending: np.ndarray, again: np.ndarray) -> tuple[np.ndarray, ...]:
    """The endings of the stages that were left, with those of the samples that leave theirs now."""
    reasons = [reason.copy() for reason in state.reasons]
    for place in range(int(stage[again].max()) + 1):
        if place == len(reasons):
            reasons.append(np.zeros(len(stage), dtype=np.int64))
        leaving = again & (stage == place)
        reasons[place][leaving] = ending[leaving]
    return tuple(reasons)


def _spent(problem: BoundMap, solver: RootSolver, after: Any) -> Any:
    if after.spent is not None:
        return after.spent
    one = problem.library.full_like(after.fault, 1.0)
    return problem.library.stack([one * solver.evaluations, one * solver.jacobians], axis=1)


def _merged(problem: BoundMap, entering: Any, new: Any, old: Any) -> Any:
    """A stage's state in which some samples begin."""
    library = problem.library
    changes = {}
    for item in fields(old):
        was, begins = getattr(old, item.name), getattr(new, item.name)
        if was is not None and begins is not None and hasattr(was, "shape"):
            mask = entering.reshape(-1, *[1] * (was.ndim - 1))
            changes[item.name] = library.where(mask, begins, was)
    return replace(old, **changes)
