"""Which root solver a map of a plane shows: the chosen one, or Newton's method where that comes to no root."""

from __future__ import annotations

from dataclasses import replace

from ..root_solvers.newton import Newton
from ..run_context import RunContext
from ..search_box import search_box
from .equilibria import find_equilibria
from .swept_map import program_iteration

_SEEDS = 64


def with_map_solver(context: RunContext) -> tuple[RunContext, str]:
    """The run as its map is drawn, and the title of the solver that Newton's method stands in for; empty for none.

    A text 0 = g(z) has no map of its own: Picard's z <- z - g(z) goes away from every root at which an eigenvalue of
    dg/dz lies outside the unit disc about 1, and a map of that shows no root.
    """
    system, chosen = context.field.system, program_iteration(context)
    if system is None or system.kind != "root" or chosen is None or not chosen.beta:
        return context, ""
    lower, upper = search_box(context)
    points, _ = find_equilibria(context.field, lower, upper, 0.0, _SEEDS)
    if any(chosen.attracts(point) for point in points):
        return context, ""
    root, title = context.experiment.root, "" if context.solver is None else context.solver.title
    experiment = replace(context.experiment, root=replace(root, solver=Newton.name))
    return replace(context, experiment=experiment, solver=Newton()), title
