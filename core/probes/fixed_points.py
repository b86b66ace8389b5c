"""Fixed points in and around the visible range."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..analysis.root_sensitivity import root_sensitivity
from ..formula_map import FormulaMap
from ..module_layer import ModuleLayer
from ..points_in_sight import points_in_sight
from ..probe import Probe
from ..problem_key import problem_key
from ..readings.equilibria import Equilibrium
from ..readings.fixed_points import FixedPoint, FixedPoints
from ..run_context import RunContext

_LARGEST = 6
"""Components beyond which a few hundred starting points say nothing about the whole space."""
_MARGIN = 1e-9


class FixedPointsProbe(Probe[FixedPoints]):
    """Newton's method on f(z) - z from a scan of the box that the view, the text and the starts span."""

    reading = FixedPoints
    title = "fixed points"
    kinds = frozenset({"map", "root"})

    def __init__(self) -> None:
        self._reading: FixedPoints | None = None

    def begin(self, context: RunContext) -> None:
        components = context.field.components
        row = 0 if context.rows is None else int(context.rows[0])
        if context.field.size > _LARGEST:
            note = f"not searched: more than {_LARGEST} components"
            self._reading = FixedPoints(components, (), row, note)
            return
        points, note = points_in_sight(context)
        system = context.field.system
        is_root = system is not None and system.kind == "root"
        found = tuple(_fixed_point(point, is_root) for point in points)
        note, problem = note.replace("equilibria", "roots"), problem_key(context.experiment)
        if not isinstance(context.map, FormulaMap | ModuleLayer):
            self._reading = FixedPoints(components, found, row, note, problem=problem)
            return
        given = context.map.parameters
        found = _with_effects(found, context.map, None if context.rows is None else np.array([row]))
        self._reading = FixedPoints(components, found, row, note, tuple(given), tuple(given.values()), problem)

    def read(self) -> FixedPoints | None:
        return self._reading


def _with_effects(
    points: tuple[FixedPoint, ...], mapping: FormulaMap | ModuleLayer, rows: np.ndarray | None
) -> tuple[FixedPoint, ...]:
    """What every parameter does to each of them."""
    if not points:
        return points
    known = root_sensitivity(mapping, np.array([one.point for one in points]), rows)
    return tuple(
        replace(one, effects=effects, condition=float(condition))
        for one, effects, condition in zip(points, known.effects, known.condition, strict=True)
    )


def _fixed_point(rest: Equilibrium, is_root: bool) -> FixedPoint:
    """A point where f(z) - z vanishes; the eigenvalues of df/dz are one more than those of its derivative."""
    eigenvalues = rest.eigenvalues + 1.0
    eigenvalues = eigenvalues[np.argsort(-np.abs(eigenvalues), kind="stable")]
    radius = float(np.abs(eigenvalues).max())
    attracting = None if abs(radius - 1.0) <= _MARGIN or np.isnan(radius) else radius < 1.0
    return FixedPoint(rest.point, rest.residual, eigenvalues, radius, attracting, is_root)


PROBE = FixedPointsProbe
