"""Two hundred engines, ended in every way: `python tests/engine_soak.py [COUNT]`.

Each is started by a client as the window has it, given work, and closed at once, in mid-run, while it imports
torch, or is killed from outside first. Afterwards no process, thread, file descriptor or shared-memory segment
may be left, and the memory of this process must not have grown. The exit status is 1 where something is.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QCoreApplication

from core.presets import load_preset
from core.readings import StepSizes, Trajectories, VelocityGrid
from core.request import Request, Viewport
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink

WANTED = frozenset({VelocityGrid, Trajectories, StepSizes})
VIEWPORT = Viewport("x", "y", (-4.0, 4.0), (-4.0, 4.0), (1600, 1200))
GROWTH_LIMIT_MIB = 20.0


class Soak:
    """Starts and ends engines, and remembers every process it saw."""

    def __init__(self, application: QCoreApplication, seed: int) -> None:
        self._application = application
        self._random = random.Random(seed)
        self._experiment, _ = load_preset("van_der_pol")
        self.processes: list[int] = []
        self.slowest_close = 0.0

    def once(self) -> None:
        """One client, from start to close."""
        client = EngineClient(link=self._link)
        client.frame_ready.connect(client.take)
        client.start()
        for generation in range(self._random.randrange(4)):
            client.submit(Request(self._experiment, WANTED, VIEWPORT, "full", generation + 1))
            self._live(self._random.choice((0.0, 0.02, 0.4, 1.0)))
            if self._random.random() < 0.2:
                os.kill(self.processes[-1], signal.SIGKILL)
                self._live(self._random.choice((0.0, 0.3)))
            if self._random.random() < 0.3:
                client.cancel()
        begin = time.monotonic()
        client.close()
        self.slowest_close = max(self.slowest_close, time.monotonic() - begin)

    def _live(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.002)

    def _link(self, notify: Callable[[], None]) -> ProcessLink:
        link = ProcessLink(notify)
        self.processes.append(link.pid)
        return link


def _held() -> dict[str, int]:
    """What this process holds."""
    return {
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "segments": len(list(Path("/dev/shm").glob(f"iex-{os.getpid()}-*"))),
    }


def main() -> int:
    """Run, print what is left, and say by the exit status whether that is nothing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    soak = Soak(QCoreApplication([]), options.seed)
    for _ in range(min(5, options.count)):
        soak.once()
    before, memory = _held(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for index in range(options.count):
        soak.once()
        if index % 20 == 19:
            print(f"{index + 1} clients, {len(soak.processes)} engines", flush=True)
    after = _held()
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    alive = [process for process in soak.processes if Path(f"/proc/{process}").exists()]
    print(f"before {before}\nafter  {after}\nprocesses left {alive}")
    print(f"memory grew by {growth:.1f} MiB; slowest close {soak.slowest_close:.3f} s")
    clean = not alive and growth < GROWTH_LIMIT_MIB and all(after[kind] <= before[kind] for kind in before)
    return 0 if clean and soak.slowest_close < 1.0 else 1


if __name__ == "__main__":
    raise SystemExit(main())
