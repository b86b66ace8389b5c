"""The separatrices in and around the visible plane."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from ..analysis.branch_end import Surroundings
from ..analysis.equilibria import find_equilibria
from ..analysis.separatrices import follow_branches, obstacle, separatrix_path
from ..probe import Slice, SweepProbe
from ..readings.equilibria import Equilibrium
from ..readings.separatrices import Separatrices, Separatrix
from ..run_context import RunContext
from ..search_box import search_box

_SEEDS = {"preview": 64, "full": 400}
"""As those of the equilibria that the plane marks."""
_PREVIEW_SECONDS = 0.1
"""After which a preview shows the branches that it has."""
_MARGIN = 0.5
"""How far beyond the box a branch is followed, in lengths of the box."""


class SeparatricesProbe(SweepProbe[Separatrices]):
    """Follows the branches of the saddles in and around the view, the middle ones first; in a drag those in time."""

    reading = Separatrices
    title = "branches of saddles"
    unit = "saddles"
    kinds = frozenset({"ode", "minimise"})

    def __init__(self) -> None:
        self._context: RunContext | None = None
        self._reading: Separatrices | None = None

    def begin(self, context: RunContext) -> None:
        if context.viewport is None:
            return
        if obstacle(context.field):
            self._reading = Separatrices(context.field.components)
            return
        self._context = context
        self.path = separatrix_path(context.field)

    def slices(self) -> Iterator[Slice]:
        context = self._context
        if context is None:
            return
        found: list[Separatrix] = []
        work, begun = _branches(context, found), perf_counter()
        for _ in work:
            if context.preview and perf_counter() - begun > _PREVIEW_SECONDS:
                break
            yield Slice(0.0)
        self._reading = Separatrices(context.field.components, tuple(found))
        if not context.preview:
            yield Slice(0.5, finer=True)  # before others search for long

    def read(self) -> Separatrices | None:
        return self._reading


def _branches(context: RunContext, found: list[Separatrix]) -> Iterator[None]:
    """Add one branch after the other to `found`."""
    field, viewport, seeds = context.field, context.viewport, _SEEDS[context.quality]
    assert viewport is not None
    lower, upper = search_box(context)
    size = upper - lower
    marked, _ = find_equilibria(field, lower, upper, context.span[0], seeds)
    yield
    seen = np.array([name in (viewport.x, viewport.y) for name in field.components])
    margin = np.where(seen, _MARGIN, 0.0) * size
    wide = lower - margin, upper + margin
    others, _ = find_equilibria(field, *wide, context.span[0], seeds)
    yield
    rests = (*marked, *(one for one in others if not any(_same(one, known, size) for known in marked)))
    border = np.where(seen, wide[0], -np.inf), np.where(seen, wide[1], np.inf)
    around = Surroundings(rests, *border, size)
    middle = 0.5 * (lower + upper)
    for saddle in sorted(rests, key=lambda rest: float(np.linalg.norm((rest.point - middle) / size))):
        found += yield from follow_branches(field, (saddle,), around, abs(context.span[1] - context.span[0]))


def _same(one: Equilibrium, other: Equilibrium, size: np.ndarray) -> bool:
    return bool((np.abs(one.point - other.point) <= 1e-5 * size).all())


PROBE = SeparatricesProbe
