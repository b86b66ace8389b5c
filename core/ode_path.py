"""Which back end follows the trajectories: a compiled kernel, generated Python floats, or arrays of numpy or torch."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import Literal

from . import float_loop, kernel_loop, ode_loop
from .adaptive_controller import AdaptiveController
from .bound_field import field_in_numpy, field_in_torch
from .brownian_tree import FINEST_STEP
from .budget import Budget
from .device import check_name, check_present, is_processor
from .event_refusal import refuse_events
from .integration_method import IntegrationMethod
from .kernel_fit import LARGEST_STATE, callable_obstacle, formula_obstacle
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
Path = Literal["kernel", "python", "numpy", "torch"]

_MOST_SAMPLES = 100
"""Trajectories up to which one after the other in floats beats all at once in arrays."""


def choose_path(
    field: VectorField,
    samples: int,
    path: str = "auto",
    device: str = "cpu",
    dtype: str = "float64",
    method: IntegrationMethod | None = None,
) -> Path:
    """The back end for `samples` trajectories of `field` by `method`; None: an explicit Runge-Kutta method.

    path: "auto", "kernel", "python", "numpy" or "torch". Raises ValueError with a cure where the one asked for cannot
    do it.
    """
    if path not in ("auto", "kernel", "python", "numpy", "torch"):
        raise ValueError(f'path must be "auto", "kernel", "python", "numpy" or "torch", not {path!r}')
    check_name(device)
    if dtype not in ("float64", "float32"):
        raise ValueError(f'dtype must be "float64" or "float32", not {dtype!r}')
    if method is not None and not method.compiled:
        return _uncompiled(method, path, device, dtype)
    if path == "numpy":
        return _on_numpy(device, dtype)
    if path == "kernel":
        _refuse(path, _kernel_obstacle(field, device, dtype))
        return "kernel"
    if path == "python":
        _refuse(path, _python_obstacle(field, device, dtype))
        return "python"
    if path == "torch":
        return "torch"
    if _kernel_obstacle(field, device, dtype) is None:
        return "kernel"
    if _python_obstacle(field, device, dtype) is not None:
        return "torch"
    # a formula in numpy costs less than in torch for few numbers, and no more for many
    return "python" if field.size <= LARGEST_STATE and samples <= _MOST_SAMPLES else "numpy"


def _uncompiled(method: IntegrationMethod, path: str, device: str, dtype: str) -> Path:
    """Arrays, for a method whose steps neither kernels nor generated floats know."""
    if path in ("kernel", "python"):
        raise ValueError(f'path="{path}" knows explicit Runge-Kutta methods, and not {method.title}: use path="auto"')
    if path == "numpy":
        return _on_numpy(device, dtype)
    return "torch" if path == "torch" or not (is_processor(device) and dtype == "float64") else "numpy"


def _on_numpy(device: str, dtype: str) -> Path:
    if not is_processor(device) or dtype != "float64":
        raise ValueError(f'path="numpy" computes in float64 on the processor, not in {dtype} on {device}')
    return "numpy"


def _refuse(path: str, obstacle: str | None) -> None:
    if obstacle is not None:
        raise ValueError(f'path="{path}" {obstacle}: use path="torch"')


def _kernel_obstacle(field: VectorField, device: str, dtype: str) -> str | None:
    """Why a compiled kernel cannot do it, if it cannot."""
    if field.system is None:
        return compiler_obstacle() or callable_obstacle(field, device, dtype)
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


def choose_controller(
    method: IntegrationMethod,
    rtol: float,
    atol: float,
    step: float | None,
    adaptive: type[AdaptiveController] = ProportionalIntegral,
    options: Mapping[str, float] = MappingProxyType({}),
) -> StepController:
    """Steps of size `step`, or where it is None steps that keep the error within the tolerances, as `adaptive` does.

    options: values for its other fields.

    Raises ValueError where the method has no error estimate and so needs a step, or finds its own ones.
    """
    if step is not None and not method.fixed_steps:
        raise ValueError(f"{method.title} finds its own steps, and takes none of a given size: leave step out")
    if step is not None:
        return Fixed(step)
    if not method.adaptive:
        raise ValueError(f"{method.title} has no error estimate: give a fixed step, such as step=0.05")
    return adaptive(rtol, atol, **options)


def refuse_method(problem: InitialValue, method: IntegrationMethod, controller: StepController) -> None:
    """ValueError where the method cannot follow the system, or not its noise with such steps."""
    reason = method.refusal(problem.field.system)
    if reason is not None:
        raise ValueError(reason)
    if not method.knows_noise:
        return
    begin, end = problem.ends
    if (end < begin).any():
        raise ValueError("a path with noise (dW) is followed forward in time alone: give a span with t[1] > t[0]")
    finest = FINEST_STEP * max(1.0, float(abs(problem.ends).max()))
    if controller.first_step is not None and controller.first_step < finest:
        enough = 1.05 * finest  # in two digits it is not less than the finest
        raise ValueError(f"step={controller.first_step:g} is finer than Brownian paths are kept: take {enough:.2g}")


def open_loop(
    problem: InitialValue,
    method: IntegrationMethod,
    controller: StepController,
    budget: Budget,
    path: Path,
    device: str = "cpu",
    dtype: str = "float64",
) -> Loop:
    """The loop that follows `problem` on the back end `path`, not yet begun.

    Raises ValueError where the device is not there or the field is not on it, and where its text declares events, which
    `EventRun` follows.
    """
    refuse_events(problem.field, "a loop over steps")
    refuse_method(problem, method, controller)
    if isinstance(method, Tableau):
        if path == "kernel":
            return kernel_loop.integrate(TrajectoryTask(problem, method, controller, budget, dtype))
        if path == "python":
            stepper = PythonStep(problem.field, method, controller.tolerances)
            return float_loop.integrate(problem, stepper, controller, budget)
    check_present(device)
    if problem.field.system is None:
        problem.field.torch(device, dtype)  # refuses weights of another kind, on arrays of numpy too
    field = field_in_numpy(problem.field) if path == "numpy" else field_in_torch(problem.field, device, dtype)
    return ode_loop.integrate(problem, method.stepper(field, controller.tolerances), controller, budget, device, dtype)
