"""Pictures are as large, as coloured and as see-through as asked, and leave the view as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import presets
from core.language import parse
from core.request import Request
from core.runner import frames
from explorer import style
from explorer.export.png import picture, save_png
from explorer.theme import DARK, LIGHT
from explorer.view import View
from explorer.views import views


@pytest.fixture
def plane(qtbot: QtBot) -> View:
    """The phase plane of the Van der Pol oscillator, drawn in the dark theme."""
    experiment, _ = presets.load_preset("van_der_pol")
    view = next(view for view in views() if view.name == "phase_plane")()
    qtbot.addWidget(view)
    view.resize(420, 360)
    view.setStyleSheet(style.sheet_of(DARK))
    view.reset(experiment, parse(experiment.text))
    view.grab()
    *_, last = frames(Request(experiment, view.wanted, view.viewport()))
    view.draw(last)
    return view


def _colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_the_scale_is_the_size(plane: View, tmp_path: Path, scale: int) -> None:
    save_png(plane, tmp_path / "a.png", LIGHT, scale=scale)
    with Image.open(tmp_path / "a.png") as opened:
        assert opened.format == "PNG"
        assert opened.size == (420 * scale, 360 * scale)


def test_a_larger_picture_shows_the_same(plane: View) -> None:
    small, large = picture(plane, LIGHT, scale=1), picture(plane, LIGHT, scale=4)
    shrunk = large.scaled(420, 360)
    shrunk.setDevicePixelRatio(1)

    def ink(image: QImage, left: int, top: int) -> int:
        return sum(
            image.pixelColor(x, y).lightness() < 200 for x in range(left, left + 60) for y in range(top, top + 60)
        )

    for left in range(0, 360, 60):
        for top in range(0, 300, 60):
            assert abs(ink(small, left, top) - ink(shrunk, left, top)) <= 0.2 * 60 * 60


def test_the_theme_of_a_picture_is_not_the_screens(plane: View) -> None:
    before = picture(plane, DARK)
    paper = picture(plane, LIGHT, on_screen=DARK)
    assert paper.pixelColor(2, 2).name().upper() == LIGHT.card
    assert LIGHT.series[1].lower() in _colours(paper)
    assert DARK.series[1].lower() not in _colours(paper)
    assert picture(plane, DARK) == before


def test_a_transparent_picture_keeps_its_curves(plane: View) -> None:
    image = picture(plane, LIGHT, transparent=True)
    alphas = [image.pixelColor(x, y).alpha() for x in range(420) for y in range(360)]
    assert alphas.count(0) > 0.5 * len(alphas)
    assert alphas.count(255) > 500
    assert picture(plane, LIGHT).pixelColor(2, 2).alpha() == 255  # the background is back


def test_the_view_goes_on_following_the_program(qtbot: QtBot, qapp: QApplication) -> None:
    view = next(view for view in views() if view.name == "phase_plane")()
    qtbot.addWidget(view)
    picture(view, LIGHT, on_screen=DARK, transparent=True)
    assert (view.styleSheet(), view.theme) == ("", DARK)
    before = qapp.palette()
    changed = QPalette(before)
    changed.setColor(QPalette.ColorRole.Window, QColor("#123456"))
    qapp.setPalette(changed)
    qapp.processEvents()
    assert view.palette().color(QPalette.ColorRole.Window).name() == "#123456"
    qapp.setPalette(before)


@pytest.mark.parametrize("scale", [0, 9, -1])
def test_a_scale_out_of_range_is_refused(plane: View, scale: int) -> None:
    with pytest.raises(ValueError, match="1 to 8 times"):
        picture(plane, LIGHT, scale=scale)


def test_a_failing_disk_is_told(plane: View, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save_png(plane, tmp_path / "absent" / "a.png", LIGHT)
