"""The step control that an experiment asks of an integration method."""

from __future__ import annotations

from . import catalogue
from .experiment import Integration
from .integration_method import IntegrationMethod
from .ode_path import choose_controller
from .step_controller import StepController


def chosen_controller(
    method: IntegrationMethod, choice: Integration, tolerances: tuple[float, float] | None = None
) -> StepController:
    """Steps of equal size where `choice` wants them or `method` has no others, else those of its controller.

    tolerances: (rtol, atol) in place of those of `choice`.
    """
    rtol, atol = (choice.rtol, choice.atol) if tolerances is None else tolerances
    step = method.given_step(choice.fixed, choice.step)
    return choose_controller(method, rtol, atol, step, catalogue.adaptive_controller(choice.controller))
