"""The contract of what moves a network's weights."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from .field_check import check_fields

if TYPE_CHECKING:
    import torch


class NetworkOptimiser(ABC):
    """A frozen dataclass whose fields carry a `Range`; the learning rate is the training's, and changes on the way."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]

    def __post_init__(self) -> None:
        check_fields(self)

    @abstractmethod
    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """What moves these tensors: its `step` is given a function that computes the loss and its gradient anew."""
