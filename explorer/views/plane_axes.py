"""What lies on the axes of the phase plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.experiment import Experiment
from core.language import System
from core.plane_view import TIME, home_range, unknown_of
from core.readings import Trajectories

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class PlaneAxes:
    """The names of the quantities on the axes: a component, or t along x.

    components, symbols: of the system, for names on screen.
    """

    x: str
    y: str
    components: tuple[str, ...]
    symbols: tuple[str, ...]

    @classmethod
    def of(cls, system: System, wished: tuple[str, str] | None = None) -> PlaneAxes:
        """The components that are wished, else the first two; time and the component where there is only one."""
        names = system.components
        if wished is not None and wished[0] != wished[1] and set(wished) <= set(names):
            return cls(*wished, names, system.symbols)
        x, y = (TIME, names[0]) if len(names) == 1 else names[:2]
        return cls(x, y, names, system.symbols)

    def symbol(self, name: str) -> str:
        """How `name` reads on screen."""
        return name if name == TIME and TIME not in self.components else self.symbols[self.components.index(name)]

    def equation(self, name: str) -> str:
        """How the equation that stands with this component reads on screen: "equation 1", or "equation 1 (Re)"."""
        unknowns = list(dict.fromkeys(map(unknown_of, self.components)))
        part = name[: -len(unknown_of(name))].strip()
        return f"equation {unknowns.index(unknown_of(name)) + 1}" + (f" ({part.title()})" if part else "")

    def places(self, z: Float[np.ndarray, "N n"], t: Float[np.ndarray, "N"] | float) -> Float[np.ndarray, "N 2"]:
        """States (and their times) as points of the plane."""
        times = np.broadcast_to(np.asarray(t, dtype=np.float64), (len(z),))
        columns = [times if name == TIME else z[:, self.components.index(name)] for name in (self.x, self.y)]
        return np.stack(columns, axis=1)

    def curve_places(self, trajectories: Trajectories) -> Float[np.ndarray, "N 2"]:
        """Every point of every trajectory in the plane."""
        return self.places(trajectories.z, trajectories.t)

    def moved(self, state: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
        """`state` with the components on the axes set to the place (x, y)."""
        new = {self.x: x, self.y: y}
        return tuple(float(new.get(name, value)) for name, value in zip(self.components, state, strict=True))

    def home(self, experiment: Experiment, system: System) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges the text asks for; else around the starts; else [-5, 5]."""
        return home_range(self.x, experiment, system), home_range(self.y, experiment, system)
