"""Divergence and vorticity behind the phase plane: one at a time, with numbers."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown_plane
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import FieldDerivatives
from explorer.canvas.chip_row import ChipRow
from explorer.canvas.colour_bar import ColourBar
from explorer.canvas.key_line import KeyLine
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_derivatives import centred_scale

MU = 1.4


def derivatives(x_name: str = "x") -> FieldDerivatives:
    """Of van der Pol's oscillator."""
    x, y = np.linspace(-3.4, 3.4, 301), np.linspace(-4.2, 4.2, 303)
    across, up = np.meshgrid(x, y)
    return FieldDerivatives(
        x_name, "y", x, y, MU * (1.0 - across**2), -2.0 * MU * across * up - 2.0, time=None, slice_at=()
    )


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.van_der_pol(MU))
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "divergence")
    view.draw(Frame(2, {FieldDerivatives: derivatives()}))
    return view


def bars(view: PhasePlane) -> list[str]:
    return [bar.accessibleName() for bar in view.findChildren(ColourBar) if bar.isVisible()]


def contrast(colour: str, below: np.ndarray) -> float:
    """(L1 + 0.05) / (L2 + 0.05) of the relative luminances, as WCAG has it."""

    def luminance(channels: np.ndarray) -> float:
        part = channels / 255.0
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    both = [luminance(np.array(QColor(colour).getRgb()[:3])), luminance(below)]
    return (max(both) + 0.05) / (min(both) + 0.05)


def readout(view: PhasePlane, x: float, y: float) -> str:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, x, y)
    return texts[-1]


def test_it_is_off_by_itself_and_asked_for_only_while_one_of_them_is_on(qtbot: QtBot) -> None:
    view = shown_plane(qtbot, frames.van_der_pol())
    assert FieldDerivatives not in view.wants()
    view.set_layer_visible("vorticity", True)
    assert FieldDerivatives in view.wants()
    names = [layer.name for layer in shown_plane(qtbot, frames.decay()).layers()]
    assert "divergence" in names
    assert "vorticity" not in names  # a t-x plane


def test_one_makes_place_for_the_other(plane: PhasePlane) -> None:
    assert bars(plane) == ["Colours from div f  −15 to 15"]
    plane.set_layer_visible("vorticity", True)
    assert not plane.shows_layer("divergence")
    assert bars(plane) == ["Colours from curl f  −35 to 35"]
    plane.set_layer_visible("divergence", True)
    assert not plane.shows_layer("vorticity")
    plane.set_layer_visible("divergence", False)
    assert bars(plane) == []
    assert "div f" not in readout(plane, 0.4, 0.5)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_colours_are_those_of_the_numbers(plane: PhasePlane, theme: Theme) -> None:
    plane.apply_theme(theme)
    scale = centred_scale(derivatives().divergence)
    for x in (0.0, 1.9, 3.0):
        assert colour_near(plane, x, -2.0, scale.colour(MU * (1 - x * x), plane.theme), tolerance=6)
    assert colour_near(plane, 1.0, -2.0, plane.theme.card, tolerance=2)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_even_the_strongest_colours_are_hues_on_which_curves_are_seen(theme: Theme) -> None:
    ends = [np.array(QColor(centred_scale(np.arange(9.0)).colour(end, theme)).getRgb()[:3]) for end in (-9.0, 9.0)]
    assert all(np.ptp(end) > 0.4 * end.max() for end in ends)  # no grey
    for colour in (theme.text, *theme.series):
        assert all(contrast(colour, end) > 1.4 for end in ends)
    assert all(contrast(theme.text, end) > 4.5 for end in ends)


def test_the_readout_tells_the_number_at_the_mouse(plane: PhasePlane) -> None:
    text = readout(plane, 2.0, 1.0)
    assert float(text.split("div f = ")[1].replace("−", "-")) == pytest.approx(-3.0 * MU, abs=0.08)
    plane.set_layer_visible("vorticity", True)
    text = readout(plane, -2.0, 1.0)
    assert float(text.split("curl f = ")[1]) == pytest.approx(4.0 * MU - 2.0, abs=0.12)


def test_what_belongs_to_other_axes_is_not_drawn_and_a_new_system_forgets(plane: PhasePlane) -> None:
    plane.draw(Frame(3, {FieldDerivatives: replace(derivatives("z"), divergence=np.ones((303, 301)))}))
    assert bars(plane) == ["Colours from div f  −15 to 15"]
    plane.reset(frames.experiment(), frames.rotation().system())
    assert bars(plane) == []


def test_why_there_are_no_colours_is_told(plane: PhasePlane) -> None:
    chips = plane.findChild(KeyLine).findChild(ChipRow)
    plane.draw(Frame(3, absent={FieldDerivatives: "no plane through this"}))
    assert bars(plane) == []
    plane.apply_theme(LIGHT)
    assert (chips.text("slopes"), chips._hints["slopes"]) == ("no div f", "no plane through this")
    plane.draw(Frame(4, {FieldDerivatives: derivatives()}))
    assert chips.text("slopes") == ""
    assert bars(plane) == ["Colours from div f  −15 to 15"]


def test_the_ends_of_the_colours_are_of_most_numbers_and_never_nothing() -> None:
    values = np.linspace(-2.0, 1.0, 1001)
    values[[0, 7]] = np.nan, 1e9
    scale = centred_scale(values)
    assert scale.low == -scale.high
    assert 1.95 < scale.high <= 2.0
    assert centred_scale(np.zeros((3, 3))).high == 1.0
    assert centred_scale(np.full((3, 3), -0.4)).high == pytest.approx(0.6)  # one colour all over, not the strongest
    assert centred_scale(np.full((2, 2), np.nan)).high == 1.0
