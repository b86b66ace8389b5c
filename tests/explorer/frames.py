"""Frames without an engine: closed forms and a plain Runge-Kutta in numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.classification import classify
from core.analysis.contours import zero_contour
from core.analysis.polylines import joined
from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.outcome import Outcome
from core.readings import Equilibria, Equilibrium, Nullclines, StepSizes, Trajectories, VelocityGrid

Field = Callable[[float, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Example:
    """A system with a field in numpy: f(t, z) for z (..., n)."""

    components: tuple[str, ...]
    field: Field
    view: dict[str, tuple[float, float]]
    starts: tuple[tuple[float, ...], ...]
    span: tuple[float, float]
    rest: tuple[tuple[float, ...], ...] = ()
    autonomous: bool = True

    def system(self) -> System:
        """The system as the language would describe it."""
        return System(
            kind="ode",
            text="",
            title="Example",
            states=(),
            parameters=(),
            helpers=(),
            equations=(),
            starts=self.starts,
            view=self.view,
            span=self.span,
            autonomous=self.autonomous,
            key="example",
            components=self.components,
            symbols=self.components,
        )


def van_der_pol(mu: float = 1.4) -> Example:
    """x' = y, y' = mu (1 - x^2) y - x."""

    def field(_: float, z: np.ndarray) -> np.ndarray:
        x, y = z[..., 0], z[..., 1]
        return np.stack([y, mu * (1 - x**2) * y - x], axis=-1)

    return Example(
        ("x", "y"),
        field,
        {"x": (-3.4, 3.4), "y": (-4.2, 4.2)},
        ((-3.0, 3.8), (0.05, 0.0), (3.1, -1.2)),
        (0.0, 20.0),
        rest=((0.0, 0.0),),
    )


def rotation() -> Example:
    """x' = y, y' = -x: circles; from (1, 0) the solution is (cos t, -sin t)."""

    def field(_: float, z: np.ndarray) -> np.ndarray:
        return np.stack([z[..., 1], -z[..., 0]], axis=-1)

    return Example(("x", "y"), field, {"x": (-2, 2), "y": (-2, 2)}, ((1.0, 0.0),), (0.0, 6.0), rest=((0.0, 0.0),))


def pendulum(friction: float = 0.25) -> Example:
    """Angle and speed of a damped pendulum: a stable spiral between two saddles."""

    def field(_: float, z: np.ndarray) -> np.ndarray:
        return np.stack([z[..., 1], -np.sin(z[..., 0]) - friction * z[..., 1]], axis=-1)

    return Example(
        ("θ", "ω"),
        field,
        {"θ": (-7.5, 7.5), "ω": (-3.2, 3.2)},
        ((-6.5, 2.2), (0.0, 2.6), (2.9, 0.0), (5.0, -2.4), (-3.0, -0.4), (1.0, 0.0)),
        (0.0, 30.0),
        rest=tuple((k * np.pi, 0.0) for k in (-2, -1, 0, 1, 2)),
    )


def lorenz() -> Example:
    """Lorenz's butterfly."""

    def field(_: float, z: np.ndarray) -> np.ndarray:
        x, y, w = z[..., 0], z[..., 1], z[..., 2]
        return np.stack([10 * (y - x), x * (28 - w) - y, x * y - 8 / 3 * w], axis=-1)

    c = float(np.sqrt(72.0))
    return Example(
        ("x", "y", "z"),
        field,
        {"x": (-25, 25), "y": (-30, 30), "z": (0, 55)},
        ((1.0, 1.0, 1.0), (1.1, 1.0, 1.0)),
        (0.0, 25.0),
        rest=((0.0, 0.0, 0.0), (c, c, 27.0), (-c, -c, 27.0)),
    )


def decay() -> Example:
    """x' = -x: one state, drawn in the t-x plane."""
    return Example(("x",), lambda _, z: -z, {"x": (-2, 2)}, ((1.0,), (-1.5,)), (0.0, 5.0), rest=((0.0,),))


