"""The mode buttons, the gallery's groups and the portraits of implicit layers."""

from __future__ import annotations

import numpy as np
import pytest
from map_bench import LINE, OSCILLATOR, PLANE, furnished
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QListWidget, QToolButton

from core.experiment import Experiment
from core.language import parse
from core.window_notes import WindowNotes
from explorer import choosing, edits
from explorer.gallery import Gallery, GalleryEntry
from explorer.portraits import CurvePortrait, portrait_of
from explorer.theme import DARK, LIGHT
from explorer.thumbnails import painted_portrait

PRESETS = {"alpha": OSCILLATOR, "beta": PLANE, "gamma": LINE}


@pytest.fixture
def conductor(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    monkeypatch.setattr(choosing, "preset_names", lambda: tuple(PRESETS))
    monkeypatch.setattr(choosing, "load_preset", lambda name: (Experiment(PRESETS[name]), WindowNotes()))
    for kept in (choosing._loaded, choosing._title, choosing._mode):
        kept.cache_clear()
    with furnished(tmp_path, monkeypatch) as made:
        made.clock.set_moving(False)
        yield made
    for kept in (choosing._loaded, choosing._title, choosing._mode):
        kept.cache_clear()


def buttons(conductor) -> dict[str, QToolButton]:
    found = conductor.window.top_bar.findChildren(QToolButton)
    return {button.text(): button for button in found if button.property("role") == "mode"}


def marked(conductor) -> list[str]:
    return [text for text, button in buttons(conductor).items() if button.isChecked()]


def test_the_buttons_follow_the_verb_in_the_text(conductor):
    assert marked(conductor) == ["Vector field"]
    conductor.document.set_text(LINE)
    assert marked(conductor) == ["Fixed point"]
    conductor.document.undo_stack.undo()
    assert marked(conductor) == ["Vector field"]


def test_the_other_mode_begins_with_the_gallerys_first_system_of_it(conductor):
    buttons(conductor)["Fixed point"].click()
    assert conductor.document.experiment.text == PLANE
    assert marked(conductor) == ["Fixed point"]
    buttons(conductor)["Fixed point"].click()
    assert conductor.document.experiment.text == PLANE
    assert marked(conductor) == ["Fixed point"]
    buttons(conductor)["Vector field"].click()
    assert conductor.document.experiment.text == OSCILLATOR
    conductor.document.undo_stack.undo()
    assert conductor.document.experiment.text == PLANE


def test_new_is_of_the_kind_that_is_there(conductor):
    conductor.document.undo_stack.setClean()
    conductor.filing.new()
    assert conductor.document.system.kind == "ode"
    conductor.document.edit(edits.load(Experiment(LINE), "another"))
    conductor.document.undo_stack.setClean()
    conductor.filing.new()
    assert conductor.document.system.kind == "map"


def test_the_gallery_is_grouped_by_mode(qtbot):
    groups = (
        ("Vector field", tuple(GalleryEntry(f"v{i}", f"V{i}") for i in range(4))),
        ("Fixed point", (GalleryEntry("f", "F"),)),
    )
    gallery = Gallery(groups, None)
    qtbot.addWidget(gallery)
    lists = gallery.findChildren(QListWidget)
    assert [shown.count() for shown in lists] == [4, 1]
    gallery.show()
    with qtbot.waitSignal(gallery.chosen) as told:
        lists[1].activated.emit(lists[1].model().index(0, 0))
    assert told.args == ["f"]
    assert gallery.isHidden()


def portrait(text: str):
    made = portrait_of(Experiment(text), parse(text))
    for _ in made.follow():
        pass
    return made


def test_a_scalar_maps_portrait_is_its_cobweb_with_graph_and_diagonal():
    made = portrait(LINE)
    first, second = made.curves()
    # from (8, 8) to the graph, f(8) = 5, across to the diagonal, and again
    assert np.allclose(np.stack(first, axis=1)[:4], [(8, 8), (8, 5), (5, 5), (5, 3.5)])
    assert second[0][0] == -4.0
    (z, f), (a, b) = made.background()
    assert np.allclose(f, z / 2 + 1)
    assert np.array_equal(a, b)


def test_a_plane_maps_portrait_is_the_path_of_its_iterates():
    (x, y), *_ = portrait(PLANE).curves()
    assert np.allclose(np.stack([x, y], axis=1)[:3], [(1, 0), (0, -0.25), (-0.125, 0)])


def test_a_large_layers_portrait_shows_components_over_iterations():
    made = portrait("z <- a*z\nz in R^12\na = 0.5\nstart (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)\n")
    lines = made.curves()
    assert len(lines) == 8
    assert np.allclose(lines[2][1][:3], (3, 1.5, 0.75))


def test_a_vector_fields_portrait_is_what_it_was():
    made = portrait(OSCILLATOR)
    assert isinstance(made, CurvePortrait)
    ((x, y),) = made.curves()
    assert np.allclose(x**2 + y**2, 1.0, atol=1e-6)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("text", [LINE, PLANE, OSCILLATOR, "z <- 1/z^9 - 1000\nstart (0)\n"])
def test_a_portrait_is_painted_inside_its_frame(qapp, theme, text):  # noqa: ARG001 - pixmaps need it
    image = painted_portrait(portrait(text), theme).toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert (image.width(), image.height()) == (264, 176)
    colours = {image.pixelColor(x, y).name() for x in range(0, 264, 2) for y in range(0, 176, 2)}
    assert (theme.series[0].lower() in colours) == ("1000" not in text)


def test_the_portrait_of_a_network_is_that_of_the_same_field_written_out():
    rest = "z in R^2\nstart (1, 0), (0.3, -1)\nt in [0, 3]\n"
    learnt = Experiment(f"z' = tanh(W z)\n{rest}learn W = [[-0.2, 1], [-1, -0.1]]\n")
    written = Experiment(f"z' = [tanh(-0.2 z[1] + z[2]), tanh(-z[1] - 0.1 z[2])]\n{rest}")
    drawn = []
    for experiment in (learnt, written):
        portrait = portrait_of(experiment, parse(experiment.text))
        for _ in portrait.follow():
            pass
        drawn.append(np.array(portrait.curves()))
    np.testing.assert_allclose(drawn[0], drawn[1], rtol=0, atol=1e-12)
