"""The engine: `python -m core.engine`, started by the window."""

from __future__ import annotations

from .engine_process import run_engine
from .experiment import Experiment
from .readings import Equilibria, Nullclines, StepSizes, Trajectories, VelocityGrid
from .request import Request, Viewport
from .runner import frames


def rehearse() -> None:
    """Run a small experiment: parser, catalogue and linear algebra are ready before the first request comes."""
    wanted: frozenset[type] = frozenset({Equilibria, Nullclines, StepSizes, Trajectories, VelocityGrid})
    viewport = Viewport("x", "y", (-1.0, 1.0), (-1.0, 1.0), (64, 48))
    for _ in frames(Request(Experiment("x' = y\ny' = -x\nt in [0, 1]"), wanted, viewport)):
        pass


if __name__ == "__main__":
    rehearse()
    run_engine(frames)
