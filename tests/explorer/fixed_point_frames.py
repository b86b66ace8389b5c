"""Frames of implicit layers without an engine: plain loops of Picard, damping and Newton in numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import frames
import numpy as np
from fixed_point_maps import MapExample

from core.experiment import Experiment
from core.frame import Frame
from core.outcome import Outcome
from core.readings import (
    DepthErrors,
    FixedPoint,
    FixedPoints,
    Iterations,
    JacobianMeasures,
    LayerGradients,
    MapCurve,
    MethodGradient,
    Nullclines,
    PointProof,
    RootProofs,
    SolverRun,
    Spectrum,
    TransientGrowth,
    VelocityGrid,
)

Step = Callable[["MapExample", np.ndarray, np.ndarray], np.ndarray]
"""(example, z, f(z)) of one sample -> the next z."""


def picard(_: MapExample, __: np.ndarray, f: np.ndarray) -> np.ndarray:
    """z <- f(z)."""
    return f


def damped(_: MapExample, z: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Half of Picard's step."""
    return z + 0.5 * (f - z)


def newton(example: MapExample, z: np.ndarray, f: np.ndarray) -> np.ndarray:
    """The tangent's root."""
    return z + np.linalg.solve(np.eye(len(z)) - example.jacobian(z), f - z)


TITLES = {"picard": "Picard", "damped": "Damped", "newton": "Newton"}
_STEPS: dict[str, Step] = {"picard": picard, "damped": damped, "newton": newton}


def solve(example: MapExample, solver: str, tolerance: float = 1e-8, most: int = 60) -> SolverRun:
    """One solver from every start, with the relative criterion |f - z| / |f|; every iteration is one evaluation."""
    starts = np.array(example.starts, dtype=float)
    count, size = starts.shape
    records = np.full((most, count, size), np.nan)
    residual, measure = np.full((most, count), np.nan), np.full((most, count), np.nan)
    iterations, outcomes = np.zeros(count, int), []
    for sample, start in enumerate(starts):
        z, done = start, False
        for k in range(most):
            f = example.f(z)
            records[k, sample] = z
            residual[k, sample] = np.linalg.norm(f - z)
            measure[k, sample] = residual[k, sample] / np.linalg.norm(f)
            iterations[sample] = k
            done = measure[k, sample] < tolerance
            if done or not np.isfinite(f).all() or np.abs(f).max() > 1e6:
                break
            z = _STEPS[solver](example, z, f)
        outcomes.append(Outcome("success" if done else "max_steps", float(iterations[sample])))
    last = int(iterations.max())
    kept = slice(0, last + 1)
    ends = np.array([records[iterations[sample], sample] for sample in range(count)]).reshape(count, size)
    evaluations = np.minimum(np.arange(1, last + 2)[:, None], iterations + 1) * (2 if solver == "newton" else 1)
    return SolverRun(
        solver,
        TITLES[solver],
        np.arange(last + 1),
        records[kept],
        residual[kept],
        measure[kept],
        evaluations,
        iterations,
        ends,
        tuple(outcomes),
    )


def iterations(
    example: MapExample,
    solvers: Sequence[str] = ("picard", "damped", "newton"),
    tolerance: float = 1e-8,
    most: int = 60,
) -> Iterations:
    """A race."""
    starts = np.array(example.starts, dtype=float)
    runs = tuple(solve(example, solver, tolerance, most) for solver in solvers)
    return Iterations(example.components, starts, np.zeros(len(starts), int), "relative", tolerance, False, runs)


def map_curve(example: MapExample, shifts: Sequence[float] = (0.0,)) -> MapCurve:
    """The graph over twice the view, once for every shift that the rows of a batch add."""
    low, high = example.view[example.components[0]]
    z = np.linspace(low - (high - low) / 2, high + (high - low) / 2, 400)
    f = np.array([example.f(np.array([value]))[0] for value in z])
    return MapCurve(example.components[0], z, np.stack([f + shift for shift in shifts]))


def root(example: MapExample, near: Sequence[float]) -> FixedPoint:
    """The fixed point that Newton's method finds from `near`."""
    z = np.array(near, dtype=float)
    for _ in range(60):
        z = newton(example, z, example.f(z))
    values = np.linalg.eigvals(example.jacobian(z)).astype(complex)
    values = values[np.argsort(-np.abs(values))]
    radius = float(np.abs(values[0]))
    return FixedPoint(z, float(np.linalg.norm(example.f(z) - z)), values, radius, radius < 1)


def proofs(points: FixedPoints, radius: float, **changes: object) -> RootProofs:
    """Every one of some points proved to be the only one within `radius`."""
    boxes = tuple(
        PointProof(one.point, np.full(one.point.size, radius), np.full(one.point.size, 1e-15)) for one in points.points
    )
    ones = np.ones(len(points.components))
    count, problem = len(boxes), points.problem
    known = RootProofs(points.components, boxes, count, True, -ones, ones, True, None, 0, problem, False)
    return replace(known, **changes)


def fixed_points(example: MapExample, *near: Sequence[float]) -> FixedPoints:
    """The fixed points nearest to these places."""
    return FixedPoints(example.components, tuple(root(example, place) for place in near))


