"""What the inspector tells of an implicit layer: the selected sample, every solver of it, and the fixed points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from core.convergence_order import run_convergence

from .editors.number_text import number_text
from .facts import Facts, PointTable
from .inspector_text import eigenvalues_text, point_text
from .labels import label, set_text
from .proof_words import point_words, proofs_about, sample_words
from .race_list import calls_of, show_mark
from .remedy_list import RemedyList

if TYPE_CHECKING:
    from core.readings import FixedPoint, FixedPoints, Iterations, RootProofs

    from .theme import Theme

_FACTS = ("start", "solution", "last point", "residual")


class SampleSection(QWidget):
    """Every text is computed from the newest readings; labels are reused, so that it keeps up with a drag."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._heading = label("", "heading")
        self._outcome = label("", "muted", wrap=True)
        self._reason = label("", "text", wrap=True)
        self.remedies = RemedyList()
        self._facts = Facts(_FACTS)
        self._proof = label("", "muted", wrap=True)
        self._runs: list[tuple[QLabel, QLabel, QLabel]] = []
        self._race = QGridLayout()
        self._race.setHorizontalSpacing(8)
        self._race.setVerticalSpacing(4)
        self._race.setColumnStretch(2, 1)
        self._table = PointTable()
        self._note = label("", "muted", wrap=True)
        self._iterations: Iterations | None = None
        self._points: FixedPoints | None = None
        self._proofs: RootProofs | None = None
        self._index = 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        for widget in (self._heading, self._outcome, self._reason, self.remedies):
            layout.addWidget(widget)
        layout.addLayout(self._facts)
        layout.addWidget(self._proof)
        layout.addLayout(self._race)
        layout.addSpacing(4)
        self._caption = label("FIXED POINTS", "caption")
        layout.addWidget(self._caption)
        layout.addLayout(self._table)
        layout.addWidget(self._note)
        self.show_sample(None, 0)
        self.show_points(None)

    def show_sample(self, iterations: Iterations | None, index: int, dtype: str = "float64") -> None:
        """Show sample `index` of what was computed in `dtype`, or say that there is none."""
        self._iterations, self._index, self._dtype = iterations, index, dtype
        there = iterations is not None and index < len(iterations) and len(iterations.runs) > 0
        self._show_runs()
        if not there:
            set_text(self._heading, "No sample")
            set_text(self._outcome, "Click in the main plot to start one.")
            self._facts.show_nothing()
            self._facts.show_fact("last point", None)
            self.show_reason("")
            return
        run, rows = iterations.runs[0], int(iterations.row.max()) + 1
        which = f"start {index // rows + 1}, row {int(iterations.row[index]) + 1}"
        set_text(self._heading, f"Sample {index + 1}" + (f": {which}" if rows > 1 else ""))
        set_text(self._outcome, f"{run.title[:1].upper()}{run.title[1:]}: {run.outcomes[index]}.")
        there = (run.z[:, index] == run.solution[index]).all(axis=1)
        seen = run.residual[there, index]
        seen = seen[seen == seen]
        self._facts.show_fact("start", point_text(iterations.starts[index]))
        found = run.outcomes[index].success
        self._facts.show_fact("solution", point_text(run.solution[index]) if found else None)
        self._facts.show_fact("last point", None if found else point_text(run.solution[index]))
        self._facts.show_fact("residual", number_text(float(seen[-1]), 3) if len(seen) else "–")

    def show_reason(self, sentence: str) -> None:
        """Say why the sample is slow or fails; nothing where that is not known."""
        set_text(self._reason, sentence)
        self._reason.setVisible(bool(sentence))

    def show_points(self, points: FixedPoints | None, proofs: RootProofs | None = None) -> None:
        """Show a table of fixed points, whoever converges to them, and what is proved of them and of the sample."""
        self._points, self._proofs = points, proofs
        about = proofs_about(proofs, points)
        self._caption.setVisible(points is not None)
        known = () if points is None else points.points
        self._table.show_rows(tuple(self._row(one, about) for one in known))
        none = "" if known or points is None or points.note else "None in the visible range."
        proved = "" if about is None else about.sentence
        if proved:
            none, proved = "", f"{proved[0].upper()}{proved[1:]}."
        set_text(self._note, " ".join(filter(None, (none, "" if points is None else points.note, proved))))
        self._note.setVisible(bool(self._note.text()))
        set_text(self._proof, sample_words(about, self._iterations, self._index))
        self._proof.setVisible(bool(self._proof.text()))

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self._show_runs()
        self.show_points(self._points, self._proofs)

    def _row(self, one: FixedPoint, proofs: RootProofs | None) -> tuple[str, str, str, str, str]:
        colours = {True: self._theme.teal, False: self._theme.rose, None: self._theme.amber}
        numbers = f"ρ = {number_text(one.radius, 4)}   λ = {eigenvalues_text(one.eigenvalues)}"
        colour = self._theme.teal if one.is_root and not one.singular else colours[one.attracting]
        proof = None if proofs is None else proofs.of_point(one.point)
        return point_text(one.point), one.word, colour, numbers, "" if proof is None else point_words(proof)

    def _show_runs(self) -> None:
        iterations, index = self._iterations, self._index
        runs = iterations.runs if iterations is not None and index < len(iterations) else ()
        while len(self._runs) < len(runs):
            cells = (label(), label("", "muted"), label("", "value", wrap=True))
            for column, cell in enumerate(cells):
                self._race.addWidget(cell, len(self._runs), column)
            self._runs.append(cells)
        for place, (dot, title, cost) in enumerate(self._runs):
            for cell in (dot, title, cost):
                cell.setVisible(place < len(runs))
            if place >= len(runs):
                continue
            run, calls = runs[place], calls_of(runs[place], index)
            show_mark(dot, place, self._theme, index)
            set_text(title, run.title)
            words = [f"{int(run.iterations[index])} it", f"{calls} call{'' if calls == 1 else 's'}"]
            measured = run_convergence(run, index, self._dtype)
            if run.outcomes[index].name == "running":
                words.append("running")
            elif not run.outcomes[index].success:
                words.append("failed")
            elif measured is not None:
                words.append(str(measured))
            set_text(cost, ", ".join(words))
            for cell in (dot, title, cost):
                cell.setToolTip(f"{run.title}: {run.outcomes[index]}.")
