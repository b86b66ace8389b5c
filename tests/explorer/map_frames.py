"""Maps of a plane and orbit diagrams without an engine: plain loops in numpy."""

from __future__ import annotations

import numpy as np

from core.readings import RAN_AWAY, UNDECIDED, OrbitDiagram, PlaneMap

ROOTS = np.array([(1.0, 0.0), (-0.5, np.sqrt(0.75)), (-0.5, -np.sqrt(0.75))])
"""Of z^3 = 1."""
Range = tuple[float, float]
AROUND: Range = (-2.0, 2.0)


def centres(limits: Range, count: int) -> np.ndarray:
    """The middles of `count` cells that fill a range."""
    low, high = limits
    return low + (np.arange(count) + 0.5) * (high - low) / count


def newton(
    names: tuple[str, str] = ("re z", "im z"),
    x_range: Range = AROUND,
    y_range: Range = AROUND,
    pixels: tuple[int, int] = (320, 320),
    step: int = 1,
    most: int = 60,
    turned: complex = 1.0,
) -> PlaneMap:
    """Newton's method for z^3 = turned^3, `step` pixels wide; the start 0 has nowhere to go."""
    x, y = centres(x_range, pixels[0] // step), centres(y_range, pixels[1] // step)
    z = x[None, :] + 1j * y[:, None]
    roots = turned * (ROOTS[:, 0] + 1j * ROOTS[:, 1])
    end, count = np.full(z.shape, UNDECIDED, dtype=np.int16), np.full(z.shape, float(most), dtype=np.float32)
    with np.errstate(all="ignore"):
        for k in range(most + 1):
            distance = np.abs(z[..., None] - roots)
            there = (distance.min(axis=-1) < 1e-8) & (end == UNDECIDED)
            end[there], count[there] = distance.argmin(axis=-1)[there], k
            lost = ~np.isfinite(z) & (end == UNDECIDED)
            end[lost], count[lost] = RAN_AWAY, k
            z = z - (z**3 - turned**3) / (3 * z**2)
    places = np.stack([roots.real, roots.imag], axis=1)
    words = tuple(f"({re:.3g}, {im:.3g})".replace("-", "−") for re, im in places)
    return PlaneMap(*names, x, y, end, count, places, words, "Newton's method", float(most), step, ())


def escape(c: complex, pixels: tuple[int, int] = (300, 300), most: int = 200) -> PlaneMap:
    """Escape times of z <- z^2 + c, with the fraction that makes them smooth."""
    x, y = centres((-1.6, 1.6), pixels[0]), centres((-1.6, 1.6), pixels[1])
    z = x[None, :] + 1j * y[:, None]
    end, count = np.full(z.shape, UNDECIDED, dtype=np.int16), np.full(z.shape, float(most), dtype=np.float32)
    for k in range(most):
        away = (np.abs(z) > 100) & (end == UNDECIDED)
        end[away], count[away] = RAN_AWAY, k + 1 - np.log2(np.log(np.abs(z[away])) / np.log(100))
        z = np.where(end == UNDECIDED, z**2 + c, 0)
    return PlaneMap("re z", "im z", x, y, end, count, np.empty((0, 2)), (), "the map", float(most), 1, ())


def halves(names: tuple[str, str] = ("x", "y"), pixels: tuple[int, int] = (200, 160)) -> PlaneMap:
    """x' = x - x^3, y' = -y: whoever begins right of 0 ends at (1, 0), after the time to within 0.01 of it."""
    x, y = centres(AROUND, pixels[0]), centres(AROUND, pixels[1])
    end = np.broadcast_to(np.where(x > 0, 0, 1), (len(y), len(x))).astype(np.int16)
    # (1 / x^2 - 1) decays as exp(-2 t)
    along = 0.5 * np.log(np.maximum(np.abs(1 / x**2 - 1) / 0.02, 1.0))
    across = np.log(np.maximum(np.abs(y) / 0.01, 1.0))
    count = np.maximum(along[None, :], across[:, None]).astype(np.float32)
    places = np.array([(1.0, 0.0), (-1.0, 0.0)])
    return PlaneMap(*names, x, y, end, count, places, ("(1, 0)", "(−1, 0)"), "the flow", 50.0, 1, ())


def logistic(
    x_range: Range = (2.5, 4.0),
    y_range: Range = (0.0, 1.0),
    pixels: tuple[int, int] = (400, 300),
    step: int = 1,
    transient: int = 500,
    kept: int = 400,
) -> OrbitDiagram:
    """z <- r z (1 - z): visits of every pixel after a transient, and the period up to 64."""
    r, rows = centres(x_range, pixels[0] // step), pixels[1] // step
    y = centres(y_range, rows)
    z = np.full(len(r), 0.5)
    for _ in range(transient):
        z = r * z * (1 - z)
    orbit = np.empty((kept, len(r)))
    for k in range(kept):
        orbit[k] = z
        z = r * z * (1 - z)
    visits = np.zeros((rows, len(r)), dtype=np.uint32)
    place = np.floor((orbit - y_range[0]) / (y_range[1] - y_range[0]) * rows)
    inside = (place >= 0) & (place < rows)
    np.add.at(visits, (place[inside].astype(int), np.nonzero(inside)[1]), 1)
    period = np.zeros(len(r), dtype=np.int32)
    for length in range(64, 0, -1):
        period[np.abs(orbit[length] - orbit[0]) < 1e-9] = length
    return OrbitDiagram("r", "z", r, y, visits, transient, kept, period, step)
