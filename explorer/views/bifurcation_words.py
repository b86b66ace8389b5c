"""A bifurcation diagram in words and as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import Branch, Branches, BranchMark, FollowedRoots

from ..canvas.number_text import eigenvalue_text, number_text
from .bifurcation_cycle_words import cycle_columns, cycle_legend

if TYPE_CHECKING:
    from ..canvas.glyphs import Glyph
    from ..canvas.legend import Swatch
    from ..theme import Theme

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
_UPRIGHT = "a whole curve of fixed points lies at this value alone"
_NOUNS = {"map": "fixed points", "root": "roots", "ode": "equilibria", "minimise": "critical points"}
_CYCLES = {
    "supercritical": "cycles that attract are born here",
    "subcritical": "cycles that repel end here",
    "degenerate": "all cycles beside it stand at this value, to third order",
    "": "cycles begin here",
}


def mark_title(mark: BranchMark, parameter: str, kind: str) -> tuple[str, str]:
    """Its name, and where it is; of a flow's Hopf point also its period."""
    place = f"{parameter} = {number_text(mark.p, 6)}"
    if mark.kind == "hopf" and kind == "ode":
        return mark.name, f"{place}, period {number_text(mark.period, 4)}"
    return mark.name, place


def mark_words(mark: BranchMark, parameter: str, symbols: tuple[str, ...], kind: str) -> str:
    """Everything about a mark."""
    place = ", ".join(f"{symbol} = {number_text(value, 6)}" for symbol, value in zip(symbols, mark.z, strict=True))
    name, at = mark_title(mark, parameter, kind)
    if mark.kind == "hopf" and kind == "ode":
        at = f"{parameter} = {number_text(mark.p, 6)}, period {number_text(mark.period, 6)}"
        about = f"ω = {number_text(mark.frequency, 6)}, {_CYCLES[mark.criticality]}"
        return f"{name} bifurcation at {at}   {place}   {about}"
    meaning = (_UPRIGHT if mark.form == "vertical" else _MEANINGS[mark.kind]).replace("fixed points", _NOUNS[kind])
    return f"{name} at {at}   {place}   {meaning}"


def curve_words(branch: Branch, index: int, kind: str) -> str:
    """What a point of a curve is."""
    if kind == "root":
        return "root"
    if branch.is_flow:
        return "   ".join([rest_words(branch, index), *eigenvalue_text(branch.eigenvalues[index])])
    radius, growth = float(branch.radius[index]), float(branch.growth[index])
    word = "attracting" if radius < 1.0 else "repelling"
    rests = " (the flow z′ = f − z rests there)" if radius >= 1.0 and growth < 0.0 else ""
    return f"{word} fixed point, ρ = {number_text(radius)}{rests}"


def rest_words(branch: Branch, index: int) -> str:
    """What an equilibrium is, by how many directions a flow leaves it in."""
    out, size = int(branch.unstable[index]), branch.z.shape[1]
    if 0 < out < size:
        return f"saddle, {out} of {size} directions unstable"
    if out:
        return "unstable equilibrium"
    piece = branch.pieces()[max(0, index - 1) : index + 1]
    return "stable equilibrium" if piece.size and (piece == 1).any() else "neutral equilibrium, such as a centre"


def legend_of(branches: Branches | None, theme: Theme) -> tuple[tuple[tuple[str, Swatch], ...], tuple[str, ...]]:
    """The entries of the legend, and their colours."""
    if branches is None or not branches.branches:
        return (), ()
    entries: list[tuple[str, Swatch, str]] = []
    if branches.is_root:
        entries.append(("roots", "line", theme.teal))
    else:
        stable, unstable = ("stable", "unstable") if branches.is_flow else ("attracting", "repelling")
        entries += [(stable, "line", theme.teal), (unstable, "dash", theme.rose)]
    if any((curve.pieces() == 0).any() for curve in (*branches.branches, *branches.cycles)):
        entries.append(("neutral", "line", theme.violet))
    entries += cycle_legend(branches, theme)
    if branches.loop is not None:
        entries += [(f"{branches.loop.solver} upward", "line", theme.accent), ("downward", "line", theme.amber)]
    return tuple((name, swatch) for name, swatch, _ in entries), tuple(colour for *_, colour in entries)


def nothing_words(branches: Branches, kind: str) -> str:
    """Why a diagram is empty."""
    if branches.note:
        return f"{branches.note[0].upper()}{branches.note[1:]}."
    one = {"map": "fixed point", "root": "fixed point", "ode": "equilibrium", "minimise": "critical point"}[kind]
    return f"No {one} was found in the visible range: zoom out to look farther."


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
    """One row per point of a curve: the number of the curve, the parameter, the components, and its stability; below
    them the limit cycles."""
    curves = branches.branches
    count = len(branches.components)
    z = np.concatenate([np.empty((0, count)), *(curve.z for curve in curves)])
    columns = {
        "curve": np.concatenate([np.empty(0), *(np.full(len(c.p), i + 1.0) for i, c in enumerate(curves))]),
        branches.parameter: np.concatenate([np.empty(0), *(curve.p for curve in curves)]),
    }
    columns |= {name: z[:, place] for place, name in enumerate(branches.components)}
    if branches.is_flow:
        columns["growth"] = np.concatenate([np.empty(0), *(curve.growth for curve in curves)])
        columns["unstable directions"] = np.concatenate([np.empty(0), *(curve.unstable for curve in curves)])
    elif not branches.is_root:
        columns["spectral radius"] = np.concatenate([np.empty(0), *(curve.radius for curve in curves)])
        columns["growth of the flow"] = np.concatenate([np.empty(0), *(curve.growth for curve in curves)])
    return cycle_columns(branches, columns)
