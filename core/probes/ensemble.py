"""An ensemble of trajectories, followed in parts and laid over the visible plane."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.plane import check_axes
from ..batch_run import is_compiled
from ..ensemble_picture import EnsemblePicture
from ..ensemble_starts import ensemble_starts
from ..ode_path import choose_path
from ..probe import Slice, SweepProbe
from ..readings.ensemble import EnsembleRun
from ..run_context import RunContext

_PREVIEW_COUNT = 1_200
"""Trajectories during a drag."""


class EnsembleProbe(SweepProbe[EnsembleRun]):
    """Follows a thousand trajectories or more at a time; their order is random, so that every part looks like all."""

    reading = EnsembleRun
    title = "ensemble"
    unit = "trajectories"
    kinds = frozenset({"ode", "minimise"})
    knows_noise = True

    def __init__(self) -> None:
        self._picture: EnsemblePicture | None = None
        self._reading: EnsembleRun | None = None

    def begin(self, context: RunContext) -> None:
        system, viewport, choice = context.field.system, context.viewport, context.experiment
        if not choice.ensemble.on or system is None or viewport is None:
            return
        check_axes(context.field, viewport, self.title)
        where = choice.path, choice.device, choice.dtype
        path = choose_path(context.field, choice.ensemble.count, *where, context.tableau)
        if context.preview and not is_compiled(path):
            return  # a drag cannot wait for it: the last picture stays until it rests
        starts = ensemble_starts(choice, system, _PREVIEW_COUNT if context.preview else None)
        self.path = path
        self._picture = EnsemblePicture(context, viewport, starts, path)

    def slices(self) -> Iterator[Slice]:
        picture = self._picture
        while picture is not None and not picture.over:
            for share in picture.follow_part():
                yield self._slice(picture, share)
            self._reading = None
            yield self._slice(picture, picture.done / picture.count, finer=True)
        self._reading = None

    def _slice(self, picture: EnsemblePicture, share: float, *, finer: bool = False) -> Slice:
        return Slice(share, finer, round(share * picture.count), picture.count)

    def read(self) -> EnsembleRun | None:
        if self._reading is None and self._picture is not None and self._picture.done:
            self._reading = self._picture.reading()
        return self._reading


PROBE = EnsembleProbe
