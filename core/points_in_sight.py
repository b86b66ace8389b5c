"""The fixed points that a run looks at."""

from __future__ import annotations

from .analysis.equilibria import find_equilibria
from .readings.equilibria import Equilibrium
from .run_context import RunContext
from .search_box import search_box

_SEEDS = {"preview": 64, "full": 400}


def points_in_sight(context: RunContext) -> tuple[tuple[Equilibrium, ...], str]:
    """Where f(z) - z vanishes in `search_box` and a little around it, and a note where that is no list of points."""
    lower, upper = search_box(context)
    return find_equilibria(context.field, lower, upper, 0.0, _SEEDS[context.quality])
