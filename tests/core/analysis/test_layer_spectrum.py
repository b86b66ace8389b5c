"""Eigenvalues, norms, estimates and growth of a layer's Jacobian, against known numbers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core import presets
from core.analysis import jacobian_measures as norms
from core.analysis.transient_growth import norm_by_products, power_norms, symmetric_top_by_products
from core.callable_map import layer
from core.deferred import deferred
from core.experiment import Experiment
from core.layer_spectrum import best_damping, radius, spectrum
from core.outcome import Outcome
from core.probes.spectrum import SpectrumProbe
from core.probes.transient_growth import TransientGrowthProbe
from core.readings import Iterations, SolverRun, Spectrum, TransientGrowth
from core.request import Request
from core.run_context import RunContext
from core.runner import frames

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

SHEAR = np.array([[0.5, 10.0], [0.0, 0.5]])
PRINTED = {
    "tutorial_stream_0": (
        -0.669143198989, -0.198882 + 0.461574j, 0.332925 + 0.246383j, -0.232321, 0.013322 + 0.148139j, 0.060680,
        -0.037942,
    ),
    "tutorial_stream_1": (
        -1.049278479398, 0.871241448283, 0.168867 + 0.609720j, -0.390225, 0.109716 + 0.172676j, 0.077873,
        -0.005443 + 0.069981j,
    ),
}  # fmt: skip


def turn(r: float, angle: float) -> np.ndarray:
    return r * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def readings(preset: str, quality: str = "full") -> tuple[Spectrum, TransientGrowth]:
    experiment, _ = presets.load_preset(preset)
    wanted = frozenset({Iterations, Spectrum, TransientGrowth})
    frame = deque(frames(Request(experiment, wanted, None, quality)), maxlen=1).pop()
    assert frame.error is None, frame.traceback
    return frame.readings[Spectrum], frame.readings[TransientGrowth]


@pytest.mark.parametrize("preset", PRINTED)
def test_the_printed_eigenvalues(preset: str) -> None:
    found, _ = readings(preset)
    upper = found.eigenvalues[0][found.eigenvalues[0].imag >= 0]
    assert upper == pytest.approx(np.array(PRINTED[preset]), abs=1.5e-6)
    assert abs(upper[0] - PRINTED[preset][0]) < 1e-8
    assert found.converged.all()
    assert found.samples.tolist() == [0]


def test_norms_of_stream_0() -> None:
    found, growth = readings("tutorial_stream_0")
    assert found.norm[0] == pytest.approx(1.139012, abs=5e-7)  # Banach's condition fails although rho < 1
    assert found.measures.frobenius[0] == pytest.approx(1.941505, abs=5e-7)
    assert found.radius[0] == pytest.approx(0.669143198989, abs=1e-8)
    assert (found.damping[0], found.damped_radius[0]) == pytest.approx((0.8785, 0.46715), abs=5e-4)
    assert abs(found.measures.hutchinson[0] - 1.941505**2) < 3 * found.measures.hutchinson_error[0]
    assert found.measures.largest_norm[0] >= found.norm[0]
    assert growth.norms[:2] == pytest.approx([1.0, 1.139012], abs=5e-7)
    assert growth.radius == found.radius[0]


@pytest.mark.parametrize("quality", ["full", "preview"])
def test_stream_1_is_unstable_as_an_iteration_and_stable_as_a_flow(quality: str) -> None:
    found, growth = readings("tutorial_stream_1", quality)
    assert found.radius[0] == pytest.approx(1.049278479398, abs=1e-8)
    assert found.measures.abscissa[0] == pytest.approx(0.871241448283, abs=1e-8)
    assert (found.damping[0], found.damped_radius[0]) == pytest.approx((0.918, 0.88180), abs=5e-4)
    assert growth.norms[30] > growth.radius**30 > 4.0


@pytest.mark.parametrize(("angle", "seen"), [(np.pi / 2, 0.0), (1.0, 0.9 * np.cos(1.0)), (2.0, 0.9 * -np.cos(2.0))])
def test_the_power_method_sees_only_a_part_of_a_complex_pair(angle: float, seen: float) -> None:
    matrix = turn(0.9, angle)[None]
    assert radius(spectrum(matrix)) == pytest.approx([0.9], rel=1e-14)
    assert norms.power_estimate(norms.matrix_products(matrix), (1, 2)) == pytest.approx([seen], abs=1e-13)


def test_the_power_method_finds_a_real_leading_eigenvalue() -> None:
    matrices = np.stack([np.diag([-0.9, 0.5, 0.1]), np.diag([0.2, 0.8, 0.3]), np.zeros((3, 3))])
    assert norms.power_estimate(norms.matrix_products(matrices), (3, 3)) == pytest.approx([0.9, 0.8, 0.0], abs=1e-12)


def test_hutchinsons_estimate_is_near_and_knows_how_near() -> None:
    random = np.random.default_rng(5)
    matrices = random.normal(size=(40, 30, 30))
    estimate, error = norms.hutchinson(norms.matrix_products(matrices), (40, 30), 64)
    exact = np.square(matrices).sum(axis=(1, 2))
    off = (estimate - exact) / error
    assert np.abs(off).max() < 4.5
    assert 0.6 < off.std() < 1.5
    # of a diagonal matrix every vector of signs gives the same
    estimate, error = norms.hutchinson(norms.matrix_products(np.diag([1.0, 2.0, 3.0])[None]), (1, 3))
    assert (estimate[0], error[0]) == (14.0, 0.0)


def test_measures_of_a_shear() -> None:
    matrices = np.stack([SHEAR, np.full((2, 2), np.nan)])
    found = norms.measures(matrices, spectrum(matrices), np.array([11.0, np.nan]))
    assert found.infinity_norm[0] == 10.5
    assert found.frobenius[0] == pytest.approx(np.sqrt(100.5))
    assert found.symmetric_top[0] == pytest.approx(5.5)  # [[.5, 5], [5, .5]]
    assert found.departure[0] == pytest.approx(10.0)
    assert found.abscissa[0] == pytest.approx(0.5, abs=1e-7)
    assert found.largest_norm[0] == 11.0
    for column in (found.infinity_norm, found.frobenius, found.symmetric_top, found.departure, found.largest_norm):
        assert np.isnan(column[1])
    normal = turn(0.9, 1.0)[None]
    assert norms.measures(normal, spectrum(normal), np.array([np.nan])).departure[0] < 1e-7


def test_transient_growth_of_a_shear() -> None:
    found = power_norms(SHEAR, 5)
    assert found == pytest.approx([1.0, 10.0249, 10.0062, 7.5021, 5.0008, 3.1253], abs=5e-5)
    assert (found >= 0.5 ** np.arange(6.0)).all()


def test_powers_that_vanish_overflow_or_are_large_matrices() -> None:
    assert power_norms(np.diag(np.ones(3), 1), 5).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    huge = power_norms(np.array([[1e200]]), 3)
    assert huge[:2].tolist() == [1.0, 1e200]
    assert np.isnan(huge[2:]).all()
    matrix = np.random.default_rng(2).normal(size=(90, 90)) / 9
    exact = [np.linalg.norm(np.linalg.matrix_power(matrix, k), 2) for k in range(8)]
    assert power_norms(matrix, 7) == pytest.approx(exact, rel=1e-6)


def test_norms_by_products() -> None:
    matrix = np.random.default_rng(4).normal(size=(200, 200)) / 14

    def forward(v: np.ndarray) -> np.ndarray:
        return np.asarray(matrix @ v)

    def backward(v: np.ndarray) -> np.ndarray:
        return np.asarray(matrix.T @ v)

    assert norm_by_products(forward, backward, 200) == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-6)
    top = np.linalg.eigvalsh((matrix + matrix.T) / 2)[-1]
    assert symmetric_top_by_products(forward, backward, 200) == pytest.approx(top, rel=1e-6)


def test_best_damping_of_a_turning_plane() -> None:
    # |1 - beta + 0.9 i beta|^2 = 1 - 2 beta + 1.81 beta^2 is least at 1 / 1.81
    beta, rate = best_damping(np.array([[0.9j, -0.9j]]))
    assert (beta[0], rate[0]) == pytest.approx((1 / 1.81, np.sqrt(0.81 / 1.81)), rel=1e-7)


def large_run(size: int, focus: int, samples: int = 3) -> tuple[RunContext, SolverRun, np.ndarray]:
    """A turning plane, radius 0.95, beside a shrinking rest, as a layer of torch, already solved."""
    shrinking = np.linspace(0.0, 0.6, size)

    def f(z: torch.Tensor) -> torch.Tensor:
        plane = z[:, :2] @ torch.tensor(turn(0.95, np.pi / 2)).T
        return torch.cat([plane, torch.tensor(shrinking[2:]) * z[:, 2:]], dim=1)

    mapping = layer(f, size)
    start = np.zeros((samples, size))
    experiment = Experiment("z <- 0.5*z")
    context = RunContext(
        experiment, None, start, (0.0, 1.0), None, None, "full", focus, map=mapping, samples=start  # type: ignore[arg-type]
    )  # fmt: skip
    one = np.zeros((1, samples))
    ends = (Outcome("converged", 0.0, iterative=True),) * samples
    run = SolverRun("picard", "Picard", np.zeros(1, int), start[None], one, one, one.astype(int), np.zeros(samples, int), start, ends)  # fmt: skip  # noqa: E501
    return context, run, shrinking


def test_a_layer_too_large_for_its_matrix() -> None:
    context, run, _ = large_run(600, focus=2)
    probe, growth = SpectrumProbe(), TransientGrowthProbe()
    for each in (probe, growth):
        each.begin(context)
        each.solved(run)
    found, powers = probe.read(), growth.read()
    assert found is not None
    assert powers is not None
    assert found.samples.tolist() == [2]
    assert found.eigenvalues.shape[1] < 60
    assert found.eigenvalues[0, :2] == pytest.approx([0.95j, -0.95j], abs=1e-9)
    assert found.radius[0] == pytest.approx(0.95, rel=1e-9)
    assert found.measures.abscissa[0] == pytest.approx(0.6, rel=1e-7)
    assert found.measures.power_estimate[0] < 1e-6
    assert found.norm[0] == pytest.approx(0.95, rel=1e-5)
    assert found.measures.symmetric_top[0] == pytest.approx(0.6, rel=1e-5)
    assert np.isnan([found.condition[0], found.measures.frobenius[0]]).all()
    assert powers.sample == 2
    assert powers.norms == pytest.approx(0.95 ** np.arange(11.0), rel=1e-5)
    assert powers.radius == pytest.approx(0.95, rel=1e-9)


def test_of_a_wide_layer_fewer_samples_are_looked_at_and_always_the_one_in_focus() -> None:
    context, run, shrinking = large_run(300, focus=9, samples=12)
    probe = SpectrumProbe()
    probe.begin(context)
    probe.solved(run)
    found = probe.read()
    assert found is not None
    assert found.samples.tolist() == [0, 1, 2, 3, 9]  # 5 * 300^3 = 1.35e8
    assert found.place_of(9) == 4
    assert found.place_of(5) is None
    assert np.sort(found.eigenvalues[4].real)[-1] == pytest.approx(shrinking[-1])
    assert found.measures.frobenius[0] ** 2 == pytest.approx(2 * 0.95**2 + np.square(shrinking[2:]).sum())
