"""How many bytes gradient methods keep, over the depth of what they differentiate."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class MemoryLaw:
    """How bytes grow with the depth K.

    form: "constant", first bytes; "linear", first + second K; "root", first + second sqrt K; "between", from first to
    second without a rule. off: the largest relative distance of a measured number from it, 0 where all are hit to the
    byte.
    """

    form: Literal["constant", "linear", "root", "between"]
    first: float
    second: float = nan
    off: float = 0.0


@dataclass(frozen=True)
class MemoryLine:
    """One method: kept (D,) bytes at every depth, NaN where it has none, and note, a sentence why. law: None of fewer
    than three numbers. exact: whether it claims to be the derivative of what was computed."""

    method: str
    title: str
    kept: Float[np.ndarray, "D"]
    law: MemoryLaw | None = None
    exact: bool = True
    note: str = ""


@dataclass(frozen=True)
class GradientMemory:
    """All methods, at as many depths as are measured so far.

    about: "fixed point", a depth is a number of iterations, or "trajectory", one of steps. depth (D,) ascending.
    solver: what took the iterations or steps. rows: samples, or trajectories, that are differentiated together, each of
    `size` numbers of type `dtype`. by: names of what is differentiated by. now: the depth of the run that is in force,
    NaN where nobody knows; done of `total` measurements. note: why something, or everything, is not seen; else empty.
    """

    about: str
    solver: str
    rows: int
    size: int
    dtype: str
    by: tuple[str, ...]
    total: int
    now: float = nan
    depth: Float[np.ndarray, "D"] = field(default_factory=lambda: np.empty(0))
    lines: tuple[MemoryLine, ...] = ()
    done: int = 0
    note: str = ""
