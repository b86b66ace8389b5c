"""Proofs that a box holds exactly one root, or none, by interval arithmetic.

R. Krawczyk, Computing 4 (1969) 187; R. E. Moore, SIAM J. Numer. Anal. 14 (1977) 611: with the midpoint m of a box X,
Y near G'(m)^-1 and K(X) = m - Y G(m) + (I - Y G'(X)) (X - m), a K(X) in the interior of X proves that X holds exactly
one root of G.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from ..language.intervals import Interval, add, magnitude, multiply, point, subtract
from .enclosed_map import EnclosedMap, row_sums

if TYPE_CHECKING:
    from jaxtyping import Float

LARGEST = 6
"""Unknowns up to which boxes are worth while."""
_GROWTH, _ROUNDS = 4.0, 60
"""A box is tried that many times larger than the last one that was proved, at most so often."""
_FIRST = 1e-12
_HALVINGS, _MOST_PARTS = 60, 4096


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

    inputs: the numbers behind the states: parameters, and a row of the batch data. Raises ValueError for a system of
    another kind or with more than `LARGEST` unknowns.
    """

    def __init__(self, system: System, inputs: Sequence[float]) -> None:
        if system.kind not in ("map", "root"):
            raise ValueError("there is a root to prove of a map z <- f(z), or of 0 = g(z)")
        if system.size > LARGEST:
            raise ValueError(f"proofs by boxes are for at most {LARGEST} unknowns, and here are {system.size}")
        self._map, self._size = EnclosedMap(system, inputs), system.size

    @classmethod
    def of(cls, system: System, values: Mapping[str, float]) -> RootProver:
        """For a system without batch data, with values of its parameters by name."""
        return cls(system, [values[parameter.name] for parameter in system.parameters])

    def holds_none(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> np.ndarray:
        """Which of B boxes are proved to hold no root: some component of G is never 0 there."""
        values = self._map.values(_box(low, high))
        none: np.ndarray = np.any([(bottom > 0.0) | (top < 0.0) for bottom, top in values], axis=0)
        return none

    def holds_one(self, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]) -> np.ndarray:
        """Which of B boxes are proved to hold exactly one root."""
        image, box = self._krawczyk(centre, radius)
        inside: np.ndarray = np.all(
            [(outer[0] < inner[0]) & (inner[1] < outer[1]) for outer, inner in zip(box, image, strict=True)], axis=0
        )
        return inside

    def largest_box(self, root: Float[np.ndarray, "n"]) -> RootBox | None:
        """About the largest box around a computed root that is proved to hold exactly one; None where none is."""
        centre = np.asarray(root, dtype=np.float64)[None]
        scale = 1.0 + np.abs(centre)
        first, proved, radius = 0.0, 0.0, _FIRST
        for _ in range(_ROUNDS):
            if self.holds_one(centre, radius * scale)[0]:
                first, proved, radius = first or radius, radius, radius * _GROWTH
            elif proved or radius > 1e-3:
                break
            else:
                radius *= _GROWTH  # the root is not that near to the centre
        if not proved:
            return None
        for _ in range(8):  # between the last that was proved and the first that was not
            middle = (proved * radius) ** 0.5
            proved, radius = (middle, radius) if self.holds_one(centre, middle * scale)[0] else (proved, middle)
        return RootBox(centre[0], proved * scale[0], self._error(centre, first * scale))

    def holds_no_other(
        self, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
    ) -> bool:
        """Whether a box is proved to hold no root beside those of `boxes`: it is halved until every part holds none or
        lies in one of them; False where that takes too many parts."""
        parts = np.array([[low, high]], dtype=np.float64)
        for _ in range(_HALVINGS):
            with np.errstate(all="ignore"):
                left = ~self.holds_none(parts[:, 0], parts[:, 1])
            for box in boxes:
                inside = (parts[:, 0] >= box.centre - box.radius) & (parts[:, 1] <= box.centre + box.radius)
                left &= ~inside.all(axis=1)
            parts = parts[left]
            if not 0 < len(parts) <= _MOST_PARTS:
                return not len(parts)
            parts = _halved(parts)
        return False

    def contraction(self, z: Float[np.ndarray, "n"]) -> Contraction | None:
        """Banach's theorem around z; None where f is not proved to contract on a ball that is large enough."""
        residual = float(magnitude_of(self._map.values(_ball(z, 0.0))).max())
        for radius in np.geomspace(max(1.01 * residual, 1e-14), max(1e3 * residual, 1.0), 30).tolist():
            bound = float(row_sums(self._map.map_slopes(_ball(z, radius)), self._size).max())
            if bound < 1.0 and residual / (1.0 - bound) <= radius:
                return Contraction(bound, radius, residual / (1.0 - bound))
        return None

    def kantorovich(self, z: Float[np.ndarray, "n"]) -> Kantorovich | None:
        """The Newton-Kantorovich theorem at z; None where G' is singular there or not enclosed about it."""
        size, here = self._size, _ball(z, 0.0)
        middle = _midpoints(self._map.slopes(here), size)[0]
        if not np.isfinite(middle).all() or np.linalg.matrix_rank(middle) < size:
            return None
        inverse = np.linalg.inv(middle)
        steps = _product(inverse, self._map.values(here))
        # Y is near G'(z)^-1: |G'(z)^-1| <= |Y| / (1 - |I - Y G'(z)|)
        defect = float(row_sums(self._defect(inverse[None], self._map.slopes(here)), size).max())
        if not defect < 1.0:
            return None
        beta = float(np.abs(inverse).sum(axis=1).max()) / (1.0 - defect)
        eta = float(magnitude_of(steps).max()) / (1.0 - defect)
        kappa = self._map.curvature(_ball(z, 2.0 * eta))
        h = beta * kappa * eta
        if not np.isfinite(h):
            return None
        return Kantorovich(h, 2.0 * eta / (1.0 + (1.0 - 2.0 * h) ** 0.5) if h <= 0.5 else float("inf"))

    def _krawczyk(
        self, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]
    ) -> tuple[list[Interval], list[Interval]]:
        """K(X) and X."""
        size = self._size
        box = _box(centre - radius, centre + radius)
        slopes = self._map.slopes(box)
        middle = _midpoints(slopes, size)
        with np.errstate(all="ignore"):
            regular = np.isfinite(middle).all(axis=(1, 2)) & (np.abs(np.linalg.det(middle)) > 0.0)
        inverse = np.linalg.inv(np.where(regular[:, None, None], middle, np.eye(size)))
        inverse[~regular] = np.nan
        middles = [point(column) for column in centre.T]
        steps = _products(inverse, self._map.values(middles))
        spread = self._defect(inverse, slopes)
        image = []
        for row in range(size):
            total = subtract(middles[row], steps[row])
            for column in range(size):
                total = add(total, multiply(spread[size * row + column], subtract(box[column], middles[column])))
            image.append(total)
        return image, box

    def _error(self, centre: Float[np.ndarray, "1 n"], radius: Float[np.ndarray, "1 n"]) -> Float[np.ndarray, "n"]:
        """How far the root can be from the centre: K(X) again and again, for it lies in each."""
        for _ in range(20):
            image, _ = self._krawczyk(centre, radius)
            away = [subtract(part, point(middle)) for part, middle in zip(image, centre.T, strict=True)]
            smaller = np.array([float(magnitude(part)[0]) for part in away])
            if not (smaller < 0.99 * radius[0]).any():
                break
            radius = np.minimum(radius[0], smaller)[None]
        error: np.ndarray = radius[0]
        return error

    def _defect(self, inverse: Float[np.ndarray, "B n n"], slopes: list[Interval]) -> list[Interval]:
        """I - Y G', row by row."""
        size = self._size
        rows = []
        for row in range(size):
            for column in range(size):
                total = point(np.full(len(inverse), 1.0 if row == column else 0.0))
                for inner in range(size):
                    total = subtract(total, multiply(point(inverse[:, row, inner]), slopes[size * inner + column]))
                rows.append(total)
        return rows


