"""What the pictures of unrolled layers draw: something measured against k, beside what the spectral radius predicts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from core.readings import DepthErrors, LayerGradients

WORDS = ("error", "layer norms", "depth")
TIPS = (
    "Relative error of the gradient through the last k of the iterations that are unrolled from the start",
    "The gradient that reaches each layer",
    "Networks of K layers from the start: how far output and gradient are from the implicit layer's",
)
_ROUNDING = 1e-13
"""Below, errors are rounding and say nothing about a rate."""


@dataclass(frozen=True)
class Course:
    """Numbers above 0 for k = first, first + 1, ...; or for the `counts`, ascending, where not every k has one.

    name: in the legend, what: in the readout. method: the gradient method whose numbers they are, "" of others.
    """

    name: str
    what: str
    first: int
    values: Float[np.ndarray, "K"]
    counts: Int[np.ndarray, "K"] | None = None
    method: str = ""

    @property
    def k(self) -> Float[np.ndarray, "K"]:
        """The k of every value."""
        whole = self.first + np.arange(len(self.values), dtype=float)
        return whole if self.counts is None else self.counts.astype(float)

    def points(self) -> Float[np.ndarray, "K 2"]:
        """(k, log10 of the value); NaN where it is 0 or not finite."""
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.log10(self.values)
        return np.stack([self.k, np.where(np.isfinite(heights), heights, np.nan)], axis=1)

    def at(self, k: int) -> float:
        """The value at k; NaN where there is none."""
        here = self.values[self.k == k]
        return float(here[0]) if len(here) else math.nan


@dataclass(frozen=True)
class Picture:
    """measured: the courses, the one with the rate first. predicted: dashed. bottom, left: titles of the axes.

    k: what the depth is called. bars: whether values are bars and no line; backward: whether nearer the solution is
    later, so that the rate is what each value is of the one after.
    """

    measured: tuple[Course, ...]
    predicted: tuple[Course, ...]
    bottom: str
    left: str
    k: str = "k"
    bars: bool = False
    backward: bool = False

    def rate(self) -> float:
        """What each value of the farther half is of the one before, on the whole; NaN if unknown."""
        course = self.measured[0]
        logarithms, values = course.points()[:, 1], course.values
        if self.backward:
            logarithms, values = logarithms[::-1], values[::-1]
        known = np.flatnonzero(np.isfinite(logarithms) & (values > _ROUNDING))
        known = known[len(known) // 2 :]
        if len(known) < 2:
            return math.nan
        first, last = int(known[0]), int(known[-1])
        return float(10.0 ** ((logarithms[last] - logarithms[first]) / (last - first)))


def error_picture(gradients: LayerGradients) -> Picture:
    """Relative errors of the gradient through the last k iterations, of others with k terms, and rho^k."""
    errors = gradients.unrolled_error
    others = gradients.by_terms
    return Picture(
        (
            Course(
                "last k from the start" if others else "relative error", "relative error", 1, errors, method="unrolled"
            ),
            *(Course(one.title, one.title, 1, one.error, one.terms, one.method) for one in others),
        ),
        (
            Course("ρᵏ", "predicted", 1, _powers(gradients.radius, 1, len(errors))),
            *(
                Course(f"{one.title}, predicted", "predicted", 1, _powers(one.rate, 1, len(errors)), method=one.method)
                for one in others
                if math.isfinite(one.rate) and not math.isclose(one.rate, gradients.radius, rel_tol=1e-6)
            ),
        ),
        "iterations k that are unrolled, or terms",
        "relative error",
    )


def norm_picture(gradients: LayerGradients) -> Picture:
    """|dL/dz_k| of every unrolled layer, beside what is left of the last one's at rho per layer."""
    norms = gradients.layer_norm
    last = norms[-1] if len(norms) else 0.0
    return Picture(
        (Course("|dL/dz|", "|dL/dz|", 1, norms),),
        (Course("ρ per layer", "predicted", 1, last * _powers(gradients.radius, 0, len(norms))[::-1]),),
        "unrolled layer k",
        "|dL / dzₖ|",
        bars=True,
        backward=True,
    )


def depth_picture(depths: DepthErrors) -> Picture:
    """Gradient error and what is left of the distance of networks of K layers, beside K rho^K and rho^K."""
    size = len(depths.distance)
    powers = _powers(depths.radius, 0, size)
    first = depths.distance[0] if size else 0.0
    share = depths.distance / first if first > 0.0 else np.full(size, np.nan)
    return Picture(
        (
            Course("gradient", "relative gradient error", 0, depths.gradient_error),
            Course("output", "|z − z*| of the start's", 0, share),
        ),
        (
            Course("K ρᴷ", "K ρᴷ", 0, np.arange(float(size)) * powers),
            Course("ρᴷ", "ρᴷ", 0, powers),
        ),
        "layers K",
        "what is left of the error",
        k="K",
    )


def _powers(radius: float, first: int, count: int) -> Float[np.ndarray, "K"]:
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(radius ** np.arange(float(first), float(first + count)))


def finite(points: Float[np.ndarray, "K 2"]) -> Float[np.ndarray, "F 2"]:
    """Those that can be drawn."""
    return points[np.isfinite(points[:, 1])]
