"""The bar at the bottom: what the engine does, what it cost, what is under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from .labels import ElidedLabel, label, set_figure, set_text
from .single_shot import single_shot

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame
    from core.language import System
    from core.readings import Agreement

    from .theme import Theme

_CELLS = ("samples", "evaluations", "where", "agreement", "rate", "seed")
_PATIENCE = 150
"""Milliseconds of work after which it is worth a word."""


class StatusBar(QFrame):
    """Nothing here can be clicked; every number is the newest frame's."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setFixedHeight(30)
        self._theme = theme
        self._state = "starting"
        self._engine = ("starting", "")
        self._failure = ""
        self._patience = single_shot(self, self._tell_engine, _PATIENCE)
        self._dot = QLabel("●")
        self._sentence = ElidedLabel("The engine is starting")
        self._readout = label("", "mono")
        self._cells = {name: label("", "mono") for name in _CELLS}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self._dot)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._readout)
        for cell in self._cells.values():
            layout.addSpacing(8)
            layout.addWidget(cell)
        self.apply_theme(theme)

    def show_engine(self, state: str, sentence: str) -> None:
        """Show what the engine does; "busy" only where it lasts, for in a drag it comes and goes."""
        self._engine = (state, sentence)
        if state == "busy":
            self._patience.start()
        else:
            self._patience.stop()
            self._tell_engine()

    def _tell_engine(self) -> None:
        self._state, sentence = self._engine
        if self._failure and self._state == "idle":  # it stands there while it is true
            self._state, sentence = "failed", self._failure
        self._sentence.show_text(sentence)
        self._sentence.setToolTip(sentence)
        self._colour_dot()

    def show_experiment(self, experiment: Experiment, system: System) -> None:
        """Show the seed of the ensemble while one is drawn; nothing else hangs on chance."""
        drawn = experiment.ensemble.on and system.flows
        set_text(self._cells["seed"], f"seed {experiment.ensemble.seed}" if drawn else "")

    def show_trajectories(self, count: int) -> None:
        """Show how many trajectories there are."""
        set_text(self._cells["samples"], f"{count} trajector{'y' if count == 1 else 'ies'}")

    def show_samples(self, count: int) -> None:
        """Show how many samples an implicit layer is solved for."""
        set_text(self._cells["samples"], f"{count} sample{'' if count == 1 else 's'}")

    def show_frame(self, frame: Frame) -> None:
        """Show what the newest frame cost, and where it was computed."""
        set_figure(self._cells["evaluations"], f"{frame.evaluations:,} evaluations".replace(",", " "))
        set_text(self._cells["where"], " · ".join(filter(None, (frame.path, frame.device, frame.dtype))))
        progress = frame.progress
        if progress is not None and self._state == "busy":  # told once the work lasts
            self._sentence.show_text(f"Computing {progress}. Esc stops it.")

    def show_failure(self, sentence: str) -> None:
        """Say why the newest frame failed, as long as that is so; nothing where it did not."""
        if sentence != self._failure:
            self._failure = sentence
            if self._engine[0] == "idle":
                self._tell_engine()

    def show_agreement(self, agreement: Agreement | None) -> None:
        """Show how far another device or precision is from float64 on the processor; None: nothing was compared."""
        cell = self._cells["agreement"]
        if agreement is None:
            set_text(cell, "")
        else:
            set_text(cell, f"≈ {agreement.difference:.0e}" if agreement.agrees else "≠ float64 on the CPU")
        cell.setToolTip("" if agreement is None else str(agreement))
        cell.setVisible(agreement is not None)

    def show_rate(self, ticks: float) -> None:
        """Show how many pictures a second are drawn; nothing at rest."""
        set_figure(self._cells["rate"], f"{ticks:.0f} fps" if ticks else "at rest")

    def show_readout(self, text: str) -> None:
        """Show what is under the mouse."""
        set_text(self._readout, text)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours."""
        self._theme = theme
        self._colour_dot()

    def _colour_dot(self) -> None:
        theme = self._theme
        colours = {"idle": theme.teal, "busy": theme.accent, "starting": theme.amber, "restarting": theme.amber}
        sheet = f"color: {colours.get(self._state, theme.rose)}"
        if sheet != self._dot.styleSheet():  # in a drag the engine is busy and idle again with every picture
            self._dot.setStyleSheet(sheet)
