"""A plot into a file; the ending of its name chooses the format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .caption import Caption
from .pdf import save_pdf
from .png import save_png
from .svg import save_svg

if TYPE_CHECKING:
    from ..theme import Theme
    from ..view import View

_VECTORS = {".svg": save_svg, ".pdf": save_pdf}


def save_picture(
    view: View,
    path: str | os.PathLike[str],
    theme: Theme,
    *,
    on_screen: Theme | None = None,
    scale: int = 2,
    transparent: bool = False,
    caption: Caption = Caption(),  # noqa: B008 - frozen
) -> None:
    """Write `view` as .png (`scale` times as fine), .svg or .pdf, in the colours of `theme`.

    on_screen: the theme that the view goes back to; None keeps `theme`. transparent: leave the background out.
    Raises OSError, ValueError (another ending, a scale out of range), MemoryError.
    """
    ending = Path(path).suffix.lower()
    if ending == ".png":
        save_png(view, path, theme, on_screen=on_screen, scale=scale, transparent=transparent, caption=caption)
    elif ending in _VECTORS:
        _VECTORS[ending](view, path, theme, on_screen=on_screen, transparent=transparent, caption=caption)
    else:
        raise ValueError(f"a picture is a .png, .svg or .pdf file, not {ending or 'one without ending'}")
