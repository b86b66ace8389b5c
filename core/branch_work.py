"""A bifurcation diagram under way: what it is of, how far it has come, and the last few that were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from .analysis.arclength import CurveBox
from .analysis.branch_diagram import BranchDiagram
from .analysis.natural_continuation import followed
from .analysis.solution_family import FormulaFamily
from .budget import Budget
from .catalogue import chosen_solver
from .experiment import RootFinding
from .formula_map import FormulaMap
from .found_points import solved_points
from .language import System
from .readings.branches import Branches, HysteresisLoop
from .root_problem import FixedPoint
from .stop_rule import StopRule

_LOOP_VALUES = 121
_BEYOND = 0.02
"""Of the range of p: how far beyond both of its ends the curves go."""
_ROOM = 1.0
"""Of the box of z: how far a curve may leave it on every side."""


@dataclass(frozen=True)
class BranchQuestion:
    """Everything that a diagram depends on; equal questions have equal answers.

    values: of the parameters beside `parameter`. box: (lower, upper) of every component. starts: of the experiment.
    row: of the batch data, with its numbers in batch_row. solver: whose hysteresis is shown. coarse: for a preview,
    without the hysteresis.
    """

    system: System
    parameter: str
    values: tuple[tuple[str, float], ...]
    p_range: tuple[float, float]
    box: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]
    solver: RootFinding
    row: int | None = None
    batch_row: tuple[float, ...] = ()
    coarse: bool = False


class BranchWork:
    """Answers one question in slices, and goes on where it was left."""

    def __init__(self, question: BranchQuestion) -> None:
        self.question = question
        low, high = question.p_range
        lower, upper = np.array(question.box).T
        height, beyond = upper - lower, _BEYOND * (high - low)
        box = CurveBox((low - beyond, high + beyond), lower - _ROOM * height, upper + _ROOM * height, height)
        family = FormulaFamily(question.system, question.parameter, dict(question.values), question.batch_row)
        is_root = question.system.kind == "root"
        self._diagram = BranchDiagram(family, box, is_root, np.array(question.starts), question.coarse)
        self._loop: HysteresisLoop | None = None
        self._work = self._all()
        self._share = 0.0
        self._stage = "curves"
        self._traced = False
        self.complete = False

    def slices(self) -> Iterator[tuple[float, str]]:
        """(share, stage) after every slice, until all is done; what another caller did is not done again."""
        while not self.complete:
            try:
                self._share, self._stage = next(self._work)
            except StopIteration:
                self.complete = True
                return
            yield self._share, self._stage

    def read(self) -> Branches:
        """What there is so far."""
        question = self.question
        return Branches(
            parameter=question.parameter,
            components=question.system.components,
            branches=self._diagram.branches(),
            marks=self._diagram.marks,
            loop=self._loop,
            is_root=question.system.kind == "root",
            traced=self._traced,
            coarse=question.coarse,
            row=question.row or 0,
        )

    def _all(self) -> Iterator[tuple[float, str]]:
        part = 1.0 if self.question.coarse else 0.5
        for share in self._diagram.work():
            yield part * share, "curves"
        self._traced = True
        if not self.question.coarse and self.question.starts:
            yield 0.5, "up and down"
            for number in self._sweep():
                yield 0.5 + 0.25 * number / _LOOP_VALUES, "up and down"

    def _sweep(self) -> Iterator[int]:
        """Natural continuation up and then down the range, from the first start on."""
        values = np.linspace(*self.question.p_range, _LOOP_VALUES)
        up = yield from _counted(followed(self._solve, values, np.array(self.question.starts[0])), 0)
        known = up[np.isfinite(up).all(axis=1)]
        top = known[-1] if len(known) else np.array(self.question.starts[0])
        down = yield from _counted(followed(self._solve, values[::-1], top), _LOOP_VALUES)
        title = chosen_solver(self.question.solver).title
        self._loop = HysteresisLoop(values, up, down[::-1], title)

    def _solve(self, value: float, start: np.ndarray) -> np.ndarray | None:
        """The chosen solver's solution in float64, None where it fails."""
        question, choice = self.question, self.question.solver
        layer = FormulaMap(question.system, {**dict(question.values), question.parameter: value})
        rows = None if question.row is None else np.array([question.row])
        stop, budget = StopRule(choice.tolerance, choice.criterion), Budget(seconds=1.0)
        problem = FixedPoint(layer, start[None], rows)
        z, outcomes = solved_points(problem, choice, stop, budget, "numpy")
        return z[0] if outcomes[0].success else None


class BranchShelf:
    """The last works, complete or not: while a parameter's own line is dragged, its diagram is not made anew."""

    def __init__(self, most: int = 4) -> None:
        self._works: deque[BranchWork] = deque(maxlen=most)

    def work(self, question: BranchQuestion) -> BranchWork:
        """The work on this question, a new one where there is none."""
        for work in self._works:
            if work.question == question:
                return work
        work = BranchWork(question)
        self._works.append(work)
        return work

    def has_complete(self, question: BranchQuestion) -> bool:
        """Whether the answer is there already."""
        return any(work.complete and work.question == question for work in self._works)


def _counted(sweep: Generator[None, None, np.ndarray], before: int) -> Generator[int, None, np.ndarray]:
    """The same sweep, yielding how many values are done."""
    while True:
        try:
            next(sweep)
        except StopIteration as end:
            found: np.ndarray = end.value
            return found
        before += 1
        yield before
