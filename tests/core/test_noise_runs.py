"""Texts with noise through the public functions and the runner: what follows them, and what says that it cannot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import core
from core.brownian_tree import brownian_values
from core.codec import decode, encode
from core.experiment import Ensemble, Experiment, Integration
from core.formula_field import FormulaField
from core.frame import Frame
from core.language import parse
from core.readings import (
    EnsembleRun,
    Equilibria,
    GlobalError,
    GronwallCone,
    IntegratorRace,
    LyapunovExponents,
    StepSizes,
    Trajectories,
)
from core.request import Request, Viewport
from core.runner import frames
from core.scripting import python_script
from core.tableaus.dopri5 import TABLEAU

TEXT = "x' = v\nv' = -x - v + s dW\ns = 0.5\nstart (1, 0), (0, 1)\nview x [-2, 2], v [-2, 2]\nt in [0, 2]"
EULER = Integration(method="euler_maruyama", step=0.05)


def last_frame(wanted: set[type], text: str = TEXT, **changes: object) -> Frame:
    experiment = Experiment(text, **{"integration": EULER, "seed": 5, **changes})
    *_, frame = frames(Request(experiment, frozenset(wanted), Viewport("x", "v", (-2.0, 2.0), (-2.0, 2.0))))
    return frame


@pytest.mark.parametrize(
    "ask",
    [
        lambda system: core.gradient(system, lambda z: z.sum(), wrt="start", start=[1.0, 0.0]),
        lambda system: core.compare_integrators(system, [1.0, 0.0]),
        lambda system: core.lyapunov_exponents(system, [1.0, 0.0]),
        lambda system: core.limit_cycle(system, [1.0, 0.0]),
        lambda system: core.separatrices(system, [(-1.0, 1.0)] * 2),
        FormulaField,
    ],
)
def test_what_follows_differential_equations_alone_refuses_noise(ask: Callable[[core.System], object]) -> None:
    with pytest.raises(ValueError, match="noise"):
        ask(parse(TEXT))


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (TEXT, {"method": "dopri5"}, "knows no noise"),
        (TEXT, {"method": "verlet", "step": 0.1}, "knows no noise"),
        (TEXT, {"method": "milstein"}, "give a fixed step"),
        (TEXT, {"method": "milstein", "step": 1e-9}, "finer than Brownian paths"),
        (TEXT, {"method": "milstein", "step": 0.1, "t": (1.0, 0.0)}, "forward in time"),
        (TEXT, {"method": "milstein", "step": 0.1, "path": "kernel"}, 'path="auto"'),
        (TEXT, {"method": "milstein", "step": 0.1, "seed": -1}, "seed must lie"),
        (TEXT, {"method": "milstein", "step": 0.1, "events": core.Event("x")}, "leave events out"),
        ("x' = v\nv' = -x", {"method": "milstein", "step": 0.1}, "there is none"),
        ("x' = v dW\nv' = dW", {"method": "milstein", "step": 0.1}, "the noise of x hangs on v"),
    ],
)
def test_integrate_says_what_noise_needs(text: str, options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        core.integrate(parse(text), [1.0, 0.0], **{"t": (0.0, 1.0), **options})


def test_the_step_that_is_advised_is_long_enough() -> None:
    system = parse("x' = dW")
    for end in (2.2, 5.2, 9.9):
        span = end - 1e-5, end
        with pytest.raises(ValueError, match="take ") as fault:
            core.integrate(system, [0.0], span, "euler_maruyama", step=1e-9)
        step = float(str(fault.value).rpartition("take ")[2])
        assert core.integrate(system, [0.0], span, "euler_maruyama", step=step).outcome.success


def test_a_run_of_the_window_is_that_of_integrate_and_of_its_script() -> None:
    frame = last_frame({Trajectories, StepSizes, Equilibria})
    curves = frame.readings[Trajectories]
    assert curves.noisy
    assert curves.backward == ()  # though the experiment asks for it
    run = core.integrate(parse(TEXT), curves.starts, (0.0, 2.0), "euler_maruyama", step=0.05, seed=5)
    for index in range(2):
        assert curves.z[curves.curve(index)].tobytes() == run.z[index].tobytes()
    assert np.isnan(frame.readings[StepSizes].error).all()
    (rest,) = frame.readings[Equilibria].points
    assert frame.readings[Equilibria].of_drift
    assert rest.point == pytest.approx([0.0, 0.0])
    script = python_script(Experiment(TEXT, integration=EULER, seed=5), parse(TEXT))
    assert "seed=5" in script
    assert "seed" not in python_script(Experiment("x' = -x", seed=5), parse("x' = -x"))
    experiment = Experiment(TEXT, integration=EULER, seed=5)
    assert decode(encode(experiment))[0] == experiment


def test_what_knows_no_noise_says_so() -> None:
    unknowing = {GlobalError, IntegratorRace, LyapunovExponents, GronwallCone}
    frame = last_frame({Trajectories, *unknowing})
    assert set(frame.absent) >= unknowing
    assert all("noise (dW)" in frame.absent[reading] for reading in unknowing)
    refused = last_frame({Trajectories}, integration=Integration())
    assert refused.error is not None
    assert TABLEAU.title in refused.error


def test_an_ensemble_has_a_path_for_everyone() -> None:
    # x' = dW from starts at 0: two parts of the ensemble are not the same paths
    text = "x' = dW\nv' = 0\nview x [-2, 2], v [-2, 2]\nt in [0, 1]"
    ensemble = Ensemble(on=True, count=1_200, box={"x": (0.0, 0.0), "v": (0.0, 0.0)})
    experiment = Experiment(text, integration=EULER, seed=5, ensemble=ensemble)
    view = Viewport("x", "v", (-2.0, 2.0), (-2.0, 2.0))
    *_, frame = frames(Request(experiment, frozenset({EnsembleRun}), view, every_step=True))
    states = frame.readings[EnsembleRun].states
    ends = states.z[:, -1, 0]
    assert len(np.unique(ends)) == 1_200
    known = [brownian_values(5, np.array([1.0]), sample)[0, 0] for sample in (0, 249, 250, 1_199)]
    assert ends[[0, 249, 250, 1_199]] == pytest.approx(known, abs=1e-12)
    assert ends.var() == pytest.approx(1.0, abs=0.17)
