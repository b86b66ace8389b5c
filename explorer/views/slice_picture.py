"""The loss over a plane of weights as colours, words and columns, and the path of the training in it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from core.readings import LossSlice
from core.weight_plane import SLICE_PLANE

from ..canvas.colour_scale import ColourScale
from ..canvas.number_text import number_text, power_text
from ..view import Table
from .landscape_picture import height_scale, scale_words

if TYPE_CHECKING:
    from jaxtyping import Float, Int, UInt32

    from ..canvas.view_history import Rectangle
    from ..theme import Theme

_CELLS = 161
"""Of the picture, along either axis: between the places that were computed it is interpolated."""
_FEWER = "fewer than three states are kept of the training"


def slice_scale(shown: LossSlice) -> tuple[Float[np.ndarray, "ny nx"], ColourScale, tuple[str, str]]:
    """What is coloured, its colours, and what stands at their ends: log10 of a loss that spans decades, else as of any
    loss landscape."""
    if shown.floor:
        tones, scale = height_scale(shown.values)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            tones = np.log10(shown.values)
        finite = tones[np.isfinite(tones)]
        ends = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        scale = ColourScale(ends[0], max(ends[1], ends[0] + 1e-12), heights=True)
    return tones, scale, scale_words(shown.values)


def slice_pixels(
    shown: LossSlice, theme: Theme
) -> tuple[Float[np.ndarray, "X"], Float[np.ndarray, "Y"], UInt32[np.ndarray, "Y X"]]:
    """Centres across and up, and colours as 0xffrrggbb; the card itself where there is no loss."""
    tones, scale, _ = slice_scale(shown)
    x, y = (np.linspace(line[0], line[-1], _CELLS) for line in (shown.x, shown.y))
    smooth = between(shown, tones, *np.meshgrid(x, y))
    colours: np.ndarray = scale.table(theme)[scale.levels(smooth)]
    return x, y, np.where(np.isnan(smooth), np.uint32(QColor(theme.card).rgba()), colours)


def between(
    shown: LossSlice, values: Float[np.ndarray, "ny nx"], x: Float[np.ndarray, "*s"], y: Float[np.ndarray, "*s"]
) -> Float[np.ndarray, "*s"]:
    """Values of the grid at any places: bilinear, at the nearest known corner beside one that is NaN, NaN outside."""
    columns, rows = _position(shown.x, x), _position(shown.y, y)
    left = np.clip(np.floor(columns), 0, max(0, len(shown.x) - 2)).astype(int)
    below = np.clip(np.floor(rows), 0, max(0, len(shown.y) - 2)).astype(int)
    across, up = columns - left, rows - below
    found = np.zeros(np.shape(x))
    for row, share_up in ((0, 1.0 - up), (1, up)):
        for column, share in ((0, 1.0 - across), (1, across)):
            found = found + share_up * share * values[below + row, left + column]
    nearest = values[below + (up > 0.5), left + (across > 0.5)]
    room = 1e-9
    outside = (columns < -room) | (columns > len(shown.x) - 1 + room)
    outside |= (rows < -room) | (rows > len(shown.y) - 1 + room)
    return np.where(outside, np.nan, np.where(np.isfinite(found), found, nearest))


def _position(line: Float[np.ndarray, "n"], places: Float[np.ndarray, "*s"]) -> Float[np.ndarray, "*s"]:
    return np.asarray((places - line[0]) / ((line[-1] - line[0]) / (len(line) - 1)))


def loss_words(shown: LossSlice, x: float, y: float) -> str:
    """The loss under the mouse, where it has one."""
    value = float(between(shown, shown.values, np.array(x), np.array(y)))
    return f"loss {power_text(value)}" if math.isfinite(value) else "not solved" if _inside(shown, x, y) else ""


def _inside(shown: LossSlice, x: float, y: float) -> bool:
    return bool(shown.x[0] <= x <= shown.x[-1] and shown.y[0] <= y <= shown.y[-1])


def axis_titles(shown: LossSlice | None) -> tuple[str, str]:
    """With the share of the path that each direction holds."""
    if shown is None:
        return SLICE_PLANE
    if shown.plane.random:
        return f"random {SLICE_PLANE[0]}", f"random {SLICE_PLANE[1]}"
    first, second = (
        f"{name}, {_percent(share)} of the path" for name, share in zip(SLICE_PLANE, shown.plane.shares, strict=True)
    )
    return first, second


def slice_chips(shown: LossSlice | None) -> dict[str, tuple[str, str]]:
    """By name, a short text and a sentence."""
    if shown is None:
        return dict.fromkeys(("plane", "loss", "points", "unsolved"), ("", ""))
    plane = ("random plane", f"{_FEWER}: two directions at random, each filter as long as that of the weights")
    if not shown.plane.random:
        held = _percent(float(shown.plane.shares.sum()))
        plane = (f"plane holds {held}", f"The plane holds {held} of the variance of the weights along the path")
    loss = f"loss {power_text(shown.loss)}" if math.isfinite(shown.loss) else "not solved"
    points = f"{shown.points} training points"
    lost = float(np.isnan(shown.values).mean())
    unsolved = f"{max(1, round(100.0 * lost))} % unsolved" if lost else ""
    about = shown.about.replace("_", " ")
    return {
        "plane": plane,
        "loss": (loss, f"{loss} at the weights through which the plane is laid"),
        "points": (points, f"Everywhere the mean {about} of the same {points}, without what regularises it"),
        "unsolved": (unsolved, f"{unsolved}: there the solver fails, and nothing is drawn"),
    }


def _percent(share: float) -> str:
    """Not 100 % where something is missing."""
    share = min(share, 0.999) if share < 1.0 - 1e-9 else 1.0
    return f"{number_text(100.0 * share, 3)} %"


def slice_table(
    shown: LossSlice | None,
    path: Float[np.ndarray, "N 2"],
    iterations: Int[np.ndarray, "N"],
    seen: Rectangle | None = None,
) -> Table:
    """The grid row by row, then the path, whose rows have an iteration and no loss; seen: only what lies in it."""
    if shown is None:
        return Table({})
    grid = np.stack([part.ravel() for part in np.meshgrid(shown.x, shown.y)], axis=1)
    places = np.concatenate([grid, path])
    loss = np.concatenate([shown.values.ravel(), np.full(len(path), np.nan)])
    number = np.concatenate([np.full(len(grid), np.nan), iterations])
    if seen is not None:
        low, high = np.array(seen).T
        inside = ((places >= low) & (places <= high)).all(axis=1)
        places, loss, number = places[inside], loss[inside], number[inside]
    first, second = (name.replace(" ", "_") for name in SLICE_PLANE)
    return Table({"iteration": number, first: places[:, 0], second: places[:, 1], "loss": loss})