def trajectories(
    example: Example,
    starts: Sequence[Sequence[float]] | None = None,
    step: float = 0.02,
    backward: float = 3.0,
    forward: str = "success",
) -> Trajectories:
    """Curves by the classical Runge-Kutta method; what grows beyond 1e3 ends there."""
    starts = np.array(example.starts if starts is None else starts, dtype=float).reshape(-1, len(example.components))
    t0, t1 = example.span
    times, states, offsets = [np.empty(0)], [np.empty((0, len(example.components)))], [0]
    for start in starts:
        ahead = _march(example.field, start, t0, t1, step)
        behind = _march(example.field, start, t0, t0 - backward, step)
        times.append(np.concatenate([behind[0][:0:-1], ahead[0]]))
        states.append(np.concatenate([behind[1][:0:-1], ahead[1]]))
        offsets.append(offsets[-1] + len(times[-1]))
    t, count = np.concatenate(times), len(starts)
    last = float(t[-1]) if len(t) else t0
    return Trajectories(
        components=example.components,
        t=t,
        z=np.concatenate(states),
        step_end=np.arange(len(t)) % 4 == 0,
        offsets=np.array(offsets),
        starts=starts,
        start_time=t0,
        forward=tuple(Outcome(forward, None if forward == "success" else last) for _ in range(count)),
        backward=tuple(Outcome("success") for _ in range(count)),
        evaluations=np.full(count, 620),
        accepted=np.arange(count) + 100,
        rejected=np.arange(count) + 3,
    )


def velocity_grid(example: Example, shape: tuple[int, int] = (61, 61), time: float | None = None) -> VelocityGrid:
    """The field on the example's view; components off the axes are held at the first start."""
    names = example.components
    x_name, y_name = ("t", names[0]) if len(names) == 1 else names[:2]
    x = np.linspace(*(example.span if x_name == "t" else example.view[x_name]), shape[1])
    y = np.linspace(*example.view[y_name], shape[0])
    across, up = np.meshgrid(x, y)
    state = np.broadcast_to(np.array(example.starts[0]), (*across.shape, len(names))).copy()
    if x_name != "t":
        state[..., 0] = across
    state[..., names.index(y_name)] = up
    rate = example.field(0.0, state)
    u = np.ones_like(across) if x_name == "t" else rate[..., 0]
    fixed = tuple(zip(names[2:], example.starts[0][2:], strict=True))
    return VelocityGrid(x_name, y_name, x, y, u, rate[..., names.index(y_name)], time, fixed)


def nullclines(grid: VelocityGrid) -> Nullclines:
    """Zero contours of a grid's velocity."""
    axes = [(name, speed) for name, speed in ((grid.x_name, grid.u), (grid.y_name, grid.v)) if name != "t"]
    return Nullclines(
        grid.x_name,
        grid.y_name,
        tuple(name for name, _ in axes),
        tuple(joined(zero_contour(grid.x, grid.y, speed)) for _, speed in axes),
    )


def equilibria(example: Example) -> Equilibria:
    """The known equilibria with eigenvalues of a finite-difference Jacobian."""
    found = []
    for rest in example.rest:
        point = np.array(rest, dtype=float)
        columns = [
            (example.field(0.0, point + h) - example.field(0.0, point - h)) / 2e-6 for h in np.eye(len(point)) * 1e-6
        ]
        values, vectors = np.linalg.eig(np.stack(columns, axis=-1))
        label, stable = classify(values)
        found.append(Equilibrium(point, 0.0, values.astype(complex), vectors.astype(complex), label, stable))
    return Equilibria(example.components, tuple(found))


def step_sizes(example: Example, count: int = 3) -> StepSizes:
    """Steps that shrink and grow again, every seventh rejected."""
    per = 60
    t = np.tile(np.linspace(*example.span, per), count)
    h = 0.2 * np.exp(-1.5 * np.sin(t) ** 2) * np.repeat(np.linspace(1.0, 0.5, count), per)
    accepted = np.arange(per * count) % 7 != 3
    return StepSizes(t, h, np.where(accepted, 0.5, 2.0), accepted, np.arange(count + 1) * per)


def experiment() -> Experiment:
    """An experiment that overrides nothing."""
    return Experiment(text="")


def full_frame(example: Example, generation: int = 1, curves: Trajectories | None = None) -> Frame:
    """A frame with every reading."""
    grid = velocity_grid(example)
    curves = trajectories(example) if curves is None else curves
    readings = (curves, grid, nullclines(grid), equilibria(example), step_sizes(example, max(1, len(curves))))
    return Frame(generation, {type(reading): reading for reading in readings}, final=True)


def _march(field: Field, start: np.ndarray, t0: float, t1: float, step: float) -> tuple[np.ndarray, np.ndarray]:
    count = max(1, round(abs(t1 - t0) / step))
    h = (t1 - t0) / count
    times, states, z = [t0], [start], start
    for index in range(count):
        t = t0 + index * h
        k1 = field(t, z)
        k2 = field(t + h / 2, z + h / 2 * k1)
        k3 = field(t + h / 2, z + h / 2 * k2)
        k4 = field(t + h, z + h * k3)
        z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        if not np.isfinite(z).all() or np.abs(z).max() > 1e3:
            break
        times.append(t0 + (index + 1) * h)
        states.append(z)
    return np.array(times), np.array(states)
