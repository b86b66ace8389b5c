"""A network from a list of blocks: what it is, the list, its diagram and the text that it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core import catalogue
from core.blocks.activation import Activation
from core.blocks.concat_time import ConcatTime
from core.blocks.linear import Linear
from core.language import FormulaError, parse
from core.network_block import Block, RecipeError
from core.network_builder import Outline, misfit, recipe_experiment, recipe_for, recipe_outline, recipe_text
from core.network_recipe import Recipe
from core.parameter import Range

from .block_list import BlockList
from .editors.labelled import Labelled, choice_box, choose, offer_option, refuse_option
from .editors.number_box import NumberBox
from .labels import label, row, set_text
from .network_diagram import Captions, NetworkDiagram
from .sentence import sentence
from .single_shot import single_shot

if TYPE_CHECKING:
    from core.data_set import DataSet

_SIZE = QSize(1180, 640)
_ROOM = 60
"""Pixels that the window stays larger than the dialog."""
_LEFT, _MIDDLE = 350, 316
_BOX_WIDTH = 64
_REST = 200
"""Milliseconds without an edit after which the text is read."""
_KINDS = (
    ("ode", "Neural ODE"),
    ("second_order", "Neural ODE, second order"),
    ("equilibrium", "Layer in equilibrium"),
    ("flow", "Flow of a density"),
)
_FIRST: dict[str, tuple[str, tuple[Block, ...]]] = {
    "ode": ("circles", (Linear(32), Activation("tanh"), Linear(32), Activation("tanh"))),
    "second_order": ("minus_x", (Activation("tanh"),)),
    "equilibrium": ("digits", (Activation("tanh"),)),
    "flow": ("eight_gaussians", (ConcatTime(64), Activation("tanh"), Linear(64), Activation("tanh"))),
}
"""What a person begins with."""
_MOST_ADDED, _MOST_SIZE, _SIZE_AT_FIRST = 5, 100, 32
_SIZES = "Components of the state whose fixed point is sought, or of the layer that takes places and velocities"


class NetworkDialog(QDialog):
    """Stays open beside the window; what is chosen stays for the next network."""

    created = Signal(object, str)
    """(recipe, name of the data set)."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New network")
        self._recipe: Recipe | None = None
        self._resting = single_shot(self, self._check, _REST)
        self.kind = choice_box(_KINDS)
        self.data = choice_box(tuple((name, one.title) for name, one in catalogue.data_sets().items()))
        self.added = NumberBox("Added dimensions", Range(0, _MOST_ADDED, step=1), whole=True)
        self.size_box = NumberBox("Size", Range(1, _MOST_SIZE, step=1), whole=True)
        self.added.set_value(0)
        self.size_box.set_value(_SIZE_AT_FIRST)
        self._added_row = Labelled(
            "Added dimensions", self.added, help="Components of the state beside the data's, which begin at 0"
        )
        self._size_row = Labelled("Size", self.size_box, help=_SIZES)
        self.blocks = BlockList(catalogue.blocks())
        self.diagram = NetworkDiagram()
        self.text = QPlainTextEdit()
        self._weights = label("", "mono")
        self.fault = label("", "error", wrap=True)
        self.create = QPushButton("Create")
        self._close = QPushButton("Close")
        self._lay_out()
        self._connect()
        self._begin()
        self.resize(_SIZE.boundedTo(parent.size() - QSize(_ROOM, _ROOM)))

    def _begin(self) -> None:
        """What goes with the kind that is chosen now; a list that a person has changed stays."""
        kind = self.kind.currentData()
        data, blocks = _FIRST[kind]
        for name in catalogue.data_sets():
            reason = misfit(name, kind)
            if reason:
                refuse_option(self.data, name, reason)
            else:
                offer_option(self.data, name)
        if misfit(self.data.currentData(), kind) or not self.blocks.touched:
            choose(self.data, data)
        self._added_row.setVisible(kind in ("ode", "second_order"))
        self._size_row.setVisible(kind in ("second_order", "equilibrium"))
        self.blocks.refuse_kinds({name: _refusal(one, kind) for name, one in catalogue.blocks().items()})
        if not self.blocks.touched:
            self.blocks.show_blocks(blocks)
        self._show()

    def _show(self) -> None:
        """The network of the list, or why there is none."""
        sizes = {"added": int(self.added.value()), "size": int(self.size_box.value())}
        data, kind = self.data.currentData(), self.kind.currentData()
        try:
            recipe = recipe_for(data, kind, self.blocks.blocks(), **sizes)
            outline, text = recipe_outline(recipe), recipe_text(recipe)
        except RecipeError as fault:
            self._refuse(str(fault))
            return
        self._recipe = recipe
        self.diagram.show_outline(outline, _captions(recipe, outline, catalogue.data_sets()[data]))
        self.text.setPlainText(text)
        set_text(self._weights, f"{outline.weights} weights in all")
        self.fault.hide()
        set_text(self.fault, "")
        self.create.setEnabled(True)
        self._resting.start()

    def _check(self) -> None:
        """Read the text as the document will, once the list is left as it is: a long one takes a while."""
        self._resting.stop()
        if self._recipe is None:
            return
        experiment = recipe_experiment(self._recipe, self.data.currentData())
        try:
            parse(experiment.text, experiment.tensors)
        except FormulaError as fault:
            cure = f"; {fault.cure}" if fault.cure else ""
            self._refuse(f"no text can say this network: {fault.message}{cure}")

    def _heed(self, refusal: str) -> None:
        """What stands in a field does not fit; empty once it does."""
        if refusal:
            self._refuse(refusal)
        else:
            self._show()

    def _refuse(self, why: str) -> None:
        """There is no network, for this reason."""
        self._resting.stop()
        self._recipe = None
        self.diagram.show_outline(None, Captions())
        self.text.setPlaceholderText(sentence(why))
        self.text.clear()
        set_text(self._weights, "")
        set_text(self.fault, sentence(why))
        self.fault.show()
        self.create.setEnabled(False)

    def _create(self) -> None:
        self._check()
        if self._recipe is not None:
            self.created.emit(self._recipe, self.data.currentData())
            self.hide()

    def _connect(self) -> None:
        self.kind.activated.connect(self._begin)
        self.data.activated.connect(self._show)
        for box in (self.added, self.size_box):
            box.value_edited.connect(self._show)
            box.refused.connect(self._heed)
        self.blocks.changed.connect(self._show)
        self.blocks.refused.connect(self._heed)
        self.create.clicked.connect(self._create)
        self._close.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        columns = QHBoxLayout()
        columns.setSpacing(18)
        columns.addWidget(self._asked())
        columns.addWidget(self._drawn())
        columns.addLayout(self._written(), 1)
        self.create.setObjectName("primary")
        for button in (self.create, self._close):
            button.setAutoDefault(False)  # Enter takes a number over
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        layout.addLayout(columns, 1)
        layout.addLayout(row(None, self._close, self.create))

    def _asked(self) -> QWidget:
        """What a person says of the network."""
        for box in (self.added, self.size_box):
            box.setFixedWidth(_BOX_WIDTH)
        left, column = _column(_LEFT)
        column.setSpacing(9)
        lines = Labelled("What it is", self.kind), Labelled("Data", self.data), self._added_row, self._size_row
        for widget in (*lines, label("BLOCKS", "caption")):
            column.addWidget(widget)
        column.addWidget(self.blocks, 1)
        column.addWidget(self.fault)
        return left

    def _drawn(self) -> QWidget:
        """The diagram, which is scrolled where it is high."""
        scroll = QScrollArea()
        scroll.setWidget(self.diagram)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName("Diagram")
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        middle, column = _column(_MIDDLE)
        for widget in (label("DIAGRAM", "caption"), scroll, self._weights):
            column.addWidget(widget, int(widget is scroll))
        return middle

    def _written(self) -> QVBoxLayout:
        """The text as it will be."""
        self.text.setReadOnly(True)
        self.text.setProperty("role", "code")
        self.text.setAccessibleName("The text of the network")
        self.text.setTabChangesFocus(True)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label("TEXT", "caption"))
        column.addWidget(self.text, 1)
        return column


