"""Learnt densities without an engine: of a linear flow, which carries a normal distribution to a normal one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.readings import ModelDensity

REACH = 4.0


def normal(places: np.ndarray, deviations: tuple[float, float]) -> np.ndarray:
    """Logarithm of the density of independent normal numbers with these deviations."""
    scaled = places / np.array(deviations)
    return -0.5 * (scaled**2).sum(axis=-1) - np.log(2.0 * np.pi * deviations[0] * deviations[1])


def grid(cells: int, reach: float = REACH) -> tuple[np.ndarray, np.ndarray]:
    """Centres of equal cells, and all of them as places (H, W, 2)."""
    centres = -reach + 2.0 * reach / cells * (np.arange(cells) + 0.5)
    return centres, np.stack(np.meshgrid(centres, centres), axis=-1)


def stretched(
    cells: int = 128, samples: int = 400, times: int = 20, learnt: tuple[float, float] = (1.0, 0.5)
) -> ModelDensity:
    """z' = (a x, b y) over [0, 1] from a standard normal base; the data have the deviations 1.2 and 0.5."""
    true, random = (1.2, 0.5), np.random.default_rng(8)
    centres, places = grid(cells)
    log_density = normal(places, learnt)
    t = np.linspace(0.0, 1.0, times)
    base = random.standard_normal((samples, 2))
    ways = base[:, None] * np.exp(t[:, None] * np.log(np.array(learnt)))
    data = random.standard_normal((300, 2)) * true
    mass = float(np.exp(log_density).sum() * (2.0 * REACH / cells) ** 2)
    return ModelDensity(
        centres, centres.copy(), log_density, normal(places, true), mass, t, ways, data, 3e-7,
        float(normal(data, learnt).mean()), float(normal(data, true).mean()),
    )  # fmt: skip


def ring(cells: int = 128) -> ModelDensity:
    """Eight normal distributions on a circle as the truth, broader ones as what is learnt so far."""
    centres, places = grid(cells)
    angles = np.pi * np.arange(8) / 4.0
    middles, random = 2.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1), np.random.default_rng(8)

    def mixed(points: np.ndarray, width: float) -> np.ndarray:
        each = np.stack([normal(points - middle, (width, width)) for middle in middles])
        return np.logaddexp.reduce(each, axis=0) - np.log(8.0)

    data = middles[np.arange(300) % 8] + 0.25 * random.standard_normal((300, 2))
    ends = middles[np.arange(400) % 8] + 0.4 * random.standard_normal((400, 2))
    begin, t = random.standard_normal((400, 2)), np.linspace(0.0, 1.0, 20)
    ways = begin[:, None] + t[:, None] * (ends - begin)[:, None]
    log_density = mixed(places, 0.4)
    mass = float(np.exp(log_density).sum() * (2.0 * REACH / cells) ** 2)
    return ModelDensity(
        centres, centres.copy(), log_density, mixed(places, 0.25), mass, t, ways, data, 2e-6,
        float(mixed(data, 0.4).mean()), float(mixed(data, 0.25).mean()),
    )  # fmt: skip


def without_truth() -> ModelDensity:
    """The same where nobody knows what the data are drawn from."""
    return replace(stretched(), true_log_density=None, true_likelihood=float("nan"))
