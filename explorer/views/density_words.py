"""A density that a flow carries in words and as columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.readings import EulerSteps, ModelDensity

from ..canvas.number_text import number_text, power_text
from ..canvas.raster import cell_of
from ..view import Table
from .iteration_table import in_rectangle, rows_where

if TYPE_CHECKING:
    from ..canvas.view_history import Rectangle

_MOST_MASS = 1.02
"""More than this no density has: the field is not followed closely enough, or the grid is too coarse."""
_CURE = "h f must stretch by less than 1: limit the layers, or take shorter steps"
_FAR = 1e-2
"""Distance from which on what comes back is not what went there."""


class Told(NamedTuple):
    """A chip's text, its longer form, and whether it is a warning."""

    text: str = ""
    hint: str = ""
    warning: bool = False


def density_chips(shown: ModelDensity | None) -> dict[str, Told]:
    """What the heading says, by chip."""
    names = "gap", "likelihood", "mass", "round", "steps"
    if shown is None:
        return dict.fromkeys(names, Told())
    told = _gap(shown), _likelihood(shown), _mass(shown), _round_trip(shown), steps_told(shown.steps)
    return dict(zip(names, told, strict=True))


def _gap(shown: ModelDensity) -> Told:
    gap = shown.true_likelihood - shown.likelihood
    if math.isfinite(shown.likelihood) and shown.true_log_density is None:
        return Told(
            "true density unknown", "Nobody knows the density of points of your own: there is nothing to compare with"
        )
    if not math.isfinite(gap):
        return Told()
    side = "below" if gap >= 0.0 else "above"
    text = f"{power_text(abs(gap), 2)} nats {side} the truth"
    return Told(
        text,
        f"On the test points the mean log-likelihood of the model, {number_text(shown.likelihood)}, is {text}, "
        f"{number_text(shown.true_likelihood)}: an estimate of the Kullback-Leibler divergence",
    )


def _likelihood(shown: ModelDensity) -> Told:
    if not math.isfinite(shown.likelihood):
        return Told()
    number = number_text(shown.likelihood)
    return Told(f"log-likelihood {number}", f"Mean log density of the test points under the model: {number} nats")


def _mass(shown: ModelDensity) -> Told:
    number = number_text(shown.mass, 3)
    hint = f"The density's integral over the picture is {number_text(shown.mass, 5)}"
    if shown.mass > _MOST_MASS:
        return Told(f"mass {number}", f"{hint}: more than 1, which no density has", warning=True)
    return Told(f"mass {number}", f"{hint}: what is missing of 1 lies outside of it")


def _round_trip(shown: ModelDensity) -> Told:
    if not math.isfinite(shown.round_trip):
        return Told()
    number = power_text(shown.round_trip, 2)
    what = "test point" if len(shown.data) else "sample"
    hint = f"A {what} that is carried to the base and back again comes back within {number} of where it was"
    return Told(f"there and back {number}", hint, shown.round_trip > _FAR)


def steps_told(steps: EulerSteps | None) -> Told:
    """Whose density it is, where that is the map of Euler's steps, and how their inverse went."""
    if steps is None:
        return Told()
    text = f"{steps.count} Euler step{'' if steps.count == 1 else 's'}"
    hint = f"The density of the map of {text}, h = {number_text(steps.length)}: log |det(I + h J)| of each, added up"
    if steps.folded > 0.0:
        part = f"{100.0 * steps.folded:.2g} %"
        hint += f". At {part} of the places looked at a step turns space over and has no inverse: this is no density"
        return Told(f"{text}, folded", f"{hint}; {_CURE}", warning=True)
    if steps.unsettled > 0.0:
        part = f"{100.0 * steps.unsettled:.2g} %"
        hint += f". Picard's iteration, which inverts a step, does not settle for {part} of the samples; {_CURE}"
        return Told(f"{text}, {part} not inverted", hint, warning=True)
    inverse = f"at most {steps.iterations} iterations a step, which leave {power_text(steps.residual, 2)} at most"
    return Told(text, f"{hint}. Samples come through the inverse of each, by Picard's iteration: {inverse}")


def place_words(shown: ModelDensity, x: float, y: float) -> str:
    """The densities at a place; "" beside the map."""
    column, row = cell_of(shown.x, x), cell_of(shown.y, y)
    if column is None or row is None:
        return ""
    learnt = float(np.exp(shown.log_density[row, column]))
    words = f"density {power_text(learnt)}"
    if shown.true_log_density is None:
        return words
    return f"{words}, true {power_text(float(np.exp(shown.true_log_density[row, column])))}"


def density_table(shown: ModelDensity | None, samples: np.ndarray, seen: Rectangle | None = None) -> Table:
    """what (map, sample or data), x, y, and on the map the learnt and the true density; samples (N, 2): where they are.
    seen: only what lies in this rectangle."""
    if shown is None:
        return Table({})
    grid = np.stack(np.meshgrid(shown.x, shown.y), axis=-1).reshape(-1, 2)
    counts = len(grid), len(samples), len(shown.data)
    places = np.concatenate([grid, samples, shown.data])
    beyond = np.full(counts[1] + counts[2], np.nan)
    columns = {
        "what": np.repeat(["map", "sample", "data"], counts),
        "x": places[:, 0],
        "y": places[:, 1],
        "density": np.concatenate([np.exp(shown.log_density).ravel(), beyond]),
    }
    if shown.true_log_density is not None:
        columns["true_density"] = np.concatenate([np.exp(shown.true_log_density).ravel(), beyond])
    table = Table(columns)
    return table if seen is None else rows_where(table, in_rectangle(*places.T, seen))
