"""The picture of drifting particles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from core.benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from core.readings import VelocityGrid

from ..canvas.flow import PlaneFlow
from ..canvas.trails import Trails
from ..drawn_picture import (
    HEIGHT,
    PLANE,
    WIDTH,
    Drawn,
    by_painter,
    by_pyqtgraph,
    empty_image,
    our_plot,
    plain_plot,
    wrong,
)
from ..theme import DARK

_FRAMES = 60
"""Drawn before the first picture that counts: there is light everywhere."""
_FAR = 40
"""Pixels: no place is so dark that there is no light within."""
_PLACES = np.random.default_rng(0).uniform(-3.0, 3.0, (100, 2))


def turning() -> VelocityGrid:
    """x' = y, y' = -x."""
    x, y = np.linspace(*PLANE[0], 61), np.linspace(*PLANE[1], 61)
    across, up = np.meshgrid(x, y)
    return VelocityGrid("x", "y", x, y, up, -across, None, ())


def ours() -> Prepared:
    """Particles that move on, draw into their picture, and the picture painted."""
    plot, item, target = our_plot(), Trails(DARK), empty_image()
    plot.box.add(item)
    item.set_flow(PlaneFlow(turning()))
    for _ in range(_FRAMES):
        item.advance(1 / 60)

    def call() -> Drawn:
        item.advance(1 / 60)
        painter = QPainter(target)
        item.paint(painter, None)
        painter.end()
        return replace(by_painter(target, plot.box.projection(), _PLACES), reach=_FAR)

    return Prepared(call)


def plain() -> Prepared:
    """An ImageItem of floats with a table of colours, in a repaint of its plot."""
    plot, item, random = plain_plot(), pg.ImageItem(axisOrder="row-major"), np.random.default_rng(0)
    item.setLookupTable(random.integers(64, 255, (256, 3), dtype=np.uint8))
    plot.addItem(item)
    levels = random.random((HEIGHT, WIDTH), dtype=np.float32)

    def call() -> Drawn:
        item.setImage(levels, levels=(0, 1), autoLevels=False)
        item.setRect(QRectF(PLANE[0][0], PLANE[1][0], PLANE[0][1] - PLANE[0][0], PLANE[1][1] - PLANE[1][0]))
        plot.viewport().repaint()
        return by_pyqtgraph(plot, _PLACES)

    return Prepared(call)


def blit() -> Prepared:
    """The painter alone, from a picture that is ready."""
    plot, source, target = our_plot(), empty_image(colour="white"), empty_image()

    def call() -> Drawn:
        painter = QPainter(target)
        painter.drawImage(0, 0, source)
        painter.end()
        return by_painter(target, plot.box.projection(), _PLACES)

    return Prepared(call)


def _cases() -> Iterator[Case]:
    yield Case(
        f"a frame of {WIDTH} x {HEIGHT} pixels; ours moves its particles too",
        (Entrant("ours", ours), Entrant("pyqtgraph", plain), Entrant("bare drawImage", blit)),
        lambda: None,
        wrong,
        allowed=0.0,
    )


BENCHMARK = Benchmark("particles", "the fading light of drifting particles", _cases)
