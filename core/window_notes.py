"""What a saved experiment remembers of the window, though nothing is computed from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class WindowNotes:
    """How the experiment was looked at.

    description: a few sentences for the gallery, plain text.
    axes: the quantities on the main plane's horizontal and vertical axis; None lets the window choose.
    view: the visible range of a quantity, by component name or "t"; it wins over the text's `view`.
    hidden_layers: names of the main plane's layers whose eye is shut.
    shown_layers: names of those whose eye is open though it is shut at first.
    main: name of the view in the middle; None, or one that does not fit the system, lets the window choose.
    """

    description: str = ""
    axes: tuple[str, str] | None = None
    view: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    hidden_layers: tuple[str, ...] = ()
    shown_layers: tuple[str, ...] = ()
    main: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "view", MappingProxyType(dict(self.view)))