def _halved(parts: Float[np.ndarray, "B 2 n"]) -> Float[np.ndarray, "B2 2 n"]:
    """Every box cut across its longest side."""
    every = np.arange(len(parts))
    widest = np.argmax(parts[:, 1] - parts[:, 0], axis=1)
    middle = 0.5 * (parts[every, 0, widest] + parts[every, 1, widest])
    lower, upper = parts.copy(), parts.copy()
    lower[every, 1, widest] = middle
    upper[every, 0, widest] = middle
    return np.concatenate([lower, upper])


def magnitude_of(parts: list[Interval]) -> Float[np.ndarray, "B"]:
    """The largest norm that a vector in these intervals can have."""
    largest: np.ndarray = np.max([magnitude(part) for part in parts], axis=0)
    return largest


def _box(low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> list[Interval]:
    return list(zip(np.asarray(low, dtype=float).T, np.asarray(high, dtype=float).T, strict=True))


def _ball(z: Float[np.ndarray, "n"], radius: float) -> list[Interval]:
    z = np.asarray(z, dtype=np.float64)[None]
    return _box(z - radius, z + radius)


def _midpoints(slopes: list[Interval], size: int) -> Float[np.ndarray, "B n n"]:
    middles = np.stack([0.5 * (low + high) for low, high in slopes], axis=-1)
    return middles.reshape(-1, size, size)


def _product(matrix: Float[np.ndarray, "n n"], vector: list[Interval]) -> list[Interval]:
    return _products(matrix[None], vector)


def _products(matrix: Float[np.ndarray, "B n n"], vector: list[Interval]) -> list[Interval]:
    """Matrix times vector of intervals."""
    rows = []
    for row in range(matrix.shape[1]):
        total = point(np.zeros(len(matrix)))
        for column, entry in enumerate(vector):
            total = add(total, multiply(point(matrix[:, row, column]), entry))
        rows.append(total)
    return rows
