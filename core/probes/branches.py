"""A bifurcation diagram of fixed points, roots or equilibria."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..analysis.pixel_method import parameter_values
from ..branch_work import BranchQuestion, BranchShelf, BranchWork
from ..language.walk import scalar_operations
from ..probe import Slice, SweepProbe
from ..reading_error import ReadingError
from ..readings.branches import Branches
from ..run_context import RunContext
from ..search_box import search_box

LARGEST = 20
"""Components beyond which every point of a curve would cost too much."""
MOST_OPERATIONS = 1000
"""Of one evaluation of the formula, beyond which the same holds, and its derivatives would take long to write out."""
_SHELF = BranchShelf()
"""Of the process: a diagram that was left half done by a newer request is gone on with, and one that is asked for
again, as with every move of its own parameter, is there."""


class BranchesProbe(SweepProbe[Branches]):
    """Follows curves of fixed points or equilibria over the parameter on the horizontal axis, and then a layer's solver
    up and down it; of a flow the families of its limit cycles."""

    reading = Branches
    title = "bifurcation diagram"
    kinds = frozenset({"map", "root", "ode", "minimise"})

    def __init__(self) -> None:
        self._work: BranchWork | None = None

    def begin(self, context: RunContext) -> None:
        viewport, system = context.viewport, context.field.system
        if viewport is None or system is None:
            return
        names = [parameter.name for parameter in system.parameters]
        if viewport.x not in names or viewport.y not in system.components:
            raise ReadingError("no bifurcation diagram in this plane: it needs a parameter across and a component up")
        if system.size > LARGEST:
            raise ReadingError(f"no bifurcation diagram: it is for systems of at most {LARGEST} components")
        if scalar_operations(system) > MOST_OPERATIONS:
            raise ReadingError(
                f"no bifurcation diagram: it is for formulas of at most {MOST_OPERATIONS} operations on numbers"
            )
        if not system.autonomous:
            raise ReadingError("no bifurcation diagram: the formula changes with time t, so that nothing stays at rest")
        lower, upper = search_box(context)
        values = dict(zip(names, context.field.parameters, strict=True))
        present = values.pop(viewport.x)
        numbers = parameter_values(context)[len(names) :]
        question = BranchQuestion(
            system=system,
            parameter=viewport.x,
            values=tuple(values.items()),
            p_range=viewport.x_range,
            box=tuple(zip(lower.tolist(), upper.tolist(), strict=True)),
            starts=tuple(map(tuple, context.starts.tolist())),
            solver=None if system.flows else replace(context.experiment.root, rivals=()),
            row=None if context.rows is None else int(context.rows[0]),
            batch_row=tuple(numbers.tolist()),
            duration=context.span[1] - context.span[0],
            present=present,
        )
        # the sharp one where it is there already, which it is while its own parameter is dragged
        coarse = context.preview and not _SHELF.has_complete(question)
        self._work = _SHELF.work(replace(question, coarse=coarse))
        self.path = "numpy"

    def slices(self) -> Iterator[Slice]:
        if self._work is None:
            return
        before = ""
        for share, stage in self._work.slices():
            yield Slice(min(share, 0.999), finer=stage != before, stage=stage)
            before = stage

    def read(self) -> Branches | None:
        return None if self._work is None else self._work.read()


PROBE = BranchesProbe
