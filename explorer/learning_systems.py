"""Which systems the views of learning are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.language import System


def learns(system: System) -> bool:
    """Whether a line of the text says learn."""
    return bool(getattr(system, "learnt", ()))


def learns_answers(system: System) -> bool:
    """Whether what it learns is an answer to an input: a class, or a number."""
    return learns(system) and getattr(system, "flow", None) is None


def carries_density(system: System) -> bool:
    """Whether its differential equation carries a density, learnt or not."""
    return getattr(system, "flow", None) is not None
