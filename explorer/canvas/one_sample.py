"""A card that shows one sample at a time: the one under the mouse, else the selected one."""

from __future__ import annotations

from typing_extensions import override

from ..view import View


class OneSample(View):
    """Subclasses draw the wanted sample anew in `show_sample`."""

    _hovered: int | None = None
    _selected: int | None = None

    @property
    def wanted_sample(self) -> int:
        """The sample to show; the first where none is pointed at."""
        return self._hovered if self._hovered is not None else self._selected or 0

    def forget_sample(self) -> None:
        """Another system: no sample is pointed at."""
        self._hovered = self._selected = None

    def show_sample(self) -> None:
        """Draw everything anew."""
        raise NotImplementedError

    @override
    def set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self.show_sample()

    @override
    def set_selected(self, index: int | None) -> None:
        self._selected = index
        self.show_sample()
