"""Readings: what probes measure and views draw. Frozen, host arrays (numpy), no torch, no Qt."""

from .equilibria import Equilibria, Equilibrium
from .nullclines import Nullclines, Polylines
from .step_sizes import StepSizes
from .trajectories import Trajectories
from .velocity_grid import VelocityGrid

__all__ = ["Equilibria", "Equilibrium", "Nullclines", "Polylines", "StepSizes", "Trajectories", "VelocityGrid"]
