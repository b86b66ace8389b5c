"""Gradients as the window sees them: experiment 7 on the tutorial's layer, and an adjoint that explodes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import catalogue, presets
from core.analysis.layer_gradients import layer_gradients
from core.experiment import Experiment, GradientChoice, Integration
from core.formula_map import FormulaMap
from core.language import parse
from core.readings import AdjointGap, GradientCosts, GradientErrors, GradientMemory, LayerGradients
from core.request import Request
from core.runner import frames

LAYER, _ = presets.load_preset("tutorial_stream_0")
BY_INPUT = (
    1.158181376686286, 0.388320095431573, 0.064516970353868, 1.792355079109724, 0.238904917960149,
    1.402523407118594, 0.733966086214018, 0.091778246247985, 0.917428910614449, 0.185117383908655,
)  # fmt: skip


def gradients(experiment: Experiment, **choice: object) -> LayerGradients:
    *_, frame = frames(Request(replace(experiment, gradient=GradientChoice(**choice)), frozenset({LayerGradients})))  # type: ignore[arg-type]
    assert frame.error is None, frame.traceback
    return frame.readings[LayerGradients]


def test_the_implicit_gradient_of_the_tutorials_layer() -> None:
    found = gradients(LAYER, wrt="x")
    implicit = found.methods[0]
    assert found.names == tuple(f"x[{index}]" for index in range(1, 11))
    assert implicit.gradient == pytest.approx(BY_INPUT, abs=1e-9)
    assert implicit.exact
    assert found.radius == pytest.approx(0.66914320, abs=1e-8)
    assert found.solved


def test_the_jacobian_free_gradient_of_the_tutorials_layer() -> None:
    free = next(method for method in gradients(LAYER, wrt="x").methods if method.method == "jacobian_free")
    assert free.relative_error == pytest.approx(0.390067, abs=5e-7)
    assert free.cosine == pytest.approx(0.937079, abs=5e-7)
    assert not free.exact


@pytest.mark.parametrize(("k", "error"), [(5, 0.0530584), (10, 3.23611e-3), (20, 1.05532e-4), (40, 9.70747e-8)])
def test_the_unrolled_gradient_of_the_tutorials_layer(k: int, error: float) -> None:
    found = gradients(LAYER, wrt="x", unrolled=k)
    unrolled = next(method for method in found.methods if method.method == "unrolled")
    assert unrolled.relative_error == pytest.approx(error, rel=2e-5)
    assert found.unrolled_error[-1] == pytest.approx(error, rel=2e-5)
    assert len(found.layer_norm) == k


def test_by_the_weights() -> None:
    found = gradients(LAYER, wrt="W")
    assert len(found.names) == 100
    assert np.linalg.norm(found.methods[0].gradient) == pytest.approx(5.742240555303719, abs=1e-8)


def test_of_a_layer_that_iteration_cannot_solve() -> None:
    hostile, _ = presets.load_preset("tutorial_stream_1")
    found = gradients(hostile, wrt="x")
    expected = (0.985004288659, 1.393006906968, 0.347030434291, 2.081623003843, 0.929002167221)
    assert found.methods[0].gradient[:5] == pytest.approx(expected, abs=1e-8)
    assert found.radius == pytest.approx(1.049278479398, abs=1e-8)
    assert found.unrolled_error[-1] > 0.1


@pytest.mark.parametrize(("delta", "slope"), [(1e-2, 2.5711), (1e-4, 29.315), (1e-6, 296.885)])
def test_near_a_fold_the_gradient_grows_without_bound(delta: float, slope: float) -> None:
    # on the lower branch, which vanishes as x passes the fold from below
    text = f"z <- tanh(2 z + x)\nx = {0.532839975353552 - delta!r} in [-1, 1]\nstart (-1)"
    experiment = Experiment(text, root=replace(LAYER.root, solver="newton", rivals=(), tolerance=1e-14))
    found = gradients(experiment)
    assert found.methods[0].gradient[0] == pytest.approx(slope, rel=2e-2)


def test_a_gradient_that_is_zero_but_for_rounding_has_no_relative_error() -> None:
    """The roots of z^3 = 1 do not hang on the factor of Newton's step, nor the logistic map's 0 on r."""
    preset = presets.load_preset("newton_cubic")[0]
    for experiment in (preset, Experiment("x <- r*x*(1 - x)\nr = 0.5\nstart x = 0.1")):
        found = gradients(experiment)
        implicit, unrolled, free = found.methods[:3]
        assert "0 but for rounding" in found.note
        for method in (implicit, free):
            assert np.isnan([method.relative_error, method.cosine]).all()
        assert np.isnan(unrolled.relative_error) or (np.isinf(unrolled.relative_error) and experiment is not preset)


def test_a_small_gradient_is_no_rounding() -> None:
    found = gradients(Experiment("z <- tanh(w*z + x)\nw = 0.5\nx = 16"))
    assert found.note == ""
    assert np.linalg.norm(found.methods[0].gradient) < 1e-12
    assert max(method.relative_error for method in found.methods[:3]) < 1e-12


def test_a_small_gradient_is_compared_though_the_solver_stopped_far_from_the_point() -> None:
    """z = 10 in 0.9 z + 1 + a z^2, where dz/da = 1000: times 1e-10. What rounding does is asked there, not at 4."""
    mapping = FormulaMap(parse("z <- 0.9*z + 1 + 1e-10*a*z^2\na = 0"))
    found = layer_gradients(mapping, np.array([4.0]))
    assert found.methods[0].relative_error == pytest.approx(1 - 0.16, rel=1e-6)


def test_an_input_that_is_not_there_is_told() -> None:
    experiment = replace(LAYER, gradient=GradientChoice(wrt="gian"))
    *_, frame = frames(Request(experiment, frozenset({LayerGradients})))
    assert frame.error is not None
    assert "did you mean 'gain'" in frame.error


def test_the_adjoint_of_a_stiff_equation_explodes_and_the_discrete_gradient_stays_right() -> None:
    text = "y' = -k*(y - cos(t))\nk = 50 in [1, 60]\nstart (2)\nt in [0, 1]"
    experiment = Experiment(text, integration=Integration(rtol=1e-9, atol=1e-9), gradient=GradientChoice("half_square"))
    *_, frame = frames(Request(experiment, frozenset({AdjointGap})))
    assert frame.error is None, frame.traceback
    gap = frame.readings[AdjointGap]
    assert gap.names == ("k", "y(0)")
    assert np.nanmax(gap.gap) > 1e6
    assert not gap.trusted
    assert gap.discrete.relative_error < 1e-5
    # d y(1) / d y(0) = exp(-50)
    assert gap.reference[1] == pytest.approx(gap.forward[-1, 0] * np.exp(-50.0), rel=1e-3)


def test_the_adjoint_of_a_gentle_equation_is_trusted() -> None:
    experiment = Experiment(
        "x' = y\ny' = -k*x\nk = 1\nstart (1, 0)\nt in [0, 3]", integration=Integration(rtol=1e-9, atol=1e-9)
    )
    *_, frame = frames(Request(experiment, frozenset({AdjointGap})))
    gap = frame.readings[AdjointGap]
    assert gap.trusted
    assert np.nanmax(gap.gap) < 1e-6
    assert gap.chosen.relative_error < 1e-6


def test_a_trajectory_that_does_not_arrive_says_why_there_is_no_gradient() -> None:
    experiment = Experiment("x' = k*x^2\nk = 1\nstart (1)\nt in [0, 2]")
    wanted = frozenset({AdjointGap, GradientCosts, GradientErrors, GradientMemory})
    *_, frame = frames(Request(experiment, wanted))
    for reading in wanted:
        assert "needed a step smaller" in frame.readings[reading].note


def test_the_chosen_method_is_differentiated_by() -> None:
    text = "y' = -k*(y - cos(t))\nk = 30\nstart (2)\nt in [0, 1]"
    choice = GradientChoice(trajectory="discrete")
    experiment = Experiment(text, integration=Integration(rtol=1e-9, atol=1e-9), gradient=choice)
    *_, frame = frames(Request(experiment, frozenset({AdjointGap})))
    found = frame.readings[AdjointGap]
    assert found.chosen.method == "discrete"
    assert found.trusted
    assert not found.solves_back
    assert found.gap.max() == 0.0
    assert found.kept is not None
    assert found.remedy == ""
    assert np.isfinite(found.adjoint).all()
    # a(t) of y' = -k (y - cos t) is v e^(-k (T - t)): the exact one, since the loss is the sum
    assert found.adjoint[:, 0] == pytest.approx(np.exp(-30.0 * (1.0 - found.t)), rel=1e-4, abs=1e-12)


def test_costs_are_not_measured_while_a_slider_is_dragged() -> None:
    wanted = frozenset({AdjointGap, GradientCosts, GradientErrors, GradientMemory})
    experiment = Experiment("x' = -k*x\nk = 1\nstart (1)\nt in [0, 2]")
    *_, frame = frames(Request(experiment, wanted, quality="preview"))
    assert set(frame.readings) == {AdjointGap}


def test_the_memory_of_a_neuron() -> None:
    layer = Experiment("z <- tanh(w*z + x)\nw = 0.5\nx = 0.3", starts=((0.0,), (1.0,)), dtype="float32")
    *_, frame = frames(Request(layer, frozenset({GradientMemory})))
    memory = frame.readings[GradientMemory]
    unrolled = next(line for line in memory.lines if line.method == "unrolled")
    assert (memory.rows, memory.size, memory.dtype, memory.by) == (2, 1, "float32", ("w", "x"))
    assert unrolled.law is not None
    # of either sample one result of 4 bytes, and the product's factors: the last point and w itself
    assert (unrolled.law.form, unrolled.law.off, unrolled.law.second % 8) == ("linear", 0.0, 0)
    assert memory.now > 5
    assert memory.done == memory.total


def test_the_memory_of_a_decay(monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.gradients_about("trajectory")
    few = {name: known[name] for name in ("discrete", "backsolve", "checkpointed", "reversible")}
    monkeypatch.setattr("core.probes.gradient_memory.gradients_about", lambda _about: few)
    monkeypatch.setattr("core.analysis.solves_of_depth.STEPS", (4, 8, 16, 32))
    decay = Experiment("x' = -k*x\nk = 1\nstart (1)\nt in [0, 1]", integration=Integration(method="rk4", step=0.1))
    *_, frame = frames(Request(decay, frozenset({GradientMemory})))
    memory = frame.readings[GradientMemory]
    lines = {line.method: line for line in memory.lines}
    assert (memory.about, memory.now, memory.by) == ("trajectory", 10.0, ("k", "start"))
    assert memory.depth.tolist() == [4, 8, 16, 32]
    assert lines["discrete"].law.form == "linear"
    assert lines["backsolve"].law.form == "constant"
    assert lines["checkpointed"].kept[-1] < 0.2 * lines["discrete"].kept[-1]
    assert "undone" in lines["reversible"].note


def test_a_layer_without_inputs_has_no_memory_to_measure() -> None:
    *_, frame = frames(Request(Experiment("z <- cos(z)"), frozenset({GradientMemory})))
    assert "nothing to differentiate by" in frame.readings[GradientMemory].note
