"""What the inspector tells of limit cycles and other closed orbits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from .editors.number_text import number_text
from .facts import PointTable
from .inspector_text import eigenvalues_text
from .labels import label

if TYPE_CHECKING:
    from core.readings import ClosedOrbit, ClosedOrbits

    from .theme import Theme

_MOST = 4
_ONE = 1e-6


class OrbitSection(QWidget):
    """The orbit of the trajectory that is looked at first; hidden while there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[ClosedOrbits | None, int | None] = (None, None)
        self._table = PointTable()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(label("CLOSED ORBITS", "caption"))
        layout.addLayout(self._table)
        self.setVisible(False)

    def show_orbits(self, found: ClosedOrbits | None, index: int | None) -> None:
        """Show period, kind, multipliers and amplitude: first of the orbit of trajectory `index`, then of other cycles.

        Other members of a family are left out: each trajectory around a centre has its own.
        """
        self._shown = found, index
        pairs = () if found is None else tuple(zip(found.orbits, found.of, strict=True))
        own = [orbit for orbit, starts in pairs if index in starts]
        others = [orbit for orbit, starts in pairs if index not in starts and orbit.kind != "family"]
        names = () if found is None else found.components
        self._table.show_rows(tuple(_row(orbit, names, self._theme) for orbit in [*own, *others][:_MOST]))
        self.setVisible(bool(own or others))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.show_orbits(*self._shown)


def multipliers_text(orbit: ClosedOrbit) -> str:
    """Floquet multipliers for people: those that are 1 but for rounding as 1."""
    values = np.where(np.abs(orbit.multipliers - 1.0) <= _ONE, 1.0, orbit.multipliers)
    known = values[np.isfinite(values)]
    lost = len(values) - len(known)
    unknown = "≈ 0" if orbit.kind == "attracting" else "beyond numbers"
    return ", ".join(filter(None, (eigenvalues_text(known), *(unknown for _ in range(lost)))))


def _row(orbit: ClosedOrbit, names: tuple[str, ...], theme: Theme) -> tuple[str, str, str, str, str]:
    colour = {"attracting": theme.teal, "repelling": theme.rose, "family": theme.violet}[orbit.kind]
    sizes = [
        f"{name} {number_text(float(size), 4)}" for name, size in zip(names[:_MOST], orbit.amplitude, strict=False)
    ]
    amplitude = f"Half the range: {', '.join(sizes)}"
    return (
        f"period {number_text(orbit.period, 5)}",
        orbit.stability,
        colour,
        f"multipliers {multipliers_text(orbit)}",
        amplitude,
    )
