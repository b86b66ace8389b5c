"""Densities: known entropies, independent references, and points that lie as densely as the formulas say."""

from __future__ import annotations

import importlib
from math import log, pi

import numpy as np
import pytest

from core import catalogue
from core.gaussian_mixture import GaussianMixture
from core.noisy_circles import NoisyCircles, log_scaled_bessel

ENTROPIES = {
    "checkerboard": log(32.0),
    "density_circles": 3.268135711706,
    "density_moons": 2.393879195966,
    "eight_gaussians": 2.831880406138,
    "rings": 2.623182770300,
    "swiss_roll": 2.669646173882,
}
SMOOTH = tuple(name for name in ENTROPIES if name != "checkerboard")
OTHERS = [
    ("checkerboard", {"squares": 5, "side": 0.7}),
    ("density_circles", {"factor": 0.85, "noise": 0.2}),
    ("density_moons", {"noise": 0.05}),
    ("density_moons", {"noise": 0.4}),
    ("eight_gaussians", {"radius": 1.0, "noise": 1.0}),
    ("rings", {"count": 1, "noise": 0.4}),
    ("swiss_roll", {"noise": 2.0}),
]


def grid(reach: float, step: float) -> np.ndarray:
    line = np.arange(-reach, reach, step) + step / 2.0
    return np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize(("name", "entropy"), ENTROPIES.items())
def test_entropies_are_the_known_ones(name: str, entropy: float) -> None:
    assert catalogue.data_set(name).entropy() == pytest.approx(entropy, abs=2e-12)


def test_what_is_no_density_has_none() -> None:
    for name, kind in catalogue.data_sets().items():
        data_set = kind()
        has = data_set.log_density(np.zeros((1, data_set.size))) is not None
        assert has == (name in ENTROPIES)
        assert (data_set.entropy() is not None) == has
        assert not has or data_set.about == "density"


def test_moons_are_the_limit_of_ever_more_points_on_the_half_circles() -> None:
    """n points on each, by the midpoint rule, are off by c/n^2: of 4000 the entropy is 2.393879062971."""

    def entropy(count: int) -> float:
        angle = (np.arange(count) + 0.5) * pi / count
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        centres = 2.0 * np.concatenate([upper, (1.0, 0.5) - upper]) - (1.0, 0.2)
        return GaussianMixture(centres, np.full(2 * count, 0.5 / count), 0.2).entropy()

    coarse, middle, fine = entropy(100), entropy(200), entropy(400)
    once = middle + (middle - coarse) / 3.0, fine + (fine - middle) / 3.0
    assert once[1] + (once[1] - once[0]) / 15.0 == pytest.approx(ENTROPIES["density_moons"], abs=1e-10)
    assert ENTROPIES["density_moons"] + (fine - ENTROPIES["density_moons"]) / 100.0 == pytest.approx(
        2.393879062971, abs=2e-10
    )


@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in SMOOTH), *OTHERS[1:]])
def test_the_density_has_mass_one(name: str, options: dict[str, float]) -> None:
    data_set = catalogue.data_set(name, options)
    step = 0.02 if name == "rings" else 0.04
    logarithm = data_set.log_density(grid(9.0, step))
    assert logarithm is not None
    assert np.exp(logarithm).sum() * step * step == pytest.approx(1.0, abs=1e-12)
    assert -(np.exp(logarithm) * logarithm).sum() * step * step == pytest.approx(data_set.entropy(), abs=1e-9)


@pytest.mark.parametrize(("name", "options"), [*((name, {}) for name in ENTROPIES), *OTHERS])
def test_points_lie_as_densely_as_the_formula_says(name: str, options: dict[str, float]) -> None:
    data_set = catalogue.data_set(name, options)
    points = data_set.draw(10_000, 2)
    logarithm = data_set.log_density(points.x)
    assert logarithm is not None
    spread = logarithm.std() / 100.0
    assert abs(-logarithm.mean() - data_set.entropy()) <= 4.0 * spread + 1e-12


