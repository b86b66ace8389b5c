"""What the inspector tells of Lyapunov exponents."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from .editors.number_text import number_text
from .labels import label, set_text

if TYPE_CHECKING:
    from core.readings import LyapunovExponents


class ExponentSection(QWidget):
    """A line for every exponent; hidden while none are known."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = label("", "mono")
        self._note = label("", "muted", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(label("LYAPUNOV EXPONENTS", "caption"))
        layout.addWidget(self._lines)
        layout.addWidget(self._note)
        self.setVisible(False)

    def show_exponents(self, found: LyapunovExponents | None) -> None:
        """Show all of them with their errors, their sum, and what they are an average of."""
        known = found is not None and len(found.values) > 0
        self.setVisible(known)
        if found is None or not known:
            return
        pairs = zip(found.values.tolist(), found.errors.tolist(), strict=True)
        lines = [uncertain_text(value, error) for value, error in pairs]
        set_text(self._lines, "\n".join([*lines, f"sum {number_text(found.total, 6)}"]))
        over = f"Of trajectory {found.trajectory + 1}, over a time of {number_text(found.duration, 4)}."
        set_text(self._note, f"{over} Chaotic: trajectories beside it part from it." if found.chaotic else over)


def uncertain_text(value: float, error: float) -> str:
    """A number with its error, both rounded to the error's first two digits; at most six digits of the number."""
    size = max(error, 1e-6 * abs(value), 1e-12)
    places = max(0, 1 - math.floor(math.log10(size)))
    return f"{value:.{places}f} ± {error:.{places}f}".replace("-0." + "0" * places + " ", "0." + "0" * places + " ")
