"""What is in the document, the playhead and the newest frame, shown in the panels and plots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core import catalogue
from core.experiment import starting_points
from core.formula_map import FormulaMap
from core.readings import (
    Agreement,
    Branches,
    ClosedOrbits,
    Equilibria,
    FixedPoints,
    GlobalError,
    Iterations,
    LyapunovExponents,
    RootProofs,
    Spectrum,
    Trajectories,
)
from core.window_notes import WindowNotes

from . import edits, training_edits
from .convergence import cycle_sentences, reason_of
from .remedies import remedies

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .interaction import Interaction
    from .main_window import MainWindow
    from .panels import Panels
    from .playback import Playback
    from .stage import Stage


class Presenting(QObject):
    """Only shows; whoever changes something does it in the document."""

    module_asked = Signal()
    """A person wants to see the Python file that did not run."""

    def __init__(
        self,
        window: MainWindow,
        document: Document,
        panels: Panels,
        stage: Stage,
        interaction: Interaction,
        playback: Playback,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._panels = panels
        self._stage = stage
        self._interaction = interaction
        self._playback = playback
        self._shape: object = None  # of the system that the views were reset for
        self._failure = self._told = ""
        self._layers: tuple[str, ...] = ()
        document.system_changed.connect(self._show_system)
        document.draft_changed.connect(self._show_draft)
        document.experiment_changed.connect(self._show_experiment)
        document.path_changed.connect(self._show_title)
        document.undo_stack.cleanChanged.connect(self._show_title)
        interaction.selection_changed.connect(self._show_numbers)
        stage.changed.connect(self._show_stage)
        playback.time_changed.connect(panels.timeline.show_time)
        playback.range_changed.connect(panels.timeline.show_range)
        playback.counting_changed.connect(panels.timeline.show_counting)
        playback.learning_changed.connect(panels.timeline.show_learning)
        playback.learning_changed.connect(window.top_bar.show_learning)
        playback.playing_changed.connect(panels.timeline.show_playing)
        playback.playing_changed.connect(window.top_bar.set_playing)
        playback.loop_changed.connect(panels.timeline.show_loop)

    def show_all(self, notes: WindowNotes) -> None:
        """Another experiment: everything anew, seen as its notes say."""
        self._show_system()
        self._show_stage()
        self.look_as(notes)
        self._show_draft()
        self._show_experiment()
        self._panels.timeline.show_loop(self._playback.loop)

    def look_as(self, notes: WindowNotes) -> None:
        """Fit the plots to the system, or to what was seen when the experiment was saved."""
        self._stage.choose_main_named(notes.main)
        self._reset_views(notes)
        main = self._stage.main
        for view in self._stage.mains():
            # of those that are not seen yet a saved file says only what is hidden
            view.show_layers(notes if view is main else replace(notes, view={}))
        self._panels.layers.show_view(main)

    def notes(self) -> WindowNotes:
        """How the experiment is looked at."""
        viewport, mains = self._stage.main.viewport(), self._stage.mains()
        main = None if self._stage.main is mains[0] else self._stage.main.name
        hidden = self._panels.layers.hidden_layers() + self._hidden_elsewhere()
        own = {layer.name for layer in self._stage.main.layers() if not layer.visible}
        shown = tuple(sorted(own.difference(hidden)))
        if viewport is None:
            return WindowNotes(main=main, hidden_layers=hidden, shown_layers=shown)
        system = self._document.system
        seen = {viewport.x: viewport.x_range, viewport.y: viewport.y_range}
        named = {name: seen[name] for name in seen if name in (*system.components, "t")}
        known = {*named, *(parameter.name for parameter in system.parameters)}
        axes = (viewport.x, viewport.y) if set(seen) <= known else None  # a cobweb's second axis is no component
        return WindowNotes(main=main, axes=axes, view=named, hidden_layers=hidden, shown_layers=shown)

    def _hidden_elsewhere(self) -> tuple[str, ...]:
        """Layers that are switched off in other main plots, of those that this one has not got."""
        main = self._stage.main
        off = {
            layer.name
            for view in self._stage.mains()
            for layer in view.layers()
            if view is not main and layer.visible and not view.shows_layer(layer.name)
        }
        return tuple(sorted(off.difference(layer.name for layer in main.layers())))

    def show_frame(self, frame: Frame) -> None:
        """Show the numbers of a frame that the plots have drawn."""
        self._interaction.show_frame(frame)
        curves, iterations = frame.get(Trajectories), frame.get(Iterations)
        if curves is not None:
            self._playback.show_curves(curves)
        if iterations is not None:
            if not self._playback.learning:
                self._playback.show_last(float(iterations.last))
            self._panels.status.show_samples(len(iterations))
        self._show_numbers()
        self._panels.status.show_frame(frame)
        agreement = frame.get(Agreement)
        if frame.quality == "full" and (frame.final or agreement is not None):  # what follows may take seconds
            self._panels.run.show_agreement(agreement)
            self._panels.status.show_agreement(agreement)
        failure = frame.error or ""
        if failure and failure != self._failure:
            self._tell(failure)
        elif self._failure and not failure and self._panels.notices.text == self._told:
            self._panels.notices.dismiss()  # it is no longer true
        self._failure = failure
        self._panels.status.show_failure(self._told if failure else "")

    def show_engine(self, state: str, sentence: str) -> None:
        """Show what the engine does; a restart or failure is told in a notice too."""
        self._panels.status.show_engine(state, sentence)
        if state in ("restarting", "failed"):
            self._panels.notices.tell(sentence)

    def _tell(self, failure: str) -> None:
        module, self._told = self._document.system.module, f"{failure.rstrip('.')}."
        if module is not None and PurePosixPath(module.file).name in failure:  # it may begin with the file's name
            self._panels.notices.tell(self._told, "Look at it…", self.module_asked.emit)
        else:
            self._told = f"{self._told[0].upper()}{self._told[1:]}"
            self._panels.notices.tell(self._told)

    def _show_system(self) -> None:
        system = self._document.system
        self._panels.system.show_system(system, self._document.title)
        self._panels.show_kind(system.kind)
        if not system.flows:
            self._panels.root.refuse(catalogue.refusals(FormulaMap(system)))
        whole = system.module is None, bool(system.events)  # else there are readings that cannot be had any more
        shape = (system.kind, system.components, dict(system.view), system.symbols, whole)
        if self._shape is not None and shape != self._shape:
            self._reset_views(WindowNotes())
            self._panels.layers.show_view(self._stage.main)
        self._shape = shape

    def _reset_views(self, notes: WindowNotes) -> None:
        experiment, system = self._document.experiment, self._document.system
        seen = replace(system, view={**system.view, **notes.view})
        self._interaction.forget()
        for view in self._stage.fitting:
            view.reset(experiment, seen, notes.axes)
        span = edits.span_of(experiment, system) if system.flows else None
        self._playback.begin(span, learning=training_edits.can_train(experiment, system))

    def _show_stage(self) -> None:
        self._panels.layers.show_view(self._stage.main)
        self._panels.gradient.show_wanted(self._stage.wants())

    def _show_draft(self) -> None:
        error = self._document.error
        self._panels.system.show_draft(self._document.draft, error)
        for view in self._stage.views:
            view.set_stale(error is not None)

    def _show_experiment(self) -> None:
        experiment, system = self._document.experiment, self._document.system
        self._panels.parameters.show_experiment(experiment, system)
        self._panels.solver.show_experiment(experiment, system)
        self._panels.root.show_experiment(experiment)
        self._panels.gradient.show_experiment(experiment, system)
        self._panels.descent.show_experiment(experiment)
        self._panels.ensemble.show_experiment(experiment, system)
        for view in self._stage.fitting:
            view.show_experiment(experiment, system)
        layers = tuple(layer.name for layer in self._stage.main.layers())
        if layers != self._layers:  # an ensemble, and a race, have layers of their own
            self._layers = layers
            self._panels.layers.show_view(self._stage.main)
        self._panels.run.show_experiment(experiment, system)
        self._panels.status.show_experiment(experiment, system)
        starts = len(starting_points(experiment, system))
        if system.flows:
            self._panels.status.show_trajectories(starts)
            self._playback.set_span(edits.span_of(experiment, system))
        else:
            self._panels.status.show_samples(starts * self._interaction.readings.rows)
        self._interaction.drop_lost_selection()
        self._show_title()

    def _show_numbers(self) -> None:
        inspector, newest, index = self._panels.inspector, self._interaction.readings, self._interaction.index
        if self._document.system.flows:
            inspector.curves.show_trajectory(newest.get(Trajectories), index)
            estimated = self._document.experiment.integration.global_error
            error = newest.get(GlobalError) if estimated else None
            inspector.curves.show_error(error, newest.get(Trajectories), index)
            wanted = self._stage.wants()
            inspector.curves.show_equilibria(newest.get(Equilibria) if Equilibria in wanted else None)
            branches = newest.get(Branches) if Branches in wanted else None
            inspector.curves.bifurcations.show_branches(branches, self._document.system)
            inspector.curves.orbits.show_orbits(newest.get(ClosedOrbits), index)
            inspector.curves.exponents.show_exponents(newest.get(LyapunovExponents))
            return
        iterations, points, spectrum = newest.get(Iterations), newest.get(FixedPoints), newest.get(Spectrum)
        root = self._document.experiment.root
        self._panels.root.show_iterations(iterations, index, self._document.experiment.dtype)
        inspector.samples.show_sample(iterations, index, self._document.experiment.dtype)
        reasons = reason_of(iterations, index, points, spectrum, root), cycle_sentences(iterations, index)
        inspector.samples.show_reason(" ".join(filter(None, reasons)))
        inspector.samples.remedies.show_remedies(remedies(self._document.experiment, iterations, index, spectrum))
        inspector.samples.show_points(points, newest.get(RootProofs))

    def _show_title(self) -> None:
        path = self._document.path
        name = self._document.title if path is None else path.name
        self._window.setWindowTitle(f"{name}[*] – Implicit Explorer")
        self._window.setWindowModified(not self._document.undo_stack.isClean())
