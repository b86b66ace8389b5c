"""A flow of densities that learns the score of noised data, and solves nothing while it learns."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from ..data_set import DataSet, Points
from ..language import System
from .noising_process import NoisingProcess
from .paired_learner import PairedLearner

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor

    from ..experiment import Experiment


class ScoreLearner(PairedLearner):
    """With x of the data, e of the standard normal base and t uniform on the span, drawn apart, the loss is the mean of

    |sigma s(t, m x + sigma e) + e|^2 / n, m and sigma at t as `NoisingProcess` has them,

    which s = grad log p_t makes least, p_t the density of m x + sigma e: -e/sigma is the score of the noise alone, and
    its mean over all pairs that meet at a place is the score there. The square counts sigma^2 times at t.

    Source: P. Vincent, A connection between score matching and denoising autoencoders, Neural Computation 23 (2011)
    1661, section 4; the process and the weight: Y. Song and others, Score-based generative modeling through stochastic
    differential equations, ICLR 2021, equation 7.
    """

    def __init__(
        self, system: System, experiment: Experiment, weights: Mapping[str, torch.nn.Parameter], data: DataSet
    ) -> None:
        super().__init__(system, experiment, weights, data)
        self.process = NoisingProcess(system, experiment, weights)

    def distance(
        self, x: Float[Tensor, "B n"], noise: Float[Tensor, "B n"], t: Float[Tensor, "B 1"]
    ) -> Float[Tensor, "B n"]:
        """Of the score from that of the noise, times sigma."""
        kept, sigma = self.process.spread(t)
        return sigma * self.process.score(t, kept * x + sigma * noise) + noise

    def floor(self, points: Points) -> tuple[float, str]:
        """That of the exact score, on the pairs that `measured` draws."""
        x, noise, t = self.pairs(points, 0)
        kept, sigma = self.process.spread(t)
        place, e, m, q = (part.double().cpu().numpy() for part in (kept * x + sigma * noise, noise, kept, sigma))
        score = self.data.noised_score(place, m[:, 0], q[:, 0])
        return (nan, "") if score is None else (float(np.square(q * score + e).mean()), "the exact score")
