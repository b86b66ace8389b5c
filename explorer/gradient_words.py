"""Why there is no plot of a gradient of a system, and where to look instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.language import System

_OF_A_LOSS = "The gradient of a loss is in the plot Loss: choose slope there for |∇φ| along every descent."
_WITH = "No plot of a gradient knows {}, which this text has."
_NONE = "No plot of a gradient fits this system."


def no_gradient(system: System) -> str:
    """The reason that applies, in a sentence."""
    if system.kind == "minimise":
        return _OF_A_LOSS
    parts = [words for has, words in ((system.events, "events (when ...)"), (system.noise, "noise (dW)")) if has]
    return _WITH.format(" or ".join(parts)) if parts else _NONE
