"""What the picture of depth says: of the network that is shown, of the solution, and of the equilibrium."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.readings import DepthLimit

from ..canvas.number_text import number_text, power_text

if TYPE_CHECKING:
    from jaxtyping import Float

WAITING = "Euler's method with more and more layers appears here."


@dataclass(frozen=True)
class Chip:
    """A chip's text, the longer form for its tool tip, and whether it warns."""

    text: str = ""
    hint: str = ""
    warning: bool = False


def chips(depth: DepthLimit | None, index: int | None, at_rest: bool) -> dict[str, Chip]:
    """By their names; index: of the network that is shown, None for the differential equation."""
    if depth is None:
        return {name: Chip() for name in ("layers", "gap", "rest", "order", "thick", "note", "focus")}
    return {
        "layers": _layers(depth, index, at_rest),
        "gap": _gap(depth, index),
        "rest": _rest(depth, index, at_rest),
        "order": _order(depth),
        "thick": _thick(depth, index),
        "focus": Chip(f"trajectory {depth.trajectory + 1}"),
        "note": Chip(depth.note.split(":")[0], depth.note, warning=True),
    }


def _layers(depth: DepthLimit, index: int | None, at_rest: bool) -> Chip:
    if at_rest:
        return Chip("equilibrium, t → ∞", "the differential equation, followed for ever")
    if index is None:
        exact = f", known to {power_text(depth.accuracy, 2)} at T" if math.isfinite(depth.accuracy) else ""
        return Chip("ODE, h → 0", f"infinitely many layers, infinitely thin: the differential equation{exact}")
    count = int(depth.layers[index])
    text = f"{count} layer{'s' * (count > 1)}, h = {number_text(depth.step(index))}"
    return Chip(text, f"{text}: each layer is z + h f(z), a step of Euler's method")


def _gap(depth: DepthLimit, index: int | None) -> Chip:
    if index is None:
        return Chip()
    error = float(depth.error[index])
    if not math.isfinite(error):
        return Chip("error –", "how far the last layer is from the solution is not known")
    return Chip(f"error {power_text(error)}", f"{power_text(error)} from the last layer's state to z(T), the ODE's")


def _rest(depth: DepthLimit, index: int | None, at_rest: bool) -> Chip:
    rest = depth.rest
    if rest is None:
        text = "no equilibrium" if at_rest else ""
        return Chip(text, f"no equilibrium: {depth.rest_note}", warning=True)
    away = depth.end_from_rest if index is None else float(depth.from_rest[index])
    if at_rest:
        named = ", ".join(number_text(float(value)) for value in rest.point)
        kind = f", a {rest.label}" if rest.label else ""
        return Chip(f"z* {power_text(away)} from z(T)", f"z* = ({named}){kind}; at T, z is {power_text(away)} from it")
    end = "z(T)" if index is None else "the last layer's state"
    return Chip(f"{power_text(away)} from z*", f"{power_text(away)} from {end} to the equilibrium z*")


def _order(depth: DepthLimit) -> Chip:
    order = depth.order
    if not order.found:
        return Chip("no order", f"{order}")
    first, past = order.used
    fitted = f"over {depth.layers[first]} to {depth.layers[past - 1]} layers"
    return Chip(f"order {order.order:.2f}", f"the error falls as h^{order.order:.3f} {fitted}; Euler's order is 1")


def _thick(depth: DepthLimit, index: int | None) -> Chip:
    """A warning where a layer multiplies what the flow makes shrink."""
    rest = depth.rest
    if rest is None or index is None:
        return Chip()
    factor, forward = rest.amplification(depth.step(index)), math.copysign(1.0, depth.span[1] - depth.span[0])
    if not factor > 1.0 or not (forward * rest.eigenvalues.real < 0.0).all():
        return Chip()
    text = f"|1 + hλ| = {number_text(factor, 3)}"
    hint = f"too thick layers: each multiplies a small distance from z* by {text}, though the flow makes it shrink"
    return Chip(f"unstable, {text}", hint, warning=True)


def sentence(depth: DepthLimit, index: int | None, component: int, symbol: str, t: float) -> str:
    """What is at a time: the nearest layer beside the solution, or the solution alone."""
    t0, t1 = depth.span
    if index is None:
        value = _solution(depth, component, t)
        text = f"t = {number_text(t)}"
        return text if math.isnan(value) else f"{text}   {symbol} = {number_text(value, 5)}"
    count = int(depth.layers[index])
    k = round((t - t0) / (t1 - t0) * count)
    if not 0 <= k <= count:
        return f"t = {number_text(t)}"
    row = depth.network(index).start + k
    place, value = float(depth.t[row]), float(depth.z[row, component])
    parts = [f"layer {k} of {count}", f"t = {number_text(place)}", f"{symbol} = {_told(value)}"]
    parts += [f"ODE {_told(_solution(depth, component, place))}", f"distance {power_text(float(depth.gap[row]))}"]
    return "   ".join(parts)


def _told(value: float) -> str:
    return number_text(value, 5) if math.isfinite(value) else "–"


def _solution(depth: DepthLimit, component: int, t: float) -> float:
    """The solution at a time, linear between the points that are kept; NaN where it does not come."""
    times = np.concatenate([depth.curve_t, depth.further_t])
    values: Float[np.ndarray, "K"] = np.concatenate([depth.curve_z[:, component], depth.further_z[:, component]])
    if times[-1] < times[0]:
        times, values = times[::-1], values[::-1]
    return float(np.interp(t, times, values, left=math.nan, right=math.nan))
