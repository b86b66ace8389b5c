"""The loss over one or two parameters, and what every gradient method claims of it at the present values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..analysis.claimed_slopes import Claims, LayerSlopes, Slopes, TrajectorySlopes, claimed_slopes
from ..analysis.contours import zero_contour
from ..analysis.differentiated_steps import differentiated_steps
from ..analysis.forward_run import ForwardRun
from ..analysis.gradient_comparison import LOSSES
from ..analysis.layer_costs import LayerQuestion
from ..analysis.loss_grid import LossGrid
from ..analysis.loss_levels import loss_levels
from ..analysis.polylines import joined
from ..analysis.swept_losses import FlowLosses, LayerLosses, SweptLosses
from ..background import Deadline
from ..catalogue import chosen_gradient, gradients_about
from ..chosen_controller import chosen_controller
from ..gradient_method import About, GradientMethod
from ..integration_method import IntegrationMethod
from ..landscape_axis import LandscapeAxis, landscape_axes
from ..probe import Slice, SolutionProbe, SweepProbe
from ..reading_error import ReadingError
from ..readings.iterations import SolverRun
from ..readings.loss_landscape import CURVE, LossLandscape
from ..run_context import RunContext
from ..step_controller import StepController

_ARROWS = 0.2
"""Of the work, what the gradient methods take."""


class LossLandscapeProbe(SolutionProbe[LossLandscape], SweepProbe[LossLandscape]):
    """A coarse landscape, then the gradients, then a finer one; while a slider is dragged, the gradients come first."""

    reading = LossLandscape
    title = "loss landscape"
    unit = "points"
    kinds = frozenset({"ode", "map", "root"})

    def __init__(self) -> None:
        self._reading: LossLandscape | None = None
        self._axes: tuple[LandscapeAxis, ...] = ()
        self._grid: LossGrid | None = None
        self._question: LayerQuestion | None = None

    def begin(self, context: RunContext) -> None:
        viewport, system = context.viewport, context.field.system
        if viewport is None or system is None:
            return
        known = {axis.name: axis for axis in landscape_axes(context.experiment, system)}
        names = (viewport.x,) if viewport.y == CURVE else (viewport.x, viewport.y)
        if not set(names) <= set(known) or len(set(names)) < len(names):
            raise ReadingError("no loss landscape in this plane: its axes are parameters")
        if system.module is not None:
            raise ReadingError(f"no loss landscape: the Python file {system.module.file} computes this layer")
        self._axes = tuple(known[name] for name in names)
        ranges = [
            _common(axis, seen) for axis, seen in zip(self._axes, (viewport.x_range, viewport.y_range), strict=False)
        ]
        inside = [ends for ends in ranges if ends is not None]
        if len(inside) < len(ranges):
            raise ReadingError("no loss landscape here: this lies beyond the ends of the sliders")
        values = dict(zip(system.defaults(), context.field.parameters, strict=True))
        self._point = np.array([axis.place(values[axis.name]) for axis in self._axes])
        self._context, self._grid = context, LossGrid(self._axes, tuple(inside))

    def solved(self, run: SolverRun) -> None:
        if self._grid is None:
            return
        context, choice, mapping = self._context, self._context.experiment.gradient, self._context.map
        if mapping is None:
            return
        sample = min(context.focus, len(run.solution) - 1)
        self._question = LayerQuestion(
            mapping,
            run.solution[sample],
            context.samples[sample],
            run.path(sample),
            0 if context.rows is None else int(context.rows[sample]),
            choice.loss,
            sample=sample,
        )

    def slices(self) -> Iterator[Slice]:
        grid = self._grid
        if grid is None or not len(self._context.starts) or (self._context.map is not None and self._question is None):
            return
        context = self._context
        passes = grid.passes(self._losses(), coarsest=context.preview)
        if context.preview:
            yield from self._arrows(0.0)
            yield from self._landscape(grid, passes, once=False)
        else:
            yield from self._landscape(grid, passes, once=True)
            yield from self._arrows(grid.share)
            yield from self._landscape(grid, passes, once=False)
        yield Slice(1.0, finer=True)

    def _losses(self) -> SweptLosses:
        """Of the run's own question, of which only the parameters on the axes change."""
        context, names = self._context, self._names()
        loss = LOSSES[context.experiment.gradient.loss]
        return (
            LayerLosses(context, names, loss)
            if context.map is not None
            else FlowLosses(context, names, loss, *self._steps())
        )

    def _names(self) -> tuple[str, ...]:
        return tuple(axis.name for axis in self._axes)

    def _steps(self) -> tuple[IntegrationMethod, StepController]:
        """Those that gradients are taken of."""
        method, _ = differentiated_steps(self._context.field, self._context.tableau)
        return method, chosen_controller(method, self._context.experiment.integration)

    def _landscape(self, grid: LossGrid, passes: Iterator[float], *, once: bool) -> Iterator[Slice]:
        """The passes that are left, or one of them."""
        before, total = grid.share, len(grid.places[0]) * (len(grid.places[1]) if len(self._axes) > 1 else 1)
        for share in passes:
            finer = grid.share > before
            if finer:
                self._look(grid)
            yield Slice(min(share, 0.99), finer=finer, done=round(share * total), total=total)
            if finer and once:
                return
            before = grid.share

    def _look(self, grid: LossGrid) -> None:
        """What the grid knows by now, with its contours."""
        x, y, values = grid.seen()
        finite = values[np.isfinite(values)]
        levels = np.empty(0)
        if len(self._axes) > 1 and finite.size:
            levels = loss_levels(values, float(finite.min()))
        lines = tuple(joined(zero_contour(x, y, values - level)) for level in levels)
        self._reading = replace(self._blank(), x=x, y=y, values=values, step=grid.step, levels=levels, lines=lines)

    def _blank(self) -> LossLandscape:
        """The reading so far, or one without anything."""
        if self._reading is not None:
            return self._reading
        experiment, nothing = self._context.experiment, np.empty(0)
        where = "" if self._context.map is not None else " at the end"
        text = f"{LOSSES[experiment.gradient.loss].text}{where}"
        return LossLandscape(self._axes, nothing, nothing, np.empty((0, 0)), 0, nothing, (), self._point, text)

    def _arrows(self, share: float) -> Iterator[Slice]:
        """The reference, and every method after it."""
        context = self._context
        about: About = "trajectory" if context.map is None else "fixed point"
        methods = self._methods(about)
        for claims in claimed_slopes(self._slopes, methods, dragged=context.preview):
            if claims is not None:
                self._take(claims, len(methods))
            yield Slice(min(share, 0.99), finer=claims is not None, stage="gradients")

    def _slopes(self, deadline: Deadline) -> Slopes:
        """Of the run's own question, on another thread."""
        context, choice = self._context, self._context.experiment
        names, loss = self._names(), LOSSES[choice.gradient.loss]
        if self._question is not None:
            return LayerSlopes(self._question, names, loss)
        start = context.starts[min(context.focus, len(context.starts) - 1)]
        run = ForwardRun(context.field, *self._steps(), context.span, start, choice.budget, deadline.check)
        return TrajectorySlopes(run, names, loss)

    def _methods(self, about: About) -> tuple[GradientMethod, ...]:
        """Those of a kind, exact ones first, in the order of the table of costs."""
        choice = self._context.experiment.gradient
        ordered = sorted(gradients_about(about).values(), key=lambda method: (not method.exact, method.name))
        return tuple(chosen_gradient(choice, about, method.name) for method in ordered)

    def _take(self, claims: Claims, total: int) -> None:
        """Slopes by values as slopes by places."""
        blank = self._blank()
        chain = np.array([axis.slope(axis.value(u)) for axis, u in zip(self._axes, blank.point, strict=True)])
        slopes = tuple(replace(one, slope=one.slope * chain) for one in claims.slopes)
        self._reading = replace(
            blank, loss=claims.loss, note=claims.note, reference=claims.reference * chain, slopes=slopes, total=total
        )

    def read(self) -> LossLandscape | None:
        return self._reading


def _common(axis: LandscapeAxis, seen: tuple[float, float]) -> tuple[float, float] | None:
    """The places of a slider that are in sight; None where there are none."""
    low, high = (axis.place(value) for value in seen)
    ends = max(low, axis.ends[0]), min(high, axis.ends[1])
    return ends if ends[1] > ends[0] else None


PROBE = LossLandscapeProbe
