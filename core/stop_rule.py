"""When a root is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Annotated, Any, NamedTuple

from .array_library import ArrayLibrary, distances, norms
from .parameter import Choice, Range

LEAST_VALUE = 1e-9
"""Added to |f| in the relative criterion, or a root at 0 would never be found; as deep equilibrium models do."""


class Norms(NamedTuple):
    """Of each of S samples: |f - z|, what is compared with the tolerance, and |z|."""

    residual: Any
    measure: Any
    size: Any


@dataclass(frozen=True)
class StopRule:
    """A sample has converged where its measure falls below the tolerance.

    absolute: |f(z) - z|. relative: |f(z) - z| / (|f(z)| + 1e-9). step: the length |z_k - z_(k-1)| of the move that
    led to the record z_k; for a solver whose iteration is one evaluation at z, of the move that it makes from
    there, |f(z) - z| for Picard and beta times that when damped. There is no step at record 0.
    whole_batch: one norm over all samples, which then share every number and end together.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the measure must fall below it")] = 1e-8
    criterion: Annotated[str, Choice(("relative", "absolute", "step"))] = "relative"
    whole_batch: bool = False

    def __post_init__(self) -> None:
        given: tuple[object, object] = (self.tolerance, self.whole_batch)
        if isinstance(given[0], bool) or not isinstance(given[0], Real):
            raise TypeError(f"the tolerance must be a number, not {given[0]!r}: try 1e-8")
        if not isinstance(given[1], bool):
            raise TypeError(f"whole_batch must be True or False, not {given[1]!r}")
        if not 0.0 < self.tolerance < float("inf"):
            raise ValueError(f"the tolerance must be a finite number greater than 0, not {self.tolerance}: try 1e-8")
        if self.criterion not in ("relative", "absolute", "step"):
            raise ValueError(f'the criterion must be "relative", "absolute" or "step", not {self.criterion!r}')

    def norms(self, library: ArrayLibrary, z: Any, f: Any, move: Any, active: Any) -> Norms:
        """The numbers of points z (..., S, n) and what a state holds there; move only for the criterion "step".

        Where z, f and move are lists of arrays (S, n), so are the numbers stacked.
        """
        if isinstance(z, list):
            return self._norms_of_each(library, z, f, move, active)
        residual = self.length(library, f - z, active)
        if self.criterion == "absolute":
            measure = residual
        elif self.criterion == "relative":
            measure = residual / (self.length(library, f, active) + LEAST_VALUE)
        else:
            measure = self.length(library, move, active)
        return Norms(residual, measure, self.length(library, z, active))

    def length(self, library: ArrayLibrary, x: Any, active: Any) -> Any:
        """|x| over the components of (..., S, n), and over all samples under way for a whole batch: (..., S)."""
        return self._together(library, library.norm(x), active)

    def _norms_of_each(
        self, library: ArrayLibrary, z: Sequence[Any], f: Sequence[Any], move: Any, active: Any
    ) -> Norms:
        gaps = distances(library, f, z)
        lengths = norms(library, [*z, *f])
        size, length = lengths[: len(z)], lengths[len(z) :]
        residual = measure = self._together(library, gaps, active)
        if self.criterion == "relative":
            measure = residual / (self._together(library, length, active) + LEAST_VALUE)
        elif self.criterion == "step":
            measure = self._together(library, norms(library, move), active)
        return Norms(residual, measure, self._together(library, size, active))

    def _together(self, library: ArrayLibrary, lengths: Any, active: Any) -> Any:
        """These of every sample, or of all samples under way at once."""
        if not self.whole_batch:
            return lengths
        together = library.norm(library.where(active, lengths, 0.0))
        return together[..., None] + library.full_like(lengths, 0.0)
