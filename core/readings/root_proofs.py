"""What is proved about the roots in sight, by interval arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class PointProof:
    """Exactly one root has |z - point| <= radius, and it lies within `error` of the point; all (n,)."""

    point: Float[np.ndarray, "n"]
    radius: Float[np.ndarray, "n"]
    error: Float[np.ndarray, "n"]


@dataclass(frozen=True)
class SampleProof:
    """What is proved at z (n,), where the chosen solver left the sample `index`, in the largest norm.

    contraction: a Lipschitz constant below 1 of f on the ball of radius `ball`, by which the root is within `banach`;
    None where f is not proved to contract. h: of the theorem of Newton and Kantorovich; where h <= 1/2 a root is within
    `kantorovich`; None where G' is not invertible there. certain: the iteration from which on h <= 1/2, so that
    Newton's method from there converges; None where it is not.
    """

    index: int
    z: Float[np.ndarray, "n"]
    contraction: float | None = None
    ball: float | None = None
    banach: float | None = None
    h: float | None = None
    kantorovich: float | None = None
    certain: int | None = None


@dataclass(frozen=True)
class RootProofs:
    """Proofs about the fixed points, or roots, that were found in the box [low, high], (n,) each.

    points: those of which it is proved that they are roots, different ones, and where no other is. inside: how many of
    them are proved to lie in the box. alone: whether the box is proved to hold no other; None while that is not known
    yet. visible: whether the box is what is seen, as where every component is on an axis.
    sample: of the one in focus; None while there is nothing. row: of the batch data the points belong to; problem: the
    `problem_key` of what is proved of; is_root: of a problem 0 = g(z).
    """

    components: tuple[str, ...]
    points: tuple[PointProof, ...]
    inside: int
    alone: bool | None
    low: Float[np.ndarray, "n"]
    high: Float[np.ndarray, "n"]
    visible: bool
    sample: SampleProof | None
    row: int
    problem: str
    is_root: bool

    @property
    def sentence(self) -> str:
        """What is proved about how many there are; empty while nothing is."""
        where = "in the visible range" if self.visible else "in the box that was searched"
        noun = "root" if self.is_root else "fixed point"
        if self.alone and not self.inside:
            return f"proved: no {noun} {where}"
        if not self.inside or self.alone is None:
            return ""
        nouns = noun if self.inside == 1 else f"{noun}s"
        return f"proved: {'exactly' if self.alone else 'at least'} {self.inside} {nouns} {where}"

    def of_point(self, point: Float[np.ndarray, "n"]) -> PointProof | None:
        """The proof about a computed root; None where there is none."""
        for proof in self.points:
            near = np.abs(proof.point - point) <= 1e-9 * (1.0 + np.abs(point))
            if near.all() and (np.abs(proof.point - point) < 0.5 * proof.radius).all():
                return proof
        return None
