"""Small maps side by side: the same colour for the same end everywhere, numbers above, a click to choose."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import map_frames
import mouse
import numpy as np
import pytest
from pictures import count, empty_notes, pixels
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import UNDECIDED, MapFigures, PlaneMap, SolverMaps
from core.request import Viewport
from explorer.theme import DARK, LIGHT
from explorer.views.basin_colours import Hues, end_colour, nowhere_colour
from explorer.views.iterate_plane import IteratePlane
from explorer.views.solver_map_tiles import tiles
from explorer.views.solver_map_words import iterations_texts, percent
from explorer.views.solver_maps import SolverMapsView
from explorer.views.solver_race import solver_colour

REAL = parse("0 = x^3 - 3*x*y^2 - 1\n0 = 3*x^2*y - y^3\nsolve x = 1, y = 1\nview x [-2, 2], y [-2, 2]\n")
NAMES = ("newton", "anderson", "broyden", "damped", "newton_krylov", "picard")


def newton(**fields: object) -> PlaneMap:
    found = map_frames.newton(("x", "y"), pixels=(64, 48), most=40)
    return replace(found, question="first", **fields)


def lost() -> PlaneMap:
    found = newton()
    return replace(found, end=np.full_like(found.end, UNDECIDED), count=np.full_like(found.count, 40.0))


def reading(*maps: PlaneMap | None, question: str = "first", **fields: object) -> SolverMaps:
    solvers = NAMES[: len(maps)]
    return SolverMaps(solvers, tuple(name.title() for name in solvers), maps, question, **fields)


def shown(qtbot: QtBot, frame: Frame | None, size: tuple[int, int] = (700, 460)) -> SolverMapsView:
    view = SolverMapsView()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.apply_theme(DARK)
    view.resize(*size)
    view.show()
    view.reset(Experiment(text=""), replace(REAL))
    if frame is not None:
        view.draw(frame)
    view.grab()
    return view


def middle(view: SolverMapsView, index: int) -> QPointF:
    return view._pictures.tiles()[index].picture.center()


def in_tile(view: SolverMapsView, index: int, theme_pixels: np.ndarray | None = None) -> np.ndarray:
    """The pixels of one map."""
    area = view._pictures.tiles()[index].picture
    corner = view.plot.mapTo(view, view.plot.mapFromScene(view.box.mapToScene(area.topLeft())))
    whole = pixels(view) if theme_pixels is None else theme_pixels
    return whole[corner.y() : corner.y() + round(area.height()) - 1, corner.x() : corner.x() + round(area.width()) - 1]


@pytest.fixture
def race(qtbot: QtBot) -> SolverMapsView:
    return shown(qtbot, frames.frame(reading(newton(), newton(), lost())))


def test_equal_maps_are_equal_pictures_and_another_is_another(race: SolverMapsView) -> None:
    first, second, third = (in_tile(race, index)[4:-4, 4:-4] for index in range(3))
    assert first.shape == second.shape
    assert (np.abs(first - second).max(axis=-1) <= 2).mean() > 0.98
    # the ends' dots are all that the map without ends shows beside one colour
    values, counts = np.unique(third.reshape(-1, 3), axis=0, return_counts=True)
    assert counts.max() / counts.sum() > 0.95
    assert len(values) > 1


def test_an_end_has_the_colour_that_it_has_in_the_plane(qtbot: QtBot) -> None:
    plane, view, system = IteratePlane(), SolverMapsView(), replace(REAL)
    for card in (plane, view):
        qtbot.addWidget(card, before_close_func=lambda hidden: hidden.hide())
        card.resize(600, 500)
        card.show()
        card.reset(Experiment(text=""), system)
    plane.set_layer_visible("basins", True)
    found = newton()
    attracting = replace(found, end=np.where(found.end == 2, 0, UNDECIDED).astype(np.int16), ends=found.ends[2:])
    plane.draw(frames.frame(replace(attracting, names=found.names[2:])))
    view.draw(frames.frame(reading(found, lost())))
    known = dict(plane._basins.names)
    named = {entry.text(): entry._colour for entry in view.legend.entries()}
    assert known[found.names[2]] == named[found.names[2]] == end_colour(DARK, 0)
    assert len({named[name] for name in found.names}) == 3


def test_hues_are_shared_by_the_plots_of_one_system_alone() -> None:
    system, other = replace(REAL), replace(REAL)
    mine = Hues.of(system)
    assert Hues.of(system) is mine
    assert Hues.of(other) is not mine
    found = newton()
    assert mine.follow(replace(found, names=found.names[1:], ends=found.ends[1:]), "plane") == (0, 1)
    assert mine.follow(found, "maps") == (2, 0, 1)
    assert mine.follow(found, "plane") == (2, 0, 1)


def test_shares_and_the_mean_stand_above_every_map(race: SolverMapsView) -> None:
    pictures = race._pictures._pictures
    figures = MapFigures.of(newton())
    words = [text for text, _ in pictures[0].words]
    assert words[:3] == [percent(share) for share in figures.shares]
    assert pictures[0].counts == (f"{figures.iterations:.1f} iterations", f"{figures.iterations:.1f} its")
    assert [colour for _, colour in pictures[0].words[:3]] == [end_colour(DARK, hue) for hue in range(3)]
    assert pictures[2].words == (("none 100%", DARK.muted),)
    assert pictures[2].counts == ()
    assert [one.colour for one in pictures] == [solver_colour(DARK, index) for index in range(3)]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0%"), (1.0, "100%"), (0.35283, "35%"), (0.0156, "1.6%"), (0.0994, "9.9%"), (0.0996, "10%"),
        (0.0001, "<0.1%"), (0.9999, ">99.9%"), (0.995, "99.5%"),
    ],
)  # fmt: skip
def test_a_share_is_never_nothing_or_all_by_rounding(share: float, text: str) -> None:
    assert percent(share) == text


def test_no_mean_where_no_start_comes_to_an_end() -> None:
    assert iterations_texts(MapFigures(np.zeros(2), 1.0, float("nan"))) == ()


def test_a_click_chooses_the_solver_and_a_heading_will_do(race: SolverMapsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(race.solver_chosen) as told:
        race.box.clicked.emit(middle(race, 1))
    assert told.args == ["anderson"]
    with qtbot.waitSignal(race.solver_chosen) as told:
        race.box.clicked.emit(race._pictures.tiles()[2].heading.center())
    assert told.args == ["broyden"]
    with qtbot.assertNotEmitted(race.solver_chosen):
        race.box.clicked.emit(QPointF(race.box.width() - 1, race.box.height() - 1))


def test_the_mouse_reads_what_becomes_of_a_start(race: SolverMapsView) -> None:
    texts: list[str] = []
    race.readout.connect(texts.append)
    tile = race._pictures.tiles()[0]
    x, y = 1.2, 0.1
    place = QPointF(
        tile.picture.left() + (x + 2) / 4 * tile.picture.width(),
        tile.picture.bottom() - (y + 2) / 4 * tile.picture.height(),
    )
    race.box.hover_moved.emit(place)
    found = newton()
    column, row = (int(np.abs(axis - value).argmin()) for axis, value in ((found.x, x), (found.y, y)))
    assert texts[-1].endswith(f"Newton → (1, 0) after {int(found.count[row, column])} iterations")
    assert race._pictures._pointed == 0
    race.box.hover_moved.emit(tile.heading.center())
    assert texts[-1].startswith("Newton: (1, 0) ")
    race.box.hover_moved.emit(middle(race, 2))
    assert texts[-1].endswith("Broyden: undecided after 40 iterations")
    race.box.hover_left.emit()
    assert texts[-1] == ""
    assert race._pictures._pointed is None


def test_iterations_have_one_scale_for_all_maps(race: SolverMapsView) -> None:
    slow = replace(newton(), count=newton().count * 2)
    race.draw(frames.frame(reading(newton(), slow, lost()), generation=2))
    assert race.bar.isHidden()
    QTest.mouseClick(race._shading.buttons()[1], mouse.LEFT)
    assert not race.bar.isHidden()
    most = slow.count[slow.end >= 0].max()
    assert race.bar.ends() == ("1", f"{most:.0f} iterations")
    quick, late, none = (in_tile(race, index)[4:-4, 4:-4].sum(axis=-1).mean() for index in range(3))
    assert late > quick  # in the dark more is brighter
    assert count(in_tile(race, 2), nowhere_colour(DARK), 4) > 0.9 * in_tile(race, 2)[..., 0].size
    assert none > 0
    assert [entry.text() for entry in race.legend.entries()] == ["comes to none"]


def test_a_finer_map_is_not_replaced_by_a_coarse_one_of_the_same_question(race: SolverMapsView) -> None:
    coarse = map_frames.newton(("x", "y"), pixels=(64, 48), step=4)
    again = replace(coarse, question="first")
    race.draw(frames.frame(reading(again, None, None), final=False))
    assert race._maps.shown(0).step == 1
    other = replace(coarse, question="second")
    race.draw(frames.frame(reading(other, None, None, question="second"), final=False))
    assert [race._maps.shown(index).question for index in range(3)] == ["second", "first", "first"]
    race.draw(frames.frame(reading(other, None, None, question="second"), final=True))
    assert [race._maps.shown(index) is None for index in range(3)] == [False, True, True]


def test_it_looks_at_the_part_of_the_plane_that_another_plot_did(race: SolverMapsView) -> None:
    assert race.viewport() == Viewport("x", "y", (-2.0, 2.0), (-2.0, 2.0), (128, 96))
    race.look_at(Viewport("x", "y", (0.0, 1.0), (-1.0, 1.0), (800, 600)))
    assert race.viewport() == Viewport("x", "y", (0.0, 1.0), (-1.0, 1.0), (128, 96))
    race.look_at(Viewport("r", "y", (0.0, 9.0), (-1.0, 1.0), (800, 600)))
    assert race.viewport().x_range == (0.0, 1.0)
    race.fit()
    assert race.viewport().x_range == (-2.0, 2.0)


def test_it_says_why_there_is_nothing(qtbot: QtBot) -> None:
    view = shown(qtbot, None)
    assert empty_notes(view) == ["A map of every solver appears here."]
    view.draw(Frame(1, absent={SolverMaps: "no maps of the solvers: the system is too large for them"}))
    assert empty_notes(view) == ["no maps of the solvers: the system is too large for them"]
    assert view.table().columns == {}


def test_it_says_what_is_missing(race: SolverMapsView) -> None:
    assert race.chips.text("time") == race.chips.text("race") == ""
    race.draw(frames.frame(reading(newton(), None, short_of_time=True), generation=2))
    assert race.chips.text("time") == "out of time"
    race.draw(frames.frame(reading(newton()), generation=3))
    assert race.chips.text("race") == "only one solver: race others beside it"


def test_the_table_has_a_row_for_every_end_of_every_solver(race: SolverMapsView) -> None:
    columns = race.table().columns
    assert columns["solver"].tolist() == ["Newton"] * 4 + ["Anderson"] * 4 + ["Broyden"] * 4
    assert columns["end"].tolist() == [*newton().names, "none"] * 3
    assert columns["share"][:4].sum() == pytest.approx(1.0)
    mine = newton().count[newton().end == 1]
    assert columns["iterations"][1] == pytest.approx(mine.mean(dtype=float))
    assert columns["share"][-1] == 1.0


def test_it_takes_over_another_theme(race: SolverMapsView) -> None:
    race.apply_theme(LIGHT)
    assert race._pictures._pictures[1].colour == solver_colour(LIGHT, 1)
    assert race.legend.entries()[0]._colour == end_colour(LIGHT, 0)


@pytest.mark.parametrize("aspect", [None, 1.0, 4 / 3])
@pytest.mark.parametrize("number", [1, 2, 5, 6, 8])
@pytest.mark.parametrize("size", [(540, 250), (300, 700), (1200, 300)])
def test_tiles_keep_apart_and_inside(size: tuple[int, int], number: int, aspect: float | None) -> None:
    made = tiles(*size, number, aspect)
    assert len(made) == number
    boxes = [tile.heading.united(tile.picture) for tile in made]
    for index, box in enumerate(boxes):
        assert box.left() >= -1e-9
        assert box.right() <= size[0] + 1e-6
        assert box.bottom() <= size[1] + 1e-6
        assert not any(box.intersects(other) for other in boxes[index + 1 :])
    shapes = {(round(tile.picture.width(), 6), round(tile.picture.height(), 6)) for tile in made}
    assert len(shapes) == 1
    width, height = shapes.pop()
    assert aspect is None or width / height == pytest.approx(aspect)


def test_six_tiles_in_a_wide_plot_stand_in_two_rows() -> None:
    made = tiles(540, 250, 6, None)
    assert len({tile.picture.top() for tile in made}) == 2


def test_no_room_no_tiles() -> None:
    assert tiles(10.0, 20.0, 6, None) == ()
