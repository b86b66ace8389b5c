"""What a probe may know of the run it watches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .experiment import Experiment
from .request import Viewport
from .tableau import Tableau
from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class RunContext:
    """One run: the field with its parameters bound, the resolved starts and span, and how finely to look."""

    experiment: Experiment
    field: VectorField
    starts: Float[np.ndarray, "m n"]
    span: tuple[float, float]
    tableau: Tableau
    viewport: Viewport | None
    quality: str
    every_step: bool = False

    @property
    def preview(self) -> bool:
        """Whether a slider is being dragged: be quick."""
        return self.quality == "preview"

    @property
    def anchor(self) -> Float[np.ndarray, "n"]:
        """The point through which slices are laid where nothing is selected: the first start, else 0."""
        return self.starts[0] if len(self.starts) else np.zeros(self.field.size)
