"""What a loop reports: blocks of attempted steps, or of iterations of a solver or an optimiser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Steps:
    """A block of k >= 1 attempted integration steps of one or several samples, in the order they were taken.

    Arrays are numpy on the Python-float path and tensors on the run's device on the torch path; a probe turns
    what it keeps into numpy through `host`. k is the block length, n the state size, s the number of stages.

    sample     (k,) int     which trajectory
    t0, t1     (k,) float   ends of the step; t1 < t0 when integrating backward
    z0, z1     (k, n)       state at both ends (z1 is the proposed state of a rejected step)
    stages     (k, s, n)    stage derivatives: with the tableau they give the dense output inside the step
    error      (k,) float   error ratio of the step (accepted where <= 1); NaN for a fixed step, infinite for a
                            rejected one that gave no numbers, whose z1 and stages may then hold none
    accepted   (k,) bool
    evaluations (k,) int    calls of the field by that sample up to and including this step
    iterations (k,) int     of the root solver that solved the equations of this step; None for a method without any
    until      (k,) float   the time up to which each step counts, where an event ended some of them inside; None: t1
    """

    sample: Any
    t0: Any
    t1: Any
    z0: Any
    z1: Any
    stages: Any
    error: Any
    accepted: Any
    evaluations: Any
    iterations: Any = None
    until: Any = None

    def __len__(self) -> int:
        return int(self.sample.shape[0])


Unwanted = np.ndarray | None
"""What a loop is sent: the samples, as it numbers them, that it need not follow further; None for none."""


@dataclass(frozen=True)
class Iterates:
    """A block of k >= 1 iterations of a root solver, the same for all S samples.

    z is a tensor on the run's device on the torch path; everything else is numpy.

    iteration   (k,) int      its number: from 1 where an iteration is one evaluation (Picard), else from 0
    z           (k, S, n)     the point where f was evaluated
    residual    (k, S) float  |f(z) - z| there; one norm over all samples for a whole-batch criterion
    measure     (k, S) float  what the stopping rule compares with the tolerance; NaN where there is no step yet
    evaluations (k, S) int    calls of f by that sample up to and including this iteration
    jacobians   (k, S) int    the same of Jacobians
    active      (k, S) bool   whether this is a record of that sample. It is none after the sample's end, nor in
                              the iteration that failed for it, whose cost is counted all the same
    details     name -> (k, S, ...) what pictures show of the solver's inside, where that was asked for; like z
    seconds     (k,) float    that the solver has computed up to here, for all samples together; None where no one
                              looked at the clock (see `root_clock`)
    """

    iteration: Any
    z: Any
    residual: Any
    measure: Any
    evaluations: Any
    jacobians: Any
    active: Any
    details: Mapping[str, Any] = field(default_factory=dict)
    seconds: Any = None

    def __len__(self) -> int:
        return int(self.iteration.shape[0])


@dataclass(frozen=True)
class DescentRecords:
    """A block of k >= 1 iterations of an optimiser, the same for all S samples; numpy.

    iteration (k,) int     its number; 0 is the start
    z         (k, S, n)    where the sample is
    loss      (k, S) float the objective there
    slope     (k, S) float length of its gradient there
    active    (k, S) bool  whether this is a record of that sample: it is none after its end, nor where z or what is
                           measured there is not finite
    """

    iteration: np.ndarray
    z: np.ndarray
    loss: np.ndarray
    slope: np.ndarray
    active: np.ndarray

    def __len__(self) -> int:
        return int(self.iteration.shape[0])


def host(array: Any) -> np.ndarray:
    """A numpy array of `array`, which may be a tensor on any device (one copy to the host)."""
    return array if isinstance(array, np.ndarray) else np.asarray(array.detach().cpu().numpy())


def joined(blocks: Sequence[Steps]) -> Steps:
    """Consecutive blocks as one, on the host."""
    if len(blocks) == 1:
        return blocks[0]
    names = [item.name for item in fields(Steps) if getattr(blocks[0], item.name) is not None]
    return Steps(**{name: np.concatenate([host(getattr(block, name)) for block in blocks]) for name in names})


def joined_iterates(blocks: Sequence[Iterates]) -> Iterates:
    """Consecutive blocks, at least one, as one, on the host."""
    names = [item.name for item in fields(Iterates) if item.name not in ("details", "seconds")]
    details = {name: np.concatenate([host(block.details[name]) for block in blocks]) for name in blocks[0].details}
    columns = {name: np.concatenate([host(getattr(block, name)) for block in blocks]) for name in names}
    clocked = all(block.seconds is not None for block in blocks)
    seconds = np.concatenate([block.seconds for block in blocks]) if clocked else None
    return Iterates(**columns, details=details, seconds=seconds)
