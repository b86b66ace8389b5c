"""The visible plane: which components lie on its axes, and the velocity at its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..plane_view import TIME
from ..reading_error import ReadingError, no_picture
from ..request import Viewport
from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class Plane:
    """A slice of the (t, z) space spanned by two named axes.

    base (n,): the state whose components off the axes are held fixed; time: where f(t, .) is frozen unless t
    is an axis.
    """

    field: VectorField
    x_name: str
    y_name: str
    base: Float[np.ndarray, "n"]
    time: float

    @classmethod
    def through(
        cls, field: VectorField, viewport: Viewport, start: Float[np.ndarray, "n"], time: float, what: str
    ) -> Plane:
        """The plane of `viewport` through its selection, or through `start` where nothing is selected.

        what: the picture that is to be drawn in it. Raises ReadingError for an axis that is a parameter, ValueError for
        one that is neither that nor a component nor t.
        """
        check_axes(field, viewport, what)
        base = np.array(start if viewport.selection is None else viewport.selection, dtype=np.float64)
        return cls(field, viewport.x, viewport.y, base, time if viewport.time is None else viewport.time)

    @property
    def frozen_at(self) -> float | None:
        """The time at which a time-dependent field is shown; None for an autonomous one or along a t-axis."""
        return None if self.field.autonomous or TIME in (self.x_name, self.y_name) else self.time

    @property
    def slice_at(self) -> tuple[tuple[str, float], ...]:
        """The components held fixed, by name and value."""
        axes = (self.x_name, self.y_name)
        return tuple(
            (name, float(value))
            for name, value in zip(self.field.components, self.base, strict=True)
            if name not in axes
        )

    def states(self, x: Float[np.ndarray, "..."], y: Float[np.ndarray, "..."]) -> Float[np.ndarray, "... n"]:
        """The states at the points (x, y)."""
        x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        state = np.broadcast_to(self.base, (*x.shape, self.base.size)).copy()
        for name, values in ((self.x_name, x), (self.y_name, y)):
            if name != TIME:
                state[..., self.field.components.index(name)] = values
        return state

    def velocity(
        self, x: Float[np.ndarray, "..."], y: Float[np.ndarray, "..."]
    ) -> tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]:
        """Velocity (u, v) along the axes at the points (x, y); 1 along a t-axis; NaN where f is not a number."""
        x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
        time = next((values for name, values in ((self.x_name, x), (self.y_name, y)) if name == TIME), self.time)
        rate = self.field.array()(time, self.states(x, y))
        u, v = (
            np.ones_like(x) if name == TIME else np.asarray(rate[..., self.field.components.index(name)])
            for name in (self.x_name, self.y_name)
        )
        return u, v


def middles(low: float, high: float, count: int) -> Float[np.ndarray, "count"]:
    """Of the `count` equal parts of [low, high]."""
    return np.asarray(low + (high - low) * (np.arange(count) + 0.5) / count)


def check_axes(field: VectorField, viewport: Viewport, what: str) -> None:
    """Refuse axes over which `what` is not drawn.

    Raises ReadingError for one that is a parameter, ValueError for one that is neither that nor a component nor t; of a
    torch callable, whose parameters are not known here, always ReadingError.
    """
    for name in (viewport.x, viewport.y):
        if name == TIME or name in field.components:
            continue
        if field.system is not None and any(parameter.name == name for parameter in field.system.parameters):
            raise no_picture(what, name)
        missing = f"no component is called {name!r}; there are {', '.join(field.components)}"
        raise ValueError(missing) if field.system is not None else ReadingError(f"no {what} in this plane: {missing}")
