"""Plots as drawings that other programs can edit.

Qt writes a drawing without clipping and with pens that do not grow with it. So the inside of every plot is drawn
on its own and put into a group that is clipped to the plot's box, and what Qt wrote is tidied.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from core.atomic_file import write_atomically

from ..canvas.item import CanvasItem
from ..canvas.plot import Plot
from .caption import PROGRAM, Caption
from .carried import MARK
from .dressing import dressed
from .markup import legal

if TYPE_CHECKING:
    from ..canvas.plot_box import PlotBox
    from ..theme import Theme
    from ..view import View

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_FALLBACKS = {
    "Inter": "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif",
    "JetBrains Mono": "'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
}
"""The program ships its fonts; who opens the drawing may not have them."""
_PIXELS_PER_INCH = 96


def save_svg(
    view: View,
    path: str | os.PathLike[str],
    theme: Theme,
    *,
    on_screen: Theme | None = None,
    transparent: bool = False,
    caption: Caption = Caption(),  # noqa: B008 - frozen
) -> None:
    """Write `view` as it is laid out to an SVG file of its size in pixels, in the colours of `theme`.

    on_screen: the theme that the view goes back to; None keeps `theme`. transparent: leave the background out.
    Raises OSError.
    """
    with dressed(view, theme, on_screen, transparent=transparent):
        root = _drawing(view)
    root.attrib = {
        "width": str(view.width()),
        "height": str(view.height()),
        "viewBox": f"0 0 {view.width()} {view.height()}",
        "version": "1.1",
    }
    root.find(_name("title")).text = legal(caption.title or view.title)
    root.find(_name("desc")).text = legal(caption.description or PROGRAM)
    if caption.experiment:
        metadata = Element(_name("metadata"), {"id": MARK})
        metadata.text = legal(caption.experiment)
        root.insert(0, metadata)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    write_atomically(path, ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _drawing(view: View) -> Element:
    """The card with its axes, and above it the inside of every plot, clipped."""
    plots = [plot for plot in view.findChildren(Plot) if plot.isVisibleTo(view)]
    with _empty([plot.box for plot in plots]):
        root = _drawn(view.size(), lambda painter: _render(view, painter))
    definitions = root.find(_name("defs"))
    for index, plot in enumerate(plots):
        box, name = plot.box, f"plot{index}"
        corner = QPointF(plot.viewport().mapTo(view, QPoint())) + _corner(plot)
        clip = SubElement(SubElement(definitions, _name("clipPath"), {"id": name}), _name("rect"))
        clip.attrib = {"width": f"{box.width():.6g}", "height": f"{box.height():.6g}"}
        inside = SubElement(
            root,
            _name("g"),
            {"transform": f"translate({corner.x():.6g},{corner.y():.6g})", "clip-path": f"url(#{name})"},
        )
        if box.content.opacity() < 1:
            inside.set("opacity", f"{box.content.opacity():.6g}")
        drawn = _drawn(plot.viewport().size(), lambda painter, box=box: _draw_items(box, painter))
        _rename(drawn, name)
        definitions.extend(drawn.find(_name("defs")))
        inside.extend(drawn.findall(_name("g")))
    return root


@contextmanager
def _empty(boxes: list[PlotBox]) -> Iterator[None]:
    """The boxes without what lies in them."""
    opacities = [box.content.opacity() for box in boxes]
    for box in boxes:
        box.content.setOpacity(0.0)
    try:
        yield
    finally:
        for box, opacity in zip(boxes, opacities, strict=True):
            box.content.setOpacity(opacity)


def _render(view: View, painter: QPainter) -> None:
    view.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)


def _draw_items(box: PlotBox, painter: QPainter) -> None:
    option = QStyleOptionGraphicsItem()
    for item in sorted(box.items_on_plot(), key=CanvasItem.zValue):
        if item.isVisible():
            painter.save()
            painter.setOpacity(item.opacity())
            item.paint(painter, option)
            painter.restore()


def _corner(plot: Plot) -> QPointF:
    """Where the plot's box begins, in pixels of its viewport."""
    return plot.viewportTransform().map(plot.box.content.mapToScene(QPointF()))


def _drawn(size: QSize, draw: Callable[[QPainter], None]) -> Element:
    """What `draw` paints, as an SVG document, tidied."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    generator.setResolution(_PIXELS_PER_INCH)
    painter = QPainter(generator)
    draw(painter)
    painter.end()
    root = ElementTree.fromstring(legal(bytes(buffer.data().data()).decode("utf-8", "replace")))
    _tidy(root)
    return root


def _tidy(element: Element) -> None:
    """Let pens grow with the drawing, name fonts that others have, and drop what paints nothing."""
    element.attrib.pop("vector-effect", None)
    if element.tag == _name("text"):
        _hold_width(element)
    family = element.get("font-family", "")
    if family in _FALLBACKS:
        element.set("font-family", _FALLBACKS[family])
    for child in list(element):
        _tidy(child)
        if child.tag == _name("g") and len(child) == 0:
            element.remove(child)


def _hold_width(text: Element) -> None:
    """Tell how long the text is: a substitute font is squeezed or stretched to it, and covers nothing beside it."""
    font = QFont(text.get("font-family", ""))
    font.setPixelSize(max(1, round(float(text.get("font-size", "0")))))
    font.setWeight(QFont.Weight(int(text.get("font-weight", "400"))))
    length = QFontMetricsF(font).horizontalAdvance(text.text or "")
    if length > 0:
        text.set("textLength", f"{length:.6g}")
        text.set("lengthAdjust", "spacingAndGlyphs")


def _rename(root: Element, prefix: str) -> None:
    """Put `prefix` before every name that is defined, so that two drawings fit into one."""
    names = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, f"{prefix}-{value}")
            elif value.startswith("url(#") and value[5:-1] in names:
                element.set(key, f"url(#{prefix}-{value[5:-1]})")
            elif key == f"{{{_LINK}}}href" and value[1:] in names:
                element.set(key, f"#{prefix}-{value[1:]}")


def _name(tag: str) -> str:
    return f"{{{_SVG}}}{tag}"