def spectrum(example: MapExample, points: Sequence[np.ndarray] | None = None) -> Spectrum:
    """The spectrum where Newton's method ends from every start, or at `points`; the damping by a scan."""
    at = np.array([root(example, start).point for start in example.starts] if points is None else points)
    jacobians = [example.jacobian(point) for point in at]
    rows = [np.linalg.eigvals(j).astype(complex) for j in jacobians]
    values = np.array([row[np.argsort(-np.abs(row))] for row in rows])
    betas = np.linspace(0.001, 1.0, 1000)
    rates = np.abs(1 - betas[:, None] + betas[:, None] * values[:, None, :]).max(axis=-1)
    best = rates.argmin(axis=1)
    rate = rates[np.arange(len(at)), best]
    eye = np.eye(len(example.components))
    squares = np.array([np.square(j).sum() for j in jacobians])
    return Spectrum(
        eigenvalues=values,
        converged=np.ones(values.shape, bool),
        bounds=np.zeros(values.shape),
        at=at,
        solved=np.ones(len(at), bool),
        samples=np.arange(len(at)),
        radius=np.abs(values[:, 0]),
        norm=np.array([np.linalg.norm(j, 2) for j in jacobians]),
        damping=np.where(rate < 1, betas[best], np.nan),
        damped_radius=np.where(rate < 1, rate, np.nan),
        condition=np.array([np.linalg.cond(eye - j) for j in jacobians]),
        measures=JacobianMeasures(
            infinity_norm=np.array([np.linalg.norm(j, np.inf) for j in jacobians]),
            frobenius=np.sqrt(squares),
            hutchinson=1.1 * squares,
            hutchinson_error=0.2 * squares,
            power_estimate=np.abs(values[:, 0].real),
            abscissa=values.real.max(axis=1),
            symmetric_top=np.array([np.linalg.eigvalsh((j + j.T) / 2)[-1] for j in jacobians]),
            departure=np.sqrt(np.maximum(0.0, squares - np.square(np.abs(values)).sum(axis=1))),
            largest_norm=np.array([1.5 * np.linalg.norm(j, 2) for j in jacobians]),
        ),
    )


def growth(example: MapExample, most: int = 12) -> TransientGrowth:
    """The norms of the powers of J where Newton's method ends from the first start."""
    at = root(example, example.starts[0])
    matrix = example.jacobian(at.point)
    norms = [float(np.linalg.norm(np.linalg.matrix_power(matrix, k), 2)) for k in range(most + 1)]
    return TransientGrowth(0, np.array(norms), at.radius, at.point, True)


def gradients(example: MapExample, sample: int = 0, depth: int = 30) -> LayerGradients:
    """d sum(z*) / dx for f = tanh(W z + x): u = (I - J^T)^-1 1, and its truncated series."""
    z = root(example, example.starts[sample]).point
    j = example.jacobian(z)
    size = len(z)
    push = 1 - example.f(z) ** 2
    one = np.ones(size)
    reference = push * np.linalg.solve(np.eye(size) - j.T, one)
    partial, power, sums, norms = np.zeros(size), one, [], []
    for _ in range(depth):
        partial, norms = partial + power, [*norms, float(np.linalg.norm(power))]
        sums.append(push * partial)
        power = j.T @ power
    errors = np.array([np.linalg.norm(each - reference) for each in sums]) / np.linalg.norm(reference)
    radius = float(np.abs(np.linalg.eigvals(j)).max())

    def method(name: str, title: str, value: np.ndarray, products: int, exact: bool, residual: float) -> MethodGradient:
        error = float(np.linalg.norm(value - reference) / np.linalg.norm(reference))
        cosine = float(value @ reference / np.linalg.norm(value) / np.linalg.norm(reference))
        return MethodGradient(name, title, value, error, cosine, residual, products, 1e-4, exact)

    return LayerGradients(
        names=tuple(f"x[{index + 1}]" for index in range(size)),
        sample=sample,
        at=z,
        loss=float(z.sum()),
        loss_text="sum of the components",
        radius=radius,
        solved=True,
        methods=(
            method("implicit", "Implicit, dense", reference, size, True, 1e-16),
            method("adjoint", "Implicit, fixed point", reference * (1 + 3e-7), 31, True, 4.2e-9),
            method("unrolled", "Unrolled, 10 iterations", sums[9], 10, True, float("nan")),
            method("truncated", "Truncated, 3 terms", sums[2], 3, False, float("nan")),
            method("one_step", "One step (JFB)", sums[0], 0, False, float("nan")),
        ),
        unrolled_error=errors,
        layer_norm=np.array(norms[::-1]),
    )


def depths(radius: float, depth: int = 30, z: float = 2.0) -> DepthErrors:
    """Of z = w z + x with w = radius, from 0: the gradient by w lags behind."""
    k = np.arange(depth + 1.0)
    errors = radius**k + k * radius ** (k - 1.0) * (1.0 - radius)
    return DepthErrors(0, np.array([z]), radius, z * radius**k, errors)


def grid_and_nullclines(example: MapExample, shape: tuple[int, int] = (61, 61)) -> tuple[VelocityGrid, Nullclines]:
    """The displacement f(z) - z in the plane of the first two components, through the first start."""
    names = example.components
    x, y = (np.linspace(*example.view[name], count) for name, count in zip(names[:2], shape[::-1], strict=True))
    state = np.array(example.starts[0], dtype=float)
    field = np.empty((*shape, 2))
    for row, up in enumerate(y):
        for column, across in enumerate(x):
            z = np.array([across, up, *state[2:]])
            field[row, column] = (example.f(z) - z)[:2]
    fixed = tuple(zip(names[2:], state[2:].tolist(), strict=True))
    grid = VelocityGrid(names[0], names[1], x, y, field[..., 0], field[..., 1], None, fixed)
    return grid, frames.nullclines(grid)


def experiment() -> Experiment:
    """An experiment that overrides nothing."""
    return Experiment(text="")


def frame(*readings: object, generation: int = 1, **fields: object) -> Frame:
    """A frame of these readings."""
    return replace(Frame(generation, {type(reading): reading for reading in readings}, final=True), **fields)
