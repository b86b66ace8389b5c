"""What a person chooses in the card of learning becomes an edit, and where the training stands is told there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.learnt_data import learnt_data
from core.number_table import TableError

from . import training_edits
from .table_editing import TableEditing
from .training_words import begun, stands_at

if TYPE_CHECKING:
    from .actions import Actions
    from .document import Document
    from .training import Trainer
    from .training_panel import TrainingPanel


class TrainingEditing(QObject):
    """The card shows where there is something to learn, or something to learn from."""

    def __init__(
        self, document: Document, trainer: Trainer, panel: TrainingPanel, actions: Actions, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._trainer = document, trainer
        self._panel, self._actions = panel, actions
        panel.data_chosen.connect(self._choose_data)
        panel.training_edited.connect(self._set)
        panel.drag_finished.connect(document.finish_drag)
        panel.option_edited.connect(self._set_option)
        panel.network.text_edited.connect(self._set_network)
        panel.table.edited.connect(self._set_of_table)
        self.tables = TableEditing(document, panel.table, self)
        document.experiment_changed.connect(self._show)
        trainer.changed.connect(self._show_stand)
        self._show()

    def _choose_data(self, name: str) -> None:
        training = replace(self._document.experiment.training, data=name)
        try:
            about = learnt_data(training, self._document.system).about if name else ""
        except TableError as fault:  # it was another text's
            self._panel.table.refuse(_sentence(str(fault)))
            return
        self._document.edit(training_edits.set_data(name, about))

    def _set(self, name: str, value: object, drag: int | None) -> None:
        self._document.edit(training_edits.set_training(name, value), drag)

    def _set_of_table(self, name: str, value: object) -> None:
        self._set(name, value, None)

    def _set_option(self, home: str, owner: str, name: str, value: float | str) -> None:
        self._document.edit(training_edits.set_option(home, owner, name, value))

    def _set_network(self, text: str, what: str) -> None:
        self._document.edit(training_edits.set_network(text, what))

    def _show(self) -> None:
        experiment, system = self._document.experiment, self._document.system
        shown = system.learns or bool(experiment.training.data)
        if shown == self._panel.isHidden():
            self._panel.setVisible(shown)
        if shown:
            self._panel.show_experiment(experiment, system)
        self._show_stand()

    def _show_stand(self) -> None:
        trainer, line = self._trainer, self._trainer.line
        ready, earlier, moved = trainer.ready, line.looked_at is not None, begun(line.log.newest)
        self._panel.show_run(
            ready=ready, running=trainer.running and not trainer.stepping, begun=moved, earlier=earlier
        )
        lines = stands_at(line, trainer.progress) if ready else ()
        self._panel.show_stand(lines, _sentence(trainer.end), _sentence(trainer.fault))
        able = {"train": ready, "train_step": ready, "start_over": ready and moved, "branch": ready and earlier}
        able |= {"save_checkpoint": ready and line.log.newest is not None, "resume_checkpoint": ready}
        for name, enabled in able.items():
            self._actions[name].setEnabled(enabled)


def _sentence(words: str) -> str:
    words = words.strip().rstrip(".")
    names_a_file = "." in words.partition(" ")[0]
    return f"{words[:1] if names_a_file else words[:1].upper()}{words[1:]}." if words else ""
