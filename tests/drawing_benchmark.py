"""How fast the canvas draws, as ratios in one run: `python tests/drawing_benchmark.py`.

Not a test: times depend on the machine, ratios much less. Each of our items is set against pyqtgraph's plain
way of drawing the same, with new data in every frame on a plot of 1000 x 800 pixels.
"""

# ruff: noqa: E402 - where to look and without a screen must be settled before Qt and the canvas are imported

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent / "explorer")]

import frames
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from explorer.canvas.arrows import Arrows
from explorer.canvas.flow import PlaneFlow
from explorer.canvas.grid import Grid
from explorer.canvas.item import CanvasItem
from explorer.canvas.lines import polyline_begins
from explorer.canvas.plot import Plot
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.canvas.trails import Trails
from explorer.theme import DARK
from explorer.views.phase_plane import PhasePlane

WIDTH, HEIGHT = 1000, 800


def milliseconds(work: Callable[[], None], repeats: int = 12) -> float:
    """The median time of `work`."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return float(np.median(times)) * 1e3


def canvas() -> Plot:
    """An empty plot of ours."""
    plot = Plot(DARK)
    plot.resize(WIDTH, HEIGHT)
    plot.show()
    plot.box.show_rectangle(((-3.4, 3.4), (-4.2, 4.2)))
    QApplication.processEvents()  # a window that is not exposed yet does not paint
    return plot


def naive() -> pg.PlotWidget:
    """An empty plot of pyqtgraph's."""
    plot = pg.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    plot.show()
    plot.setXRange(-3.4, 3.4, padding=0)
    plot.setYRange(-4.2, 4.2, padding=0)
    QApplication.processEvents()  # a window that is not exposed yet does not paint
    return plot


def empty(plot: Plot) -> float:
    """What a plot costs that nobody changed: axes and background."""
    for item in plot.box.items_on_plot():
        item.setVisible(False)
    return milliseconds(plot.viewport().repaint)


