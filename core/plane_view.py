"""What is seen of a plane before anyone has moved it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .experiment import Experiment, starting_points
from .request import Viewport

if TYPE_CHECKING:
    from .language import System
    from .window_notes import WindowNotes

TIME = "t"
_DEFAULT = (-5.0, 5.0)


def home_range(name: str, experiment: Experiment, system: System) -> tuple[float, float]:
    """The range of a component or of t: the text's; else around the starts; else [-5, 5]."""
    if name in system.view:
        return system.view[name]
    if name == TIME and TIME not in system.components:
        span = experiment.span or system.span
        return min(span), max(span)
    starts = starting_points(experiment, system) if system.starts or experiment.starts else ()
    # the parts of a complex unknown, re z and im z, reach equally far
    same = [place for place, other in enumerate(system.components) if unknown_of(other) == unknown_of(name)]
    reach = 1.6 * max((abs(start[place]) for start in starts for place in same), default=0.0)
    return (-reach, reach) if reach > 0 else _DEFAULT


def first_viewport(experiment: Experiment, system: System, notes: WindowNotes) -> Viewport:
    """The main plane of an experiment as its notes have it, with as many pixels as a viewport has by itself."""
    names = system.components
    x, y = (TIME, names[0]) if len(names) == 1 else names[:2]
    if notes.axes is not None and notes.axes[0] != notes.axes[1] and set(notes.axes) <= set(names):
        x, y = notes.axes
    seen = replace(system, view={**system.view, **notes.view})
    return Viewport(x, y, home_range(x, experiment, seen), home_range(y, experiment, seen))


def unknown_of(component: str) -> str:
    """z of "re z" and "im z"; itself for a component of a real unknown."""
    return component.rpartition(" ")[2]