@pytest.mark.parametrize("name", ENTROPIES)
def test_marginals_are_those_of_the_density(name: str) -> None:
    """A test of Kolmogorov and Smirnov at 0.1 %, each marginal being summed over the other on a fine grid."""
    stats = pytest.importorskip("scipy.stats")
    data_set = catalogue.data_set(name)
    step = 0.04
    places = grid(7.0, step)
    density = np.exp(data_set.log_density(places)).reshape(350, 350) * step * step
    ends = np.linspace(-7.0, 7.0, 351)
    points = data_set.draw(4_000, 6)
    for axis in range(2):
        share = np.concatenate([[0.0], np.cumsum(density.sum(axis=1 - axis))])
        assert stats.kstest(points.x[:, axis], lambda x, share=share: np.interp(x, ends, share)).pvalue > 0.001


def test_circles_agree_with_many_gaussians_along_them() -> None:
    radii, deviation, count = (3.0, 1.5), 0.24, 400
    angle = 2.0 * pi * np.arange(count) / count
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    centres = np.concatenate([radius * circle for radius in radii])
    mixture = GaussianMixture(centres, np.full(2 * count, 0.5 / count), deviation)
    circles = NoisyCircles(radii, deviation)
    places = grid(5.0, 0.2)
    np.testing.assert_allclose(circles.log_density(places), mixture.log_density(places), rtol=1e-12, atol=1e-12)
    assert circles.entropy() == pytest.approx(mixture.entropy(), abs=1e-11)


def test_one_gaussian_has_its_own_entropy() -> None:
    for deviation in (0.2, 1.0):
        exact = log(2.0 * pi * deviation**2) + 1.0
        assert GaussianMixture(np.zeros((1, 2)), np.ones(1), deviation).entropy() == pytest.approx(exact, abs=1e-12)
        assert NoisyCircles((0.0,), deviation).entropy() == pytest.approx(exact, abs=1e-12)


def test_the_bessel_function_is_right_near_and_far() -> None:
    special = pytest.importorskip("scipy.special")
    argument = np.concatenate([[0.0, 1e-8], np.geomspace(1e-3, 1e6, 400), [49.999999, 50.0, 50.000001]])
    np.testing.assert_allclose(log_scaled_bessel(argument), np.log(special.i0e(argument)), rtol=2e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "noise"), [("density_moons", 0.05), ("density_moons", 0.5), ("swiss_roll", 1.0), ("swiss_roll", 2.0)]
)
def test_curves_have_as_many_nodes_as_they_need(name: str, noise: float, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"core.data_sets.{name}")
    data_set, places = catalogue.data_set(name, {"noise": noise}), grid(8.0, 0.5)
    plain, entropy = data_set.log_density(places), data_set.integrate_entropy()
    monkeypatch.setattr(module, "_NODES", 2 * module._NODES)
    np.testing.assert_allclose(plain, data_set.log_density(places), rtol=1e-11, atol=1e-12)
    if noise >= 0.5:  # the rest takes long
        assert data_set.integrate_entropy() == pytest.approx(entropy, abs=1e-11)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_grid_of_the_entropy_is_fine_enough(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data_set = catalogue.data_set(name)
    entropy = data_set.integrate_entropy()
    monkeypatch.setattr("core.gaussian_mixture._STEP", 1.0 / 8.0)
    monkeypatch.setattr("core.noisy_circles._NODES", 40)
    assert data_set.integrate_entropy() == pytest.approx(entropy, abs=1e-12)


@pytest.mark.parametrize("name", ENTROPIES)
def test_a_density_takes_one_point_and_many_and_either_precision(name: str) -> None:
    data_set = catalogue.data_set(name)
    x = data_set.draw(3000, 1).x.astype(np.float32)
    together = data_set.log_density(x)
    assert together.dtype == np.float64
    np.testing.assert_allclose(together[:9], [data_set.log_density(point[None])[0] for point in x[:9]], rtol=1e-14)
    for wrong in (x[:, 0], x[:, :1], np.zeros((4, 3)), 1.0):
        with pytest.raises(ValueError, match=rf"{data_set.title} has a density of points \(N, 2\), not of an array"):
            data_set.log_density(wrong)


@pytest.mark.parametrize("name", SMOOTH)
def test_far_away_the_logarithm_is_still_finite(name: str) -> None:
    data_set = catalogue.data_set(name)
    far = data_set.log_density(np.array([[1e3, -2e3], [0.0, 0.0]]))
    assert np.isfinite(far).all()
    assert far[0] < -1e6
    assert data_set.log_density(np.empty((0, 2))).shape == (0,)
