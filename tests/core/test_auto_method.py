"""The method that goes over to implicit steps where a system is stiff, and says so."""

from __future__ import annotations

import numpy as np
import pytest

import core

ROBERTSON = "a' = -0.04a + 1e4 b c\nb' = 0.04a - 1e4 b c - 3e7 b^2\nc' = 3e7 b^2"
VAN_DER_POL = "x' = y\ny' = mu (1 - x^2) y - x\nmu = 1"


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_a_stiff_system_is_followed_implicitly(path: str) -> None:
    run = core.integrate(core.parse(ROBERTSON), [1.0, 0.0, 0.0], (0.0, 40.0), "auto", rtol=1e-6, atol=1e-10, path=path)
    assert run.z[-1] == pytest.approx([0.715827068719, 9.18553476456e-6, 0.284163745746], rel=1e-6)
    assert run.stats.evaluations < 1000
    assert "by Radau IIA 5 from t = 0.0" in str(run.outcome)
    assert "where it is stiff" in str(run.outcome)


def test_what_is_not_stiff_is_followed_explicitly() -> None:
    system = core.parse(VAN_DER_POL)
    auto, explicit = (core.integrate(system, [2.0, 0.0], (0.0, 20.0), method) for method in ("auto", "dopri5"))
    assert str(auto.outcome) == str(explicit.outcome) == "reached the end of the time span"
    assert auto.z[-1] == pytest.approx(explicit.z[-1], abs=1e-4)
    assert auto.stats.evaluations < 1.1 * explicit.stats.evaluations


def test_it_goes_to_and_fro() -> None:
    """Stiff while the slow part of the cycle lasts, and not where it turns."""
    run = core.integrate(
        core.parse("x' = -1000 (1 + tanh(20 sin(t))) (x - cos(t)) / 2 - sin(t)"), [1.0], (0.0, 12.0), "auto"
    )
    assert run.outcome.success
    assert "by both methods in turn, with 4 changes" in str(run.outcome)
    assert run.z[:, 0] == pytest.approx(np.cos(run.t), abs=1e-4)


def test_a_stiff_mate_changes_nothing() -> None:
    """Each sample has its own rate, the first state component, which stays as it is."""
    system = core.parse("k' = 0\nx' = -k (x - cos(t))")
    starts = [[1.0, 0.0], [1e6, 0.0], [3.0, np.nan]]
    alone = [core.integrate(system, start, (0.0, 5.0), "auto") for start in starts[:2]]
    both = core.integrate(system, starts, (0.0, 5.0), "auto")
    for sample, run in enumerate(alone):
        assert (both.z[sample, : len(run.t)] == run.z).all()
        assert both.stats.evaluations[sample] == run.stats.evaluations
    assert [bool(outcome.account) for outcome in both.outcome] == [False, True, False]


def test_the_solution_inside_a_step_of_either_kind() -> None:
    run = core.integrate(core.parse("x' = -1000 (x - cos(t)) - sin(t)"), [0.0], (0.0, 10.0), "auto", rtol=1e-8)
    times = np.linspace(0.05, 10.0, 1000)
    assert run(times)[:, 0] == pytest.approx(np.cos(times), abs=1e-4)
