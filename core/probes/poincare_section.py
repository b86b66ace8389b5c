"""Crossings of the Poincare section that a person drew, or states once a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..analysis.section_crossings import Crossed, SectionLine
from ..analysis.strobe import Strobe
from ..dense_output import AcceptedSteps
from ..language import forcing_period
from ..ode_path import Loop, choose_path, open_loop
from ..outcome import Outcome
from ..probe import Slice, SweepProbe
from ..problem import InitialValue
from ..reading_error import ReadingError
from ..readings.poincare_section import PoincareSection
from ..run_context import RunContext
from ..trajectory_run import controller_of

_MOST = 2000
"""Crossings of one trajectory."""
_PREVIEW_SPANS = 3
_MORE = 20
"""Times what a trajectory may spend: it is followed so many time spans at first."""
_PREVIEW_TOLERANCES = 1e-5, 1e-7
_ROUNDING = 2.0**-50
"""Of a time: periods that are shorter are lost in it."""
_EVERY = 40
"""Blocks of steps between two pictures of a long run."""


class PoincareSectionProbe(SweepProbe[PoincareSection]):
    """Follows every start further than its curve goes, by the chosen method; nothing while there is no section."""

    reading = PoincareSection
    title = "a Poincaré section"
    unit = "trajectories"
    kinds = frozenset({"ode"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._found: list[Crossed] = []
        self._outcomes: tuple[Outcome, ...] = ()
        self._period = 0.0

    def begin(self, context: RunContext) -> None:
        section, field = context.experiment.section, context.field
        if not section.on:
            return
        missing = set(section.axes) - set(field.components)
        if missing:
            raise ReadingError(f"no Poincaré section: this system has no {missing.pop()}")
        if section.kind == "period":
            self._period = _period(context)
        elif not field.autonomous:
            raise ReadingError(
                "a line is a section of a field that does not depend on time, and this one does: choose every period"
            )
        if not len(context.starts):
            raise ReadingError("there are no crossings, for there is no trajectory to follow")
        self._context = context
        where = context.experiment
        place = where.path, where.device, where.dtype
        self.path = self._path = choose_path(field, len(context.starts), *place, context.tableau)

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        section, tableau = context.experiment.section, context.tableau
        names, (t0, t1) = context.field.components, context.span
        line: SectionLine | Strobe
        if section.kind == "period":
            line = Strobe(t0, float(np.copysign(self._period, t1 - t0)))
        else:
            line = SectionLine(section, (names.index(section.axes[0]), names.index(section.axes[1])))
        counts = np.zeros(len(context.starts), dtype=np.int64)
        unwanted: np.ndarray | None = None
        loop, block = self._loop(context), 0
        while True:
            try:
                steps = AcceptedSteps.of(loop.send(unwanted))
            except StopIteration as end:
                self._outcomes = end.value
                break
            if isinstance(line, Strobe):
                crossed = line.crossings(tableau, steps, np.maximum(_MOST - counts, 0))
            else:
                crossed = line.crossings(tableau, steps)
            self._found.append(crossed)
            counts += np.bincount(crossed.sample, minlength=len(counts))
            unwanted = np.flatnonzero(counts >= _MOST)
            block += 1
            yield Slice(0.0, finer=block % _EVERY == 0)
        if not context.preview:
            yield Slice(0.5, finer=True)  # before others search for long

    def _loop(self, context: RunContext) -> Loop:
        experiment = context.experiment
        t0, t1 = context.span
        spans = min(experiment.section.spans, _PREVIEW_SPANS if context.preview else 1000)
        controller = controller_of(context, _PREVIEW_TOLERANCES)
        problem = InitialValue(context.field, context.starts, (t0, t0 + spans * (t1 - t0)))
        given = experiment.budget
        budget = replace(given, steps=_MORE * given.steps, evaluations=_MORE * given.evaluations)
        where = experiment.device, experiment.dtype
        return open_loop(problem, context.tableau, controller, budget, self._path, *where)

    def read(self) -> PoincareSection | None:
        context = self._context
        if context is None:
            return None
        size = context.field.size
        nothing = Crossed(np.zeros(0, np.int64), np.zeros(0), np.zeros((0, size)), np.zeros(0), np.zeros(0, bool))
        whole = Crossed(*(np.concatenate(parts) for parts in zip(nothing, *self._found, strict=True)))
        order = np.lexsort((whole.t * np.sign(context.span[1] - context.span[0]), whole.sample))
        sample, t, z, s, to_left = (column[order] for column in whole)
        names = context.field.components
        section, count = context.experiment.section, len(context.starts)
        return PoincareSection(names, section, sample, t, z, s, to_left, count, self._outcomes, self._period)


def _period(context: RunContext) -> float:
    """That of the section, or of the forcing that the formula tells."""
    given, system = context.experiment.section.period, context.field.system
    told = None if system is None or given > 0.0 else forcing_period(system, context.field.parameters)
    period = given if given > 0.0 else told
    if period is None:
        raise ReadingError(
            "the formula, with these values of its parameters, does not tell the period of its forcing: type one above "
            "the section's plot"
        )
    t0, t1 = context.span
    spans = context.experiment.section.spans
    if period < _ROUNDING * max(abs(t0), abs(t0 + spans * (t1 - t0))):
        raise ReadingError(f"a period of {period:.2g} is within the rounding of the times: give a longer one")
    return period


PROBE = PoincareSectionProbe
