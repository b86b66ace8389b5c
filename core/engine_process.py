"""A process that serves requests on its standard input and frames on its standard output.

It has no state worth saving: the window may kill it at any moment, and it never outlives the window.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from .request_server import RequestServer
from .torch_import import TorchWatch, import_torch_aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from .guarded_run import FramesFunction

_NICENESS = 5
_SWITCH_INTERVAL = 0.002
_PR_SET_PDEATHSIG = 1


def run_engine(frames: FramesFunction, after_first: Callable[[], None] = import_torch_aside) -> NoReturn:
    """Make this process an engine that answers requests with `frames` until its window goes.

    after_first: called once, when the first request is answered and the window has its picture.
    """
    try:
        source, sink = _take_pipes()
        _stand_back()
        server = RequestServer(frames, source, sink)
        TorchWatch(server.outlet.importing).install()
        server.serve(after_first)
    except BrokenPipeError:  # the window is gone
        os._exit(0)
    except SystemExit as leaving:  # code of a run asked for it
        os._exit(leaving.code if isinstance(leaving.code, int) else leaving.code is not None)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the window, out of reach of stray prints and of child processes."""
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  exists on Windows only

        for descriptor in (source, sink):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


def _stand_back() -> None:
    """Let the window go first, in processor time and in life."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window, which ends the engine
    sys.setswitchinterval(_SWITCH_INTERVAL)  # the listening thread must not wait long for a computing one
    if sys.platform != "win32":  # there the window sets the priority
        os.nice(_NICENESS)
    if sys.platform == "linux":
        _end_with_parent()
        with suppress(OSError):  # where memory runs out, the kernel should take the engine, not the window
            Path("/proc/self/oom_score_adj").write_text("500")


def _end_with_parent() -> None:
    """Die even where the interpreter cannot run to see the pipe close, as in a stuck library call."""
    import ctypes  # noqa: PLC0415  Linux only

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
