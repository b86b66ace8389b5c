"""By which method a linear adjoint equation is solved, given the one that made the forward run."""

from __future__ import annotations

from .implicit_tableau import ImplicitTableau
from .implicit_tableaus.radau5 import TABLEAU as RADAU5
from .integration_method import IntegrationMethod
from .tableau import Tableau
from .tableaus.dopri5 import TABLEAU as DOPRI5


def way_back(method: IntegrationMethod) -> IntegrationMethod:
    """The same Runge-Kutta method, explicit or implicit; else Radau's where the forward one was for stiff systems, for
    their adjoint is as stiff, and Dormand and Prince's where it was not."""
    if isinstance(method, Tableau | ImplicitTableau):
        return method
    return RADAU5 if method.stiff else DOPRI5


def explicit_way_back(method: IntegrationMethod) -> Tableau:
    """The same method where it is an explicit Runge-Kutta method, else Dormand and Prince's."""
    return method if isinstance(method, Tableau) else DOPRI5
