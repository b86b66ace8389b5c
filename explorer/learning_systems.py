"""Which systems the views of learning are about, and what of a system learning leaves as it is."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.language import System


def learns(system: System) -> bool:
    """Whether a line of the text says learn."""
    return system.learns


def learns_answers(system: System) -> bool:
    """Whether what it learns is an answer to an input: a class, or a number."""
    return learns(system) and system.flow is None


def carries_density(system: System) -> bool:
    """Whether its differential equation carries a density, learnt or not."""
    return system.flow is not None


def form_of(system: System) -> Hashable:
    """What tells a system from all others but those that differ in the values of learnt tensors alone."""
    return system.text, tuple(item.tensor for item in system.data if not item.learnt)
