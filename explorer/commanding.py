"""What each command does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QGuiApplication, QKeySequence

from .command_palette import CommandPalette, Entry
from .help_learning import LEARNING_HEADING
from .help_page import HelpWindow, help_text, keys_text

if TYPE_CHECKING:
    from .appearance import Appearance
    from .choosing import Choosing
    from .data_exporting import DataExporting
    from .document import Document
    from .editing import Editing
    from .error_report import ErrorReport
    from .exporting import Exporting
    from .filing import Filing
    from .interaction import Interaction
    from .main_window import MainWindow
    from .module_gate import ModuleGate
    from .panels import Panels
    from .playback import Playback
    from .script_copying import ScriptCopying
    from .solving import Solving
    from .stepping import Stepping
    from .storing import Storing

_ABOUT = """
# Implicit Explorer

See implicit layers and differential equations in neural networks: type a formula, drag a slider, watch.

Free software under the MIT licence. Inter and JetBrains Mono are shipped under the SIL Open Font Licence.
"""


class Commanding(QObject):
    """Gives the window's actions their meaning; one method a group, so that a menu can be read here."""

    def __init__(self, window: MainWindow, panels: Panels, report: ErrorReport, choosing: Choosing) -> None:
        super().__init__(window)
        self._window = window
        self._panels = panels
        self._report = report
        self._choosing = choosing
        self._actions = window.actions_by_name
        self._palette = CommandPalette(window)
        self._document: Document | None = None

    def connect_files(
        self,
        filing: Filing,
        exporting: Exporting,
        data: DataExporting,
        scripts: ScriptCopying,
        storing: Storing,
    ) -> None:
        """File and Export."""
        on = self._actions.on
        on("new", filing.new)
        on("open", filing.open)
        on("save", filing.save)
        on("save_as", filing.save_as)
        on("quit", self._window.close)
        on("save_window", exporting.save_window)
        on("export_picture", exporting.save_main_picture)
        on("copy_image", exporting.copy_main_picture)
        on("export_csv", data.save_csv)
        on("export_npz", data.save_npz)
        on("export_ensemble", data.save_ensemble)
        on("export_map", data.save_map)
        on("store_tensors", storing.ask)
        on("copy_python", scripts.copy_python)
        on("copy_torch", scripts.copy_torch)

    def connect_modules(self, gate: ModuleGate) -> None:
        """Python files of a person's own."""
        self._actions.on("python_layer", gate.ask)
        self._actions.on("python_trust", gate.look)
        self._actions.on("restart_run", gate.check)

    def connect_edits(self, document: Document, editing: Editing, interaction: Interaction) -> None:
        """Edit."""
        self._document = document
        on, stack = self._actions.on, document.undo_stack
        on("undo", stack.undo)
        on("redo", stack.redo)
        on("edit_text", self._panels.system.editor.setFocus)
        on("write_values", editing.write_values)
        on("reset_values", editing.reset_values)
        on("reset_starts", editing.reset_starts)
        on("clear_starts", editing.clear_starts)
        on("remove_start", interaction.remove_selected)
        document.refused.connect(self._panels.notices.tell)
        stack.canUndoChanged.connect(self._actions["undo"].setEnabled)
        stack.canRedoChanged.connect(self._actions["redo"].setEnabled)
        stack.undoTextChanged.connect(self._name_undo)
        stack.redoTextChanged.connect(self._name_redo)
        self._actions["undo"].setEnabled(False)
        self._actions["redo"].setEnabled(False)

    def connect_view(self, appearance: Appearance) -> None:
        """View and Help."""
        on = self._actions.on
        on("gallery", self._choosing.open)
        self._actions["panels"].toggled.connect(self._window.hide_panels)
        self._actions["full_screen"].toggled.connect(self._window.show_full_screen)
        for choice in ("dark", "light", "system"):
            self._actions[f"theme_{choice}"].setData(choice)
            self._actions[f"theme_{choice}"].setChecked(choice == appearance.choice)
        on("palette", self._open_palette)
        on("help", self._open_help)
        on("keys", self._open_keys)
        on("about", self._open_about)
        on("diagnostics", self._copy_diagnostics)

    def connect_run(self, playback: Playback, solving: Solving, stepping: Stepping) -> None:
        """Run."""
        on = self._actions.on
        on("play", playback.toggle)
        on("rewind", playback.rewind)
        on("end", playback.go_to_end)
        on("step", stepping.forward)
        on("step_back", stepping.back)
        self._actions["loop"].setChecked(playback.loop)
        self._actions["loop"].toggled.connect(playback.set_loop)
        playback.loop_changed.connect(self._actions["loop"].setChecked)
        on("cancel", solving.cancel)
        on("restart_run", solving.submit)
        for panel in (self._panels.root, self._panels.solver):
            on("race", panel.race)

    def _name_undo(self, text: str) -> None:
        self._actions["undo"].setText(f"Undo: {text}" if text else "Undo")

    def _name_redo(self, text: str) -> None:
        self._actions["redo"].setText(f"Redo: {text}" if text else "Redo")

    def _open_palette(self) -> None:
        native = QKeySequence.SequenceFormat.NativeText
        commands = tuple(
            Entry(action.text().partition("\t")[0].rstrip("…"), action.trigger, action.shortcut().toString(native))
            for action in self._actions
            if action.isEnabled() and action.objectName() != "palette"
        )
        place = self._window.mapToGlobal(QPoint(self._window.width() // 2, 60))
        self._palette.open_at(place, (*commands, *self._choosing.entries()))

    def _open_help(self) -> None:
        learns = self._document is not None and bool(self._document.system.learnt)
        HelpWindow("Help", help_text(), self._window, LEARNING_HEADING if learns else "").show()

    def _open_keys(self) -> None:
        HelpWindow("Keys", keys_text(), self._window).show()

    def _open_about(self) -> None:
        HelpWindow("About", _ABOUT, self._window).show()

    def _copy_diagnostics(self) -> None:
        QGuiApplication.clipboard().setText(self._report.diagnostics())
        self._panels.notices.tell("Versions and the latest messages are on the clipboard.")
