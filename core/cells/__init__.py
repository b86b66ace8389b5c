"""Cells of implicit layers: torch modules f(z, x) for `core.EquilibriumLayer`.

Importing this package imports no torch: names arrive when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .attention_cell import AttentionCell
    from .cell import Cell
    from .convolutional_cell import ConvolutionalCell
    from .lipschitz_cell import LipschitzCell
    from .monotone_cell import MonotoneCell
    from .normalised_residual_cell import NormalisedResidualCell
    from .relu_cell import ReluCell
    from .residual_cell import ResidualCell
    from .sigmoid_cell import SigmoidCell
    from .tanh_cell import TanhCell

_HOMES = {
    "AttentionCell": ".attention_cell",
    "Cell": ".cell",
    "ConvolutionalCell": ".convolutional_cell",
    "LipschitzCell": ".lipschitz_cell",
    "MonotoneCell": ".monotone_cell",
    "NormalisedResidualCell": ".normalised_residual_cell",
    "ReluCell": ".relu_cell",
    "ResidualCell": ".residual_cell",
    "SigmoidCell": ".sigmoid_cell",
    "TanhCell": ".tanh_cell",
}

__all__ = [
    "AttentionCell",
    "Cell",
    "ConvolutionalCell",
    "LipschitzCell",
    "MonotoneCell",
    "NormalisedResidualCell",
    "ReluCell",
    "ResidualCell",
    "SigmoidCell",
    "TanhCell",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"core.cells has no public name {name!r}")
    value = getattr(importlib.import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value
