"""The part of a run that works through pictures, pass by pass, after everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from typing import Any

from .frame import Frame, Progress
from .frame_maker import FrameMaker
from .probe import SweepProbe

_PROGRESS_SECONDS = 0.2
"""Between two frames of a pass that takes long: their readings are the same, only the progress is not."""


def sweep_frames(maker: FrameMaker) -> Iterator[Frame]:
    """Let every picture become finer until it is sharp or the run is stopped, with a frame for every pass."""
    probes: list[SweepProbe[Any]] = [probe for probe in maker.probes if isinstance(probe, SweepProbe)]
    last = perf_counter()
    for probe in probes:
        if maker.should_stop():
            return
        for part in probe.slices():
            maker.path = maker.path or probe.path
            if maker.should_stop():
                return
            now = perf_counter()
            if part.share < 1.0 and (part.finer or now - last > _PROGRESS_SECONDS):
                last = now
                what = ", ".join(filter(None, (probe.title, part.stage)))
                yield replace(maker.frame(), progress=Progress(what, part.done, part.total, part.share, probe.unit))
