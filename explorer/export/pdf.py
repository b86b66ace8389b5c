"""Plots as pages that stay sharp at any size."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QSizeF
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QWidget

from core.atomic_file import write_atomically

from .caption import PROGRAM, Caption
from .dressing import dressed
from .markup import legal

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

POINTS_PER_PIXEL = 0.75
"""A pixel is a 96th of an inch, a point a 72nd."""
_PIXELS_PER_INCH = 96

_METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
   <xmp:CreatorTool>{program}</xmp:CreatorTool>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def save_pdf(
    view: View,
    path: str | os.PathLike[str],
    theme: Theme,
    *,
    on_screen: Theme | None = None,
    transparent: bool = False,
    caption: Caption = Caption(),  # noqa: B008 - frozen
) -> None:
    """Write `view` as it is laid out to a PDF of one page of its size, in the colours of `theme`.

    on_screen: the theme that the view goes back to; None keeps `theme`. transparent: leave the background out.
    Raises OSError.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    page = QPdfWriter(buffer)
    size = QSizeF(view.size()) * POINTS_PER_PIXEL
    # exactly this size: a page that is nearly A5 would become one
    page.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    page.setPageMargins(QMarginsF())
    page.setResolution(_PIXELS_PER_INCH)
    page.setTitle(legal(caption.title))
    page.setCreator(PROGRAM)
    page.setDocumentXmpMetadata(_metadata(caption))
    with dressed(view, theme, on_screen, transparent=transparent):
        painter = QPainter(page)
        if not transparent:
            painter.fillRect(0, 0, page.width() + 1, page.height() + 1, QColor(theme.card))
        view.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        painter.end()
    write_atomically(path, bytes(buffer.data().data()))


def _metadata(caption: Caption) -> bytes:
    texts = {"title": caption.title, "description": caption.description, "program": PROGRAM}
    return _METADATA.format(**{name: html.escape(legal(text), quote=False) for name, text in texts.items()}).encode(
        "utf-8"
    )
