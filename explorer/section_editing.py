"""The Poincare section: its edits, and the plot that comes on with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.experiment import Experiment, Section
from core.readings import VelocityGrid

from .edits import Edit

if TYPE_CHECKING:
    from core.language import System
    from core.request import Viewport

    from .actions import Actions
    from .document import Document
    from .interaction import Interaction
    from .plot_menu import PlotMenu
    from .stage import Stage
    from .view import View

_PLOT, _PLANE = "poincare_section", "phase_plane"
_NOT_HERE = "A section is laid through the phase plane of two components: show that first"
_REACH = 0.9
"""Where a new line ends, as a share of the way from the middle of the view to its right edge."""


def set_section(section: Section, *, dragged: bool = False) -> Edit:
    """Draw a section, drag its ends or choose what counts; one that is off is taken away. Only drags merge."""

    def change(experiment: Experiment, _: System) -> Experiment:
        return replace(experiment, section=section)

    title = "Change the Poincaré section" if section.on else "Remove the Poincaré section"
    return Edit(title, ("section",) if dragged else None, change)


def laid_section(viewport: Viewport, grid: VelocityGrid | None) -> Section:
    """A section from the middle of what is seen to the right, crossed the way that the field mostly goes there."""
    (left, right), (bottom, top) = viewport.x_range, viewport.y_range
    middle, height = 0.5 * (left + right), 0.5 * (bottom + top)
    end = middle + _REACH * (right - middle)
    rising = 0
    if grid is not None and (grid.x_name, grid.y_name) == (viewport.x, viewport.y):
        row = int(abs(grid.y - height).argmin())
        along = grid.v[row][(grid.x > middle) & (grid.x < end)]
        rising = int((along > 0.0).sum()) - int((along < 0.0).sum())
    direction = "to the left" if rising > 0 else "to the right" if rising < 0 else "both ways"
    return Section(True, (viewport.x, viewport.y), (middle, height), (end, height), direction)


def stroboscopic_section(viewport: Viewport) -> Section:
    """The states once a period of the forcing, in the plane that is seen, with the line that it is if a person chooses
    one instead."""
    return replace(laid_section(viewport, None), kind="period")


class SectionEditing(QObject):
    """Its plot is on while there is a section, unless a person switches it off, and off otherwise."""

    def __init__(
        self,
        document: Document,
        stage: Stage,
        interaction: Interaction,
        actions: Actions,
        menu: PlotMenu,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._stage, self._interaction = document, stage, interaction
        self._on = False
        self._action = actions["section"]
        self._tip = self._action.toolTip()
        for view in stage.views:
            view.section_edited.connect(self._set)
            view.viewport_changed.connect(self._offer)
        stage.changed.connect(self._offer)
        document.experiment_changed.connect(self._follow)
        actions.on("section", self.switch)
        menu.section_asked.connect(self.switch)
        menu.spans_chosen.connect(self.set_spans)
        menu.offers_section = self.offers
        menu.section = lambda: document.experiment.section
        self._follow()

    def offers(self, view: View) -> bool:
        """Whether a section can be laid through what a view shows, a plane of two components; the section's own plot
        speaks for the main one."""
        if view.name == _PLOT:
            view = self._stage.main
        viewport, system = view.viewport(), self._document.system
        if view.name != _PLANE or viewport is None:
            return False
        return system.kind == "ode" and {viewport.x, viewport.y} <= set(system.components)

    def switch(self) -> None:
        """Lay a section through the middle of the main plane, or take it away; of a field that time drives it is one of
        moments, once a period."""
        viewport = self._stage.main.viewport()
        if self._document.experiment.section.on:
            self._set(Section(), None)
        elif viewport is not None and self.offers(self._stage.main):
            grid = self._interaction.readings.get(VelocityGrid)
            driven = not self._document.system.autonomous
            self._set(stroboscopic_section(viewport) if driven else laid_section(viewport, grid), None)

    def set_spans(self, spans: int) -> None:
        """Follow the trajectories for so many time spans."""
        self._set(replace(self._document.experiment.section, spans=spans), None)

    def _set(self, section: Section, drag: int | None) -> None:
        viewport = self._stage.main.viewport()
        if _is_unlaid(self._document.experiment.section, section) and viewport is not None:
            laid = laid_section(viewport, None)
            if laid.axes == section.axes:
                section = replace(section, begin=laid.begin, end=laid.end)
        self._document.edit(set_section(section, dragged=drag is not None), drag)

    def _offer(self) -> None:
        """The menu's entry does something, or cannot be chosen."""
        possible = self._document.experiment.section.on or self.offers(self._stage.main)
        self._action.setEnabled(possible)
        self._action.setToolTip(self._tip if possible or not self._document.system.flows else _NOT_HERE)

    def _follow(self) -> None:
        self._offer()
        on = self._document.experiment.section.on
        if on == self._on:
            return
        self._on = on
        for view in self._stage.views:
            if view.name == _PLOT:
                self._stage.set_shown(view, on)


def _is_unlaid(before: Section, after: Section) -> bool:
    """Whether moments become a line of which a file said nothing."""
    nothing = Section()
    return (before.kind, after.kind) == ("period", "line") and (after.begin, after.end) == (nothing.begin, nothing.end)
