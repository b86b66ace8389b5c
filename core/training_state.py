"""Where a training stands: all that it needs to go on, to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from .stored_tensor import StoredTensor

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class LearningCurves:
    """What was measured, iteration by iteration; row k of K is of iteration k, before its step.

    loss (K,): of the batch. rate (K,): the learning rate. forward, backward (K,): evaluations of the field, or of the
    map, a sample needed on average there and back. gradient_norms (K, W): |dL/dw| of every learnt tensor, in the
    order of `TrainingState.weights`. seconds (K,): of work so far. failed (K,): the share of the batch for which the
    layer's solver did not come to its end.
    tested (J,): iterations at which the test points were looked at; test_loss, accuracy (J,): there, accuracy the
    share that is right, NaN where nothing is classified; spectral_radius (J,): of an implicit layer's Jacobian, the
    mean over some test points; NaN of differential equations.
    """

    loss: Float[np.ndarray, "K"]
    rate: Float[np.ndarray, "K"]
    forward: Float[np.ndarray, "K"]
    backward: Float[np.ndarray, "K"]
    gradient_norms: Float[np.ndarray, "K W"]
    seconds: Float[np.ndarray, "K"]
    tested: Int[np.ndarray, "J"]
    test_loss: Float[np.ndarray, "J"]
    accuracy: Float[np.ndarray, "J"]
    spectral_radius: Float[np.ndarray, "J"]
    failed: Float[np.ndarray, "K"]


@dataclass(frozen=True)
class TrainingState:
    """iteration: how many steps were taken. weights: the learnt tensors by name; optimiser: what it remembers, as the
    bytes of a safetensors file. curves: from the first iteration on. layout: of what text and weights it is; a state
    of another layout is of no use. solved (N, n): the fixed points from which the solves of the training points begin;
    None where they begin at 0.
    """

    iteration: int
    weights: Mapping[str, StoredTensor]
    optimiser: bytes
    curves: LearningCurves
    layout: str = ""
    solved: StoredTensor | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))

    def __reduce__(self) -> tuple[object, ...]:  # MappingProxyType does not pickle
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _rebuilt, (plain | {"weights": dict(self.weights)},)


@dataclass(frozen=True)
class TrainingTask:
    """What a request asks of a training: to go on from `state` (None: from the text's weights) for `iterations` more
    steps at most, and until it is told to stop. serial: comes back with the answer."""

    serial: int = 0
    state: TrainingState | None = None
    iterations: int | None = None
    """None: up to the experiment's number of iterations."""
    look: bool = False
    """Look at the test points where it ends, whatever the time."""


def _rebuilt(fields: dict[str, object]) -> TrainingState:
    return TrainingState(**fields)  # type: ignore[arg-type]
