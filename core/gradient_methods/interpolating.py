"""The continuous adjoint along the forward solution that was kept: the state is not solved a second time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..adjoint_sweep import AdjointSweep
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..parameter import Range
from ..vector_jacobian import Inputs, detached


@dataclass(frozen=True)
class Interpolating(TrajectoryGradient):
    """Solves a' = -J(t, z(t))^T a, g' = -(df/dp)^T a from the end back to the start, z(t) being the dense output.

    a begins as d loss / d z(t1) and jumps by d loss / d z(t_i) at every output time t_i, where the solve begins anew;
    at the start a is d loss / d start and g is d loss / d p. The steps of the forward run are kept. The state is not
    solved backward and cannot blow up, so that the gradient stays right on stiff and chaotic fields, to about the
    tolerances. Each number p of a formula has its g in the state, row by row, and steps follow its error; arrays and
    the weights of a module would make rows too long, and are integrated by Gauss quadrature when a is known.
    It is solved by the Runge-Kutta method of the forward run, explicit or implicit; after other methods by Radau's of
    order 5 where they are for stiff systems, else by Dormand and Prince's. tightening: its tolerances are the forward
    ones times this; fixed steps stay as they are.
    """

    tightening: Annotated[float, Range(1e-6, 1.0, log=True, help="backward over forward tolerance")] = 1.0

    name: ClassVar[str] = "interpolating"
    title: ClassVar[str] = "interpolating adjoint"
    citation: ClassVar[str] = (
        "A. C. Hindmarsh et al., SUNDIALS, ACM Transactions on Mathematical Software 31 (2005); "
        "C. Rackauckas et al., arXiv:1812.01892"
    )
    help: ClassVar[str] = "Solves the adjoint along the stored solution; right where solving the state back is not."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = (
        "the derivative of the differential equation, solved to the tolerances, not of the steps that were taken"
    )

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times, the last first."""
        known = detached(inputs)
        numbers = solve.numbers(known)
        sweep = AdjointSweep("the interpolating adjoint", solve, known, numbers, self.tightening)
        sweep.run(cotangent(solve.z))
        others = [name for name in known if name not in numbers]
        return Backward(
            at=solve.z,
            grads={
                **dict(zip(numbers, sweep.integrals.sum(dim=0).unbind(), strict=True)),
                **dict(zip(others, sweep.integral(others), strict=True)),
                "start": sweep.start,
            },
            evaluations=sweep.calls,
            products=sweep.calls,
            held_bytes=sweep.held_bytes + (sweep.solution_bytes if others else 0),
            solved_back=sweep.solved_back(),
            note=sweep.note,
        )


METHOD = Interpolating
