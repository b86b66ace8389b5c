"""SVG and PDF show what the PNG shows, as shapes, when other programs open them."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import opened
import pypdfium2
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.readings import Trajectories
from explorer.canvas.colour_bar import ColourBar
from explorer.canvas.marks import Marks
from explorer.canvas.plot_card import PlotCard
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.export.caption import PROGRAM, Caption
from explorer.export.png import picture
from explorer.export.saving import save_picture
from explorer.theme import DARK, LIGHT
from explorer.views import views
from explorer.views.order_star import OrderStar
from explorer.views.phase_plane import PhasePlane
from explorer.views.stability import Stability

WIDTH, HEIGHT = 480, 400
ALIKE = 24.0
"""Grey levels, of 255 and averaged over 8 x 8 pixels of the screen, by which two programs' edges may differ."""
ENDINGS = (".svg", ".pdf")
BOTH = pytest.mark.parametrize("ending", ENDINGS)
ODE_VIEWS = [view for view in views() if "ode" in view.kinds and 2 in view.components]


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    """The phase plane of the Van der Pol oscillator in the light theme."""
    view = PhasePlane()
    qtbot.addWidget(view)
    opened.drawn(view, WIDTH, HEIGHT)
    return view


@pytest.mark.parametrize("made", ODE_VIEWS)
def test_every_view_looks_like_its_png(qtbot: QtBot, tmp_path: Path, made: type[PlotCard]) -> None:
    view = made()
    qtbot.addWidget(view)
    opened.drawn(view, WIDTH, HEIGHT)
    save_picture(view, tmp_path / "a.png", LIGHT, scale=4)
    image = opened.pixels(tmp_path / "a.png")
    bars = sum(not bar.isHidden() for bar in view.findChildren(ColourBar))  # a scale of colours is an image
    for ending in ENDINGS:
        save_picture(view, tmp_path / f"a{ending}", LIGHT)
        shapes = opened.pixels(tmp_path / f"a{ending}", 4)
        assert image.shape == shapes.shape == (4 * HEIGHT, 4 * WIDTH, 4)
        apart = opened.difference(image, shapes)
        assert apart.mean() < 1.3, ending  # words that fill a small card differ most
        assert apart.max() < ALIKE, ending
        assert opened.images(tmp_path / f"a{ending}") == bars + (made in (Stability, OrderStar))  # and a region
        assert view.title in " ".join(opened.texts(tmp_path / f"a{ending}"))


@BOTH
@pytest.mark.parametrize("layer", ["field", "nullclines", "trajectories", "equilibria"])
def test_a_layer_that_is_hidden_is_missed(plane: PhasePlane, tmp_path: Path, ending: str, layer: str) -> None:
    save_picture(plane, tmp_path / "all.png", LIGHT, scale=4)
    plane.set_layer_visible(layer, False)
    save_picture(plane, tmp_path / f"fewer{ending}", LIGHT)
    apart = opened.difference(opened.pixels(tmp_path / "all.png"), opened.pixels(tmp_path / f"fewer{ending}", 4))
    assert apart.max() > ALIKE


