"""What the inspector tells of a vector field: the selected trajectory, the equilibria and the closed orbits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from .canvas.equilibrium_markers import colour_of
from .editors.number_text import number_text
from .event_words import FORWARD_ONLY, event_sentences
from .facts import Facts, PointTable
from .inspector_bifurcations import BifurcationSection
from .inspector_exponents import ExponentSection
from .inspector_orbits import OrbitSection
from .inspector_text import eigenvalues_text, point_text
from .labels import label, set_text
from .noise_words import DRIFT
from .views.error_words import error_facts

if TYPE_CHECKING:
    from core.readings import Equilibria, GlobalError, Trajectories

    from .theme import Theme

_FACTS = ("start", "end", "back to", "evaluations", "steps", "error", "to trust")


class CurveSection(QWidget):
    """Every text is computed from the newest reading; labels are reused, so that it keeps up with a drag."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._heading = label("", "heading")
        self._outcome = label("", "muted", wrap=True)
        self._facts = Facts(_FACTS)
        self._events = label("", "muted", wrap=True)
        self._caption = label("EQUILIBRIA", "caption")
        self._table = PointTable()
        self._note = label("", "muted", wrap=True)
        self.bifurcations = BifurcationSection(theme)
        self.orbits = OrbitSection(theme)
        self.exponents = ExponentSection()
        self._equilibria: Equilibria | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(self._heading)
        layout.addWidget(self._outcome)
        layout.addLayout(self._facts)
        layout.addWidget(self._events)
        layout.addSpacing(4)
        layout.addWidget(self._caption)
        layout.addLayout(self._table)
        layout.addWidget(self._note)
        layout.addWidget(self.bifurcations)
        layout.addWidget(self.orbits)
        layout.addWidget(self.exponents)
        self.show_trajectory(None, None)
        self.show_error(None, None, None)
        self.show_equilibria(None)

    def show_trajectory(self, trajectories: Trajectories | None, index: int | None) -> None:
        """Show curve `index`, or say that there is none."""
        if trajectories is None or index is None or index >= len(trajectories):
            set_text(self._heading, "No trajectory")
            set_text(self._outcome, "Click anywhere in the plane to start one.")
            self._facts.show_nothing()
            self._facts.show_fact("back to", None)
            self._events.hide()
            self._facts.show_fact("error", None)
            self._facts.show_fact("to trust", None)
            return
        curve = trajectories.curve(index)
        t, z = trajectories.t[curve], trajectories.z[curve]
        set_text(self._heading, f"Trajectory {index + 1}")
        set_text(self._outcome, _outcome(trajectories, index))
        followed_back = len(t) > 0 and bool(t[0] < trajectories.start_time)
        accepted, rejected = int(trajectories.accepted[index]), int(trajectories.rejected[index])
        facts = {
            "start": _place(trajectories.starts[index], trajectories.start_time),
            "end": _place(z[-1], t[-1]) if len(t) else "–",
            "back to": _place(z[0], t[0]) if followed_back else None,
            "evaluations": f"{int(trajectories.evaluations[index]):,}".replace(",", " "),
            "steps": f"{accepted} accepted, {rejected} rejected",
        }
        for name, text in facts.items():
            self._facts.show_fact(name, text)
        told = "\n".join([*event_sentences(trajectories, index), FORWARD_ONLY] if trajectories.events else ())
        told = DRIFT if trajectories.noisy else told
        set_text(self._events, f"{told[:1].upper()}{told[1:]}")
        self._events.setVisible(bool(told))

    def show_error(self, error: GlobalError | None, trajectories: Trajectories | None, index: int | None) -> None:
        """Say how far curve `index` is from the solution, where that is known."""
        known = error is not None and trajectories is not None and error.trajectory == index
        number, until = error_facts(error) if known and error.is_of(trajectories) else (None, None)
        self._facts.show_fact("error", number)
        self._facts.show_fact("to trust", until)

    def show_equilibria(self, equilibria: Equilibria | None) -> None:
        """Show a table of points, types and eigenvalues."""
        self._equilibria = equilibria
        points = () if equilibria is None else equilibria.points
        set_text(self._caption, "EQUILIBRIA OF THE DRIFT" if equilibria and equilibria.of_drift else "EQUILIBRIA")
        self._caption.setVisible(equilibria is not None)  # where no plot asks for them none are sought
        self._table.show_rows(
            tuple(
                (
                    point_text(one.point),
                    one.label,
                    colour_of(one, self._theme),
                    f"λ = {eigenvalues_text(one.eigenvalues)}",
                    "",
                )
                for one in points
            )
        )
        set_text(self._note, _note(equilibria))
        self._note.setVisible(bool(self._note.text()))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self.bifurcations.apply_theme(theme)
        self.orbits.apply_theme(theme)
        self.show_equilibria(self._equilibria)


def _place(values: object, t: float) -> str:
    return f"{point_text(values)} at t = {number_text(float(t), 4)}"


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
