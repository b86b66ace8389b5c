"""Runs that want a map of a plane or an orbit diagram, and systems whose maps are known."""

from __future__ import annotations

from typing import Any

from core.experiment import Experiment, RootFinding
from core.frame import Frame
from core.readings import OrbitDiagram, PlaneMap
from core.request import Request, Viewport
from core.runner import frames

NEWTON = RootFinding(solver="newton")
CUBE = "0 = x^3 - 3*x*y^2 - 1\n0 = 3*x^2*y - y^3\nsolve x = 1, y = 1"
MANDELBROT = "x <- x^2 - y^2 + a\ny <- 2*x*y + b\na = 0 in [-2, 1]\nb = 0 in [-1.5, 1.5]\nstart (0, 0)"
LOGISTIC = "x <- r*x*(1 - x)\nr = 3 in [0, 4]\nstart (0.3)"
DUFFING = "x' = y\ny' = x - x^3 - 0.3*y\nview x [-2, 2], y [-2, 2]\nt in [0, 60]"
PENDULUM = "a' = w\nw' = -9.81*sin(a) - 0.5*w\nstart (2, 0)\nview a [-9.5, 9.5], w [-11, 11]\nt in [0, 15]"
VAN_DER_POL = "x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1 in [0, 5]\nstart (2, 0)\nt in [0, 20]"
SQUARE = (-2.0, 2.0), (-2.0, 2.0)


def request(text: str, reading: type, viewport: Viewport, quality: str = "full", **options: Any) -> Request:
    return Request(Experiment(text, **options), frozenset({reading}), viewport, quality)  # type: ignore[arg-type]


def pictures(asked: Request) -> list[Any]:
    """The reading of every frame in which it is another one."""
    found: list[Any] = []
    (reading,) = asked.wanted
    frame = Frame(0)
    for frame in frames(asked):
        assert frame.error is None, frame.traceback
        picture = frame.get(reading)
        if picture is not None and all(picture is not earlier for earlier in found):
            found.append(picture)
    assert frame.final
    return found


def plane_map(text: str, viewport: Viewport, **options: Any) -> PlaneMap:
    """The sharpest map."""
    sharpest: PlaneMap = pictures(request(text, PlaneMap, viewport, **options))[-1]
    return sharpest


def orbit_diagram(text: str, viewport: Viewport, **options: Any) -> OrbitDiagram:
    """The sharpest diagram."""
    sharpest: OrbitDiagram = pictures(request(text, OrbitDiagram, viewport, **options))[-1]
    return sharpest
