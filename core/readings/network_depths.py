"""A trained layer as networks of few layers and of many, with the same weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .feature_paths import FeaturePaths


@dataclass(frozen=True)
class NetworkDepth:
    """layers: N of z_(k+1) = z_k + h f(t_k, z_k), h = T/N, for a differential equation, or of z_(k+1) = f(z_k, x) from
    0 for an implicit layer; 0 of the solution itself, or of the fixed point.

    paths: as `FeaturePaths` of that network. loss, accuracy: of `points` test points, accuracy the share that is
    right, NaN where nothing is classified.
    """

    layers: int
    paths: FeaturePaths
    loss: float
    accuracy: float
    points: int


@dataclass(frozen=True)
class NetworkDepths:
    """networks: the number of layers rising, the limit last."""

    networks: tuple[NetworkDepth, ...]
