"""A bifurcation diagram under way: what it is of, how far it has come, and the last few that were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np

from .analysis.arclength import CurveBox
from .analysis.branch_diagram import BranchDiagram
from .analysis.cycle_diagram import CycleDiagram
from .analysis.cycle_search import found_cycles
from .analysis.equilibria import find_equilibria
from .analysis.flow_family import FlowFamily
from .analysis.natural_continuation import followed
from .analysis.parameter_formula import ParameterFormula
from .analysis.solution_family import FormulaFamily, SolutionFamily
from .budget import Budget
from .catalogue import chosen_solver
from .experiment import RootFinding
from .formula_field import FormulaField
from .formula_map import FormulaMap
from .found_points import solved_points
from .language import System
from .readings.branches import Branches, BranchMark, HysteresisLoop
from .root_problem import FixedPoint
from .stop_rule import StopRule

_LOOP_VALUES = 121
_BEYOND = 0.02
"""Of the range of p: how far beyond both of its ends the curves go."""
_INSIDE, _SEEDS = 0.381966, 64
"""Where in the range of p it is asked, and from how many points, whether the equilibria of a flow are isolated."""
_SOUGHT, _SOUGHT_FROM = (0.5, 0.2, 0.8), 2
"""Where in the range of p, and from how many starts, trajectories are followed to limit cycles."""
_BLOCKS = 400, 60
"""For how many blocks of steps one of them is followed at most; and in a preview."""
_ROOM = 1.0
"""Of the box of z: how far a curve may leave it on every side."""


@dataclass(frozen=True)
class BranchQuestion:
    """Everything that a diagram depends on; equal questions have equal answers.

    values: of the parameters beside `parameter`. box: (lower, upper) of every component. starts: of the experiment.
    row: of the batch data, with its numbers in batch_row. solver: whose hysteresis is shown; None of a flow, which has
    none. coarse: for a preview, without the hysteresis. duration: for how long a trajectory is followed to a limit
    cycle. present: the parameter's own value, where limit cycles are sought first; it makes no other question.
    """

    system: System
    parameter: str
    values: tuple[tuple[str, float], ...]
    p_range: tuple[float, float]
    box: tuple[tuple[float, float], ...]
    starts: tuple[tuple[float, ...], ...]
    solver: RootFinding | None
    row: int | None = None
    batch_row: tuple[float, ...] = ()
    coarse: bool = False
    duration: float = 0.0
    present: float | None = field(default=None, compare=False)


class BranchWork:
    """Answers one question in slices, and goes on where it was left."""

    def __init__(self, question: BranchQuestion) -> None:
        self.question = question
        low, high = question.p_range
        lower, upper = np.array(question.box).T
        height, beyond = upper - lower, _BEYOND * (high - low)
        box = CurveBox((low - beyond, high + beyond), lower - _ROOM * height, upper + _ROOM * height, height)
        system, values = question.system, dict(question.values)
        self._flow = FlowFamily(system, question.parameter, values, box) if system.flows else None
        family: SolutionFamily = self._flow or FormulaFamily(system, question.parameter, values, question.batch_row)
        self._diagram = BranchDiagram(family, box, system.kind, np.array(question.starts), question.coarse)
        formula = ParameterFormula(system, question.parameter, values) if system.kind == "ode" else None
        self._cycles = None if formula is None else CycleDiagram(formula, box, coarse=question.coarse)
        self._flow_marks: dict[int, BranchMark] = {}
        self._note = ""
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
        question, flow = self.question, self._flow
        branches, cycles = self._diagram.branches(), self._cycles
        if flow is not None:
            branches = tuple(flow.branch(branch) for branch in branches)
        return Branches(
            parameter=question.parameter,
            components=question.system.components,
            branches=branches,
            marks=self._marks(),
            loop=self._loop,
            kind=question.system.kind,
            traced=self._traced,
            coarse=question.coarse,
            row=question.row or 0,
            note=self._note,
            cycles=() if cycles is None else cycles.families(),
            cycle_marks=() if cycles is None else cycles.marks,
        )

    def _marks(self) -> tuple[BranchMark, ...]:
        """What happens on the curves so far."""
        flow, marks = self._flow, self._diagram.marks
        if flow is None:
            return marks
        # the diagram keeps its marks: each has its coefficient computed once
        self._flow_marks |= {id(mark): flow.mark(mark) for mark in marks if id(mark) not in self._flow_marks}
        return tuple(self._flow_marks[id(mark)] for mark in marks)

    def _all(self) -> Iterator[tuple[float, str]]:
        question = self.question
        if self._flow is not None:
            self._note = self._continuum()
            if self._note:
                self._traced = True
                yield 1.0, "curves"
                return
        loops = question.solver is not None and not question.coarse and bool(question.starts)
        part = 0.5 if loops or self._cycles is not None else 1.0
        for share in self._diagram.work():
            yield part * share, "curves"
        if self._cycles is not None:
            for share in self._follow_cycles(self._cycles):
                yield part + (1.0 - part) * share, "limit cycles"
        self._traced = True
        if loops:
            yield 0.5, "up and down"
            for number in self._sweep():
                yield 0.5 + 0.25 * number / _LOOP_VALUES, "up and down"

    def _follow_cycles(self, cycles: CycleDiagram) -> Iterator[float]:
        """The families of every Hopf point, and of the cycles that trajectories come to; yields the share done."""
        question, half = self.question, 0.5
        for share in cycles.from_hopf_points(self._marks()):
            yield half * share
        low, high = question.p_range
        places = [low + part * (high - low) for part in (_SOUGHT[:1] if question.coarse else _SOUGHT)]
        if question.present is not None and low <= question.present <= high:
            places.insert(0, question.present)
        most = _BLOCKS[question.coarse]
        starts = question.starts[: 1 if question.coarse else _SOUGHT_FROM]
        work = found_cycles(
            question.system, dict(question.values), question.parameter, places, starts, question.duration, most
        )
        for place, found in work:
            yield half
            if found is not None:
                for _ in cycles.from_cycle(place, found):
                    yield half

    def _continuum(self) -> str:
        """A sentence where the equilibria of a flow are not isolated, at a value inside the range."""
        question = self.question
        low, high = question.p_range
        values = {**dict(question.values), question.parameter: low + _INSIDE * (high - low)}
        lower, upper = np.array(question.box).T
        found = find_equilibria(FormulaField(question.system, values), lower, upper, 0.0, _SEEDS)[1]
        return "the equilibria are not isolated, so that no curve over a parameter shows them" if found else ""

    def _sweep(self) -> Iterator[int]:
        """Natural continuation up and then down the range, from the first start on."""
        values = np.linspace(*self.question.p_range, _LOOP_VALUES)
        up = yield from _counted(followed(self._solve, values, np.array(self.question.starts[0])), 0)
        known = up[np.isfinite(up).all(axis=1)]
        top = known[-1] if len(known) else np.array(self.question.starts[0])
        down = yield from _counted(followed(self._solve, values[::-1], top), _LOOP_VALUES)
        if self.question.solver is not None:
            title = chosen_solver(self.question.solver).title
            self._loop = HysteresisLoop(values, up, down[::-1], title)

    def _solve(self, value: float, start: np.ndarray) -> np.ndarray | None:
        """The chosen solver's solution in float64, None where it fails."""
        question, choice = self.question, self.question.solver
        if choice is None:
            return None
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
