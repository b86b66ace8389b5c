"""The branches of the stable and unstable manifolds of saddles: the curves that divide a phase plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Float

End = Literal["border", "equilibrium", "cycle", "time", "failed"]
_WORDS: dict[End, str] = {
    "border": "leaves the picture",
    "equilibrium": "comes to an equilibrium",
    "cycle": "comes to a limit cycle",
    "time": "is followed until its time is up",
    "failed": "cannot be followed further",
}


@dataclass(frozen=True)
class Separatrix:
    """One branch of a saddle's manifold of one dimension, from beside the saddle outward.

    saddle (n,); eigenvalue: of the Jacobian there, the only one with its sign: below 0 of a stable branch, on which
    states come to the saddle as t grows, above 0 of an unstable one. t (m,): 0 beside the saddle, then falling along a
    stable branch and rising along an unstable one. points (m, n).
    end: why it is followed no further. target (n,): the equilibrium where it ends, else None; the saddle itself of a
    homoclinic branch. outcome: how its integration ended.
    """

    saddle: Float[np.ndarray, "n"]
    eigenvalue: float
    t: Float[np.ndarray, "m"]
    points: Float[np.ndarray, "m n"]
    end: End
    target: Float[np.ndarray, "n"] | None
    outcome: Outcome

    @property
    def stable(self) -> bool:
        """Whether states on it come to the saddle as t grows."""
        return self.eigenvalue < 0.0

    @property
    def words(self) -> str:
        """Which branch it is, and where it goes."""
        if self.end == "failed":
            where = str(self.outcome)
        elif self.target is not None and np.array_equal(self.target, self.saddle):
            where = "comes back to the saddle"
        else:
            where = _WORDS[self.end]
        return f"{'stable' if self.stable else 'unstable'} branch of a saddle: it {where}" + (
            " backward in time" if self.stable and self.end != "failed" else ""
        )


@dataclass(frozen=True)
class Separatrices:
    """The branches of all saddles in and around the visible plane; none of a field that depends on time."""

    components: tuple[str, ...]
    branches: tuple[Separatrix, ...] = ()
