"""Writing a file so that at every moment either the old or the new content is there, whole.

The bytes go to a new file beside the target, are forced to the disk, and take the target's name in one step;
then the folder is forced to the disk. A power loss, a full disk or a kill in between leaves the old file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the content of `path` by `data`, or leave it as it is and raise OSError with a sentence.

    A symbolic link is followed and stays a link; the mode of an existing file is kept; nothing but a regular
    file is replaced, and no read-only one.
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of(target)
    temporary = target.parent / f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _force_to_disk(target.parent)


def _mode_of(target: Path) -> int | None:
    """The permission bits of an existing target, None for a new one; refuses what must not be replaced."""
    try:
        status = os.stat(target)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{target} is not a file that can be written; choose another name")
    if not os.access(target, os.W_OK):
        raise PermissionError(f"{target} is read-only; choose another name or change its permissions")
    return stat.S_IMODE(status.st_mode)


def _force_to_disk(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folder, and its rename is already durable
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
