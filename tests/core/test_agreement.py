"""Another precision against float64 on the processor."""

from __future__ import annotations

import numpy as np
import pytest

from core.experiment import Experiment, Integration, RootFinding
from core.readings import Agreement, Iterations, Trajectories
from core.request import Request
from core.runner import frames

WANTED = frozenset({Agreement, Trajectories, Iterations})


def compared(experiment: Experiment, quality: str = "full") -> Agreement | None:
    *_, frame = frames(Request(experiment, WANTED, quality=quality))  # type: ignore[arg-type]
    assert frame.error is None, frame.traceback
    found: Agreement | None = frame.get(Agreement)
    return found


def test_float32_trajectories_agree_to_their_precision() -> None:
    text = "x' = y\ny' = -x\nstart (1, 0), (2, 1)\nt in [0, 6]"
    agreement = compared(Experiment(text, dtype="float32", integration=Integration(rtol=1e-5)))
    assert agreement is not None
    assert agreement.agrees
    assert agreement.compared == 2
    assert 1e-9 < agreement.difference < 1e-4
    assert "agrees with float64 on the CPU" in str(agreement)


def test_float64_agrees_with_itself_exactly() -> None:
    agreement = compared(Experiment("x' = -x\nstart (1)\nt in [0, 1]"))
    assert agreement == Agreement(0.0, 1, 0)


def test_chaos_magnifies_rounding() -> None:
    text = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z\nstart (1, 1, 1)\nt in [0, 30]"
    agreement = compared(Experiment(text, dtype="float32", integration=Integration(backward=False)))
    assert agreement is not None
    assert not agreement.agrees
    assert "magnifies rounding" in str(agreement)


@pytest.mark.parametrize("solver", ["picard", "newton", "anderson"])
def test_float32_fixed_points_agree(solver: str) -> None:
    text = "z <- tanh(0.5 z + x)\nx = 0.3\nstart (0), (2)"
    agreement = compared(Experiment(text, dtype="float32", root=RootFinding(solver=solver, tolerance=1e-5)))
    assert agreement is not None
    assert agreement.agrees
    assert agreement.compared == 2
    assert agreement.difference < 1e-5


def test_what_ends_otherwise_is_counted() -> None:
    # float32 does not come as near to the fixed point as the tolerance asks
    root = RootFinding(tolerance=1e-10, criterion="absolute")
    agreement = compared(Experiment("z <- cos(z)\nstart (1)", dtype="float32", root=root))
    assert agreement == Agreement(0.0, 0, 1)
    assert not agreement.agrees
    assert "1 sample ends otherwise" in str(agreement)


def test_a_drag_does_not_wait_for_it() -> None:
    assert compared(Experiment("z <- cos(z)", dtype="float32"), "preview") is None


def test_the_difference_is_what_it_says() -> None:
    text = "x' = -x\nstart (1)\nt in [0, 1]"
    experiment = Experiment(text, dtype="float32", integration=Integration(backward=False))
    *_, frame = frames(Request(experiment, WANTED))
    single = frame.readings[Trajectories].z[-1, 0]
    *_, frame64 = frames(Request(Experiment(text, integration=Integration(backward=False)), WANTED))
    double = frame64.readings[Trajectories].z[-1, 0]
    expected = abs(single - double) / (1.0 + double)
    assert frame.readings[Agreement].difference == pytest.approx(expected, rel=1e-6)
    assert np.isfinite(expected)
