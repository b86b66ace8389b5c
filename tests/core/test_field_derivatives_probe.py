"""Divergence and vorticity as a request gets them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plane_frames as planes
import pytest

from core.readings import FieldDerivatives
from core.request import Viewport

VIEW = Viewport("x", "y", (-4.0, 4.0), (-6.0, 6.0), (640, 480))


def derivatives(text: str, quality: str = "full", view: Viewport = VIEW, **options: object) -> FieldDerivatives:
    (found,) = planes.pictures(planes.request(text, FieldDerivatives, view, quality, **options))
    assert isinstance(found, FieldDerivatives)
    return found


def test_cells_of_a_few_pixels_fill_the_plane_and_follow_the_sliders() -> None:
    for quality, shape in (("full", (160, 213)), ("preview", (48, 64))):
        found = derivatives(planes.VAN_DER_POL, quality, values={"mu": 3.0})
        assert found.divergence.shape == found.vorticity.shape == shape
        assert (found.divergence == 3.0 * (1.0 - found.x**2)).all()
        assert found.x[0] - (found.x[1] - found.x[0]) / 2 == pytest.approx(-4.0)
        assert found.time is None


def test_it_is_frozen_at_the_time_of_the_view() -> None:
    text = "x' = x*t\ny' = 2*y*t\nstart (1, 1)\nt in [1, 5]"
    assert (derivatives(text).divergence == 3.0).all()
    later = derivatives(text, view=replace(VIEW, time=4.0))
    assert (later.divergence == 12.0).all()
    assert later.time == 4.0


def test_the_field_of_a_minimisation_has_no_vorticity_and_minus_the_laplacian() -> None:
    found = derivatives("minimise (1 - x)^2 + 100*(y - x^2)^2\nover x = -1.2, y = 1")
    x, y = np.meshgrid(found.x, found.y)
    np.testing.assert_allclose(found.divergence, -(2.0 + 1200.0 * x**2 - 400.0 * y + 200.0), rtol=1e-12, atol=1e-9)
    assert np.abs(found.vorticity).max() < 1e-9
