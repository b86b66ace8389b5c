"""Everything a person can ask of the window, once: menu, key, tooltip and command palette are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from .modes import MODES


@dataclass(frozen=True)
class Command:
    """name: how code calls it. text: what people read. keys: standard key sequences or text, the first is shown."""

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    help: str = ""
    checkable: bool = False
    separator: bool = False
    """Begins a new group of its menu."""
    plot_key: str = ""
    """A key that the focused plot takes itself: shown beside the text, not bound in the whole window."""


COMMANDS = (
    Command("new", "File", "New", ("Ctrl+N",), "Start with a small system of your own"),
    Command(
        "new_network",
        "File",
        "New network…",
        ("Ctrl+Shift+N",),
        "Put a neural ODE, a layer in equilibrium or a flow together from blocks",
    ),
    Command("open", "File", "Open…", ("Ctrl+O",), "Open an experiment file"),
    Command(
        "python_layer",
        "File",
        "Layer from a Python file…",
        (),
        "Make a layer of your own torch module or function; it is shown before it runs",
    ),
    Command(
        "python_trust",
        "File",
        "Python file of the layer…",
        (),
        "Show the Python file that the text names, and say whether it may run",
    ),
    Command("save", "File", "Save", ("Ctrl+S",), "Save the experiment as a text file", separator=True),
    Command("save_as", "File", "Save as…", ("Ctrl+Shift+S",), "Save under another name"),
    Command(
        "save_window",
        "File",
        "Save a picture of the window…",
        ("Ctrl+Shift+I",),
        "Save all that the window shows as a PNG, at 1 to 4 times its size",
        separator=True,
    ),
    Command(
        "copy_python",
        "File",
        "Copy as Python",
        ("Ctrl+Alt+C",),
        "Put a script that computes the same numbers on the clipboard",
        separator=True,
    ),
    Command(
        "copy_torch",
        "File",
        "Copy as torch function",
        (),
        "Put the system alone on the clipboard, as a function that needs torch only",
    ),
    Command("quit", "File", "Quit", ("Ctrl+Q",), "Close the window", separator=True),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",)),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("edit_text", "Edit", "Edit the equations", ("Ctrl+E",), "Put the cursor into the text", separator=True),
    Command("write_values", "Edit", "Write values into the text", (), "Make the sliders' values the text's defaults"),
    Command("store_tensors", "Edit", "Store tensors…", (), "Keep weights or inputs from a file in the experiment"),
    Command("reset_values", "Edit", "Reset parameters", (), "Return to the values and ranges of the text"),
    Command("reset_starts", "Edit", "Reset the starts", (), "Return to the starts of the text", separator=True),
    Command("clear_starts", "Edit", "Remove all starts"),
    Command("remove_start", "Edit", "Remove the selected start", plot_key="Del"),
    Command(
        "section",
        "Edit",
        "Poincaré section",
        (),
        "Lay a line through the plane and see where trajectories cross it, or take it away",
        separator=True,
    ),
    Command("gallery", "View", "Gallery…", ("Ctrl+G",), "Choose one of the prepared systems"),
    *(
        Command(f"mode_{mode.name}", "View", mode.title, (), mode.help, checkable=True, separator=mode is MODES[0])
        for mode in MODES
    ),
    Command("fit", "View", "Fit", ("Home",), "Show everything in the plane", separator=True),
    Command("view_back", "View", "Previous view", ("Alt+Left",), "Go back to where the plane was before a zoom"),
    Command("view_forward", "View", "Next view", ("Alt+Right",)),
    Command("panels", "View", "Hide panels", ("H",), "Leave only the plane", checkable=True, separator=True),
    Command("full_screen", "View", "Full screen", ("F11",), checkable=True),
    Command("theme_dark", "View", "Dark theme", checkable=True, separator=True),
    Command("theme_light", "View", "Light theme", checkable=True),
    Command("theme_system", "View", "Theme of the desktop", checkable=True),
    Command("play", "Run", "Play or pause", ("Space",), "Move the points and the particles, or hold them"),
    Command("step", "Run", "Single step", (".",), "Go to the end of the solver's next step"),
    Command("step_back", "Run", "Step back", (",",), "Go to the end of the solver's step before"),
    Command("rewind", "Run", "Back to the start", ("R",), "Put the playhead at the start of the time span"),
    Command("end", "Run", "To the end", ("Shift+R",), "Put the playhead at the end of the time span"),
    Command("loop", "Run", "Loop", ("L",), "Begin again at the end", checkable=True),
    Command("cancel", "Run", "Cancel the run", ("Esc",), "Stop computing", separator=True),
    Command("race", "Run", "Race the solvers", (), "Run several methods from the same start, or end the race"),
    Command(
        "gradient",
        "Run",
        "Show gradient",
        ("G",),
        "Differentiate a loss of the solution: whether its gradient is to be trusted, and what every method costs",
    ),
    Command(
        "fit_data",
        "Run",
        "Fit to data…",
        (),
        "Load a table of points and let the parameters move until the curve goes through them",
        separator=True,
    ),
    Command("train", "Run", "Train or pause", ("T",), "Let a network learn from where it stands", separator=True),
    Command("train_step", "Run", "Train one iteration", ("Shift+T",), "One step of the optimiser"),
    Command("start_over", "Run", "Start over", (), "Return to the weights from which the text begins"),
    Command("branch", "Run", "Branch from here", ("B",), "Go on from the iteration that is shown, and leave the later"),
    Command(
        "save_checkpoint",
        "Run",
        "Save checkpoint…",
        ("Ctrl+Alt+S",),
        "Keep weights and optimiser in a safetensors file, which any torch program opens",
    ),
    Command("resume_checkpoint", "Run", "Resume from checkpoint…", ("Ctrl+Alt+O",), "Stand where a checkpoint says"),
    Command("restart_run", "Run", "Run again", ("F5",), "Compute the picture anew"),
    Command("export_picture", "Export", "Picture (PNG, SVG, PDF)…", ("Ctrl+Shift+E",), "Save the plane as a picture"),
    Command("copy_image", "Export", "Copy the picture", ("Ctrl+Shift+C",), "Put the plane on the clipboard"),
    Command("export_csv", "Export", "Trajectories (CSV)…", (), "Save the curves as a table", separator=True),
    Command("export_npz", "Export", "Trajectories (NPZ)…", (), "Save the curves for numpy"),
    Command("export_ensemble", "Export", "Ensemble (CSV, NPZ)…", (), "Save where its trajectories are over time"),
    Command("export_map", "Export", "Map of the plane (CSV, NPZ)…", (), "Save where every pixel ends"),
    Command("palette", "Help", "Search commands", ("Ctrl+Shift+P",), "Find and run any command"),
    Command("help", "Help", "Help", ("F1",), "The formula language, ensembles, maps and the mouse"),
    Command("keys", "Help", "Keys", ("?",), "Every key on one page"),
    Command(
        "diagnostics",
        "Help",
        "Copy diagnostics",
        (),
        "Put versions and the latest log on the clipboard",
        separator=True,
    ),
    Command("about", "Help", "About"),
)

MENUS = ("File", "Edit", "View", "Run", "Export", "Help")


class Actions(QObject):
    """The window's QActions by command name."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {command.name: self._made(command, window) for command in COMMANDS}
        self._menus: dict[str, QMenu] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def on(self, name: str, slot: Callable[[], object]) -> None:
        """Call `slot` whenever the command is asked for."""
        self._actions[name].triggered.connect(slot)

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Add the menus to a menu bar."""
        menus = self._menus = {title: bar.addMenu(title) for title in MENUS}
        for command in COMMANDS:
            if command.separator:
                menus[command.menu].addSeparator()
            menus[command.menu].addAction(self._actions[command.name])
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        return menus

    def add_toggle(self, name: str, menu: str, text: str) -> QAction:
        """Add a command that shows or hides something, switched on at first."""
        action = self._made(Command(name, menu, text, checkable=True), self._window)
        action.setChecked(True)
        self._actions[name] = action
        self._menus[menu].addAction(action)
        return action

    def add_submenu(self, after: str, title: str) -> QMenu:
        """Add a menu below the entry of command `after`."""
        menu = next(menu for menu in self._menus.values() if self._actions[after] in menu.actions())
        entries = menu.actions()
        submenu = QMenu(title, menu)
        menu.insertMenu(entries[entries.index(self._actions[after]) + 1], submenu)
        return submenu

    def _made(self, command: Command, window: QWidget) -> QAction:
        action = QAction(f"{command.text}\t{command.plot_key}" if command.plot_key else command.text, window)
        action.setObjectName(command.name)
        action.setCheckable(command.checkable)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        shown = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if command.keys else ""
        action.setToolTip(f"{command.help or command.text}{shown}")
        window.addAction(action)
        return action
