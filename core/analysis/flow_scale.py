"""What a map of basins has to know of a flow before it begins: its sinks, lengths, and a step that is short enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..run_context import RunContext
from ..search_box import search_box
from ..tableau import Tableau
from ..tableaus.rk4 import TABLEAU as RK4
from ..vector_field import VectorField
from .equilibria import find_equilibria

if TYPE_CHECKING:
    from jaxtyping import Float

_SEEDS = 200
_LARGEST_SCANNED = 12
_SAMPLES = 128
_TURN = 0.25
"""Step times the rate of nine tenths of the visible states."""
_STABLE = 1.5
"""Step times the fastest rate: well inside the region of stability."""
_FEWEST_STEPS = 100
_SINK = 0.02
"""Radius of a sink as a share of the box, or of the way to the nearest other equilibrium."""
_AWAY = 50.0
"""Boxes that a point may be away."""


@dataclass(frozen=True)
class FlowScale:
    """lower, upper (n,): a box that holds the view, the text's own and the starts; lengths are shares of it.

    sinks (k, n) with radii (k,): who comes that near is taken to stay. tableau, step: of the march.
    """

    lower: Float[np.ndarray, "n"]
    upper: Float[np.ndarray, "n"]
    sinks: Float[np.ndarray, "k n"]
    radii: Float[np.ndarray, "k"]
    tableau: Tableau
    step: float

    @property
    def extent(self) -> Float[np.ndarray, "n"]:
        """The sides of the box."""
        return np.asarray(self.upper - self.lower)

    def squared_distance(self, z: Float[np.ndarray, "n m"], point: Float[np.ndarray, "n"]) -> Float[np.ndarray, "m"]:
        """Of points z from `point`, as shares of the box; infinite where a march has run away."""
        total = np.zeros(z.shape[1])
        with np.errstate(over="ignore"):
            for part, centre, side in zip(z, point, self.extent, strict=True):
                total += ((part - centre) / side) ** 2
        return total

    def with_sinks(self, field: VectorField, lower: Float[np.ndarray, "n"], upper: Float[np.ndarray, "n"]) -> FlowScale:
        """The same with the sinks of another box after those that are known."""
        sinks, radii = _sinks(field, lower, upper, self.extent, 0.0)
        if not len(sinks):
            return self
        apart = [(self.squared_distance(self.sinks.T, sink) > _SINK**2).all() for sink in sinks]
        return replace(
            self, sinks=np.concatenate([self.sinks, sinks[apart]]), radii=np.concatenate([self.radii, radii[apart]])
        )

    def is_away(self, z: Float[np.ndarray, "n m"]) -> np.ndarray:
        """Whether points are far beyond the box, or no numbers."""
        return ~(self.squared_distance(z, 0.5 * (self.lower + self.upper)) <= _AWAY**2)


def flow_scale(context: RunContext) -> FlowScale:
    """Look at the field: find the equilibria and the fastest rates."""
    field = context.field
    lower, upper = search_box(replace(context, viewport=None))
    seen = search_box(context)
    lower, upper = np.minimum(lower, seen[0]), np.maximum(upper, seen[1])
    sinks, radii = np.empty((0, field.size)), np.empty(0)
    if field.autonomous and field.size <= _LARGEST_SCANNED:
        sinks, radii = _sinks(field, lower, upper, upper - lower, context.span[0])
    choice = context.experiment.integration
    method = context.tableau
    step = method.given_step(choice.fixed, choice.step)
    if step is not None and isinstance(method, Tableau):
        return FlowScale(lower, upper, sinks, radii, method, step)
    return FlowScale(lower, upper, sinks, radii, RK4, _short_step(context, *seen))


def _sinks(
    field: VectorField,
    lower: Float[np.ndarray, "n"],
    upper: Float[np.ndarray, "n"],
    extent: Float[np.ndarray, "n"],
    time: float,
) -> tuple[Float[np.ndarray, "k n"], Float[np.ndarray, "k"]]:
    """The attracting equilibria in a box, and radii around them that keep clear of all other equilibria."""
    points, _ = find_equilibria(field, lower, upper, time, _SEEDS)
    places = np.array([point.point for point in points]).reshape(-1, field.size)
    between = np.linalg.norm((places[:, None] - places) / extent, axis=2)
    np.fill_diagonal(between, 1.0)
    attracting = np.array([bool((point.eigenvalues.real < 0.0).all()) for point in points], dtype=bool)
    return places[attracting], _SINK * between.min(axis=1, initial=1.0)[attracting]


def _short_step(context: RunContext, lower: Float[np.ndarray, "n"], upper: Float[np.ndarray, "n"]) -> float:
    """A step that follows what is visible and blows up nowhere there."""
    unit = np.random.default_rng(0).random((_SAMPLES, context.field.size))
    slopes = context.field.jacobian()(context.span[0], lower + unit * (upper - lower))
    slopes = slopes[np.isfinite(slopes).all(axis=(1, 2))]
    length = abs(context.span[1] - context.span[0]) / _FEWEST_STEPS
    if not len(slopes):
        return length
    rates = np.abs(np.linalg.eigvals(slopes)).max(axis=1)
    return float(min(length, _TURN / max(np.quantile(rates, 0.9), 1e-300), _STABLE / max(rates.max(), 1e-300)))
