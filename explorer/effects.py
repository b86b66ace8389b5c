"""Sliders that know their effect: arrows on the roots, warnings near a fold, and roots that move the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.readings import RootEffects

from .canvas.effect_arrows import PointedParameter
from .canvas.root_card import RootCard
from .fold_watch import FoldWatch
from .root_dragging import RootDragging
from .slider_scale import slider_scales

if TYPE_CHECKING:
    from core.frame import Frame

    from .document import Document
    from .interaction import Interaction
    from .panels import Panels
    from .solving import Solving
    from .stage import Stage

_CHANGE = 0.15
"""What the arrows show: a move of the slider by this part of its range."""


class Effects(QObject):
    """Stands between the sliders and the plots of roots. It asks the engine for nothing: readings tell all."""

    def __init__(
        self,
        document: Document,
        panels: Panels,
        stage: Stage,
        interaction: Interaction,
        solving: Solving,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._panels, self.interaction = document, panels, interaction
        self._cards = [view for view in stage.views if isinstance(view, RootCard)]
        self._known: RootEffects | None = None
        self._watch = FoldWatch()
        self.dragging = RootDragging(document, self)
        for card in self._cards:
            card.root_dragged.connect(self.dragging.drag)
            card.root_released.connect(self.dragging.release)
            self.dragging.shown.connect(card.show_words)
        self.dragging.told.connect(panels.status.show_readout)
        panels.parameters.pointed_changed.connect(self._point)
        document.system_changed.connect(self._forget)
        document.experiment_changed.connect(self._point)
        interaction.selection_changed.connect(self._warn)
        solving.frame_taken.connect(self._take)

    def _point(self) -> None:
        name = self._panels.parameters.pointed
        experiment, system = self._document.experiment, self._document.system
        pointed = None
        for scale in slider_scales(system, experiment):
            if scale.name == name:
                value = experiment.values.get(name, system.defaults()[name])
                pointed = PointedParameter(name, scale.symbol, _CHANGE * scale.slope(value))
        for card in self._cards:
            card.set_pointed(pointed)

    def _take(self, frame: Frame) -> None:
        self.dragging.take(frame)
        known = frame.get(RootEffects)
        if known is not None:
            self._known = known
            self._warn()

    def _warn(self) -> None:
        experiment, system = self._document.experiment, self._document.system
        values = {**system.defaults(), **experiment.values}
        scales = slider_scales(system, experiment)
        self._panels.parameters.warn(self._watch.warnings(self._known, self.interaction.index, scales, values))

    def _forget(self) -> None:
        self._known = None
        self._warn()
