"""Loss landscapes without an engine: a bowl over two parameters, one of them logarithmic, and a curve over one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.contours import zero_contour
from core.analysis.polylines import joined
from core.experiment import Experiment
from core.frame import Frame
from core.landscape_axis import landscape_axes
from core.language import System, parse
from core.readings import ClaimedSlope, LossLandscape

TWO = "z <- cos(a*z) + b\na = 1 in [0.1, 10] log\nb = 0.5 in [-1, 1]\nc = 2 in [0, 4]\nstart z = 0.2"
ONE = "z <- cos(a*z)\na = 1 in [0, 2]\nstart z = 0.2"


@dataclass(frozen=True)
class LandscapeExample:
    """A text whose sliders are the axes."""

    text: str

    def experiment(self) -> Experiment:
        """With nothing changed."""
        return Experiment(self.text)

    def system(self) -> System:
        """As parsed."""
        return parse(self.text)


def slopes(*found: tuple[str, tuple[float, ...], bool, str]) -> tuple[ClaimedSlope, ...]:
    """What methods claim, each (title, slope, exact, note)."""
    return tuple(ClaimedSlope(name.lower(), name, np.array(slope), exact, note) for name, slope, exact, note in found)


def bowl(step: int = 1, point: tuple[float, float] = (0.0, 0.5), *, arrows: bool = True) -> LossLandscape:
    """u^2 + 4 v^2 for u = log10 a and v = b; nothing where u > 0.91."""
    axes = landscape_axes(Experiment(TWO), parse(TWO))[:2]
    x, y = np.linspace(-1.0, 1.0, 41)[::step], np.linspace(-1.0, 1.0, 41)[::step]
    values = np.where(x[None] > 0.91, np.nan, x[None] ** 2 + 4.0 * y[:, None] ** 2)
    levels = np.array([0.25, 1.0, 4.0])
    lines = tuple(joined(zero_contour(x, y, values - level)) for level in levels)
    u, v = point
    true = (2.0 * u, 8.0 * v)
    found = slopes(
        ("Implicit", true, True, ""),
        ("Half", (0.5 * true[0] + 1.0, 0.5 * true[1]), False, ""),
        ("Wrong", (1.0, -0.5 * true[1]), False, "it has no sum"),
        ("Huge", (0.0, 50.0 * true[1]), False, ""),
        ("Refused", (np.nan, np.nan), True, "it wants Heun"),
    )
    known = {"reference": np.array(true), "slopes": found, "total": 5} if arrows else {}
    loss = u**2 + 4.0 * v**2
    return LossLandscape(axes, x, y, values, step, levels, lines, np.array(point), "sum", loss, **known)  # type: ignore[arg-type]


def valley(value: float = 1.0) -> LossLandscape:
    """(a - 1.5)^2 over a."""
    axes = landscape_axes(Experiment(ONE), parse(ONE))
    x = np.linspace(0.0, 2.0, 161)
    slope = 2.0 * (value - 1.5)
    found = slopes(("Implicit", (slope,), True, ""), ("Wrong", (-slope,), False, ""))
    none = np.empty(0)
    return LossLandscape(
        axes, x, np.zeros(1), (x[None] - 1.5) ** 2, 1, none, (), np.array([value]), "sum", (value - 1.5) ** 2,
        np.array([slope]), found, 2,
    )  # fmt: skip


def frame(landscape: LossLandscape) -> Frame:
    """The last one of a run."""
    return Frame(1, readings={LossLandscape: landscape}, final=True)
