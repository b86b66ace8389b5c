"""The texture of the flow as a request gets it."""

from __future__ import annotations

import numpy as np
import plane_frames as planes

from core.readings import FlowTexture
from core.request import Viewport

VIEW = Viewport("x", "y", (-4.0, 4.0), (-60.0, 60.0), (320, 240))


def texture(text: str, quality: str = "full", view: Viewport = VIEW) -> FlowTexture:
    (found,) = planes.pictures(planes.request(text, FlowTexture, view, quality))
    assert isinstance(found, FlowTexture)
    return found


def test_it_has_a_level_for_every_pixel_of_the_screen_and_larger_ones_in_a_drag() -> None:
    full, preview = texture(planes.VAN_DER_POL), texture(planes.VAN_DER_POL, "preview")
    assert (full.levels.shape, full.step) == ((240, 320), 1)
    assert (preview.levels.shape, preview.step) == ((60, 80), 4)
    assert preview.seconds > 0.0
    assert full.x[0] == -4.0 + 4.0 / 320
    assert (full.levels == texture(planes.VAN_DER_POL).levels).all()  # the same grains every time


def test_the_direction_is_that_of_the_screen() -> None:
    levels = texture("x' = 1\ny' = 20").levels.astype(float)  # on the screen one pixel up for one to the right
    down, across = levels[6:, 6:], levels[:-6, :-6]
    assert np.corrcoef(down.ravel(), across.ravel())[0, 1] > 0.5
    assert abs(np.corrcoef(levels[6:, :-6].ravel(), levels[:-6, 6:].ravel())[0, 1]) < 0.1


def test_nothing_is_drawn_where_the_field_is_no_number_and_long_states_have_larger_pixels() -> None:
    levels = texture("x' = sqrt(x)\ny' = -y").levels
    assert not levels[:, :160].any()
    assert levels[:, 160:].any()
    wide = Viewport("z[1]", "z[2]", (-1.0, 1.0), (-1.0, 1.0), (640, 480))
    assert texture("z' = -z\nz in R^60", view=wide).step == 2
