"""A bifurcation diagram in words and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import Branches, BranchMark, FollowedRoots

from ..canvas.number_text import number_text

if TYPE_CHECKING:
    from ..canvas.glyphs import Glyph

MARK_NAMES = {
    "fold": "fold",
    "branch": "branch point",
    "flip": "flip",
    "torus": "Neimark–Sacker",
    "hopf": "Hopf",
}
MARK_GLYPHS: dict[str, Glyph] = {
    "fold": "diamond",
    "branch": "star",
    "flip": "square",
    "torus": "triangle",
    "hopf": "triangle",
}
_MEANINGS = {
    "fold": "two fixed points meet here and are gone beyond",
    "branch": "two curves of fixed points cross",
    "flip": "an eigenvalue passes −1: a cycle of period 2 begins",
    "torus": "a complex pair passes the unit circle: the iterates begin to go round",
    "hopf": "of the flow z′ = f − z: it begins to oscillate",
}


def mark_title(mark: BranchMark, parameter: str) -> tuple[str, str]:
    """Its name, and where it is."""
    return MARK_NAMES[mark.kind], f"{parameter} = {number_text(mark.p, 6)}"


def mark_words(mark: BranchMark, parameter: str, symbols: tuple[str, ...], is_root: bool) -> str:
    """Everything about a mark."""
    place = ", ".join(f"{symbol} = {number_text(value, 6)}" for symbol, value in zip(symbols, mark.z, strict=True))
    name, at = mark_title(mark, parameter)
    meaning = _MEANINGS[mark.kind].replace("fixed points", "roots") if is_root else _MEANINGS[mark.kind]
    return f"{name} at {at}   {place}   {meaning}"


def curve_words(radius: float, growth: float, is_root: bool) -> str:
    """What a point of a curve is."""
    if is_root:
        return "root"
    word = "attracting" if radius < 1.0 else "repelling"
    rests = " (the flow z′ = f − z rests there)" if radius >= 1.0 and growth < 0.0 else ""
    return f"{word} fixed point, ρ = {number_text(radius)}{rests}"


def followed_words(followed: FollowedRoots, place: int, symbol: str) -> str:
    """Where the chosen solver ended for the first sample, or that it did not come to a root."""
    started = "from its last answer" if followed.warm else "from its start"
    if not followed.found[0]:
        return f"no root found {started}"
    return f"{symbol} = {number_text(float(followed.z[0, place]), 6)} {started}"


def is_worth(branches: Branches, shown: Branches | None, *, outdated: bool) -> bool:
    """Whether it shows more than what is shown: a diagram that is being made replaces none that is there.

    outdated: what is shown is of other settings.
    """
    if shown is None or not shown.branches:
        return True
    return branches.traced and (outdated or shown.coarse or not branches.coarse)


def branch_columns(branches: Branches) -> dict[str, np.ndarray]:
    """One row per point of a curve: the number of the curve, the parameter, the components, and its stability."""
    curves = branches.branches
    count = len(branches.components)
    z = np.concatenate([np.empty((0, count)), *(curve.z for curve in curves)])
    columns = {
        "curve": np.concatenate([np.empty(0), *(np.full(len(c.p), i + 1.0) for i, c in enumerate(curves))]),
        branches.parameter: np.concatenate([np.empty(0), *(curve.p for curve in curves)]),
    }
    columns |= {name: z[:, place] for place, name in enumerate(branches.components)}
    if not branches.is_root:
        columns["spectral radius"] = np.concatenate([np.empty(0), *(curve.radius for curve in curves)])
        columns["growth of the flow"] = np.concatenate([np.empty(0), *(curve.growth for curve in curves)])
    return columns
