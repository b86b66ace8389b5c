"""Data are fitted: the card's buttons lead the engine, and what it finds is told there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core import catalogue
from core.fit_task import FitTask
from core.readings import FitProgress

from .editors.drag import next_drag
from .fit_driver import Lead
from .fit_words import result_lines
from .sentence import sentence

if TYPE_CHECKING:
    from core.experiment import Experiment

    from .document import Document
    from .fit_driver import FitDriver
    from .fit_panel import FitPanel
    from .interaction import Interaction

TITLE = "Fit to data"


class Fitting(QObject):
    """One fit is one step of undo, however long it is paused."""

    def __init__(
        self,
        document: Document,
        driver: FitDriver,
        panel: FitPanel,
        interaction: Interaction,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._driver, self._panel, self._interaction = document, driver, panel, interaction
        self._lead: Lead | None = None
        self._task: FitTask | None = None
        self._paused = False
        self._losses: list[tuple[int, float]] = []
        self._shown: Lead | None = None
        self._described: tuple[object, ...] = ()
        panel.run_asked.connect(self.run)
        panel.step_asked.connect(self.step)
        panel.stop_asked.connect(self.stop)
        panel.undo_asked.connect(self.take_back)
        driver.ended.connect(self._leave)
        document.experiment_changed.connect(self._watch)
        document.undo_stack.indexChanged.connect(self._show_undo)
        document.opened.connect(self._forget)

    def run(self) -> None:
        """Fit, pause what is under way, or go on."""
        if self._lead is not None and not self._paused:
            self._paused = True
            self._tell()
        else:
            self._go(once=False)

    def step(self) -> None:
        """One iteration, then pause."""
        self._go(once=True)

    def stop(self) -> None:
        """End the fit where it is."""
        if self._lead is not None:
            self._lead = self._task = None
            self._driver.end()
            self._tell("Stopped.")

    def take_back(self) -> None:
        """Return to the values before the fit."""
        stack, undone = self._document.undo_stack, False
        if self._lead is not None:
            self._lead = self._task = None
            undone = self._driver.restore()
        elif stack.undoText() == TITLE:
            stack.undo()
            undone = True
        self._tell("Taken back." if undone else None)

    def _go(self, *, once: bool) -> None:
        choice = self._document.experiment.fit
        pace = 1 if once else catalogue.fit_methods()[choice.method].pace
        self._paused = once
        if self._lead is None or self._task is None:
            self._clear()
            self._lead = Lead(TITLE, next_drag(), self._interaction.index, self._plan, self._refuse)
            self._task = FitTask(self._driver.next_serial(), iterations=pace)
            self._driver.begin(self._lead, self._task)
            self._panel.refuse("")
        else:
            self._task = replace(self._task, iterations=pace)
            self._driver.ask(self._task)
        self._tell()

    def _plan(self, progress: FitProgress) -> FitTask | None:
        lead, task = self._lead, self._task
        if lead is None or task is None:
            return None
        known = self._losses[-1][0] if self._losses else -1
        self._losses += [one for one in progress.losses if one[0] > known]
        self._shown, self._described = lead, _described(self._document.experiment)
        end = progress.state.end
        self._task = replace(task, state=progress.state)
        lines = result_lines(progress, self._document.system, self._document.experiment.fit)
        if end is not None:
            lead.over = True
            self._lead = self._task = None
        self._panel.show_result("" if end is None else sentence(str(end)), lines, self._losses)
        self._tell(None)
        return None if end is not None or self._paused else self._task

    def _refuse(self, reason: str) -> None:
        self._lead = self._task = None
        self._driver.end()
        self._panel.refuse(sentence(reason))
        self._tell()

    def _leave(self, lead: Lead) -> None:
        """Another edit, or a drag, has ended what was under way."""
        if lead is self._lead:
            self._lead = self._task = None
            self._tell()

    def _forget(self) -> None:
        self._lead = self._task = None
        self._panel.refuse("")
        self._clear()
        self._tell()

    def _watch(self) -> None:
        """What was found is told for as long as it describes the experiment."""
        described = _described(self._document.experiment)
        if self._shown is not None and self._driver.moving is self._shown:
            self._described = described
        elif described != self._described:
            self._described = described
            self._clear()

    def _clear(self) -> None:
        self._shown, self._losses = None, []
        self._panel.show_result("", (), ())

    def _tell(self, end: str | None = None) -> None:
        """Show what the buttons do now; end: words in place of why the fit is over."""
        running = self._lead is not None and not self._paused
        words = "Pause" if running else "Fit" if self._lead is None else "Go on"
        self._panel.show_run(words, running=running, begun=self._lead is not None)
        if end is not None:
            self._panel.show_end(end)
        self._show_undo()

    def _show_undo(self) -> None:
        self._panel.show_undo(self._lead is not None or self._document.undo_stack.undoText() == TITLE)


def _described(experiment: Experiment) -> tuple[object, ...]:
    """All that a result is about."""
    fit, told = experiment.fit, (experiment.text, experiment.values, experiment.starts, experiment.span)
    return *told, experiment.integration, fit.data, fit.loss, fit.delta, fit.free_start, fit.held
