"""Python files between the disk and the engine: none goes there that nobody looked at and allowed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QFileDialog

from core.experiment import Experiment
from core.experiment_file_error import ExperimentFileError
from core.module_file import ModuleFile, ModuleSource, read_module
from core.window_notes import WindowNotes

from . import edits
from .trust_dialog import FORBIDDEN, TrustDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .document import Document
    from .main_window import MainWindow
    from .notices import NoticeBar
    from .trust import Trust


class ModuleGate(QObject):
    """Asks a person, keeps what was read, and hands the engine only what they allowed.

    A file is read once for each question: the bytes that are hashed are those that are shown, and those that run. This
    process never runs them.
    """

    decided = Signal()
    """A file may run now, or no longer."""
    made = Signal(object)
    """WindowNotes of the layer from a file that is now in the document."""

    def __init__(self, window: MainWindow, document: Document, trust: Trust, notices: NoticeBar) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._trust = trust
        self._notices = notices
        self._read: dict[ModuleFile, ModuleSource] = {}
        self._answered: Callable[[int], None] | None = None
        self.dialog: TrustDialog | None = None

    def sources(self) -> Mapping[str, ModuleSource]:
        """What the document's layer may run, by the name in its text; empty where nobody allowed it."""
        name, file = self._named()
        if file is None or not self._trust.allows(file):
            return {}
        if file not in self._read:
            try:
                source = read_module(file.path)
            except ExperimentFileError:
                return {}
            self._read[source.file] = source
        return {name: self._read[file]} if file in self._read else {}

    def ask(self) -> None:
        """Let a person choose a Python file, and make a layer of it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Layer from a Python file", "", "Python files (*.py)")
        if path:
            self.add(Path(path))

    def add(self, path: Path) -> None:
        """Make a layer of what a file defines, once it is allowed to run."""
        source = self._source(path)
        if source is None:
            return
        if self._trust.allows(source.file):
            self._make(source)
        else:
            why = f"Shall {source.name} compute an implicit layer?"
            self._question(source, why, lambda: self._make(source))

    def check(self) -> None:
        """Compare the file that the document names with the disk: what is not known yet is asked about."""
        name, file = self._named()
        if not name:
            return
        source = self._source(self._place(name, file))
        if source is None or (source.file == file and self._trust.allows(source.file)):
            return
        if self._trust.allows(source.file):
            self._take(name, source)
            self._notices.tell(f"{name} is another than when this experiment was saved; it runs as it is now.")
        else:
            self._question(source, self._why(name, source), lambda: self._take(name, source))

    def look(self) -> None:
        """Show the file that the document names, and let a person say whether it may run."""
        name, file = self._named()
        if not name:
            self._notices.tell('This text names no Python file. A line that does: Cell = module "cell.py".')
            return
        source = self._source(self._place(name, file))
        if source is not None:
            self._question(source, self._why(name, source), lambda: self._take(name, source))

    def _named(self) -> tuple[str, ModuleFile | None]:
        """The name in the text, and what the document knows of it; "" for a text without a Python file."""
        module = self._document.system.module
        return ("", None) if module is None else (module.file, self._document.experiment.modules.get(module.file))

    def _place(self, name: str, file: ModuleFile | None) -> Path:
        """Where the file is; one that was only typed lies beside the document."""
        beside = self._document.path
        return Path(file.path) if file is not None else (Path() if beside is None else beside.parent) / name

    def _source(self, path: Path) -> ModuleSource | None:
        try:
            return read_module(path)
        except ExperimentFileError as fault:
            self._notices.tell(f"{path.name} was not read: {fault}")
            return None

    def _why(self, name: str, source: ModuleSource) -> str:
        if self._trust.allows(source.file):
            return f"{name} computes this layer. You allowed it to run."
        if self._trust.knows(source.path):
            return f"{name} has changed since you allowed it. Shall it compute this layer as it is now?"
        return f"This experiment names {name}, which has not run yet. Shall it compute the layer?"

    def _question(self, source: ModuleSource, why: str, then: Callable[[], None]) -> None:
        """Show a file without holding up the window; `then` follows where the answer is yes."""
        if self.dialog is not None:
            self.dialog.close()
        allowed = self._trust.allows(source.file)

        def answered(result: int) -> None:
            self.dialog = None
            if result == QDialog.DialogCode.Accepted:
                self._read[source.file] = source
                self._trust.allow(source.file)
                self._notices.dismiss()
                then()
            elif result == FORBIDDEN and allowed:
                self._trust.forbid(source.path)
                self.decided.emit()
            elif not allowed:
                self._say_refused(source)

        self.dialog = TrustDialog(source, why, allowed, self._window)
        self._answered = answered  # what a signal calls must not go before it
        self.dialog.finished.connect(answered)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def _say_refused(self, source: ModuleSource) -> None:
        name, file = self._named()
        if name and self._place(name, file) == Path(source.path):
            sentence = f"{source.name} was not run. File > Python file of the layer shows it again."
            self._notices.tell(sentence, "Look at it…", self.look)
        else:
            self._notices.tell(f"{source.name} was not run. File > Layer from a Python file asks again.")

    def _make(self, source: ModuleSource) -> None:
        from core.module_outline import layer_text, outlines, syntax_fault  # noqa: PLC0415 - few ever need Python's parser

        found = outlines(source)
        if not found:
            fault, what = syntax_fault(source), "defines no class with forward(z) and no function f(z): write one"
            self._notices.tell(f"{source.name} {f'is no Python, {fault}' if fault else what}.")
            return
        self._read[source.file] = source
        modules = {source.name: source.file}
        experiment = Experiment(layer_text(found[0], source.name), modules=modules)
        if not self._document.edit(edits.load(experiment, source.name)):
            return
        self._document.set_path(None)
        self.made.emit(WindowNotes())
        others = ", ".join(outline.name for outline in found[1:5])
        if others:
            self._notices.tell(f'{source.name} also has {others}: write module "{source.name}:{found[1].name}".')

    def _take(self, name: str, source: ModuleSource) -> None:
        """Mean what was read, where the document still names it."""
        self._read[source.file] = source
        named, file = self._named()
        if named == name and file != source.file:
            self._document.edit(edits.set_module(name, source.file))
        else:
            self.decided.emit()
