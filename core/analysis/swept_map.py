"""Pixels under an iteration that is a program: Newton's method, the map itself, damped Picard."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..kernels.sweep_kernel import AT_REST, AWAY, SPENT
from ..language.iteration_programs import LARGEST_NEWTON, damped_program, newton_program, picard_program
from ..language.program import Program
from ..language.walk import is_large
from ..plane_sweep import Pixels, SweepStop, iteration, sweep
from ..readings.equilibria import Equilibrium
from ..readings.plane_map import RAN_AWAY
from ..root_solvers.damped import Damped
from ..root_solvers.newton import Newton
from ..run_context import RunContext
from ..search_box import search_box
from .ends import Ends, Periods
from .equilibria import find_equilibria
from .escape_time import escape_fraction
from .map_cycles import map_cycles
from .pixel_method import InputPlane, Settled
from .raster import Pace

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST_ITERATIONS = 2_000
_LEAST_TOLERANCE = 1e-12
"""Of 1 + the size of the view: steps that rounding can make no smaller."""
_LEAST_ESCAPE = 1e3
_FAR = 1e100
"""Newton's method comes back from very far, and so do maps that are it in other words."""
_DIRECTIONS = 64
_SEEDS = 200


@dataclass(frozen=True)
class ProgramIteration:
    """An iteration and how it is called. beta: what multiplies a step of Picard's; 0 of Newton's method."""

    title: str
    program: Program
    beta: float

    def attracts(self, point: Equilibrium) -> bool:
        """Whether it goes to this root; the eigenvalues are those of f(z) - z."""
        if self.beta == 0.0:
            return True
        return bool((np.abs(1.0 + self.beta * point.eigenvalues) < 1.0).all())


def program_iteration(context: RunContext) -> ProgramIteration | None:
    """What the chosen solver does, where that is a program of moderate length."""
    system, choice = context.field.system, context.experiment.root
    if system is None or is_large(system):
        return None
    if choice.solver == "picard":
        return ProgramIteration("the map", picard_program(system), 1.0)
    if isinstance(context.solver, Damped):
        return ProgramIteration("damped Picard", damped_program(system), context.solver.beta)
    if isinstance(context.solver, Newton) and not context.solver.plain_steps and system.size <= LARGEST_NEWTON:
        return ProgramIteration("Newton's method", newton_program(system), 0.0)
    return None


class SweptMap:
    """Iterates until a pixel rests, escapes or has spent its budget; what is then still moving may be in a cycle."""

    coarsest, finest = 8, 1
    stage, ended = "", 0  # a tile is done before anybody could read it

    def __init__(self, context: RunContext, plane: InputPlane, chosen: ProgramIteration, path: str = "python") -> None:
        self.title, self.path = chosen.title, path
        self._context, self._plane, self._chosen = context, plane, chosen
        self._size = context.field.size
        self._function = iteration(chosen.program, self._size, len(plane.base) - self._size + 1)
        choice = context.experiment.root
        iterations, far = min(choice.iterations, _MOST_ITERATIONS), _reach(context)
        tolerance = max(choice.tolerance, _LEAST_TOLERANCE * (1.0 + far))
        escape = max(_LEAST_ESCAPE, 100.0 * 10.0 ** np.ceil(np.log10(max(far, 1e-300))))
        if chosen.beta == 0.0 or self._comes_back(escape):
            escape = _FAR
        self._stop = SweepStop(iterations, tolerance, float(escape))
        self.most = float(iterations)
        self._pace = Pace()
        self._ends: Ends | Periods = Periods(context.field.components)

    def prepare(self) -> Iterator[None]:
        """Look for the roots that attract."""
        if self._plane.varies:
            return
        lower, upper = search_box(self._context)
        points, _ = find_equilibria(self._context.field, lower, upper, 0.0, _SEEDS)
        attracting = [point.point for point in points if self._chosen.attracts(point)]
        self._ends = Ends(self._context.field.components, attracting)
        yield

    def tiles(self, columns: int, rows: int) -> Iterator[range]:
        """As many rows as a slice has time for."""
        return self._pace.tiles(columns, rows)

    def settle(self, pixels: Pixels, rows: range) -> Generator[None, None, Settled]:
        """One sweep, and a closer look at what escaped and at what still moves."""
        pixels = self._complete(pixels)
        swept = sweep(self._chosen.program, self._size, pixels, self._stop, rows, self.path)
        shape = swept.count.shape
        z, reason = swept.z.reshape(self._size, -1), swept.reason.ravel()
        count = swept.count.ravel().astype(np.float32)
        parameters = pixels.inputs(rows)[self._size :]
        period = (reason == AT_REST).astype(np.int32)
        spent = np.flatnonzero(reason == SPENT)
        if len(spent):
            period[spent], found = map_cycles(self._function, z[:, spent], _of(parameters, spent))
            z[:, spent] = np.where(period[spent] > 1, found, z[:, spent])
        away = np.flatnonzero(reason == AWAY)
        if len(away) and self._chosen.beta:
            count[away] -= escape_fraction(self._function, z[:, away], _of(parameters, away), self._stop.escape)
        label = self._ends.labels(z, period)
        label[(reason != AT_REST) & (reason != SPENT)] = RAN_AWAY
        yield
        return label.reshape(shape), count.reshape(shape)

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """The ends so far."""
        return self._ends.ordered()

    def _comes_back(self, far: float) -> bool:
        """Whether most points that far away are mapped nearer."""
        directions = np.random.default_rng(0).normal(size=(self._size, _DIRECTIONS))
        points = far * directions / np.linalg.norm(directions, axis=0)
        with np.errstate(all="ignore"):
            values = self._function(0.0, *points, *self._plane.base[self._size :], self._chosen.beta)
            images = np.stack([np.broadcast_to(value, _DIRECTIONS) for value in values])
            return bool((np.linalg.norm(images, axis=0) < far).mean() > 0.5)

    def _complete(self, pixels: Pixels) -> Pixels:
        """The pixels with the factor of damping as one more input."""
        origin, across = np.append(pixels.origin, self._chosen.beta), np.append(pixels.per_column, 0.0)
        return Pixels(origin, across, np.append(pixels.per_row, 0.0), pixels.columns, pixels.rows)


def _of(parameters: list[object], chosen: Int[np.ndarray, "m"]) -> list[object]:
    return [value[chosen] if isinstance(value, np.ndarray) and value.ndim else value for value in parameters]


def _reach(context: RunContext) -> float:
    """The largest coordinate of a start that is looked at, components on no axis included."""
    viewport, components = context.viewport, context.field.components
    reach = float(np.abs(context.anchor).max(initial=0.0))
    if viewport is not None:
        for name, ends in ((viewport.x, viewport.x_range), (viewport.y, viewport.y_range)):
            if name in components:
                reach = max(reach, *(abs(end) for end in ends))
    return reach
