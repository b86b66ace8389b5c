"""The gallery shows what a network learns from."""

from __future__ import annotations

import numpy as np

from core import catalogue, presets
from core.language import parse
from explorer.data_portrait import DataPortrait
from explorer.portraits import IterationPortrait, portrait_of
from explorer.theme import DARK
from explorer.thumbnails import SIZE, painted_portrait


def followed(name: str) -> DataPortrait:
    """The portrait of a preset, worked out."""
    experiment, _ = presets.load_preset(name)
    portrait = portrait_of(experiment, parse(experiment.text, experiment.tensors))
    assert isinstance(portrait, DataPortrait)
    for _ in portrait.follow():
        pass
    return portrait


def test_classes_are_dots_of_their_own() -> None:
    inner, outer = followed("concentric_circles").dots()
    assert np.hypot(*inner).max() <= 0.5
    assert np.hypot(*outer).min() >= 1.0
    assert len(inner[0]) + len(outer[0]) == 300


def test_points_of_a_line_show_where_they_should_go() -> None:
    portrait = followed("minus_x")
    assert portrait.dots() == []
    assert sorted(tuple(y) for _, y in portrait.curves()) == [(-1.0, 1.0), (1.0, -1.0)]


def test_a_density_is_one_cloud_and_images_are_none(qtbot) -> None:  # noqa: ARG001 - a picture needs Qt
    (cloud,) = followed("eight_gaussians_flow").dots()
    assert np.column_stack(cloud).tolist() == catalogue.data_set("eight_gaussians").draw(300, 0).x.tolist()
    picture = painted_portrait(followed("eight_gaussians_flow"), DARK).toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, 2 * SIZE[0], 2) for y in range(0, 2 * SIZE[1], 2)}
    assert len(colours) > 5
    experiment, _ = presets.load_preset("digits_equilibrium")
    assert isinstance(portrait_of(experiment, parse(experiment.text, experiment.tensors)), IterationPortrait)
