"""Guided experiments with layers of several units show their numbers: iterations exactly, others to their digits.

References: computed in 25 digits, or by other programs, elsewhere.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from experiment_runs import SOLVED, changed, counted, damped_radius, frame_of, preset, residual, runs, shown, word

from core.observed_cycle import observed_cycle
from core.readings import LayerGradients, Spectrum
from core.stored_tensor import StoredTensor


def test_tutorial_layer() -> None:
    frame = shown("tutorial_layer")
    found = counted(frame)
    assert (found["picard"], found["newton"]) == (15, 3)
    assert residual(runs(frame)["picard"]) == pytest.approx(9.16e-5, abs=0.005e-5)
    assert residual(runs(frame)["newton"]) == pytest.approx(1.20e-8, abs=0.005e-8)
    single = frame_of(replace(preset("tutorial_layer"), dtype="float32"), SOLVED)
    assert (counted(single)["picard"], counted(single)["newton"]) == (15, 3)
    assert residual(runs(single)["picard"]) == pytest.approx(9.17e-5, abs=0.01e-5)  # float32 rounds the sum
    assert residual(runs(single)["newton"]) < 2e-6  # of 500 numbers, at the rounding of float32


def test_tutorial_stream_0() -> None:
    frame = shown("tutorial_stream_0")
    found = counted(frame)
    assert (found["picard"], found["newton"]) == (31, 5)
    expected = [0.006494103677614, -0.7015949556646, -0.98471503073893, -0.041965049223561, -0.615221095950872]
    expected += [-0.481838379924478, 0.5783124274008, 0.9556705101121, -0.083729256496144, 0.844779830520765]
    assert runs(frame)["newton"].solution[0] == pytest.approx(expected, abs=1e-12)
    for run in runs(frame).values():
        assert run.solution[0] == pytest.approx(expected, abs=3e-5)
    spectrum = frame.readings[Spectrum]
    assert spectrum.radius[0] == pytest.approx(0.66914320, abs=5e-9)
    assert spectrum.norm[0] == pytest.approx(1.139012, abs=5e-7)
    assert damped_radius(spectrum, 0.8785) == pytest.approx(0.46715, abs=5e-6)
    assert (spectrum.damping[0], spectrum.damped_radius[0]) == pytest.approx((0.87887, 0.46697), abs=5e-6)
    relative = changed("tutorial_stream_0", criterion="relative")
    found = counted(frame_of(relative, SOLVED))
    assert (found["anderson"], found["broyden"]) == (12, 11)
    ridged = {"anderson": {"ridge_kind": "absolute", "ridge": 1e-4}}
    assert (
        counted(frame_of(changed("tutorial_stream_0", criterion="relative", options=ridged), SOLVED))["anderson"] == 26
    )


def test_tutorial_stream_1() -> None:
    frame = shown("tutorial_stream_1")
    found = runs(frame)
    cycle = observed_cycle(found["picard"], 0)
    assert cycle is not None
    assert (cycle.period, cycle.step) == (2, pytest.approx(1.2965196, abs=5e-8))
    assert cycle.multiplier == pytest.approx(0.8193, abs=5e-5)
    newton = found["newton"]
    assert int(newton.iterations[0]) == 4
    exact = frame_of(changed("tutorial_stream_1", solver="newton", rivals=(), tolerance=1e-15), SOLVED)
    away = np.linalg.norm(newton.z[:, 0] - runs(exact)["newton"].solution[0], axis=1)
    assert away[:4] == pytest.approx([1.7, 9.8e-2, 2.2e-3, 6.7e-7], rel=0.01)
    assert away[4] < 2e-13
    spectrum, gradients = frame.readings[Spectrum], frame.readings[LayerGradients]
    assert spectrum.eigenvalues[0, :2] == pytest.approx([-1.049278479398, 0.871241448283], abs=1e-9)
    assert damped_radius(spectrum, 0.918) == pytest.approx(0.88180, abs=5e-6)
    assert spectrum.damping[0] == pytest.approx(0.918, abs=5e-4)
    assert word(found["damped"]) == "order 1, rate 0.881"
    assert damped_radius(spectrum, 0.97595) < 1.0 < damped_radius(spectrum, 0.97596)
    assert spectrum.measures.abscissa[0] < 1.0  # the flow comes back
    assert gradients.adjoint == pytest.approx(4.485635, abs=5e-7)
    assert gradients.methods[0].relative_error < 1e-8
    lost = gradients.unrolled_error[20:]
    assert (lost[20:] > 1.5 * lost[:-20]).all()  # to and fro from one layer to the next
    assert gradients.unrolled_error[-1] == pytest.approx(3.5, abs=0.05)


def converged_with(beta: float) -> bool:
    experiment = changed(
        "tutorial_stream_1", rivals=(), options={"damped": {"beta": beta}}, iterations=20_000, tolerance=1e-8
    )
    return runs(frame_of(experiment, SOLVED))["damped"].outcomes[0].success


def test_damping_finds_the_fixed_point_up_to_its_limit() -> None:
    assert converged_with(0.975)
    assert not converged_with(0.977)


def test_anderson_ridge() -> None:
    found = counted(shown("anderson_ridge"))
    assert (found["anderson"], found["picard"]) == (68, 58)  # Picard's first call of f is at the start: 57 after it


@pytest.mark.parametrize(
    ("layer", "tolerance", "kind", "ridge", "expected"),
    [
        (0, 1e-10, "absolute", 1e-4, {1: 57, 2: 38, 3: 48, 5: 68, 8: 98}),
        (0, 1e-10, "relative", 1e-10, {1: 57, 2: 29, 3: 30, 5: 20, 8: 17}),
        (1, 1e-8, "relative", 1e-10, {2: 71, 3: 49, 5: 22, 8: 16}),
    ],
)
def test_the_table_of_andersons_ridge(
    layer: int, tolerance: float, kind: str, ridge: float, expected: dict[int, int]
) -> None:
    found = {}
    for memory in expected:
        options = {"anderson": {"memory": memory, "ridge_kind": kind, "ridge": ridge}}
        experiment = changed("anderson_ridge", values={"s": layer}, rivals=(), tolerance=tolerance, options=options)
        found[memory] = counted(frame_of(experiment, SOLVED))["anderson"]
    assert found == expected


def test_mon_deq() -> None:
    frame = shown("mon_deq")
    assert runs(frame)["peaceman_rachford"].solution[0] == pytest.approx([1.0, 1.0], abs=1e-9)
    found = {solver: int(run.iterations[0]) for solver, run in runs(frame).items()}
    assert (found["peaceman_rachford"], found["forward_backward"]) == (50, 202)
    picard = runs(frame)["picard"]
    assert picard.z[1:7, 0] == pytest.approx(np.array([(0.0, 4.5), (12.0, 2.25), (0.0, 0.0)] * 2), abs=0.0)
    cycle = observed_cycle(picard, 0)
    assert cycle is not None
    assert (cycle.period, cycle.step) == (3, pytest.approx((12.0**2 + 2.25**2) ** 0.5))
    assert word(runs(frame)["peaceman_rachford"]) == "order 1, rate 0.618"
    assert word(runs(frame)["forward_backward"]) == "order 1, rate 0.894"


@pytest.mark.parametrize(
    ("solver", "alpha", "rate"),
    [
        ("peaceman_rachford", 0.05, 0.863341),
        ("peaceman_rachford", 0.1, 0.758433),
        ("peaceman_rachford", 11.25**-0.5, 0.618034),
        ("peaceman_rachford", 0.5, 0.659768),
        ("peaceman_rachford", 1.0, 0.778818),
        ("peaceman_rachford", 2.0, 0.877058),
        ("forward_backward", 2.0 / 15.0, 0.894427),
    ],
)
def test_the_rates_of_splitting(solver: str, alpha: float, rate: float) -> None:
    experiment = changed("mon_deq", solver=solver, rivals=(), options={solver: {"alpha": alpha}})
    run = runs(frame_of(experiment, SOLVED))[solver]
    assert run.outcomes[0].success
    falls = np.diff(np.log(run.residual[:, 0][np.isfinite(run.residual[:, 0])]))
    assert np.exp(falls[-20:].mean()) == pytest.approx(rate, abs=2e-5)


def test_forward_backward_converges_below_its_limit_alone() -> None:
    for alpha, success in ((0.26, True), (0.27, False)):
        options = {"forward_backward": {"alpha": alpha}}
        experiment = changed("mon_deq", solver="forward_backward", rivals=(), options=options, iterations=5000)
        assert runs(frame_of(experiment, SOLVED))["forward_backward"].outcomes[0].success is success


def test_a_hundred_layers_like_the_tutorials() -> None:
    torch = pytest.importorskip("torch")
    found = []
    for seed in range(100):
        torch.manual_seed(seed)
        weights, inputs = torch.nn.Linear(50, 50, bias=False).weight, torch.randn(10, 50)
        arrays = {"W": weights.detach().numpy(), "X": inputs.numpy()}
        tensors = {name: StoredTensor.of(array) for name, array in arrays.items()}
        experiment = replace(changed("tutorial_layer", rivals=("newton",)), tensors=tensors)
        found.append(tuple(counted(frame_of(experiment, SOLVED)).values()))
    picard, newton = np.array(found).T
    assert set(newton.tolist()) == {3}
    assert (picard.min(), picard.max()) == (13, 18)
    assert picard.mean() == pytest.approx(14.46)
