"""The one place that connects the parts of the window: document, panels, views, engine and clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QCloseEvent

from core.module_file import SUFFIX
from core.window_notes import WindowNotes

from . import icons
from .choosing import Choosing
from .commanding import Commanding
from .cursor_link import CursorLink
from .data_exporting import DataExporting
from .descent_editing import DescentEditing
from .document import Document
from .editing import Editing
from .effects import Effects
from .ensemble_editing import EnsembleEditing
from .exporting import Exporting
from .filing import Filing
from .frame_clock import FrameClock
from .hint import Hint
from .interaction import Interaction
from .leading import Leading
from .learning import Learning
from .moding import Moding
from .module_gate import ModuleGate
from .network_building import NetworkBuilding
from .panels import Panels, place
from .picture_rate import PictureRate
from .playback import Playback
from .plot_menu import PlotMenu
from .presenting import Presenting
from .racing import Racing
from .recovery import Recovery
from .returning import Returning
from .root_editing import RootEditing
from .script_copying import ScriptCopying
from .section_editing import SectionEditing
from .solving import Solving
from .stage import Stage
from .staging import Staging
from .stepping import Stepping
from .storing import Storing
from .trust import Trust
from .views import views as view_classes

if TYPE_CHECKING:
    from core.experiment import Experiment

    from .appearance import Appearance
    from .engine_client import EngineClient
    from .error_report import ErrorReport
    from .main_window import MainWindow
    from .status_bar import StatusBar
    from .theme import Theme
    from .window_state import WindowState

_PATIENCE = 0.05
"""Seconds that the playhead waits for the picture of a preview."""
_LONGEST_DRIFT = 0.05
"""Seconds for which drifting particles may stand still while new curves are drawn."""


class Conductor(QObject):
    """Builds every part once the window is on the screen, and introduces each to those it works with."""

    def __init__(
        self,
        window: MainWindow,
        status: StatusBar,
        client: EngineClient,
        appearance: Appearance,
        state: WindowState,
        report: ErrorReport,
        experiment: Experiment,
    ) -> None:
        super().__init__(window)
        theme = appearance.theme
        self.window = window
        self.document = Document(experiment, self)
        self.stage = Stage(self.document, tuple(view() for view in view_classes()), self)
        self.panels = Panels.made(theme, status)
        self.clock = FrameClock(self)
        self.playback = Playback(self)
        self.interaction = Interaction(self.document, self.stage, self)
        self.cursor_link = CursorLink(self.playback, self.stage, self)
        self.presenting = Presenting(window, self.document, self.panels, self.stage, self.interaction, self.playback)
        self.returning = Returning(self.document, self.stage, self.presenting)
        self.stepping = Stepping(self.playback, self.interaction, self)
        self.gate = ModuleGate(window, self.document, Trust(state.trusted), self.panels.notices)
        self.solving = Solving(self.document, client, self.clock, self.stage, self, self.gate.sources)
        self.editing = Editing(self.document, self.panels, self.stage, self)
        self.root_editing = RootEditing(self.document, self.panels, self.stage, self)
        self.racing = Racing(self.document, self.panels, self.stage, self.solving, self)
        self.descent_editing = DescentEditing(self.document, self.panels, self)
        self.ensemble_editing = EnsembleEditing(self.document, self.panels, self)
        self.choosing = Choosing(self.document, self.panels.system.chooser, theme)
        self.moding = Moding(window.actions_by_name, self.document, self.choosing)
        self.filing = Filing(window, self.document, state, self.panels.notices, self.presenting.notes)
        self.recovery = Recovery(self.document, state, self.filing, self.panels.notices, self.presenting.notes)
        notices = self.panels.notices
        self.exporting = Exporting(window, self.document, self.stage, notices, appearance, self.presenting.notes)
        self.data_exporting = DataExporting(window, self.document, self.solving, self.stage, notices)
        self.storing = Storing(window, self.document, notices)
        self.script_copying = ScriptCopying(self.document, notices, self)
        self.plot_menu = PlotMenu(window, self.stage, self.exporting, self.data_exporting)
        self.commanding = Commanding(window, self.panels, report, self.choosing)
        self._client, self._state, self._appearance = client, state, appearance
        self._hint: Hint | None = None
        self._rate = PictureRate(self)
        self._passed = self._drift = 0.0
        place(window, self.panels, self.stage)
        self.staging = Staging(window, self.stage, self.panels, self.solving, self.document)
        self._connect(report)
        self._connect_timeline()
        self._apply_theme(theme)

    def begin(self, notes: WindowNotes) -> None:
        """Show the experiment, and let it move: the first thing anyone sees."""
        self.presenting.show_all(notes)
        self.returning.begin(notes)
        self.recovery.offer()
        if not self._state.preferences.clicked:
            self._hint = Hint("Click anywhere to start a trajectory", self.stage.main)
            self._hint.show()
        self.stage.main.setFocus()
        self.choosing.prepare_later()
        self.solving.submit()
        if not self.playback.learning:  # a training begins when a person wants it to
            self.playback.set_playing(True)

    def end(self) -> None:
        """Hold everything still; nothing is asked of anyone after this."""
        self.clock.set_moving(False)
        self.recovery.drop()
        self._client.close()
        self.document.undo_stack.blockSignals(True)  # it empties itself when the window's actions are gone already

    def _connect(self, report: ErrorReport) -> None:
        actions = self.window.actions_by_name
        parts = self.document, self.panels, self.stage, self.solving, self.playback, self.stepping, self.cursor_link
        self.learning = Learning(self.window, *parts, self._client, self._state)  # first: it acts before commands do
        self._recent_menu = actions.add_submenu("open", "Recent")
        self.window.top_bar.menus["File"].aboutToShow.connect(self._fill_recent)
        data, scripts = self.data_exporting, self.script_copying
        self.commanding.connect_files(self.filing, self.exporting, data, scripts, self.storing)
        self.commanding.connect_modules(self.gate)
        self.building = NetworkBuilding(self.window, self.choosing, self.panels.training)
        self.commanding.connect_edits(self.document, self.editing, self.interaction)
        self.commanding.connect_view(self._appearance)
        self.commanding.connect_run(self.playback, self.solving, self.stepping)
        for choice in ("dark", "light", "system"):
            actions.on(f"theme_{choice}", self._choose_theme)
        self._appearance.theme_changed.connect(self._apply_theme)
        self._client.state_changed.connect(self.presenting.show_engine)
        report.happened.connect(self.panels.notices.tell)
        self.solving.frame_taken.connect(self.presenting.show_frame)
        self.filing.opened.connect(self.presenting.show_all)
        for chosen in (self.choosing.chosen, self.gate.made):
            chosen.connect(self.presenting.look_as)
        for opened in (self.filing.opened, self.choosing.chosen, self.gate.made):
            opened.connect(self.returning.begin)
        self.presenting.module_asked.connect(self.gate.look)
        self.gate.decided.connect(self.solving.submit)
        self.filing.opened.connect(self.gate.check)
        self.interaction.start_added.connect(self._take_back_hint)
        self.panels.system.gallery_asked.connect(self.choosing.open)
        self.panels.system.help_asked.connect(actions["help"].trigger)
        self.panels.layers.layer_switched.connect(self._switch_layer)
        self.clock.ticked.connect(self._tick)
        self._rate.changed.connect(self.panels.status.show_rate)
        self.interaction.selection_changed.connect(self.solving.set_focus)
        self.section_editing = SectionEditing(
            self.document, self.stage, self.interaction, actions, self.plot_menu, self
        )
        self.effects = Effects(self.document, self.panels, self.stage, self.interaction, self.solving, self)
        self.leading = Leading(self.document, self.panels, self.stage, self.solving, self.effects, self.window)
        for view in self.stage.views:
            view.readout.connect(self.panels.status.show_readout)
        self.window.closing.connect(self._close)
        self.window.file_dropped.connect(self._open_dropped)

    def _connect_timeline(self) -> None:
        timeline, playback = self.panels.timeline, self.playback
        playback.playing_changed.connect(self._set_pace)
        self.panels.parameters.playing_changed.connect(self._set_pace)
        playback.held.connect(self._freeze)
        timeline.play_asked.connect(playback.toggle)
        timeline.first_asked.connect(playback.rewind)
        timeline.last_asked.connect(playback.go_to_end)
        timeline.step_asked.connect(self.stepping.forward)
        timeline.step_back_asked.connect(self.stepping.back)
        timeline.scrubbed.connect(playback.seek)
        timeline.speed_changed.connect(playback.set_speed)
        timeline.loop_changed.connect(playback.set_loop)
        pause = self.learning.trainer.pause
        self.window.actions_by_name.on("cancel", pause)  # then the picture of where it stands is not cancelled
        for leaving in (self.filing.leaving, self.choosing.leaving):
            leaving.connect(pause)

    def _tick(self, seconds: float) -> None:
        drawn = self.solving.take()
        self._passed += seconds
        if drawn not in (None, self.stage.main):
            return  # what moves, moves with the main plot, and this picture was another's
        if drawn is None and self.clock.expecting and self._passed < _PATIENCE:
            return  # it moves with the picture that is to come: nothing is painted twice
        self.panels.parameters.advance(self._passed)
        self.playback.advance(self._passed)
        if self.playback.playing:
            self._drift += self._passed * self.playback.speed
            if drawn is None or self._drift > _LONGEST_DRIFT:  # new curves and drifting particles: one of them a tick
                for view in self.stage.on:
                    view.advance(self._drift)
                self._drift = 0.0
        self._passed = 0.0
        self._rate.count()

    def _set_pace(self) -> None:
        moving = self.playback.playing or self.panels.parameters.playing
        self.clock.set_moving(moving)
        if not moving:
            self._rate.rest()

    def _freeze(self) -> None:
        if not self.playback.counting:
            self.solving.set_time(self.playback.t)

    def _switch_layer(self, name: str, visible: bool) -> None:
        self.stage.main.set_layer_visible(name, visible)
        self.panels.layers.show_view(self.stage.main)  # one layer may make place for another

    def _choose_theme(self) -> None:
        choice = self.sender().data()
        self._state.remember(theme=choice)
        self._appearance.choose(choice)

    def _apply_theme(self, theme: Theme) -> None:
        for view in self.stage.views:
            view.apply_theme(theme)
        self.panels.apply_theme(theme)
        self.choosing.apply_theme(theme)
        icons.dress(self.window)
        for choice in ("dark", "light", "system"):
            self.window.actions_by_name[f"theme_{choice}"].setChecked(choice == self._appearance.choice)

    def _take_back_hint(self) -> None:
        if self._hint is not None:
            self._hint.take_back()
            self._hint = None
            self._state.remember(clicked=True)

    def _fill_recent(self) -> None:
        self.filing.fill_recent(self._recent_menu)

    def _open_dropped(self, path: str) -> None:
        if path.endswith(SUFFIX):
            self.gate.add(Path(path))
        elif path.lower().endswith((".csv", ".tsv", ".txt")):
            self.leading.editing.load(Path(path))
        else:
            self.filing.open_path(Path(path))

    def _close(self, event: QCloseEvent) -> None:
        if not self.filing.may_leave():
            event.ignore()
            return
        self._state.remember_geometry(self.window.saveGeometry())
        self.end()
