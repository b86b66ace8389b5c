"""Proofs that a box holds exactly one root, or no other, by interval arithmetic, and of the theorems of Banach and
Kantorovich."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from .enclosed_map import EnclosedMap
from .interval_matrices import corners, defect, inverses, largest, number_rounded_up, product, row_sums
from .krawczyk import reach
from .root_search import holds_none, parts_left

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

LARGEST = 6
"""Unknowns up to which boxes are worth while."""
_RADII = 1e-13 * 4.0 ** np.arange(60)
"""Of a box, in parts of 1 + |centre|; the largest is beyond 1e22."""
_FIRST = 20
"""So many of them are tried first; larger ones where the last of these is proved."""
_BETWEEN = 24
_KINDS = {"ode": "a differential equation", "minimise": "a minimisation"}


@dataclass(frozen=True)
class RootBox:
    """A box |z - centre| <= radius (n,) that holds exactly one root, which lies within `error` (n,) of the centre."""

    centre: Float[np.ndarray, "n"]
    radius: Float[np.ndarray, "n"]
    error: Float[np.ndarray, "n"]


@dataclass(frozen=True)
class Contraction:
    """On the box |z - centre| <= radius in the largest norm, |f(y) - f(z)| <= bound |y - z|: by Banach's theorem with
    bound < 1 there is exactly one fixed point in it, at most `error` = |f(z) - z| / (1 - bound) away."""

    bound: float
    radius: float
    error: float


@dataclass(frozen=True)
class Kantorovich:
    """Newton's method from z, in the largest norm: h = beta kappa eta with beta = |G'(z)^-1|, eta = |G'(z)^-1 G(z)|
    and kappa a Lipschitz constant of G' within 2 eta of z. Where h <= 1/2 there is a root at most `error` =
    2 eta / (1 + sqrt(1 - 2 h)) away, and Newton's method converges to it (L. V. Kantorovich, 1948)."""

    h: float
    error: float


class RootProver:
    """Proofs about G(z) = z - f(z), or about g of a problem 0 = g(z).

    What is proved is proved of the formula in exact arithmetic, with the parameters as they are stored. inputs: the
    numbers behind the states: parameters, and a row of the batch data. Raises ValueError for a system of another kind
    or with more than `LARGEST` unknowns.
    """

    def __init__(self, system: System, inputs: Sequence[float]) -> None:
        if system.kind not in ("map", "root"):
            raise ValueError(f"only of z <- f(z) and 0 = g(z) are roots proved, and this is {_KINDS[system.kind]}")
        if system.size > LARGEST:
            raise ValueError(f"proofs by boxes are for at most {LARGEST} unknowns, and here are {system.size}")
        self._map, self._size = EnclosedMap(system, inputs), system.size

    @classmethod
    def of(cls, system: System, values: Mapping[str, float]) -> RootProver:
        """For a system without batch data, with values of its parameters by name."""
        return cls(system, [values[parameter.name] for parameter in system.parameters])

    def holds_none(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Bool[np.ndarray, "B"]:
        """Which of B boxes are proved to hold no root: some component of G is never 0 there."""
        return holds_none(self._map, np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))

    def holds_one(self, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]) -> Bool[np.ndarray, "B"]:
        """Which of B boxes |z - centre| <= radius are proved to hold exactly one root."""
        inside: np.ndarray = np.all(reach(self._map, centre, radius) < radius, axis=1)
        return inside

    def largest_box(self, root: Float[np.ndarray, "n"]) -> RootBox | None:
        """About the largest box around a computed root that is proved to hold exactly one; None where none is."""
        centre = np.asarray(root, dtype=np.float64)
        if not np.isfinite(centre).all():
            return None
        scale = 1.0 + np.abs(centre)
        proved: list[int] = []
        first = 0
        while first < len(_RADII) and (not first or (proved and proved[-1] == first - 1)):
            last = _FIRST if not first else len(_RADII)
            (found,) = self.holds_one(*_boxes(centre, _RADII[first:last], scale)).nonzero()
            proved, first = [*proved, *(first + found).tolist()], last
        if not proved:
            return None
        smallest, widest = _RADII[proved[0]], _RADII[proved[-1]]
        between = np.geomspace(widest, 4.0 * widest, _BETWEEN, endpoint=False)
        widest = max(widest, *between[self.holds_one(*_boxes(centre, between, scale))])
        return RootBox(centre, widest * scale, self._error(centre, smallest * scale))

    def holds_no_other(
        self, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
    ) -> bool:
        """Whether a box is proved to hold no root beside those of `boxes`; False where that takes too many parts."""
        *_, left = self.search(low, high, boxes)
        return not left

    def search(
        self, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
    ) -> Iterator[int]:
        """The same in short pieces of work: after each how many parts of the box are left; 0 at last is a proof."""
        return parts_left(self._map, low, high, boxes)

    def contraction(self, z: Float[np.ndarray, "n"]) -> Contraction | None:
        """Banach's theorem around z; None where f is not proved to contract on a ball that is large enough."""
        z = np.asarray(z, dtype=np.float64)
        residual = float(largest(self._map.values(z[None], z[None])).max()) if np.isfinite(z).all() else math.nan
        if not math.isfinite(residual):
            return None
        radii = np.geomspace(max(1.01 * residual, 1e-14), max(1e3 * residual, 1.0), 30)
        low, high = corners(*_boxes(z, radii, np.ones(self._size)))
        bounds = self._map.contraction(low, high)
        for radius, bound in zip(radii.tolist(), bounds.tolist(), strict=True):
            if bound < 1.0 and (error := number_rounded_up(residual / (1.0 - bound))) <= radius:
                return Contraction(bound, radius, error)
        return None

    def kantorovich(self, z: Float[np.ndarray, "n"]) -> Kantorovich | None:
        """The Newton-Kantorovich theorem at z; None where G' is singular there or not enclosed about it."""
        here = np.asarray(z, dtype=np.float64)[None]
        if not np.isfinite(here).all():
            return None
        slopes = self._map.slopes(here, here)
        inverse = inverses(slopes)
        # Y is near G'(z)^-1: |G'(z)^-1| <= |Y| / (1 - |I - Y G'(z)|)
        short = float(row_sums(defect(inverse, slopes))[0])
        if not short < 1.0:
            return None
        beta = number_rounded_up(float(row_sums((inverse, inverse))[0]) / (1.0 - short))
        step = float(largest(product(inverse, self._map.values(here, here))).max())
        eta = number_rounded_up(step / (1.0 - short))
        if not math.isfinite(eta):
            return None
        ball = corners(here, np.full_like(here, number_rounded_up(2.0 * eta)))
        h = number_rounded_up(beta * float(self._map.curvature(*ball)[0]) * eta)
        if not math.isfinite(h):
            return None
        error = number_rounded_up(2.0 * eta / (1.0 + (1.0 - 2.0 * h) ** 0.5)) if h <= 0.5 else math.inf
        return Kantorovich(h, error)

    def _error(self, centre: Float[np.ndarray, "n"], radius: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
        """How far the root can be from the centre: K(X) again and again, for it lies in each."""
        for _ in range(6):
            smaller = np.fmin(radius, reach(self._map, centre[None], radius[None])[0])
            enough = (smaller > 0.9 * radius).all()
            radius = smaller
            if enough:
                break
        return radius


def _boxes(
    centre: Float[np.ndarray, "n"], radii: Float[np.ndarray, "B"], scale: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "B n"], Float[np.ndarray, "B n"]]:
    """Centres and radii of boxes around one centre."""
    return np.repeat(centre[None], len(radii), axis=0), radii[:, None] * scale
