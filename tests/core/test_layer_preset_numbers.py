"""Every preset of an implicit layer or a root problem shows the number it is known for.

References: closed forms, or computed in 25 digits elsewhere, or computed here from the numbers in the preset's text.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from preset_runs import answer, iterations, names, run, run_with

from core import presets
from core.analysis.gradient_inputs import batch_inputs
from core.analysis.gradient_memory import Deep
from core.analysis.measured_gradient import counted
from core.analysis.solves_of_depth import layer_solves
from core.background import Deadline
from core.cells import NormalisedResidualCell
from core.formula_map import FormulaMap
from core.gradient_methods.unrolled import Unrolled
from core.language import parse
from core.language.random_constants import random_entries
from core.readings import FixedPoints, Iterations, Mixture, Spectrum


def babylonian_root() -> None:
    run_of = run("babylonian_root").readings[Iterations].runs[0]
    errors = np.abs(run_of.z[:, 0, 0] - 2.0**0.5)
    assert errors[1:5] == pytest.approx([8.5786e-2, 2.4531043e-3, 2.1239014e-6, 1.5948618e-12], rel=1e-3)


def wallis_cubic() -> None:
    assert answer("wallis_cubic")[0, 0] == pytest.approx(2.094551481542326591482387, abs=1e-14)


def cubic_root() -> None:
    assert answer("cubic_root")[0, 0] == pytest.approx(1.521379706804567569604081, abs=1e-14)


def circle_and_hyperbola() -> None:
    points = sorted(point.point.tolist() for point in run("circle_and_hyperbola").readings[FixedPoints].points)
    a, b = 1.931851652578136574, 0.517638090205041525
    ends = {tuple(np.round(end, 6).tolist()) for end in answer("circle_and_hyperbola")}
    assert len(ends) == 4
    assert np.array(points) == pytest.approx(np.array([[-a, -b], [-b, -a], [b, a], [a, b]]), abs=1e-9)


def self_attention() -> None:
    assert answer("self_attention")[0, :4] == pytest.approx([-1.03058, -0.23088, -0.94988, 0.40378], abs=5e-6)
    mixture = run("self_attention").readings[Mixture]
    (lecture,) = (matrix for matrix in mixture.matrices if matrix.name == "L")
    assert mixture.row_sums == pytest.approx(np.ones(5), abs=1e-15)
    assert lecture.row_sums == pytest.approx([14.165, 1.965, 0.601, 0.979, 1.337], abs=5e-4)
    assert lecture.output[0] == pytest.approx([-22.638, -2.993, -12.679, 5.444], abs=5e-4)
    assert np.abs(lecture.output - mixture.output).max() == pytest.approx(21.6, abs=0.05)


def julia() -> None:
    c = -0.4 + 0.5j
    expected = [(1 - np.sqrt(1 - 4 * c)) / 2, (1 + np.sqrt(1 - 4 * c)) / 2]
    points = sorted(run("julia").readings[FixedPoints].points, key=lambda point: point.radius)
    assert [complex(*point.point) for point in points] == pytest.approx(expected, abs=1e-12)
    assert [point.radius for point in points] == pytest.approx(2 * np.abs(expected), rel=1e-12)
    assert [point.attracting for point in points] == [True, False]
    assert iterations("julia") == {"picard": 288}


def residual_network() -> None:
    W1, W2 = np.array([[1.2, 0.0], [0.0, 1.2], [1.0, 1.0]]), np.array([[-0.3, -1.5, 0.2], [1.5, -0.3, 0.2]])
    (z, *_) = answer("residual_network")
    inside = np.tanh(W1 @ z + [0.5, -0.3, 0.2])
    assert W2 @ inside == pytest.approx(z, abs=1e-7)
    eigenvalue = np.linalg.eigvals(W2 @ np.diag(1.0 - inside**2) @ W1)[0]
    assert (eigenvalue.real, abs(eigenvalue.imag)) == pytest.approx((-0.17, 1.73), abs=5e-3)
    apart = abs(1.0 - eigenvalue) ** 2
    best = (1.0 - eigenvalue.real) / apart
    assert (best, 2.0 * best, abs(eigenvalue.imag) / apart**0.5) == pytest.approx((0.269, 0.538, 0.828), abs=5e-4)
    for h in (0.1, best, 1.0):
        frame = run_with("residual_network", {"h": h})
        assert frame.readings[Spectrum].radius == pytest.approx([abs(1.0 - h * (1.0 - eigenvalue))] * 3, abs=1e-6)
        assert frame.readings[FixedPoints].points[0].point == pytest.approx(z, abs=1e-7)
    assert {outcome.period for outcome in frame.readings[Iterations].runs[0].outcomes} == {4}


def hopfield() -> None:
    # z = (1 + m)/2 with m = tanh(2 m), known in 25 digits
    on = 0.5 + 0.5 * 0.957504024077269
    points = sorted(point.point.tolist() for point in run("hopfield").readings[FixedPoints].points)
    expected = [[1.0 - on, on], [0.5, 0.5], [on, 1.0 - on]]
    assert np.array(points) == pytest.approx(np.array(expected), abs=1e-12)
    damped, picard = run("hopfield").readings[Iterations].runs
    assert [outcome.period for outcome in picard.outcomes] == [None, 2, 2, None]

    W = -np.array([[0.0, 1.0], [1.0, 0.0]])

    def entropy(z: np.ndarray) -> np.ndarray:
        return (z * np.log(z) + (1.0 - z) * np.log1p(-z)).sum(axis=1) / 8.0

    def product(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return ((z - 0.5) @ W * (y - 0.5)).sum(axis=1)

    for sample in range(4):
        z, jumps = (each.z[np.isfinite(each.z[:, sample, 0]), sample] for each in (damped, picard))
        energy = entropy(z) - 0.5 * product(z, z)
        of_two = entropy(jumps[1:]) + entropy(jumps[:-1]) - product(jumps[1:], jumps[:-1])
        for falling in (energy, of_two):
            assert np.diff(falling).max() < 1e-14
            assert falling[0] - falling[-1] > 1e-3
    for turn, period in ((1.1, None), (1.3, 4)):  # |J| = 2 (turn^2 - 1)^(1/2) is 1 at turn = 1.118
        frame = run_with("hopfield", {"turn": turn})
        assert {outcome.period for outcome in frame.readings[Iterations].runs[1].outcomes} == {period}
        assert frame.readings[Spectrum].radius[0] == pytest.approx(2.0 * (turn**2 - 1.0) ** 0.5, abs=1e-6)


def spectral_norm() -> None:
    R = np.array([[np.cos(1.5), -np.sin(1.5)], [np.sin(1.5), np.cos(1.5)]])
    for norm, attracts in ((0.95, True), (2.05, True), (2.07, False)):
        W = norm * R @ np.diag([1.0, 0.25])
        assert np.linalg.norm(W, 2) == pytest.approx(norm, rel=1e-14)
        assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(0.5 * norm, rel=1e-12)
        frame = run_with("spectral_norm", {"norm2": norm})
        (found,) = frame.readings[FixedPoints].points
        assert np.tanh(W @ found.point + [0.2, 0.0]) == pytest.approx(found.point, abs=1e-12)
        radius = np.abs(np.linalg.eigvals(np.diag(1.0 - found.point**2) @ W)).max()
        assert found.radius == pytest.approx(radius, rel=1e-9)
        assert found.attracting == attracts == (radius < 1.0)
    picard = run("spectral_norm").readings[Iterations].runs[0]
    far = np.linalg.norm(picard.z[:8] - picard.solution, axis=2)
    assert (far[1:] / far[:-1]).max() <= 0.95
    apart = np.linalg.norm(picard.z[:8, 0] - picard.z[:8, 1], axis=1)
    assert (apart[1:] / apart[:-1]).max() <= 0.95


def normalised_residual() -> None:
    cell = NormalisedResidualCell(8, 12, dtype=torch.float64)
    with torch.no_grad():
        cell.W1.copy_(torch.tensor(random_entries("normal", (12, 8), 12)) / 8.0**0.5)
        cell.W2.copy_(torch.tensor(random_entries("normal", (8, 12), 14)) * 0.25 / 12.0**0.5)
    x = torch.tensor(random_entries("normal", (1, 8), 13))
    z = answer("normalised_residual")
    assert cell(torch.tensor(z), x).detach().numpy() == pytest.approx(z, abs=1e-7)
    lengths = np.linalg.norm(run("normalised_residual").readings[Iterations].runs[0].z[1:, 0], axis=1)
    assert lengths == pytest.approx(np.full(len(lengths), 8.0**0.5), rel=1e-3)
    assert z.mean() == pytest.approx(0.0, abs=1e-14)
    picard, anderson, _ = run_with("normalised_residual", {"gain": 2.0}).readings[Iterations].runs
    assert (picard.outcomes[0].period, anderson.outcomes[0].success) == (5, True)


def tutorial_memory() -> None:
    experiment, _ = presets.load_preset("tutorial_memory")
    mapping, rows = FormulaMap(parse(experiment.text, experiment.tensors)), np.arange(10)
    inputs = batch_inputs(mapping, rows, experiment.gradient.wrt, experiment.dtype)
    for solve in layer_solves(mapping, np.zeros((10, 50)), rows, experiment.dtype, (2, 10, 80)):
        if isinstance(solve, Deep):
            method = Unrolled(solve.depth, "start")
            _, kept = counted(method, solve.solved(Deadline(60.0)), torch.ones_like, inputs)
            assert kept == 12_000 + 2_000 * solve.depth


CHECKS: dict[str, Callable[[], None]] = {
    check.__name__: check
    for check in (
        babylonian_root, circle_and_hyperbola, cubic_root, hopfield, julia, normalised_residual, residual_network,
        self_attention, spectral_norm, tutorial_memory, wallis_cubic,
    )
}  # fmt: skip


EXPERIMENTS = {
    "anderson_ridge", "cosine", "mon_deq", "neuron", "newton_cubic", "newton_cycle", "square_root", "tutorial_layer",
    "tutorial_stream_0", "tutorial_stream_1",
}  # fmt: skip
"""Their numbers are in test_experiment_numbers and test_scalar_experiments."""


def test_guided_experiments_say_so_in_their_titles() -> None:
    titles = {name: presets.load_preset(name)[0].text.strip().splitlines()[0] for name in presets.names()}
    assert {name for name, title in titles.items() if title.startswith("# Experiment ")} == EXPERIMENTS


@pytest.mark.parametrize("name", sorted(set(names(flows=False)) - EXPERIMENTS))
def test_preset_shows_its_number(name: str) -> None:
    assert name in CHECKS, f"say in this file which number the preset {name} is known for"
    CHECKS[name]()
