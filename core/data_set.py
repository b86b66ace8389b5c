"""The contract of a data set: points that a network is trained on, and others that it has not seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Literal

from .field_check import check_fields

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int

Task = Literal["classes", "values", "density"]
"""What is learnt of the points: which class they are of, what belongs to them, or how dense they lie."""


@dataclass(frozen=True)
class Points:
    """x (N, d), float64. y: classes (N,) from 0, or targets (N, k); None where the density of x is to be learnt.
    places (N,): of a batch, where its points stand among the training points; None of what is no batch.
    spans (N, 2): from when to when a differential equation carries each x to its y; None where that is the same of all.
    """

    x: Float[np.ndarray, "N d"]
    y: Int[np.ndarray, "N"] | Float[np.ndarray, "N k"] | None
    places: Int[np.ndarray, "N"] | None = None
    spans: Float[np.ndarray, "N 2"] | None = None

    def part(self, chosen: Int[np.ndarray, "b"] | slice) -> Points:
        """Those that are chosen, as a batch where they are chosen by their places."""
        y = None if self.y is None else self.y[chosen]
        spans = None if self.spans is None else self.spans[chosen]
        return Points(self.x[chosen], y, None if isinstance(chosen, slice) else chosen, spans)


class DataSet(ABC):
    """A frozen dataclass whose fields carry a `Range`, which it checks.

    about: what is learnt of it. size: components of x. classes: how many there are, 0 where there are none. Those of a
    person's own table are known where it is read.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]
    about: Task
    size: int
    classes: int = 0

    @abstractmethod
    def draw(self, count: int, seed: int) -> Points:
        """`count` points, the same for the same seed, and the first of any longer draw.

        Raises ValueError for a count or a seed that is none.
        """

    @abstractmethod
    def sets(self, train: int, test: int, seed: int) -> tuple[Points, Points]:
        """As many points to train on, and others to test with: no point is in both by way of the random numbers.

        Raises ValueError for a count or a seed that is none, or where there are not as many.
        """

    @property
    def layer_span(self) -> tuple[float, float] | None:
        """The times from which to which a differential equation carries x to y; None leaves that to the text. Where
        points have spans of their own, one as long as the longest of them."""
        return None

    def log_density(self, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N"] | None:  # noqa: ARG002 - of others
        """log p, exact, in nats; minus infinity where no point lies, None where p has no formula or is not asked."""
        return None

    def noised_score(
        self,
        x: Float[np.ndarray, "N d"],  # noqa: ARG002 - of others
        kept: Float[np.ndarray, "N"],  # noqa: ARG002
        noise: Float[np.ndarray, "N"],  # noqa: ARG002
    ) -> Float[np.ndarray, "N d"] | None:
        """grad log p of kept X + noise e at x, exact, X of the data and e standard normal; None where that has no
        formula."""
        return None

    def entropy(self) -> float | None:
        """-E log p in nats, below which no model's mean loss falls; None where there is no `log_density`."""
        return _entropy(self)

    def integrate_entropy(self) -> float | None:
        """What `entropy` gives, computed: it is asked once of equal data sets."""
        return None

    def __post_init__(self) -> None:
        check_fields(self)


@cache
def _entropy(data_set: DataSet) -> float | None:
    return data_set.integrate_entropy()
