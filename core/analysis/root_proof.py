"""Proofs that a box holds exactly one root, or none, by interval arithmetic.

R. Krawczyk, Computing 4 (1969) 187; R. E. Moore, SIAM J. Numer. Anal. 14 (1977) 611: with the midpoint m of a box X,
Y near G'(m)^-1 and K(X) = m - Y G(m) + (I - Y G'(X)) (X - m), a K(X) in the interior of X proves that X holds exactly
one root of G.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from .enclosed_map import Bounds, EnclosedMap, number_rounded_up, rounded_up, row_sums

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

LARGEST = 6
"""Unknowns up to which boxes are worth while."""
_RADII = 1e-13 * 4.0 ** np.arange(60)
"""Of a box, in parts of 1 + |centre|; the largest is beyond 1e22."""
_FIRST = 20
"""So many of them are tried first; larger ones where the last of these is proved."""
_BETWEEN = 24
_HALVINGS, _MOST_PARTS, _PARTS = 60, 4096, 512
"""Boxes that are halved at most, and those that are looked at in one go."""
_TINY = 1e-300


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
            raise ValueError("there is a root to prove of a map z <- f(z), or of 0 = g(z)")
        if system.size > LARGEST:
            raise ValueError(f"proofs by boxes are for at most {LARGEST} unknowns, and here are {system.size}")
        self._map, self._size = EnclosedMap(system, inputs), system.size

    @classmethod
    def of(cls, system: System, values: Mapping[str, float]) -> RootProver:
        """For a system without batch data, with values of its parameters by name."""
        return cls(system, [values[parameter.name] for parameter in system.parameters])

    def holds_none(self, low: Float[np.ndarray, "B n"], high: Float[np.ndarray, "B n"]) -> Bool[np.ndarray, "B"]:
        """Which of B boxes are proved to hold no root: some component of G is never 0 there."""
        bottom, top = self._map.values(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
        none: np.ndarray = np.any((bottom > 0.0) | (top < 0.0), axis=1)
        return none

    def holds_one(self, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]) -> Bool[np.ndarray, "B"]:
        """Which of B boxes |z - centre| <= radius are proved to hold exactly one root."""
        inside: np.ndarray = np.all(self._reach(centre, radius) < radius, axis=1)
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
        smallest, largest = _RADII[proved[0]], _RADII[proved[-1]]
        between = np.geomspace(largest, 4.0 * largest, _BETWEEN, endpoint=False)
        largest = max(largest, *between[self.holds_one(*_boxes(centre, between, scale))])
        return RootBox(centre, largest * scale, self._error(centre, smallest * scale))

    def holds_no_other(
        self, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
    ) -> bool:
        """Whether a box is proved to hold no root beside those of `boxes`; False where that takes too many parts."""
        *_, left = self.search(low, high, boxes)
        return not left

    def search(
        self, low: Float[np.ndarray, "n"], high: Float[np.ndarray, "n"], boxes: Sequence[RootBox]
    ) -> Iterator[int]:
        """In short pieces of work how many parts of a box are left in which other roots than those of `boxes` may lie:
        it is halved until every part holds none or lies in one of them. Raises ValueError for an empty box."""
        parts = np.array([[low, high]], dtype=np.float64)
        if not (np.isfinite(parts).all() and (parts[0, 0] <= parts[0, 1]).all()):
            raise ValueError("a box to search has finite ends, the lower one first")
        for _ in range(_HALVINGS):
            left = []
            for begin in range(0, len(parts), _PARTS):
                left.append(self._open(parts[begin : begin + _PARTS], boxes))
                yield len(parts)
            parts = np.concatenate(left)
            if not 0 < len(parts) <= _MOST_PARTS:
                break
            parts = _halved(parts)
        yield len(parts)

    def contraction(self, z: Float[np.ndarray, "n"]) -> Contraction | None:
        """Banach's theorem around z; None where f is not proved to contract on a ball that is large enough."""
        z = np.asarray(z, dtype=np.float64)
        residual = float(_size_of(self._map.values(z[None], z[None]))[0]) if np.isfinite(z).all() else math.nan
        if not math.isfinite(residual):
            return None
        radii = np.geomspace(max(1.01 * residual, 1e-14), max(1e3 * residual, 1.0), 30)
        low, high = _corners(*_boxes(z, radii, np.ones(self._size)))
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
        inverse = _inverses(slopes)
        # Y is near G'(z)^-1: |G'(z)^-1| <= |Y| / (1 - |I - Y G'(z)|)
        defect = float(row_sums(_defect(inverse, slopes))[0])
        if not defect < 1.0:
            return None
        beta = number_rounded_up(float(row_sums((inverse, inverse))[0]) / (1.0 - defect))
        steps = _size_of(_product(inverse, self._map.values(here, here)))
        eta = number_rounded_up(float(steps[0]) / (1.0 - defect))
        if not math.isfinite(eta):
            return None
        ball = _corners(here, np.full_like(here, number_rounded_up(2.0 * eta)))
        h = number_rounded_up(beta * float(self._map.curvature(*ball)[0]) * eta)
        if not math.isfinite(h):
            return None
        error = number_rounded_up(2.0 * eta / (1.0 + (1.0 - 2.0 * h) ** 0.5)) if h <= 0.5 else math.inf
        return Kantorovich(h, error)

    def _reach(self, centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]) -> Float[np.ndarray, "B n"]:
        """How far K(X) reaches from the centre of X."""
        slopes = self._map.slopes(*_corners(centre, radius))
        inverse = _inverses(slopes)
        steps = _product(inverse, self._map.values(centre, centre))
        defect = _defect(inverse, slopes)
        reach: np.ndarray
        with np.errstate(all="ignore"):
            spread = (np.maximum(np.abs(defect[0]), np.abs(defect[1])) * radius[:, None]).sum(axis=2)
            reach = rounded_up(np.maximum(np.abs(steps[0]), np.abs(steps[1])) + spread)
        return reach

    def _error(self, centre: Float[np.ndarray, "n"], radius: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
        """How far the root can be from the centre: K(X) again and again, for it lies in each."""
        for _ in range(20):
            smaller = np.fmin(radius, self._reach(centre[None], radius[None])[0])
            enough = (smaller > 0.9 * radius).all()
            radius = smaller
            if enough:
                break
        return radius

    def _open(self, parts: Float[np.ndarray, "B 2 n"], boxes: Sequence[RootBox]) -> Float[np.ndarray, "B2 2 n"]:
        """Those in which there may be a root beside those of `boxes`."""
        left = ~self.holds_none(parts[:, 0], parts[:, 1])
        for box in boxes:
            low, high = _inner_corners(box.centre, box.radius)
            left &= ~((parts[:, 0] >= low) & (parts[:, 1] <= high)).all(axis=1)
        return parts[left]


def _halved(parts: Float[np.ndarray, "B 2 n"]) -> Float[np.ndarray, "B2 2 n"]:
    """Every box cut across its longest side."""
    every = np.arange(len(parts))
    widest = np.argmax(parts[:, 1] - parts[:, 0], axis=1)
    middle = 0.5 * parts[every, 0, widest] + 0.5 * parts[every, 1, widest]
    lower, upper = parts.copy(), parts.copy()
    lower[every, 1, widest] = middle
    upper[every, 0, widest] = middle
    return np.concatenate([lower, upper])


def _boxes(
    centre: Float[np.ndarray, "n"], radii: Float[np.ndarray, "B"], scale: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "B n"], Float[np.ndarray, "B n"]]:
    """Centres and radii of boxes around one centre."""
    return np.repeat(centre[None], len(radii), axis=0), radii[:, None] * scale


