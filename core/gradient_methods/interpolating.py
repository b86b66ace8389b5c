"""The continuous adjoint along the forward solution that was kept: the state is not solved a second time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..adjoint_sweep import AdjointSweep
from ..continuous_adjoint import ContinuousAdjoint
from ..gradient_method import Backward, Cotangent, SolvedTrajectory
from ..vector_jacobian import Inputs, detached


@dataclass(frozen=True)
class Interpolating(ContinuousAdjoint):
    """Solves a' = -J(t, z(t))^T a, g' = -(df/dp)^T a from the end back to the start, z(t) being the dense output.

    a begins as d loss / d z(t1) and jumps by d loss / d z(t_i) at every output time t_i, where the solve begins anew;
    at the start a is d loss / d start and g is d loss / d p. The steps of the forward run are kept. The state is not
    solved backward and cannot blow up, so that the gradient stays right on stiff and chaotic fields, to about the
    tolerances. Each number p of a formula has its g in the state, row by row, and steps follow its error; arrays and
    the weights of a module would make rows too long, and are integrated by Gauss quadrature when a is known.
    It is solved by the Runge-Kutta method of the forward run, explicit or implicit; after other methods by Radau's of
    order 5 where they are for stiff systems, else by Dormand and Prince's.
    """

    name: ClassVar[str] = "interpolating"
    title: ClassVar[str] = "interpolating adjoint"
    citation: ClassVar[str] = (
        "A. C. Hindmarsh et al., SUNDIALS, ACM Transactions on Mathematical Software 31 (2005); "
        "C. Rackauckas et al., arXiv:1812.01892"
    )
    help: ClassVar[str] = "Solves the adjoint along the stored solution; right where solving the state back is not."

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times, the last first."""
        known = detached(inputs)
        numbers = solve.numbers(known)
        return AdjointSweep("the interpolating adjoint", solve, known, numbers, self.tightening).backward(cotangent)


METHOD = Interpolating
