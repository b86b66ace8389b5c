"""The continuous adjoint along the kept solution, and its integrals by quadrature when it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..adjoint_sweep import AdjointSweep
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, SolvedTrajectory, TrajectoryGradient
from ..parameter import Range
from ..vector_jacobian import Inputs, detached


@dataclass(frozen=True)
class Quadrature(TrajectoryGradient):
    """Solves a' = -J(t, z(t))^T a alone, z(t) being the dense output, then d loss / d p = integral of a^T df/dp dt.

    a begins, jumps and ends as in the interpolating adjoint. The integral is taken by Gauss quadrature between the
    ends of all forward and backward steps, from the dense outputs of z and a, many nodes in one call. So parameters
    neither lengthen the state nor steer its steps, however many there are, and both solutions are kept.
    a is solved by the Runge-Kutta method of the forward run, explicit or implicit; after other methods by Radau's of
    order 5 where they are for stiff systems, else by Dormand and Prince's. tightening: its tolerances are the forward
    ones times this; fixed steps stay as they are.
    """

    tightening: Annotated[float, Range(1e-6, 1.0, log=True, help="backward over forward tolerance")] = 1.0

    name: ClassVar[str] = "quadrature"
    title: ClassVar[str] = "Gauss adjoint"
    citation: ClassVar[str] = (
        "A. C. Hindmarsh et al., SUNDIALS, ACM Transactions on Mathematical Software 31 (2005); "
        "A. Norcliffe, M. P. Deisenroth, Faster training of neural ODEs using Gauss-Legendre quadrature, "
        "TMLR 2023 (arXiv:2308.10644)"
    )
    help: ClassVar[str] = "The adjoint alone along the stored solution, then one integral: best for many parameters."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = (
        "the derivative of the differential equation, solved to the tolerances, not of the steps that were taken"
    )

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times, and a sum over nodes."""
        known = detached(inputs)
        sweep = AdjointSweep("the Gauss adjoint", solve, known, (), self.tightening)
        sweep.run(cotangent(solve.z))
        grads = dict(zip(known, sweep.integral(tuple(known)), strict=True))
        return Backward(
            at=solve.z,
            grads={**grads, "start": sweep.start},
            evaluations=sweep.calls,
            products=sweep.calls,
            held_bytes=sweep.held_bytes + (sweep.solution_bytes if known else 0),
            solved_back=sweep.solved_back(),
            note=sweep.note,
        )


METHOD = Quadrature
