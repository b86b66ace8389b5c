"""What a person changes in a panel, or of the integration or several parameters in a plot, becomes an edit of the
document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from . import edits

if TYPE_CHECKING:
    from core.experiment import SliderRange

    from .document import Document
    from .panels import Panels
    from .stage import Stage


class Editing(QObject):
    """Every slot here is one edit."""

    def __init__(self, document: Document, panels: Panels, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        parameters, solver = panels.parameters, panels.solver
        panels.system.editor.text_edited.connect(document.set_text)
        parameters.value_edited.connect(self._set_value)
        parameters.drag_finished.connect(document.finish_drag)
        parameters.value_reset.connect(self._reset_value)
        parameters.values_reset.connect(self.reset_values)
        parameters.range_edited.connect(self._set_range)
        solver.integration_edited.connect(self._set_integration)
        for view in stage.views:
            view.integration_edited.connect(self._set_integration)
            view.parameters_dragged.connect(self._set_values)
        solver.span_edited.connect(self._set_span)
        solver.seed_edited.connect(self._set_seed)
        panels.run.budget_edited.connect(self._set_budget)
        panels.run.field_edited.connect(self._set_field)

    def reset_values(self) -> None:
        """Return to the values and ranges of the text."""
        self._document.edit(edits.reset_values())

    def reset_starts(self) -> None:
        """Return to the starts of the text."""
        self._document.edit(edits.reset_starts())

    def clear_starts(self) -> None:
        """Remove every trajectory."""
        self._document.edit(edits.clear_starts())

    def write_values(self) -> None:
        """Make the values of sliders and dots the text's defaults."""
        self._document.edit(edits.write_into_text())

    def _set_value(self, name: str, value: float, drag: int | None) -> None:
        self._document.edit(edits.set_value(name, value), drag)

    def _set_values(self, values: Mapping[str, float], drag: int) -> None:
        self._document.edit(edits.set_values(values), drag)

    def _reset_value(self, name: str) -> None:
        self._document.edit(edits.reset_value(name))

    def _set_range(self, name: str, slider: SliderRange) -> None:
        self._document.edit(edits.set_range(name, slider))

    def _set_integration(self, name: str, value: Any) -> None:
        self._document.edit(edits.set_integration(name, value))

    def _set_budget(self, name: str, value: float) -> None:
        self._document.edit(edits.set_budget(name, value))

    def _set_field(self, name: str, value: Any) -> None:
        self._document.edit(edits.set_field(name, value))

    def _set_seed(self, seed: float) -> None:
        self._document.edit(edits.set_field("seed", int(seed)))

    def _set_span(self, span: tuple[float, float]) -> None:
        self._document.edit(edits.set_span(span))
