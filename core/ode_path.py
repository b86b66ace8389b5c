"""Which back end follows the trajectories: a compiled kernel, generated Python floats or torch."""

from __future__ import annotations

from collections.abc import Generator
from typing import Literal

from . import float_loop, kernel_loop, ode_loop
from .budget import Budget
from .device import check_name, check_present, is_processor
from .explicit_step import ExplicitStep
from .kernel_fit import LARGEST_STATE, formula_obstacle
from .kernels.trajectories import TrajectoryTask
from .outcome import Outcome
from .problem import InitialValue
from .python_step import PythonStep
from .step_controller import StepController
from .step_controllers.fixed import Fixed
from .step_controllers.proportional_integral import ProportionalIntegral
from .sweep_path import compiler_obstacle
from .tableau import Tableau
from .telemetry import Steps, Unwanted
from .vector_field import VectorField

Loop = Generator[Steps, Unwanted, tuple[Outcome, ...]]
Path = Literal["kernel", "python", "torch"]

_MOST_SAMPLES = 100
"""Trajectories up to which one after the other in floats beats all at once in torch."""


def choose_path(
    field: VectorField, samples: int, path: str = "auto", device: str = "cpu", dtype: str = "float64"
) -> Path:
    """The back end for `samples` trajectories of `field`.

    path: "auto", "kernel", "python" or "torch". Raises ValueError with a cure where the one asked for cannot do it.
    """
    if path not in ("auto", "kernel", "python", "torch"):
        raise ValueError(f'path must be "auto", "kernel", "python" or "torch", not {path!r}')
    check_name(device)
    if dtype not in ("float64", "float32"):
        raise ValueError(f'dtype must be "float64" or "float32", not {dtype!r}')
    if path == "kernel":
        _refuse(path, _kernel_obstacle(field, device))
        return "kernel"
    if path == "python":
        _refuse(path, _python_obstacle(field, device, dtype))
        return "python"
    if path == "torch":
        return "torch"
    if _kernel_obstacle(field, device) is None:
        return "kernel"
    fits = field.size <= LARGEST_STATE and samples <= _MOST_SAMPLES
    return "python" if fits and _python_obstacle(field, device, dtype) is None else "torch"


def _refuse(path: str, obstacle: str | None) -> None:
    if obstacle is not None:
        raise ValueError(f'path="{path}" {obstacle}: use path="torch"')


def _kernel_obstacle(field: VectorField, device: str) -> str | None:
    """Why a compiled kernel cannot do it, if it cannot."""
    return formula_obstacle(field.system, device) or compiler_obstacle()


def _python_obstacle(field: VectorField, device: str, dtype: str) -> str | None:
    """Why Python floats cannot do it, if they cannot."""
    if field.system is None:
        return "needs a formula, not a torch callable"
    if not is_processor(device):
        return f"runs on the processor, not on {device}"
    if dtype != "float64":
        return f"computes in float64, not in {dtype}"
    return None


def choose_controller(tableau: Tableau, rtol: float, atol: float, step: float | None) -> StepController:
    """Steps of size `step`, or where it is None steps that keep the error within the tolerances.

    Raises ValueError where the method has no error estimate and so needs a step.
    """
    if step is not None:
        return Fixed(step)
    if tableau.embedded is None:
        raise ValueError(f"{tableau.title} has no error estimate: give a fixed step, such as step=0.05")
    return ProportionalIntegral(rtol, atol)


def open_loop(
    problem: InitialValue,
    tableau: Tableau,
    controller: StepController,
    budget: Budget,
    path: Path,
    device: str = "cpu",
    dtype: str = "float64",
) -> Loop:
    """The loop that follows `problem` on the back end `path`, not yet begun.

    Raises ValueError where the device is not there or the field is not on it.
    """
    if path == "kernel":
        return kernel_loop.integrate(TrajectoryTask(problem, tableau, controller, budget, dtype))
    if path == "python":
        return float_loop.integrate(
            problem, PythonStep(problem.field, tableau, controller.tolerances), controller, budget
        )
    check_present(device)
    function = problem.field.torch(device, dtype)
    stepper = ExplicitStep(function, tableau, controller.tolerances)
    return ode_loop.integrate(problem, stepper, controller, budget, device, dtype)
