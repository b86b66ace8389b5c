"""What a picture's file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.version import VERSION

if TYPE_CHECKING:
    from ..view import View

PROGRAM = f"Implicit Explorer {VERSION}"


@dataclass(frozen=True)
class Caption:
    """title: of what the picture is. description: the equations it shows. experiment: the text of its file."""

    title: str = ""
    description: str = ""
    experiment: str = ""

    @classmethod
    def of(cls, view: View, title: str, equations: str, experiment: str = "") -> Caption:
        """The caption of `view`, which shows the experiment named `title`."""
        return cls(f"{view.title} of {title}" if title else view.title, equations.strip(), experiment)