def curves(count: int, points: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` closed curves of `points` points each, and their offsets."""
    turn = np.linspace(0, 2 * np.pi, points)
    radius = np.linspace(0.2, 3.2, count)[:, None]
    wave = 1 + 0.1 * np.sin(7 * turn)
    places = np.stack([radius * np.cos(turn) * wave, radius * np.sin(turn) * wave], axis=-1)
    return places.reshape(-1, 2), np.arange(count + 1) * points


def added(plot: Plot, item: CanvasItem) -> CanvasItem:
    """`item` on `plot`."""
    plot.box.add(item)
    return item


def segments() -> tuple[float, float, float]:
    """1e5 segments in 100 curves: ours, naive, and the bare drawLines."""
    places, offsets = curves(100, 1001)
    begin = polyline_begins(offsets)
    ours, item = canvas(), Segments(DARK)
    added(ours, item)

    def draw_ours() -> None:
        item.set_segments(places, [StrokeGroup(begin, Stroke(DARK.accent))])
        ours.viewport().repaint()

    plain = naive()
    items = [plain.plot(pen=pg.mkPen(DARK.accent), antialias=True) for _ in range(100)]

    def draw_naive() -> None:
        for index, one in enumerate(items):
            part = places[offsets[index] : offsets[index + 1]]
            one.setData(part[:, 0], part[:, 1])
        plain.viewport().repaint()

    array = pg.Qt.internals.PrimitiveArray(QLineF, 4)
    pixels = ours.box.projection().pixels(places)
    array.resize(len(begin))
    array.ndarray()[:] = np.concatenate([pixels[begin], pixels[begin + 1]], axis=1)
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def draw_bare() -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(DARK.accent), 1))
        painter.drawLines(*array.drawargs())
        painter.end()

    return milliseconds(draw_ours), milliseconds(draw_naive, 5), milliseconds(draw_bare)


def arrows() -> tuple[float, float]:
    """The direction field: ours at its own density, naive ArrowItems of the same number."""
    grid = frames.velocity_grid(frames.van_der_pol())
    ours, item = canvas(), Arrows(DARK)
    added(ours, item)

    def draw_ours() -> None:
        item.set_flow(PlaneFlow(grid))
        ours.viewport().repaint()

    draw_ours()
    count = sum(len(batch) for batch in item._batches) // 3
    plain = naive()
    spots = np.random.default_rng(0).uniform((-3.4, -4.2), (3.4, 4.2), (count, 2))
    items = [pg.ArrowItem(pos=spot, headLen=5, tailLen=14, tailWidth=1) for spot in spots.tolist()]
    for one in items:
        plain.addItem(one)

    def draw_naive() -> None:
        for index, one in enumerate(items):
            one.setStyle(angle=index % 360)
        plain.viewport().repaint()

    return milliseconds(draw_ours) - empty(ours), milliseconds(draw_naive, 3)


def grid() -> tuple[float, float]:
    """The grid: ours painted alone; pyqtgraph's as what showGrid adds to a repaint."""
    ours = canvas()
    item = next(item for item in ours.box.items_on_plot() if isinstance(item, Grid))
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def draw_ours() -> None:
        painter = QPainter(image)
        item.paint(painter, None)
        painter.end()

    def repaint() -> None:
        for axis in ("bottom", "left"):
            plain.getAxis(axis).picture = None
        plain.viewport().repaint()

    plain = naive()
    without = milliseconds(repaint)
    plain.showGrid(True, True, alpha=0.15)
    return milliseconds(draw_ours), milliseconds(repaint) - without


def image() -> tuple[float, float, float]:
    """The particles' picture: ours, an ImageItem of floats with a look-up table, and the bare blit."""
    ours, item = canvas(), Trails(DARK)
    added(ours, item)
    item.set_flow(PlaneFlow(frames.velocity_grid(frames.van_der_pol())))
    item.advance(1 / 60)
    target = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def draw_ours() -> None:
        painter = QPainter(target)
        item.paint(painter, None)
        painter.end()

    plain, picture = naive(), pg.ImageItem(axisOrder="row-major")
    picture.setLookupTable(np.random.default_rng(0).integers(0, 255, (256, 3), dtype=np.uint8))
    plain.addItem(picture)
    levels = np.random.default_rng(0).random((HEIGHT, WIDTH), dtype=np.float32)

    def draw_naive() -> None:
        picture.setImage(levels, levels=(0, 1), autoLevels=False)
        picture.setRect(-3.4, -4.2, 6.8, 8.4)
        plain.viewport().repaint()

    source = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def blit() -> None:
        painter = QPainter(target)
        painter.drawImage(0, 0, source)
        painter.end()

    return milliseconds(draw_ours), milliseconds(draw_naive), milliseconds(blit)


def whole_plane() -> tuple[float, float]:
    """Every layer of the phase plane: a frame of animation, and a frame with all readings new."""
    view = PhasePlane()
    view.apply_theme(DARK)
    view.resize(WIDTH, HEIGHT)
    view.show()
    example = frames.van_der_pol()
    view.reset(frames.experiment(), example.system())
    for layer in view.layers():
        view.set_layer_visible(layer.name, True)
    made = [frames.full_frame(frames.van_der_pol(mu)) for mu in np.linspace(1.0, 2.0, 6)]
    view.draw(made[0])
    turn = iter(range(10**9))

    def animate() -> None:
        view.advance(1 / 60)
        view.set_cursor(next(turn) % 200 / 10)
        view.plot.viewport().repaint()

    def renew() -> None:
        view.draw(made[next(turn) % len(made)])
        animate()

    for _ in range(60):
        animate()
    return milliseconds(animate, 40), milliseconds(renew, 20)


def line(name: str, ours: float, plain: float, bare: float | None = None) -> str:
    """One row of the report."""
    against = "" if bare is None else f"   {ours / bare:5.2f} x the bare call"
    return f"{name:<14} {ours:6.2f} ms   naive {plain:6.1f} ms   {plain / ours:6.1f} times faster{against}"


def main() -> None:
    """Print one line per item."""
    application = QApplication.instance() or QApplication([])
    print(line("segments 1e5", *segments()))
    print(line("arrows", *arrows()))
    print(line("grid", *grid()))
    print(line("image", *image()))
    animate, renew = whole_plane()
    print(f"phase plane with all layers: {animate:.2f} ms a frame, {renew:.2f} ms with every reading new")
    application.processEvents()


if __name__ == "__main__":
    main()
