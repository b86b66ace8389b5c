"""States of a training without an engine: numbers that hang on the iteration alone."""

from __future__ import annotations

import numpy as np

from core.stored_tensor import StoredTensor
from core.training_state import LearningCurves, TrainingState


def curves_until(iteration: int, weights: int = 2) -> LearningCurves:
    """A loss that halves every fifty iterations, looked at every tenth."""
    rows, looks = np.arange(float(iteration)), np.arange(0, iteration + 1, 10)
    loss = 2.0 ** (-rows / 50)
    return LearningCurves(
        loss=loss,
        rate=np.full(iteration, 1e-3),
        forward=20 + rows / 10,
        backward=30 + rows / 10,
        gradient_norms=loss[:, None] * np.ones((iteration, weights)),
        seconds=rows / 100,
        tested=looks,
        test_loss=1.1 * 2.0 ** (-looks / 50),
        accuracy=1 - 0.5 * 2.0 ** (-looks / 50),
        spectral_radius=np.full(len(looks), np.nan),
        failed=np.zeros(iteration),
    )


def state_at(iteration: int, names: tuple[str, ...] = ("W", "b"), shape: tuple[int, ...] = (2, 2)) -> TrainingState:
    """Every number of every weight is the number of the iteration."""
    tensor = StoredTensor.of(np.full(shape, float(iteration)))
    return TrainingState(
        iteration, dict.fromkeys(names, tensor), bytes(16), curves_until(iteration, len(names)), "layout"
    )
