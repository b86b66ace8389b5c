"""The border between classes on a grid: exact for straight lines, second order for curves, whole where three meet."""

from __future__ import annotations

import decision_frames as decisions
import numpy as np
import pytest

from explorer.views.class_borders import class_borders
from explorer.views.class_scores import class_scores


def test_the_border_of_a_disc_is_its_circle() -> None:
    errors, lengths = [], []
    for cells in (32, 64, 128):
        shown = decisions.disc(1.5, cells)
        lines = class_borders(shown.x, shown.y, class_scores(shown.answers))
        errors.append(np.abs(np.linalg.norm(lines, axis=-1) - 1.5).max())
        lengths.append(np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1).sum())
    assert errors[0] / errors[2] == pytest.approx(16.0, rel=0.4)  # a cell a quarter as wide
    assert lengths[-1] == pytest.approx(2.0 * np.pi * 1.5, rel=1e-3)


def test_between_linear_scores_it_is_the_straight_line_itself() -> None:
    x, y = np.linspace(-1.0, 1.0, 17), np.linspace(-2.0, 2.0, 23)
    scores = np.stack([x[None] + 0.3 * y[:, None], -0.4 * x[None] + 0.1 + 0.0 * y[:, None]], axis=-1)
    lines = class_borders(x, y, scores).reshape(-1, 2)
    np.testing.assert_allclose(1.4 * lines[:, 0] + 0.3 * lines[:, 1], 0.1, atol=1e-14)
    assert lines[:, 1].min() == -2.0
    assert lines[:, 1].max() == 2.0


def test_three_classes_meet_in_a_star() -> None:
    shown = decisions.nearest(3)
    lines = class_borders(shown.x, shown.y, shown.answers)
    tips = lines.reshape(-1, 2)
    assert np.linalg.norm(tips, axis=1).min() < 6.0 / 128
    angles = np.degrees(np.arctan2(*tips[np.linalg.norm(tips, axis=1) > 0.5].T[::-1])) % 120.0
    half = np.degrees(0.3) + 60.0  # between two of the centres
    np.testing.assert_allclose(angles, half % 120.0, atol=1e-9)


def test_where_there_is_no_number_there_is_no_border() -> None:
    shown = decisions.disc(1.5, 64)
    scores = class_scores(shown.answers).copy()
    scores[:, 32:] = np.nan
    lines = class_borders(shown.x, shown.y, scores)
    assert len(lines)
    assert lines[..., 0].max() < shown.x[32]
    assert class_borders(shown.x, shown.y, np.full((64, 64, 2), np.nan)).shape == (0, 2, 2)
    assert class_borders(shown.x[:1], shown.y, scores[:, :1]).shape == (0, 2, 2)
    assert class_borders(shown.x, shown.y, np.ones((64, 64, 3))).shape == (0, 2, 2)