def _column(width: int) -> tuple[QWidget, QVBoxLayout]:
    """A widget of this width, and what is below each other in it."""
    made = QWidget()
    made.setFixedWidth(width)
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    return made, layout


def _refusal(block: type[Block], kind: str) -> str:
    """Why a network of this kind has no such block; empty where it can have one."""
    if kind == "equilibrium" and (block.follows_time or block.whole):
        return "A layer in equilibrium has no time"
    return "A field of first order" if kind == "second_order" and block.whole else ""


def _captions(recipe: Recipe, outline: Outline, data: type[DataSet]) -> Captions:
    """What stands at both ends of the diagram, and beside its loop."""
    first = f"{data.title}: {recipe.inputs}"
    if recipe.places > recipe.inputs and recipe.kind != "equilibrium":
        first += f", and {recipe.added} at 0"
    if recipe.kind == "second_order":
        first += ", at rest"
    if recipe.kind == "equilibrium":
        loop = "until z = f(z)"
    else:
        loop = f"z{'″' if recipe.kind == 'second_order' else '′'} over t in [0, {recipe.end:g}]"
    if recipe.kind == "flow":
        last = "normal distribution"
    elif recipe.answers:
        last = f"y = V z + c: {outline.answers}"
    else:
        last = f"z: {outline.answers}" if recipe.kind == "second_order" else f"the state: {outline.answers}"
    return Captions(first, last, loop)
