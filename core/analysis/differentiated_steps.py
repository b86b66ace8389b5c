"""By which method a run is differentiated whose own steps cannot be, and what is said of that."""

from __future__ import annotations

from ..adjoint_flow import follows_in_numpy
from ..discrete_adjoint import follows_by_hand
from ..implicit_tableaus.radau5 import TABLEAU as RADAU5
from ..integration_method import IntegrationMethod
from ..rosenbrock_tableau import RosenbrockTableau
from ..step_replay import unrepeatable
from ..tableaus.dopri5 import TABLEAU as DOPRI5
from ..vector_field import VectorField


def differentiated_steps(field: VectorField, method: IntegrationMethod) -> tuple[IntegrationMethod, str]:
    """The method whose steps stand for those of `method`, and where it is another, what and why, with a colon between.

    Runge-Kutta methods, explicit or implicit, stand for themselves, and so do Rosenbrock methods of a formula; for
    others Radau's of order 5 where they are for stiff systems, else Dormand and Prince's.
    """
    bends = isinstance(method, RosenbrockTableau)  # its Jacobians are differentiated, by the formula
    if follows_by_hand(method) and (not bends or follows_in_numpy(field, "cpu", "float64")):
        return method, ""
    other = RADAU5 if method.stiff else DOPRI5
    why = "hang on the ones before them" if unrepeatable(method) else "are differentiated by core.gradient alone"
    return other, f"steps of {other.title}: those of {method.title} {why}"
