"""The loss over parameters: against solves one by one, its gradients against core.gradient, and its contours."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest

import core
from core import presets
from core.analysis.contours import zero_contour
from core.experiment import Experiment, GradientChoice, Integration, RootFinding, SliderRange
from core.landscape_axis import LandscapeAxis, landscape_axes
from core.language import parse
from core.readings import CURVE, ClaimedSlope, LossLandscape
from core.request import Request, Viewport
from core.runner import frames

NEURON = Experiment(
    "z <- tanh(w*z + x)\nw = 0.7 in [0, 3]\nx = 0.3 in [-1, 1]\nstart z = 0.5", root=RootFinding("newton")
)
DECAY = Experiment(
    "x' = -k*x + a*y\ny' = -y\nk = 0.8 in [0.01, 10] log\na = 0.5 in [-1, 1]\nt in [0, 2]\nstart (1, 2)",
    integration=Integration("dopri5", rtol=1e-9, atol=1e-12),
    gradient=GradientChoice("half_square"),
)
LAYER = (
    "z in R^3\nz <- relu([[0.3, -0.2, 0.1], [0.1, 0.2, -0.3], [-0.1, 0.3, 0.2]]"
    " z + [a, b, a*b])\na = 0.7 in [-2, 2]\nb = 0.4 in [-2, 2]"
)
SQUARE = Experiment(
    "0 = z^2 - a*b\nsolve z = 1\na = 2 in [-1, 4]\nb = 1 in [0.5, 2]\nstart z = 1", root=RootFinding("newton")
)


def viewport(experiment: Experiment, *names: str) -> Viewport:
    known = {axis.name: axis for axis in landscape_axes(experiment, parse(experiment.text, experiment.tensors))}
    chosen = [known[name] for name in names or list(known)[:2]]
    up = chosen[1] if len(chosen) > 1 else None
    ends = (0.0, 1.0) if up is None else (up.lo, up.hi)
    return Viewport(chosen[0].name, CURVE if up is None else up.name, (chosen[0].lo, chosen[0].hi), ends)


def landscape(experiment: Experiment, *names: str, quality: str = "full") -> LossLandscape:
    request = Request(experiment, frozenset({LossLandscape}), viewport(experiment, *names), quality)  # type: ignore[arg-type]
    *_, frame = frames(request)
    assert frame.error is None, frame.traceback
    return frame.readings[LossLandscape]


def direct(experiment: Experiment, values: dict[str, float]) -> float:
    """The loss from one solve by the public functions; NaN where it does not succeed."""
    system = parse(experiment.text, experiment.tensors)
    params = {**experiment.values, **values}
    if system.kind == "ode":
        choice = experiment.integration
        run = core.integrate(
            system, system.starts[0], system.span, choice.method, rtol=choice.rtol, atol=choice.atol, params=params
        )
        z, good = run.z[-1], run.outcome.success
    else:
        start = system.starts[0] if system.starts else np.zeros(system.size)
        choice = experiment.root
        root = core.solve(
            system, start, choice.solver, tol=choice.tolerance, params=params, iterations=choice.iterations
        )
        z, good = root.z, root.outcome.success
    if not good:
        return float("nan")
    return float(z.sum() if experiment.gradient.loss == "sum" else 0.5 * (z * z).sum())


CASES = {
    "map": NEURON,
    "flow": DECAY,
    "relu": Experiment(LAYER, root=RootFinding("peaceman_rachford")),
    "broyden": Experiment(LAYER, root=RootFinding("broyden"), gradient=GradientChoice("half_square")),
    "root": SQUARE,
    "stiff": replace(DECAY, integration=Integration("radau5", rtol=1e-8, atol=1e-11)),
    "rosenbrock": replace(DECAY, integration=Integration("rodas4", rtol=1e-7, atol=1e-10)),
    "complex": Experiment("z in C\nz <- z^2/4 + a + b*i\na = 0.1 in [-0.4, 0.4]\nb = 0.2 in [-0.4, 0.4]"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_grid_is_what_solves_one_by_one_find(name: str) -> None:
    experiment = CASES[name]
    found = landscape(experiment)
    assert (found.step, found.values.shape) == (1, (41, 41))
    across, up = found.axes
    for row, column in np.random.default_rng(0).integers(0, 41, (12, 2)):
        values = {across.name: across.value(found.x[column]), up.name: up.value(found.y[row])}
        expected = direct(experiment, values)
        assert found.values[row, column] == pytest.approx(expected, rel=2e-6, abs=2e-6, nan_ok=True), values


def test_a_layer_that_torch_computes_and_a_row_of_its_batch() -> None:
    """50 unknowns and ten rows of data: sample 3 is looked at, and the loss is its own."""
    experiment, _ = presets.load_preset("tutorial_layer")
    experiment = replace(experiment, root=replace(experiment.root, tolerance=1e-10, rivals=()))
    request = Request(experiment, frozenset({LossLandscape}), viewport(experiment, "gain"), focus=3)
    *_, frame = frames(request)
    found = frame.readings[LossLandscape]
    system = parse(experiment.text, experiment.tensors)
    for column in (40, 80):
        gain = float(found.x[column])
        roots = core.solve(system, None, "anderson", params={"gain": gain}, tol=1e-11)
        assert found.values[0, column] == pytest.approx(roots.z[3].sum(), abs=1e-7)
    assert found.loss == pytest.approx(found.values[0, np.argmin(abs(found.x - found.point[0]))], rel=0.02)


@pytest.mark.parametrize("name", ["map", "flow", "root", "stiff"])
def test_the_reference_and_exact_methods_are_core_gradient(name: str) -> None:
    experiment = CASES[name]
    found = landscape(experiment)
    system = parse(experiment.text, experiment.tensors)
    names = tuple(axis.name for axis in found.axes)
    start = np.array(system.starts[0])
    half = experiment.gradient.loss == "half_square"
    how = (
        {"method": "discrete", "integrate": {"t": system.span, "rtol": 1e-11, "atol": 1e-13, "method": "dopri5"}}
        if system.kind == "ode"
        else {"method": "implicit", "solve": {"method": "newton", "tol": 1e-13}}
    )
    card = core.gradient(
        system,
        lambda z: 0.5 * (z * z).sum() if half else z.sum(),
        names,
        start=start,
        **how,  # type: ignore[arg-type]
    )
    chain = np.array([axis.slope(axis.value(u)) for axis, u in zip(found.axes, found.point, strict=True)])
    expected = np.array([float(card.grads[one]) for one in names]) * chain
    assert found.reference == pytest.approx(expected, rel=1e-6)
    assert found.loss == pytest.approx(float(card.value), rel=1e-7)
    good = [one for one in found.slopes if one.exact and not one.note]
    assert len(good) >= 3
    for one in good:
        assert one.slope == pytest.approx(expected, rel=1e-4), one.method
        assert found.descends(one)
    assert len(found.slopes) == found.total


def test_a_logarithmic_axis_has_its_slope_by_the_logarithm() -> None:
    found = landscape(DECAY)
    across, up = found.axes
    assert (across.log, up.log) == (True, False)
    assert found.x[[0, -1]] == pytest.approx([-2.0, 1.0])
    step = 1e-4
    for place, shift in enumerate(([step, 0.0], [0.0, step])):
        sides = [found.point + side * np.array(shift) for side in (1.0, -1.0)]
        losses = [direct(DECAY, {"k": 10.0**u, "a": v}) for u, v in sides]
        assert found.reference[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("name", ["map", "flow", "root"])
def test_the_half_plane_ends_at_the_contours_tangent(name: str) -> None:
    """The contour through the point, found by marching squares on a fine landscape about it, is normal to the
    reference in the coordinates of the picture, so that the line reference . (u - point) = 0 is its tangent there."""
    experiment = CASES[name]
    whole = landscape(experiment)
    ends = [
        (axis.value(u - 0.0043 * axis.length), axis.value(u + 0.0051 * axis.length))  # the point is on no line
        for axis, u in zip(whole.axes, whole.point, strict=True)
    ]
    view = Viewport(whole.axes[0].name, whole.axes[1].name, *ends)
    *_, frame = frames(Request(experiment, frozenset({LossLandscape}), view))
    near = frame.readings[LossLandscape]
    segments = zero_contour(near.x, near.y, near.values - near.loss)
    span = near.lengths
    middles = segments.mean(axis=1)
    chosen = segments[np.argmin(np.linalg.norm((middles - near.point) / span, axis=1))]
    direction = (chosen[1] - chosen[0]) / span  # on a square screen
    normal = near.reference * span
    cosine = direction @ normal / np.linalg.norm(direction) / np.linalg.norm(normal)
    assert abs(cosine) < 5e-3
    stretched = np.array([3.0, 0.5])  # on any other screen the same line is the tangent, by the chain rule
    cosine = (direction * stretched) @ (normal / stretched)
    assert abs(cosine) < 5e-3 * np.linalg.norm(direction * stretched) * np.linalg.norm(normal / stretched)
    downhill = near.point - 0.003 * normal / np.linalg.norm(normal) * span
    values = {axis.name: axis.value(u) for axis, u in zip(near.axes, downhill, strict=True)}
    assert direct(experiment, values) < near.loss


def test_where_the_solve_fails_there_is_nothing() -> None:
    experiment = replace(SQUARE, text=SQUARE.text.replace("a = 2", "a = 3"))
    found = landscape(experiment)
    expected = found.x[None, :] * found.y[:, None] < -1e-9
    assert np.isnan(found.values)[expected].all()
    assert np.isfinite(found.values)[found.x[None, :] * found.y[:, None] > 0.01].all()
    for line in found.lines:
        assert (line.points[:, 0] > -0.13).all()  # no contour runs into what is not known
    lost = landscape(replace(experiment, values={"a": -0.5, "b": 1.0}))
    assert lost.note.startswith("Newton's method finds no fixed point near")


def test_a_lost_trajectory_has_no_gradient_and_says_why() -> None:
    blows = Experiment("x' = k*x^2 + a\nk = 2 in [-1, 4]\na = 0 in [-1, 1]\nt in [0, 3]\nstart 1")
    found = landscape(blows)
    assert np.isnan(found.loss)
    assert found.note.startswith("the trajectory ")
    assert found.slopes == ()
    assert 0.1 < np.isnan(found.values).mean() < 0.9


def test_one_parameter_is_a_curve_with_tangents() -> None:
    experiment, _ = presets.load_preset("adjoint_lies")
    found = landscape(experiment)
    assert found.values.shape == (1, 161)
    assert found.lines == ()
    assert found.loss == pytest.approx(np.interp(found.point[0], found.x, found.values[0]), rel=1e-3)
    slope = np.interp(found.point[0], found.x, np.gradient(found.values[0], found.x))
    assert found.reference[0] == pytest.approx(slope, rel=0.02)
    lying = next(one for one in found.slopes if one.method == "backsolve")
    assert not found.descends(lying)
    assert {one.method for one in found.slopes if not found.descends(one)} == {"backsolve"}


def test_a_preview_is_coarse_and_asks_no_exact_method() -> None:
    found = landscape(NEURON, quality="preview")
    assert (found.step, found.values.shape) == (4, (11, 11))
    assert found.slopes
    assert not any(one.exact for one in found.slopes)
    whole = landscape(NEURON)
    assert whole.values[::4, ::4] == pytest.approx(found.values, abs=1e-12, nan_ok=True)


def test_ways_are_compared_by_positions_of_the_sliders() -> None:
    """By values (1, -0.1) leads the right way; but the slider of b is a hundred times as long, and by positions it
    does not."""
    axes = LandscapeAxis("a", "a", 0.0, 1.0), LandscapeAxis("b", "b", 0.0, 100.0)
    none = np.empty(0)
    found = LossLandscape(
        axes, none, none, np.zeros((1, 1)), 1, none, (), np.zeros(2), "", 1.0, reference=np.array([1.0, 0.3])
    )
    assert found.descends(ClaimedSlope("", "", np.array([1.0, 0.3]), True))
    assert not found.descends(ClaimedSlope("", "", np.array([1.0, -0.1]), True))
    assert found.descends(ClaimedSlope("", "", np.full(2, np.nan), True))
    flat = replace(found, reference=np.full(2, 1e-16))
    assert flat.steepness is None
    assert flat.descends(ClaimedSlope("", "", np.array([-1.0, 0.0]), True))


def test_what_is_no_plane_of_parameters_is_refused() -> None:
    for x, y in (("z", "w"), ("w", "w")):
        request = Request(NEURON, frozenset({LossLandscape}), Viewport(x, y, (0.0, 1.0), (0.0, 1.0)))
        *_, frame = frames(request)
        assert "axes are parameters" in frame.absent[LossLandscape]
    *_, frame = frames(Request(NEURON, frozenset({LossLandscape}), Viewport("w", "x", (5.0, 6.0), (0.0, 1.0))))
    assert "beyond the ends" in frame.absent[LossLandscape]
    *_, frame = frames(Request(NEURON, frozenset({LossLandscape})))
    assert LossLandscape not in frame.readings


def test_a_zoom_is_solved_for_what_is_seen_of_the_sliders() -> None:
    seen = Viewport("w", "x", (2.0, 9.0), (0.0, 0.5))
    *_, frame = frames(Request(replace(NEURON, ranges={"x": SliderRange(-1.0, 0.2)}), frozenset({LossLandscape}), seen))
    found = frame.readings[LossLandscape]
    assert (found.x[0], found.x[-1], found.y[0], found.y[-1]) == pytest.approx((2.0, 3.0, 0.0, 0.2))


@pytest.mark.parametrize("preset", ["lotka_volterra", "neuron", "robertson"])
def test_it_stops_soon(preset: str) -> None:
    experiment, _ = presets.load_preset(preset)
    landscape(experiment, quality="preview")  # imports and kernels
    stopped: list[float] = []

    def should_stop() -> bool:
        if perf_counter() - begun > 0.3 and not stopped:
            stopped.append(perf_counter())
        return bool(stopped)

    begun = perf_counter()
    for _ in frames(Request(experiment, frozenset({LossLandscape}), viewport(experiment)), should_stop):
        pass
    if stopped:
        assert perf_counter() - stopped[0] < 0.25
