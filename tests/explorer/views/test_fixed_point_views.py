"""What all views of fixed points keep: room for every word, both themes, pictures, tables, quick painting."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import adjoint_frames
import compute_frames
import decision_frames
import density_frames
import depth_frames
import feature_frames
import fixed_point_frames as fixed
import fixed_point_maps as maps
import frames
import numpy as np
import pytest
import slice_frames
import training_frames as training
from landscape_frames import TWO, LandscapeExample, bowl
from landscape_frames import frame as landscape_frame
from pictures import empty_notes, pixels, shown
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Iterations
from explorer import style
from explorer.canvas.plot_card import PlotCard
from explorer.export.png import picture
from explorer.theme import DARK, LIGHT
from explorer.views.adjoint import AdjointView
from explorer.views.cobweb import Cobweb
from explorer.views.compute_at_test import ComputeAtTestView
from explorer.views.decision_boundary import DecisionBoundary
from explorer.views.density import Density
from explorer.views.depth import Depth
from explorer.views.evaluations import Evaluations
from explorer.views.feature_evolution import FeatureEvolution
from explorer.views.gradient_landscape import GradientLandscape
from explorer.views.gradient_norms import GradientNorms
from explorer.views.iterate_plane import IteratePlane
from explorer.views.layer_gradients import GradientCard
from explorer.views.learning_curves import LearningCurves
from explorer.views.residuals import Residuals
from explorer.views.spectrum import SpectrumView
from explorer.views.training_path import TrainingPath
from explorer.views.transient_growth import TransientGrowthView
from explorer.views.unrolled_layers import UnrolledLayers
from explorer.views.waterfall import Waterfall

SIZES = ((420, 260), (960, 760))


@dataclass(frozen=True)
class Case:
    """A view, a system for it, and a frame with everything it wants."""

    view: type[PlotCard]
    example: maps.MapExample | frames.Example | LandscapeExample | training.LearningExample
    frame: Frame


def crowded(example: maps.MapExample) -> Iterations:
    """Nine solvers, as many as a person may pick."""
    reading = fixed.iterations(example, ("picard", *("damped", "newton") * 4), most=40)
    titles = (
        "Picard",
        "Anderson (5)",
        "Newton",
        "Broyden",
        "Newton–Krylov",
        "Damped",
        "Peaceman–Rachford",
        "Krylov",
        "A",
    )
    return replace(
        reading, runs=tuple(replace(run, title=title) for run, title in zip(reading.runs, titles, strict=True))
    )


def cases() -> list[Case]:
    cosine, turning, wide = maps.cosine(), maps.turning(), maps.layer(30)
    plane = (crowded(turning), *fixed.grid_and_nullclines(turning), fixed.fixed_points(turning, (0.0, 0.0)))
    curve = (crowded(cosine), fixed.map_curve(cosine, (0.0, 0.2)), fixed.fixed_points(cosine, (0.7,)))
    plane, curve = ((*case, fixed.proofs(case[-1], 0.25)) for case in (plane, curve))
    pendulum = frames.pendulum()
    return [
        Case(Residuals, cosine, fixed.frame(curve[0])),
        Case(Cobweb, cosine, fixed.frame(*curve)),
        Case(IteratePlane, turning, fixed.frame(*plane)),
        Case(Waterfall, wide, fixed.frame(fixed.iterations(wide, ("picard",), most=60))),
        Case(SpectrumView, wide, fixed.frame(fixed.spectrum(wide))),
        Case(TransientGrowthView, wide, fixed.frame(fixed.growth(wide))),
        Case(GradientCard, wide, fixed.frame(fixed.gradients(wide))),
        Case(UnrolledLayers, wide, fixed.frame(fixed.gradients(wide), fixed.depths(0.7))),
        Case(Depth, depth_frames.example(), fixed.frame(depth_frames.depth_limit())),
        Case(AdjointView, pendulum, fixed.frame(adjoint_frames.adjoint_gap(pendulum, rate=0.9))),
        Case(GradientLandscape, LandscapeExample(TWO), landscape_frame(bowl())),
        Case(LearningCurves, training.LearningExample(), training.frame(training.progress(target=0.02))),
        Case(Evaluations, training.LearningExample(), training.frame(training.implicit())),
        Case(DecisionBoundary, training.LearningExample(), training.frame(decision_frames.circles(60))),
        Case(ComputeAtTestView, training.LearningExample(), training.frame(compute_frames.layer())),
        Case(FeatureEvolution, training.LearningExample(), training.frame(feature_frames.turned(added=1))),
        Case(Density, training.LearningExample(), training.frame(density_frames.stretched())),
        Case(GradientNorms, training.LearningExample(), training.frame(training.progress())),
        Case(
            TrainingPath, training.LearningExample(), training.frame(slice_frames.bowl(lost=True), training.progress())
        ),
    ]


every_view = pytest.mark.parametrize("case", cases(), ids=lambda case: case.view.name)


@every_view
@pytest.mark.parametrize("size", SIZES)
def test_no_word_is_clipped(qtbot: QtBot, case: Case, size: tuple[int, int]) -> None:
    view = case.view()
    view.setStyleSheet(style.sheet_of(DARK))
    shown(qtbot, view, case.example, case.frame, size)
    qtbot.wait(20)
    assert (view.width(), view.height()) == (size[0], max(size[1], view.lowest))  # its contents ask for no more
    for part in view.findChildren(QWidget):
        if not part.isVisible() or not isinstance(part, QLabel | QAbstractButton):
            continue
        corner = part.mapTo(view, QPoint(0, 0))
        assert view.rect().contains(part.rect().translated(corner)), part
        wanted = part.heightForWidth(part.width()) if part.hasHeightForWidth() else part.sizeHint().height()
        assert part.height() >= min(wanted, part.sizeHint().height()), part
        if not part.hasHeightForWidth():
            assert part.width() >= part.sizeHint().width(), part
    assert view.plot.height() >= 90
    assert view.plot.width() >= 120


@every_view
def test_everything_has_a_name_and_help(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example, case.frame)
    assert view.accessibleName() == case.view.title
    assert view.plot.accessibleName()
    assert case.view.help.endswith(".")
    assert case.view.wanted <= set(case.frame.readings)
    for part in view.findChildren(QAbstractButton):
        assert part.accessibleName() or part.text(), part
    hint = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), view.mapToGlobal(QPoint(5, 5)))
    assert view.chips.event(hint)


@every_view
def test_pictures_follow_the_theme_and_leave_the_screen_alone(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example, case.frame)
    qtbot.wait(20)  # axes take the room of their first numbers when the event loop comes to it
    before = pixels(view)
    light = picture(view, LIGHT, on_screen=DARK, scale=2)
    assert light.width() == 2 * view.width()
    assert light.pixelColor(3, 3).name().upper() == LIGHT.card
    dark = picture(view, DARK)
    assert dark.pixelColor(3, 3).name().upper() == DARK.card
    assert (pixels(view) == before).mean() > 0.995


@every_view
def test_stale_dims_the_picture(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example, case.frame)
    box = view.plot.geometry()
    strong = pixels(view)[box.top() : box.bottom(), box.left() + 60 : box.right()].std()
    view.set_stale(True)
    pale = pixels(view)[box.top() : box.bottom(), box.left() + 60 : box.right()].std()
    assert pale < 0.75 * strong
    assert view.chips.text("stale")
    view.set_stale(False)
    assert not view.chips.text("stale")


@every_view
def test_columns_are_as_long_as_each_other(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example)
    assert view.table().columns == {}
    assert view.table(visible_only=True).columns == {}
    assert len(empty_notes(view)) == 1
    view.draw(case.frame)
    for visible_only in (False, True):
        lengths = {len(column) for column in view.table(visible_only).columns.values()}
        assert len(lengths) == 1
        assert lengths != {0}
    assert empty_notes(view) == []


@every_view
def test_a_frame_without_its_readings_changes_nothing(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example, case.frame)
    before = pixels(view)
    view.draw(Frame(9, final=True))
    view.draw(case.frame)
    assert (pixels(view) == before).all()


@every_view
def test_a_picture_is_painted_within_a_frame(qtbot: QtBot, case: Case) -> None:
    view = shown(qtbot, case.view(), case.example, case.frame, SIZES[1])
    spent = []
    for iteration in range(12):
        view.set_cursor(iteration % 5)
        for item in view.box.items_on_plot():
            item.invalidate()
        begin = time.thread_time()  # what else the machine does is no fault of the view
        view.grab()
        spent.append(time.thread_time() - begin)
    assert min(spent) < 0.016
    assert np.isfinite(spent).all()
