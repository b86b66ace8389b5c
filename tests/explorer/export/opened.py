"""Exported files opened by other programs: resvg for SVG, PDFium for PDF, Pillow for PNG."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import resvg_py
from PIL import Image
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor

from core import presets
from core.frame import Frame
from core.language import parse
from core.request import Request, Viewport
from core.runner import frames
from explorer import style
from explorer.canvas.plot_card import PlotCard
from explorer.theme import LIGHT
from explorer.view import View

FONTS = [str(file) for file in sorted((style.ASSETS / "fonts").glob("*.[ot]tf"))]
SVG = "{http://www.w3.org/2000/svg}"
_IMAGE_OBJECT = 3
_POINTS_PER_PIXEL = 0.75


def drawn(view: View, width: int, height: int, preset: str = "van_der_pol") -> Frame:
    """Let a view show a preset in the light theme as large as told; returns the frame."""
    experiment, _ = presets.load_preset(preset)
    view.resize(width, height)
    view.setStyleSheet(style.sheet_of(LIGHT))
    view.apply_theme(LIGHT)
    view.reset(experiment, parse(experiment.text))
    view.grab()
    last = _last_frame(preset, view.wanted, view.viewport())
    view.draw(last)
    for _ in range(3):
        view.grab()
    return last


@cache
def _last_frame(preset: str, wanted: frozenset[type], viewport: Viewport | None) -> Frame:
    """Computed once: nobody changes a frame."""
    experiment, _ = presets.load_preset(preset)
    *_, last = frames(Request(experiment, wanted, viewport, every_step=True))
    return last


def pixels(path: Path, scale: int = 1) -> np.ndarray:
    """The picture as (height, width, 4) from 0 to 255, `scale` times as fine as the file says (a PNG: as it is)."""
    if path.suffix == ".svg":
        image = Image.open(io.BytesIO(_rendered(path.read_text(encoding="utf-8"), scale)))
    elif path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            bitmap = document[0].render(scale=scale / _POINTS_PER_PIXEL, fill_color=(0, 0, 0, 0), rev_byteorder=True)
            image = bitmap.to_pil().copy()
    else:
        image = Image.open(path)
    return np.asarray(image.convert("RGBA")).astype(float)


def _rendered(text: str, scale: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True, font_files=FONTS, zoom=scale))


def with_other_fonts(path: Path, scale: int = 1) -> np.ndarray:
    """A drawing on a machine that has JetBrains Mono, which is wider, and not Inter."""
    mono = [file for file in FONTS if "Mono" in file]
    data = resvg_py.svg_to_bytes(
        svg_path=str(path),
        skip_system_fonts=True,
        font_files=mono,
        sans_serif_family="JetBrains Mono",
        zoom=scale,
    )
    return np.asarray(Image.open(io.BytesIO(bytes(data))).convert("RGBA")).astype(float)


def texts(path: Path) -> list[str]:
    """What is written in a drawing or on a page, piece by piece or line by line."""
    if path.suffix == ".svg":
        return [element.text or "" for element in ElementTree.parse(path).iter(f"{SVG}text")]
    with pypdfium2.PdfDocument(path) as document:
        return document[0].get_textpage().get_text_range().splitlines()


def images(path: Path) -> int:
    """How many images a drawing or page embeds."""
    if path.suffix == ".svg":
        return sum(1 for _ in ElementTree.parse(path).iter(f"{SVG}image"))
    with pypdfium2.PdfDocument(path) as document:
        return sum(1 for _ in document[0].get_objects(filter=[_IMAGE_OBJECT]))


def difference(first: np.ndarray, second: np.ndarray, square: int = 32) -> np.ndarray:
    """Absolute difference of the grey images, averaged over squares of as many pixels, from 0 to 255."""
    rows, columns = (length // square for length in first.shape[:2])
    grey = [image[: rows * square, : columns * square, :3].mean(axis=2) for image in (first, second)]
    return np.abs(np.subtract(*(part.reshape(rows, square, columns, square).mean(axis=(1, 3)) for part in grey)))


def coloured(picture: np.ndarray, colour: str, tolerance: int = 40) -> np.ndarray:
    """Where the picture has about this colour, opaque: (height, width)."""
    wanted = np.array(QColor(colour).getRgb()[:3])
    return (np.abs(picture[..., :3] - wanted).max(axis=-1) <= tolerance) & (picture[..., 3] > 200)


def corner(view: PlotCard) -> QPointF:
    """Where the plot's box begins, in pixels of the view."""
    plot = view.plot
    inside = plot.viewportTransform().map(plot.box.mapToScene(QPointF()))
    return inside + QPointF(plot.viewport().mapTo(view, QPoint()))


def places(view: PlotCard, points: np.ndarray) -> np.ndarray:
    """Pixels of the view (column, row) at which data points lie."""
    begin = corner(view)
    return view.box.projection().pixels(points) + np.array([begin.x(), begin.y()])
