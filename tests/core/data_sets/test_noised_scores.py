"""Scores of noised densities: slopes of the logarithm of the density that noise makes of them."""

import numpy as np
import pytest

from core import catalogue
from core.gaussian_mixture import GaussianMixture

NAMES = ("density_moons", "eight_gaussians", "swiss_roll")


def slope(mixture, x, step=1e-5):
    """Central differences of the log density."""
    found = np.empty_like(x)
    for axis in range(2):
        aside = step * np.eye(2)[axis]
        found[:, axis] = (mixture.log_density(x + aside) - mixture.log_density(x - aside)) / (2.0 * step)
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("kept", "noise"), [(1.0, 0.0), (0.8, 0.6), (0.1, 0.995)])
def test_the_score_is_the_slope_of_the_noised_log_density(name, kept, noise):
    data_set = catalogue.data_set(name)
    mixture = data_set.mixture()
    noised = GaussianMixture(kept * mixture.centres, mixture.weights, np.hypot(kept * mixture.deviation, noise))
    x = np.random.default_rng(0).uniform(-4.0, 4.0, (60, 2))
    one = np.ones(len(x))
    assert data_set.noised_score(x, kept * one, noise * one) == pytest.approx(slope(noised, x), rel=1e-6, abs=1e-6)


def test_every_point_has_its_own_noise():
    data_set, x = catalogue.data_set("eight_gaussians"), np.random.default_rng(1).normal(size=(5, 2))
    kept = np.linspace(0.1, 0.9, 5)
    noise = np.sqrt(1.0 - kept**2)
    rows = [data_set.noised_score(x[k : k + 1], kept[k : k + 1], noise[k : k + 1])[0] for k in range(5)]
    assert data_set.noised_score(x, kept, noise) == pytest.approx(np.array(rows), rel=1e-14)


def test_far_away_and_of_no_point_it_is_a_number_still():
    data_set = catalogue.data_set("eight_gaussians")
    far = data_set.noised_score(np.full((1, 2), 1e3), np.ones(1), np.zeros(1))
    assert np.isfinite(far).all()
    assert (far < 0.0).all()
    assert data_set.noised_score(np.empty((0, 2)), np.empty(0), np.empty(0)).shape == (0, 2)
