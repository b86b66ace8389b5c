"""The engine: `python -m core.engine`, started by the window."""

from __future__ import annotations

from .engine_process import run_engine
from .runner import frames

if __name__ == "__main__":
    run_engine(frames)