@BOTH
def test_curves_lie_where_the_numbers_say(qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    view = PhasePlane()
    qtbot.addWidget(view)
    frame = opened.drawn(view, WIDTH, HEIGHT)
    for layer in ("field", "nullclines", "equilibria", "starts"):
        view.set_layer_visible(layer, False)
    save_picture(view, tmp_path / f"a{ending}", LIGHT)
    scale = 4
    found = opened.coloured(opened.pixels(tmp_path / f"a{ending}", scale), LIGHT.colour_of(1))
    curves = frame.get(Trajectories)
    assert curves is not None
    part = curves.curve(1)
    ahead = (curves.t[part] >= curves.start_time) & (curves.t[part] < 6.0)
    columns, rows = (opened.places(view, curves.z[part][ahead]) * scale).astype(int).T
    assert ahead.sum() > 40
    assert found[rows, columns].mean() > 0.97


@BOTH
def test_strokes_are_as_wide_as_on_the_screen(qtbot: QtBot, tmp_path: Path, ending: str) -> None:
    view = PhasePlane()
    qtbot.addWidget(view)
    opened.drawn(view, WIDTH, HEIGHT)
    for layer in ("field", "nullclines", "equilibria", "starts", "trajectories"):
        view.set_layer_visible(layer, False)
    line = Segments(LIGHT, z=5)
    view.box.add(line)
    line.set_segments(
        np.array([[-3.0, 1.0], [0.0, 1.0], [3.0, 1.0]]), [StrokeGroup(np.arange(2), Stroke("#ff0000", 3))]
    )
    save_picture(view, tmp_path / f"a{ending}", LIGHT)
    scale = 8
    red = opened.coloured(opened.pixels(tmp_path / f"a{ending}", scale), "#ff0000")
    column, row = (opened.places(view, np.array([0.0, 1.0])) * scale).astype(int)
    assert red[:, column].sum() == pytest.approx(3 * scale, abs=2)
    assert red[row].sum() == pytest.approx((6 / 8 * view.box.width() + 3) * scale, abs=3)  # 6 of 8 units, round ends


@BOTH
def test_nothing_is_drawn_outside_the_plot(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    plane.set_layer_visible("cycles", False)  # whose legend has the colour of the second trajectory
    plane.box.show_rectangle(((-1.0, 1.0), (-1.5, 1.5)))  # the limit cycle leaves it on every side
    save_picture(plane, tmp_path / f"a{ending}", LIGHT)
    picture = opened.pixels(tmp_path / f"a{ending}", 2)
    begin, box = opened.corner(plane) * 2, plane.box
    inside = np.zeros(picture.shape[:2], dtype=bool)
    left, top = math.floor(begin.x()), math.floor(begin.y())
    inside[top : top + math.ceil(box.height() * 2) + 1, left : left + math.ceil(box.width() * 2) + 1] = True
    curve = opened.coloured(picture, LIGHT.colour_of(1))
    assert curve[inside].sum() > 500
    assert curve[~inside].sum() == 0


@BOTH
def test_text_is_text(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    save_picture(plane, tmp_path / f"a{ending}", LIGHT)
    words = " ".join(opened.texts(tmp_path / f"a{ending}"))
    for word in ("Phase plane", "2 trajectories", "x′ = 0", "unstable spiral", "−4", "−2"):
        assert word in words


@BOTH
def test_text_stands_where_it_stands_on_the_screen(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    save_picture(plane, tmp_path / "a.png", LIGHT, scale=4)
    save_picture(plane, tmp_path / f"a{ending}", LIGHT)
    first, second = opened.pixels(tmp_path / "a.png"), opened.pixels(tmp_path / f"a{ending}", 4)
    axis = int(opened.corner(plane).x()) * 4 - 16
    for area in ((slice(0, 120), slice(0, 380)), (slice(160, None), slice(0, axis))):  # the title, the numbers
        boxes = []
        for image in (first, second):
            ink = image[area][..., :3].mean(axis=-1) < 170
            rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
            boxes.append((rows[0], rows[-1], columns[0], columns[-1]))
        assert np.abs(np.subtract(*boxes)).max() <= 4  # a pixel of the screen


@BOTH
@pytest.mark.parametrize(("segments", "embedded"), [(19_000, 0), (21_000, 1)])
def test_what_is_too_much_for_shapes_is_an_image(
    qtbot: QtBot, tmp_path: Path, ending: str, segments: int, embedded: int
) -> None:
    view = PhasePlane()
    qtbot.addWidget(view)
    opened.drawn(view, WIDTH, HEIGHT)
    for layer in ("field", "trajectories"):
        view.set_layer_visible(layer, False)
    many = Segments(LIGHT, z=5)
    view.box.add(many)
    turn = np.linspace(0, 40 * math.pi, segments + 1)
    spiral = np.stack([turn * np.cos(turn), turn * np.sin(turn)], axis=1) * 3.5 / turn[-1]
    many.set_segments(spiral, [StrokeGroup(np.arange(segments), Stroke("#ff0000"))])
    save_picture(view, tmp_path / "a.png", LIGHT, scale=4)
    save_picture(view, tmp_path / f"a{ending}", LIGHT)
    assert opened.images(tmp_path / f"a{ending}") == embedded
    assert "unstable spiral" in " ".join(opened.texts(tmp_path / f"a{ending}"))
    apart = opened.difference(opened.pixels(tmp_path / "a.png"), opened.pixels(tmp_path / f"a{ending}", 4))
    assert apart.mean() < 1.2  # words that fill a small card differ most
    assert apart.max() < ALIKE


@BOTH
def test_dots_are_round_and_as_large_as_told(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    dots = Marks(LIGHT, "dot", 9.0, z=60)
    plane.box.add(dots)
    dots.set_points(np.array([[-3.0, 5.0], [3.0, -5.0]]), "#00ff00")
    save_picture(plane, tmp_path / f"a{ending}", LIGHT)
    green = opened.coloured(opened.pixels(tmp_path / f"a{ending}", 4), "#00ff00").sum() / 16
    assert green == pytest.approx(2 * math.pi * 4.5**2, rel=0.06)


@BOTH
def test_paper_and_transparency(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    plane.apply_theme(DARK)
    before = picture(plane, DARK)
    save_picture(plane, tmp_path / f"paper{ending}", LIGHT, on_screen=DARK)
    save_picture(plane, tmp_path / f"dark{ending}", DARK)
    save_picture(plane, tmp_path / f"clear{ending}", LIGHT, on_screen=DARK, transparent=True)
    assert picture(plane, DARK) == before
    paper, dark, clear = (opened.pixels(tmp_path / f"{name}{ending}") for name in ("paper", "dark", "clear"))
    assert tuple(paper[2, 2]) == (255, 255, 255, 255)
    assert tuple(dark[-1, -1]) == QColor(DARK.card).getRgb()
    assert opened.coloured(paper, LIGHT.colour_of(1)).sum() > 100
    assert opened.coloured(paper, DARK.colour_of(1), 10).sum() == 0
    assert (clear[..., 3] == 0).mean() > 0.5
    assert opened.coloured(clear, LIGHT.colour_of(1)).sum() > 100


@BOTH
def test_a_failing_disk_is_told(plane: PhasePlane, tmp_path: Path, ending: str) -> None:
    before = picture(plane, LIGHT)
    with pytest.raises(FileNotFoundError):
        save_picture(plane, tmp_path / "absent" / f"a{ending}", LIGHT)
    assert picture(plane, LIGHT) == before


def test_another_ending_is_refused(plane: PhasePlane, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.png, \.svg or \.pdf file, not \.jpg"):
        save_picture(plane, tmp_path / "a.jpg", LIGHT)


# What an SVG says, and what a PDF says


HOSTILE = Caption('Phase plane of <b>&"π"\x07</b>', "x' = y < 1 && ]]> \ud800 </desc><script>alert(1)</script>")


def test_a_drawing_names_its_title_its_fonts_and_their_substitutes(plane: PhasePlane, tmp_path: Path) -> None:
    save_picture(plane, tmp_path / "a.svg", LIGHT, caption=HOSTILE)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert root.findtext(f"{opened.SVG}title") == 'Phase plane of <b>&"π"</b>'
    assert root.findtext(f"{opened.SVG}desc") == "x' = y < 1 && ]]>  </desc><script>alert(1)</script>"
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("480", "400", "0 0 480 400")
    families = {element.get("font-family") for element in root.iter(f"{opened.SVG}text")}
    assert families
    assert all(family.startswith("Inter, ") and family.endswith("sans-serif") for family in families)
    assert all(element.get("vector-effect") is None for element in root.iter())  # strokes grow with the drawing
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))


def test_a_substitute_font_takes_no_more_room(plane: PhasePlane, tmp_path: Path) -> None:
    save_picture(plane, tmp_path / "a.svg", LIGHT)
    ends = []
    for image in (opened.pixels(tmp_path / "a.svg", 4), opened.with_other_fonts(tmp_path / "a.svg", 4)):
        title = image[:120, : 4 * 98, :3].mean(axis=-1) < 170
        assert title.sum() > 1000
        ends.append(np.flatnonzero(title.any(axis=0))[-1])
    assert abs(ends[0] - ends[1]) <= 8  # two pixels of the screen; untold, it would run into the chip


def test_a_page_has_the_size_of_the_plot_and_says_what_it_is(plane: PhasePlane, tmp_path: Path) -> None:
    save_picture(plane, tmp_path / "a.pdf", LIGHT, caption=HOSTILE)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        assert len(document) == 1
        assert document[0].get_size() == (WIDTH * 0.75, HEIGHT * 0.75)
        told = document.get_metadata_dict()
        assert (told["Title"], told["Creator"]) == ('Phase plane of <b>&"π"</b>', PROGRAM)
    data = (tmp_path / "a.pdf").read_bytes()
    packet = data[data.index(b"<x:xmpmeta") : data.index(b"</x:xmpmeta>") + 12].decode("utf-8")
    told = [element.text for element in ElementTree.fromstring(packet).iter() if element.tag.endswith("}li")]
    assert told == ['Phase plane of <b>&"π"</b>', "x' = y < 1 && ]]>  </desc><script>alert(1)</script>"]


def test_a_page_that_is_nearly_a_standard_size_keeps_its_own(plane: PhasePlane, tmp_path: Path) -> None:
    plane.resize(560, 792)  # A5 is 559.4 x 793.7
    plane.grab()
    save_picture(plane, tmp_path / "a.pdf", LIGHT)
    with pypdfium2.PdfDocument(tmp_path / "a.pdf") as document:
        assert document[0].get_size() == (420, 594)
