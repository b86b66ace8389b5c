"""Which settings of a training mean something, for what its text is and how it learns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .table_data import TABLE
from .training_choice import PAIRED_LOSSES, Training

if TYPE_CHECKING:
    from .language import System


def idle_settings(training: Training, system: System) -> frozenset[str]:
    """Names of those that nothing would come of: of another kind of layer, of another loss, or of other data."""
    density, follows = system.flow is not None, training.loss not in PAIRED_LOSSES
    idle: set[str] = set()
    if not (system.flows and follows):
        idle |= {"kinetic", "taylor", "taylor_order"}
    if not training.taylor > 0.0:
        idle.add("taylor_order")
    if not follows:
        idle.add("jacobian")
    if training.loss != "likelihood":
        idle.add("trace")
    if density or not system.flows:
        idle.add("steer")
    if system.kind != "map":
        idle.add("warm_start")
    if density:
        idle.add("output")
    idle |= {"points", "test_points"} if training.data == TABLE else {"table", "table_source", "test_share"}
    return frozenset(idle)


def refuse_idle(names: Iterable[str], training: Training, system: System) -> None:
    """Raises ValueError for one of these settings that is not as it would be anyway, where nothing comes of it."""
    idle = idle_settings(training, system)
    for name in names:
        if name in idle and getattr(training, name) != getattr(Training(), name):
            raise ValueError(f"{name} has no effect on what this text, its data and its loss learn: leave it out")
