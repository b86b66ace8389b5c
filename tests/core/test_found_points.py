"""Where a layer is looked at though its solver comes to no fixed point: at the one that its orbit goes about."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiment import Experiment, RootFinding
from core.readings import Iterations, Spectrum
from core.request import Request
from core.runner import frames

HENON = "x <- 1 - 1.4*x^2 + y\ny <- 0.3*x\nstart (0.1, 0.1)"
HENON_X = (-0.7 + np.sqrt(0.49 + 5.6)) / 2.8
"""Of the fixed point inside the attractor: 1.4 x^2 + 0.7 x = 1."""


def explained(text: str, iterations: int = 400) -> tuple[str, Spectrum]:
    *_, frame = frames(
        Request(Experiment(text, root=RootFinding(iterations=iterations)), frozenset({Iterations, Spectrum}))
    )
    assert frame.error is None, frame.traceback
    return frame.readings[Iterations].runs[0].outcomes[0].name, frame.readings[Spectrum]


@pytest.mark.parametrize("start", [0.05, 0.1, 0.35, 0.4, 0.6])
@pytest.mark.parametrize("r", [3.2, 3.55, 3.74, 3.83, 3.9])
def test_the_logistic_map_goes_about_its_inner_fixed_point(r: float, start: float) -> None:
    """1 - 1/r, where the slope is 2 - r; not 0, though Newton's method goes there from many a point of the orbit."""
    name, spectrum = explained(f"x <- r*x*(1 - x)\nr = {r}\nstart x = {start}")
    assert name != "converged"
    assert spectrum.at[0, 0] == pytest.approx(1 - 1 / r, abs=1e-7)
    assert spectrum.eigenvalues[0, 0] == pytest.approx(2 - r, abs=1e-6)
    assert spectrum.solved[0]


@pytest.mark.parametrize(
    ("text", "point", "radius"),
    [
        ("x <- tanh(3*y)\ny <- tanh(3*x)\nstart (0.5, -0.1)", (0.0, 0.0), 3.0),
        ("x <- tanh(-3*y)\ny <- tanh(3*x)\nstart (0.5, 0.1)", (0.0, 0.0), 3.0),
        ("x <- -2*x + x^3\nstart x = 0.1", (0.0,), 2.0),
        (HENON, (HENON_X, 0.3 * HENON_X), 1.9237388),
    ],
)
def test_cycles_and_chaos_are_seen_at_the_point_in_their_middle(
    text: str, point: tuple[float, ...], radius: float
) -> None:
    name, spectrum = explained(text)
    assert name != "converged"
    assert spectrum.at[0] == pytest.approx(point, abs=1e-7)
    assert spectrum.radius[0] == pytest.approx(radius, rel=1e-6)


def test_what_diverges_is_seen_at_the_fixed_point_beside_its_start() -> None:
    name, spectrum = explained("x <- 2*x + 1\nstart x = 0.5")
    assert name == "diverged"
    assert spectrum.at[0, 0] == pytest.approx(-1.0)
    assert spectrum.radius[0] == pytest.approx(2.0)