def _corners(
    centre: Float[np.ndarray, "B n"], radius: Float[np.ndarray, "B n"]
) -> tuple[Float[np.ndarray, "B n"], Float[np.ndarray, "B n"]]:
    """low and high of boxes that hold |z - centre| <= radius."""
    return np.nextafter(centre - radius, -np.inf), np.nextafter(centre + radius, np.inf)


def _inner_corners(
    centre: Float[np.ndarray, "n"], radius: Float[np.ndarray, "n"]
) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """low and high of a box that lies in |z - centre| <= radius."""
    return np.nextafter(centre - radius, np.inf), np.nextafter(centre + radius, -np.inf)


def _size_of(vector: Bounds) -> Float[np.ndarray, "B"]:
    """The largest norm that a vector (B, n) can have."""
    largest: np.ndarray = np.maximum(np.abs(vector[0]), np.abs(vector[1])).max(axis=-1)
    return largest


def _inverses(slopes: Bounds) -> Float[np.ndarray, "B n n"]:
    """About the inverse of the matrix in the middle; NaN where there is none."""
    with np.errstate(all="ignore"):
        middle = 0.5 * slopes[0] + 0.5 * slopes[1]
        scale = np.abs(middle).max(axis=(1, 2), keepdims=True)
        scaled = middle / scale
        regular = np.isfinite(scaled).all(axis=(1, 2)) & (np.abs(np.linalg.det(scaled)) > 0.0)
        inverse: np.ndarray = np.linalg.inv(np.where(regular[:, None, None], scaled, np.eye(middle.shape[1]))) / scale
    inverse[~regular] = np.nan
    return inverse


def _products(matrix: Float[np.ndarray, "B n n"], other: Bounds) -> Bounds:
    """Matrix times matrix (B, n, k) of intervals: every sum and what rounding may do to it."""
    with np.errstate(all="ignore"):
        ends = [matrix[..., None] * end[:, None] for end in other]
        size = matrix.shape[-1]
        most = np.maximum(np.abs(ends[0]), np.abs(ends[1])).sum(axis=2)
        slack = 4.0 * (size + 2) * np.finfo(np.float64).eps * most + _TINY
        return np.minimum(*ends).sum(axis=2) - slack, np.maximum(*ends).sum(axis=2) + slack


def _product(matrix: Float[np.ndarray, "B n n"], vector: Bounds) -> Bounds:
    """Matrix times vector (B, n) of intervals."""
    low, high = _products(matrix, (vector[0][..., None], vector[1][..., None]))
    return low[..., 0], high[..., 0]


def _defect(inverse: Float[np.ndarray, "B n n"], slopes: Bounds) -> Bounds:
    """I - Y G'."""
    low, high = _products(inverse, slopes)
    unit = np.eye(inverse.shape[-1])
    return np.nextafter(unit - high, -np.inf), np.nextafter(unit - low, np.inf)
