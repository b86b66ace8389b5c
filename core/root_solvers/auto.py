"""The solver for whoever only wants the root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..root_solver import RootSolver
from ..staged_solver import StagedSolver
from .line_search import LineSearch
from .newton import Newton
from .newton_krylov import NewtonKrylov
from .pseudo_transient import PseudoTransient

_LARGEST_DENSE = 512
"""Unknowns up to which a dense Jacobian is affordable."""


@dataclass(frozen=True)
class Auto(StagedSolver):
    """Newton's method with a line search, from the start; where that fails pseudo-transient continuation from the
    start; where that fails too plain Newton, which jumps out of what traps the others.

    Of more than 512 unknowns Newton-Krylov takes the place of the first, and no dense Jacobian is made. Success always
    means a small residual, whatever the criterion. It says which of them found the root, and why the others did not.
    """

    name: ClassVar[str] = "auto"
    title: ClassVar[str] = "automatic"
    citation: ClassVar[str] = (
        "J. E. Dennis, R. B. Schnabel, Numerical Methods for Unconstrained Optimization and Nonlinear Equations, "
        "Prentice-Hall (1983), ch. 6; C. T. Kelley, D. E. Keyes, SIAM J. Numer. Anal. 35 (1998) 508"
    )
    help: ClassVar[str] = "Newton with a line search; where it fails, other methods from the same start."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 1

    def stages(self, size: int) -> tuple[RootSolver, ...]:
        """See above."""
        if size > _LARGEST_DENSE:
            return (NewtonKrylov(),)
        return LineSearch(), PseudoTransient(), Newton()


SOLVER = Auto
