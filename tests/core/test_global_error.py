"""The global error that is estimated, against the true one."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core.analysis.global_error import halved_states
from core.catalogue import integrator
from core.codec import decode, encode
from core.experiment import Experiment, Integration
from core.formula_field import FormulaField
from core.frame import Frame
from core.language import parse
from core.provenance import provenance
from core.readings import GlobalError, Trajectories
from core.request import Request
from core.runner import frames

LORENZ = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z"


def last(text: str, span: tuple[float, float], *starts: tuple[float, ...], quality: str = "full", **choice) -> Frame:
    choice = {"global_error": True, "backward": False} | choice
    experiment = Experiment(text, span=span, starts=starts, integration=Integration(**choice))
    wanted = frozenset({GlobalError, Trajectories})
    frame = deque(frames(Request(experiment, wanted, quality=quality, focus=len(starts) - 1)), maxlen=1).pop()
    assert not frame.error
    return frame


def estimated(text: str, span: tuple[float, float], *starts: tuple[float, ...], **choice) -> GlobalError:
    found = last(text, span, *starts, **choice).get(GlobalError)
    assert found is not None
    return found


def measured(found: GlobalError, trajectories: Trajectories, exact: np.ndarray) -> np.ndarray:
    """The true errors at the ends of its steps, from exact (K + 1, n)."""
    whole = trajectories.curve(found.trajectory)
    ends = trajectories.step_end[whole]
    assert trajectories.t[whole][ends].tolist() == found.t.tolist()
    return np.abs(trajectories.z[whole][ends] - exact)


@pytest.mark.parametrize(
    "choice",
    [
        {"method": "euler", "step": 0.01},
        {"method": "rk4", "step": 0.1},
        {"method": "dopri5", "step": 0.1, "fixed": True},
        {"method": "dopri5"},
        {"method": "radau5"},
        {"method": "rodas4"},
        {"method": "bdf"},
        {"method": "auto"},
    ],
    ids=lambda choice: "-".join(map(str, choice.values())),
)
def test_of_exponential_growth_it_is_the_true_error(choice: dict[str, object]) -> None:
    frame = last("x' = x", (0.0, 2.0), (5.0,), (1.0,), **choice)
    found, trajectories = frame.get(GlobalError), frame.get(Trajectories)
    assert (found.trajectory, found.halved) == (1, choice["method"] not in ("bdf", "auto"))
    true = measured(found, trajectories, np.exp(found.t)[:, None])
    # the tolerances of methods that find their own steps say less than halved steps
    assert found.at_end == pytest.approx(true[-1, 0], rel=0.05 if found.halved else 0.15)
    assert found.good_until is None
    assert found.is_of(trajectories)
    assert found.at(found.t) == pytest.approx(found.error)


def test_of_a_field_that_depends_on_time_it_is_the_true_error_all_along() -> None:
    # x = sin t + e^-t
    frame = last("x' = cos(t) + sin(t) - x", (0.0, 6.0), (1.0,), method="rk4", step=0.1)
    found = frame.get(GlobalError)
    true = measured(found, frame.get(Trajectories), (np.sin(found.t) + np.exp(-found.t))[:, None])
    assert np.abs(found.error - true).max() < 0.1 * true.max()


def test_of_van_der_pol_it_is_the_distance_to_a_far_finer_run() -> None:
    frame = last("x' = y\ny' = 2*(1 - x^2)*y - x", (0.0, 15.0), (2.0, 0.0), rtol=1e-6, atol=1e-9)
    found = frame.get(GlobalError)
    exact = solve_ivp(
        lambda _, z: [z[1], 2.0 * (1.0 - z[0] ** 2) * z[1] - z[0]],
        (0.0, 15.0),
        [2.0, 0.0],
        "DOP853",
        found.t,
        rtol=1e-12,
        atol=1e-13,
    )
    true = measured(found, frame.get(Trajectories), exact.y.T)
    assert np.abs(found.error - true).max() < 0.1 * true.max()
    assert found.at_end == pytest.approx(true[-1].max(), rel=0.1)


def test_chaos_is_to_be_trusted_until_two_runs_part() -> None:
    frame = last(LORENZ, (0.0, 30.0), (1.0, 1.0, 1.0), rtol=1e-6, atol=1e-8)
    found, rough = frame.get(GlobalError), frame.get(Trajectories)
    fine = last(LORENZ, (0.0, 30.0), (1.0, 1.0, 1.0), rtol=1e-12, atol=1e-13, global_error=False).get(Trajectories)
    exact = np.stack([np.interp(rough.t, fine.t, column) for column in fine.z.T], axis=1)
    apart = np.abs(rough.z - exact).max(axis=1)
    parting = rough.t[np.argmax(apart > 0.05 * np.abs(rough.z).max())]
    assert 10.0 < parting < 25.0
    assert found.good_until == pytest.approx(parting, abs=1.5)
    assert found.at_end > 1.0


def test_few_components_in_floats_and_in_arrays_are_the_same() -> None:
    field, t = FormulaField(parse(LORENZ)), np.linspace(0.0, 1.0, 41)
    for name in ("dopri5", "rk4", "tsit5"):
        method = integrator(name)
        in_floats = np.array(list(halved_states(field, method, t, np.ones(3))))
        rates = "10*(z[2] - z[1]), z[1]*(28 - z[3]) - z[2], z[1]*z[2] - 8/3*z[3]"
        wide = parse(f"z' = [{rates}{', 0' * 37}]\nz in R^40")
        start = np.concatenate([np.ones(3), np.zeros(37)])
        in_arrays = np.array(list(halved_states(FormulaField(wide), method, t, start)))
        assert in_arrays[:, :3] == pytest.approx(in_floats, rel=1e-12)


def test_a_trajectory_that_ends_early_has_an_error_as_far_as_it_comes() -> None:
    found = estimated("x' = x^2", (0.0, 2.0), (1.0,), method="rk4", step=0.03)
    assert found.t[-1] > 0.9
    assert found.good_until < 1.05
    assert found.error[0] == 0.0


def test_a_drag_and_an_experiment_that_does_not_ask_have_none() -> None:
    for choice in ({"quality": "preview"}, {"global_error": False}):
        assert last("x' = x", (0.0, 1.0), (1.0,), **choice).get(GlobalError) is None


def test_it_is_not_of_other_trajectories() -> None:
    frame = last("x' = x", (0.0, 1.0), (1.0,))
    other = last("x' = x", (0.0, 1.0), (1.1,), global_error=False).get(Trajectories)
    found = frame.get(GlobalError)
    assert not found.is_of(other)
    assert not replace(found, trajectory=1).is_of(frame.get(Trajectories))


def test_it_is_kept_in_a_file_and_told_by_the_provenance() -> None:
    experiment = Experiment("x' = x", integration=Integration(global_error=True))
    assert decode(encode(experiment))[0].integration.global_error
    assert provenance(experiment, parse(experiment.text))["global_error"] is True
