"""The continuous adjoint along the kept solution, and its integrals by quadrature when it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..adjoint_sweep import AdjointSweep
from ..continuous_adjoint import ContinuousAdjoint
from ..gradient_method import Backward, Cotangent, SolvedTrajectory
from ..vector_jacobian import Inputs, detached


@dataclass(frozen=True)
class Quadrature(ContinuousAdjoint):
    """Solves a' = -J(t, z(t))^T a alone, z(t) being the dense output, then d loss / d p = integral of a^T df/dp dt.

    a begins, jumps and ends as in the interpolating adjoint. The integral is taken by Gauss quadrature between the
    ends of all forward and backward steps, from the dense outputs of z and a, many nodes in one call. So parameters
    neither lengthen the state nor steer its steps, however many there are, and both solutions are kept.
    a is solved by the Runge-Kutta method of the forward run, explicit or implicit; after other methods by Radau's of
    order 5 where they are for stiff systems, else by Dormand and Prince's.
    """

    name: ClassVar[str] = "quadrature"
    title: ClassVar[str] = "Gauss adjoint"
    citation: ClassVar[str] = (
        "A. C. Hindmarsh et al., SUNDIALS, ACM Transactions on Mathematical Software 31 (2005); "
        "A. Norcliffe, M. P. Deisenroth, Faster training of neural ODEs using Gauss-Legendre quadrature, "
        "TMLR 2023 (arXiv:2308.10644)"
    )
    help: ClassVar[str] = "The adjoint alone along the stored solution, then one integral: best for many parameters."

    def backward(self, solve: SolvedTrajectory, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One solve backward over every interval between output times, and a sum over nodes."""
        sweep = AdjointSweep("the Gauss adjoint", solve, detached(inputs), (), self.tightening)
        return sweep.backward(cotangent)


METHOD = Quadrature
