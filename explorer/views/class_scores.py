"""What a network answers, as a score for every class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def class_scores(answers: Float[np.ndarray, "*shape k"]) -> Float[np.ndarray, "*shape m"]:
    """The largest is the answer: of a single number, which is positive for class 1, half of it and its negative."""
    return np.concatenate([-answers / 2, answers / 2], axis=-1) if answers.shape[-1] == 1 else answers
