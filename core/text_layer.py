"""What every implicit layer of a text knows, whoever computes its map: its size, and values of what the text names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .formula_field import bound_values
from .language import System

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


class TextLayer:
    """The text's parameter values, or those of `values` by name, and its batch data.

    Raises ValueError for a value that is no finite number, TypeError for a value without a parameter, with the nearest
    name.
    """

    def __init__(self, text: System, values: Mapping[str, float] | None) -> None:
        self._text = text
        self._values = bound_values(text, values)
        self._batches = {item.name: item.tensor.array() for item in text.data if item.batch}

    @property
    def text(self) -> System:
        """The text itself, whoever computes its map."""
        return self._text

    @property
    def size(self) -> int:
        """The state size n."""
        return self._text.size

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._text.components

    @property
    def batch(self) -> int | None:
        """Rows of the batch data; None where every sample sees the same map."""
        return self._text.batch

    @property
    def parameters(self) -> Mapping[str, float]:
        """The bound values by name, in the text's order."""
        return MappingProxyType(self._values)

    @property
    def data(self) -> Mapping[str, np.ndarray]:
        """The batch data by name, (B, ...)."""
        return MappingProxyType(self._batches)

    def _tensors(self, device: str, dtype: str, rows: np.ndarray | None) -> dict[str, Any]:
        """The values, and of the batch data the rows that the samples see, as tensors (S, ...)."""
        found: dict[str, Any] = dict(self._values)
        for name, stored in self._batches.items():
            found[name] = torch.tensor(stored[known_rows(rows)]).to(device, getattr(torch, dtype))
        return found


def known_rows(rows: np.ndarray | None) -> np.ndarray:
    """Which row of the batch data each sample sees. Raises ValueError for None."""
    if rows is None:
        raise ValueError("this layer has a batch of data: say which of its rows each sample sees")
    return np.asarray(rows, dtype=np.int64)
