"""The grid of the flow map against flows that are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plane_frames as planes
import pytest
from scipy.linalg import expm

from core.codec import decode, encode
from core.experiment import Experiment, Integration
from core.experiment_file_error import ExperimentFileError
from core.flow_map_grid import coarse_places
from core.frame import Frame
from core.readings import FlowMap
from core.request import Request, Viewport
from core.runner import frames

VIEW = Viewport("x", "y", (-1.0, 3.0), (-2.0, 2.0), (400, 400))
MATRIX = np.array([[0.3, -1.0], [0.5, -0.7]])
LINEAR = "x' = 0.3*x - y\ny' = 0.5*x - 0.7*y\nstart (1, 0)\nt in [0, 4]"


def flow_map(text: str, view: Viewport = VIEW, quality: str = "full", **options: Any) -> FlowMap:
    options["integration"] = replace(options.get("integration", Integration()), grid_lines=9)
    found = planes.pictures(planes.request(text, FlowMap, view, quality, **options))[-1]
    assert isinstance(found, FlowMap)
    return found


def last(text: str, view: Viewport = VIEW) -> Frame:
    *_, frame = frames(Request(Experiment(text), frozenset({FlowMap}), view))
    return frame


def starts(found: FlowMap) -> np.ndarray:
    """Where the points of the lines are in the plane at first, from what the reading says of them."""
    across = (found.line % found.lines) / (found.lines - 1)
    x = np.where(found.line < found.lines, found.along, across)
    y = np.where(found.line < found.lines, across, found.along)
    return np.stack([-1.0 + 4.0 * x, -2.0 + 4.0 * y], axis=1)


def test_of_a_linear_flow_places_volumes_and_areas_are_the_exponentials() -> None:
    found = flow_map(LINEAR, VIEW, integration=Integration(rtol=1e-9, atol=1e-11))
    assert found.lines == 9
    np.testing.assert_allclose(found.places[0], starts(found), atol=1e-6)
    for index in (1, 75, 150):
        moved = starts(found) @ expm(found.times[index] * MATRIX).T
        np.testing.assert_allclose(found.places[index], moved, atol=2e-6)
        np.testing.assert_allclose(found.rates[index], moved @ MATRIX.T, atol=2e-6)
    exact = found.times * np.trace(MATRIX)
    np.testing.assert_allclose(found.log_det, np.tile(exact[:, None, None], (1, 9, 9)), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found.centre_log_det, found.centre_times * np.trace(MATRIX), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(found.centre_area, np.exp(found.centre_times * np.trace(MATRIX)), rtol=1e-6)


def test_of_any_flow_the_measured_area_is_the_integrated_divergence() -> None:
    found = flow_map(planes.VAN_DER_POL, values={"mu": 0.7})
    early = found.centre_times < 4.0
    np.testing.assert_allclose(found.centre_area[early], np.exp(found.centre_log_det[early]), rtol=1e-5)
    assert np.ptp(found.centre_log_det[early]) > 1.0
    forced = flow_map("x' = y\ny' = -x - 0.3*y^3 + cos(2*t)\nstart (1, 0)\nt in [1, 5]")
    np.testing.assert_allclose(forced.centre_area, np.exp(forced.centre_log_det), rtol=1e-5)


def test_lines_have_points_wherever_they_stretch_or_bend() -> None:
    found = flow_map("x' = y\ny' = -sin(x)\nstart (1, 0)\nt in [0, 5]")
    assert found.complete
    pixels = (found.places.swapaxes(0, 1) - np.array([-1.0, -2.0])) * 100.0
    same = found.line[1:] == found.line[:-1]
    lengths = np.hypot(*np.moveaxis(np.diff(pixels, axis=0), -1, 0))[same]
    inside = ((pixels > 0.0) & (pixels < 400.0)).all(axis=2)
    assert lengths[(inside[1:] | inside[:-1])[same]].max() <= 14.0
    coarse = flow_map("x' = y\ny' = -sin(x)\nstart (1, 0)\nt in [0, 5]", quality="preview")
    assert len(coarse.line) == 18 * 9
    assert not coarse.complete
    assert len(found.line) > 18 * 17


def test_what_blows_up_is_no_number_from_then_on() -> None:
    found = flow_map("x' = x^2\ny' = -y\nstart (-1, 1)\nt in [0, 2]")
    x = starts(found)[:, 0] + 1e-300  # none is 0
    for index in (60, 149):
        t = found.times[index]
        alive = x * t < 0.95
        np.testing.assert_allclose(found.places[index, alive, 0], 1 / (1 / x[alive] - t), rtol=1e-4, atol=1e-5)
        assert np.isnan(found.places[index, x * t > 1.001]).all()
    assert np.isfinite(found.places[:, x < 0.0]).all()


def test_in_a_slice_volumes_are_those_of_all_components() -> None:
    text = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z\nstart (1, 1, 1)\nt in [0, 1]"
    found = flow_map(text, replace(VIEW, y="z"))
    np.testing.assert_allclose(found.centre_log_det, -41.0 / 3.0 * found.centre_times, rtol=1e-12, atol=1e-14)
    assert np.isnan(found.centre_area).all()
    assert found.size == 3


@pytest.mark.parametrize(
    ("text", "view", "reason"),
    [
        ("z' = -z\nz in R^9\nstart (1, 1, 1, 1, 1, 1, 1, 1, 1)", replace(VIEW, x="z[1]", y="z[2]"), "at most 8"),
        ("x' = -x\nstart (1)", replace(VIEW, x="t", y="x"), "two components on the axes"),
        ("x' = y\ny' = -1\nwhen x = 0: y = -y\nstart (1, 0)", VIEW, "events"),
    ],
)
def test_where_there_is_none_the_frame_says_why(text: str, view: Viewport, reason: str) -> None:
    frame = last(text, view)
    assert frame.error is None
    assert frame.get(FlowMap) is None
    assert reason in frame.absent[FlowMap]


def test_how_many_lines_there_are_is_kept_in_a_file() -> None:
    kept = encode(Experiment("x' = x", integration=Integration(grid_lines=33)))
    assert decode(kept)[0].integration.grid_lines == 33
    older = kept.replace("grid_lines = 33", "")
    assert older != kept
    assert decode(older)[0].integration.grid_lines == 17
    with pytest.raises(ExperimentFileError, match="grid_lines"):
        decode(kept.replace("grid_lines = 33", "grid_lines = 1"))


def test_a_symplectic_method_keeps_areas_and_eulers_method_does_not() -> None:
    text = "x' = y\ny' = -x\nstart (1, 0)\nt in [0, 10]"
    kept = flow_map(text, integration=Integration(method="verlet", fixed=True, step=0.1))
    np.testing.assert_allclose(kept.centre_area[::12], 1.0, rtol=1e-9)  # where steps end
    grown = flow_map(text, integration=Integration(method="euler", fixed=True, step=0.1))
    assert grown.centre_area[-1] == pytest.approx(1.01**100, rel=1e-9)


def test_the_worst_places_come_first_and_ends_of_lines_are_no_neighbours() -> None:
    line = np.array([0, 0, 0, 0, 1, 1])
    along = np.array([0.0, 0.3, 0.6, 1.0, 0.0, 1.0])
    pixels = np.array([[0, 50], [10, 50], [40, 50], [100, 50], [0, 0], [5, 0]], dtype=np.float32)[:, None, :]
    assert coarse_places(line, along, pixels, (100, 100)).tolist() == [2, 1]
    bent = pixels.copy()
    bent[1, 0] = 6, 54
    assert 0 in coarse_places(line, along, bent, (100, 100))
    pixels[5] = np.nan  # it has ended
    assert coarse_places(line, along, pixels, (100, 100)).tolist() == [4, 2, 1]
    assert coarse_places(line, along, pixels + 1000, (100, 100)).size == 0
