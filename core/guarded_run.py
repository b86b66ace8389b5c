"""A run that always ends with a final frame, whatever happens inside it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .frame import Frame
from .outcome import Outcome

if TYPE_CHECKING:
    from .request import Request

FramesFunction = Callable[["Request", Callable[[], bool]], Iterator[Frame]]
"""(request, should_stop) -> frames, as `core.runner.frames`."""


def guarded_frames(frames: FramesFunction, request: Request, should_stop: Callable[[], bool]) -> Iterator[Frame]:
    """The frames of `frames(request, should_stop)`, the last of which is final.

    An exception becomes a final frame with the readings so far, a sentence and the traceback. A run that was
    stopped, or that ended without saying so, is ended with its last readings.
    """
    last = Frame(request.generation, quality=request.quality)
    try:
        for frame in frames(request, should_stop):
            last = frame
            yield frame
    except Exception as error:
        yield failed(last, error, last.readings)
    else:
        if not last.final:
            yield replace(last, final=True)


def failed(frame: Frame, error: Exception, readings: Mapping[type, Any]) -> Frame:
    """`frame` as the last of a run that `error` ended, with these readings; call it while `error` is handled."""
    return replace(frame, final=True, readings=readings, error=_sentence(error), traceback=traceback.format_exc())


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return f"The run {Outcome('out_of_memory')}."
    what = str(error).strip()
    return f"The run failed: {what}" if what else f"The run failed with {type(error).__name__}."
