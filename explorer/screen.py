"""Whether this machine can show a window, told before Qt is loaded: Qt itself would abort.

Needs nothing but the standard library; `make` asks it too, before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import sys

OFFSCREEN = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt loads, without and with a screen of X11: the library, and Debian's package of it."""


def obstacle() -> str | None:
    """Why no window can be opened here, and what to do about it, in one line; None where one can."""
    if packages := missing_packages():
        return f"Some system libraries are missing. On Debian or Ubuntu: {apt_line(packages)}"
    display = os.environ.get("DISPLAY")
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    cure = "without one, 'python main.py run PRESET --out FOLDER' computes and draws into a folder"
    if not display:
        return f"There is no screen here (DISPLAY is not set): {cure}."
    return None if _answers(display) else f"The screen {display} (DISPLAY) does not answer: check its name; {cure}."


def missing_packages() -> list[str]:
    """Debian's names of the libraries that Qt needs here and the loader does not find; other systems have them."""
    if not sys.platform.startswith("linux"):
        return []
    x11 = os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")
    needed = OFFSCREEN | (X11 if x11 else {})
    return [package for library, package in needed.items() if _loaded(library) is None]


def apt_line(packages: list[str]) -> str:
    """The command that installs `packages`."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def _loaded(library: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(library)
    except OSError:
        return None


def _answers(display: str) -> bool:
    """Whether an X server takes a connection; yes where that cannot be asked."""
    xcb = _loaded("libxcb.so.1")
    if xcb is None:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return bool(answers)
