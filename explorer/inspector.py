"""The card of numbers: the selected trajectory and the equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from .canvas.equilibrium_markers import colour_of
from .card import Card
from .editors.number_text import number_text
from .labels import label, set_text

if TYPE_CHECKING:
    from core.readings import Equilibria, Equilibrium, Trajectories

    from .theme import Theme

_FACTS = ("start", "end", "back to", "evaluations", "steps")


class Inspector(Card):
    """Every text is computed from the newest reading; labels are reused, so that it keeps up with a drag."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Inspector")
        self._theme = theme
        self._heading = label("", "heading")
        self._outcome = label("", "muted", wrap=True)
        self._facts = {name: label("", "value") for name in _FACTS}
        self._form = QFormLayout()
        self._note = label("", "muted", wrap=True)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._equilibria: Equilibria | None = None
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(10)
        self._table.setVerticalSpacing(5)
        self._table.setColumnStretch(1, 1)
        self._lay_out()

    def show_trajectory(self, trajectories: Trajectories | None, index: int | None) -> None:
        """Show curve `index`, or say that there is none."""
        if trajectories is None or index is None or index >= len(trajectories):
            set_text(self._heading, "No trajectory")
            set_text(self._outcome, "Click anywhere in the plane to start one.")
            for fact in self._facts.values():
                set_text(fact, "–")
            self._form.setRowVisible(self._facts["back to"], False)
            return
        curve = trajectories.curve(index)
        t, z = trajectories.t[curve], trajectories.z[curve]
        set_text(self._heading, f"Trajectory {index + 1}")
        set_text(self._facts["start"], _place(trajectories.starts[index], trajectories.start_time))
        set_text(self._facts["end"], _place(z[-1], t[-1]) if len(t) else "–")
        followed_back = len(t) > 0 and bool(t[0] < trajectories.start_time)
        self._form.setRowVisible(self._facts["back to"], followed_back)
        if followed_back:
            set_text(self._facts["back to"], _place(z[0], t[0]))
        set_text(self._facts["evaluations"], f"{int(trajectories.evaluations[index]):,}".replace(",", " "))
        accepted, rejected = int(trajectories.accepted[index]), int(trajectories.rejected[index])
        set_text(self._facts["steps"], f"{accepted} accepted, {rejected} rejected")
        set_text(self._outcome, _outcome(trajectories, index))

    def show_equilibria(self, equilibria: Equilibria | None) -> None:
        """Show a table of points, types and eigenvalues."""
        self._equilibria = equilibria
        points = () if equilibria is None else equilibria.points
        while len(self._rows) < len(points):
            self._add_row()
        for row, labels in enumerate(self._rows):
            for cell in labels:
                cell.setVisible(row < len(points))
            if row < len(points):
                self._fill_row(labels, points[row])
        set_text(self._note, _note(equilibria))
        self._note.setVisible(bool(self._note.text()))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.show_equilibria(self._equilibria)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("column")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(7)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(4)
        for name, value in self._facts.items():
            self._form.addRow(label(name, "muted"), value)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._heading)
        layout.addWidget(self._outcome)
        layout.addLayout(self._form)
        layout.addSpacing(4)
        layout.addWidget(label("EQUILIBRIA", "caption"))
        layout.addLayout(self._table)
        layout.addWidget(self._note)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self.body.addWidget(scroll)
        self.show_trajectory(None, None)
        self.show_equilibria(None)

    def _add_row(self) -> None:
        cells = (label("", "mono"), label(""), label("", "mono"))
        row = 2 * len(self._rows)
        self._table.addWidget(cells[0], row, 0)
        self._table.addWidget(cells[1], row, 1)
        self._table.addWidget(cells[2], row + 1, 0, 1, 2)
        self._rows.append(cells)

    def _fill_row(self, cells: tuple[QLabel, QLabel, QLabel], equilibrium: Equilibrium) -> None:
        set_text(cells[0], _point(equilibrium.point))
        set_text(cells[1], equilibrium.label)
        set_text(cells[2], f"λ = {eigenvalues_text(equilibrium.eigenvalues)}")
        colour = colour_of(equilibrium, self._theme)
        if cells[1].property("colour") != colour:
            cells[1].setProperty("colour", colour)
            cells[1].setStyleSheet(f"color: {colour}")


def eigenvalues_text(values: object) -> str:
    """Eigenvalues for people; a conjugate pair is written once, as "a ± bi"."""
    parts: list[str] = []
    for value in (complex(value) for value in values):
        if abs(value.imag) <= 1e-9 * max(1.0, abs(value)):
            parts.append(number_text(value.real, 3))
        elif value.imag > 0:
            real = "" if abs(value.real) <= 1e-9 * abs(value) else f"{number_text(value.real, 3)} "
            parts.append(f"{real}± {number_text(value.imag, 3)}i")
    return ", ".join(parts)


def _point(values: object) -> str:
    return f"({', '.join(number_text(float(value), 4) for value in values)})"


def _place(values: object, t: float) -> str:
    return f"{_point(values)} at t = {number_text(float(t), 4)}"


def _outcome(trajectories: Trajectories, index: int) -> str:
    parts = []
    for title, outcomes in (("Forward", trajectories.forward), ("Backward", trajectories.backward)):
        if index < len(outcomes) and (title == "Forward" or not outcomes[index].success):
            parts.append(f"{title}: {outcomes[index]}.")
    return " ".join(parts)


def _note(equilibria: Equilibria | None) -> str:
    if equilibria is None:
        return ""
    frozen = (
        "" if equilibria.frozen_at is None else f"Of the field frozen at t = {number_text(equilibria.frozen_at, 4)}."
    )
    none = "" if equilibria.points or equilibria.note else "None in the visible plane."
    return " ".join(filter(None, (none, equilibria.note, frozen)))
