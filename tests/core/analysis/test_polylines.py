"""Loose segments joined to curves."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.polylines import joined


def test_segments_of_a_circle_are_joined_to_one_closed_curve() -> None:
    turn = np.linspace(0, 2 * np.pi, 41)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    circle[-1] = circle[0]
    segments = np.stack([circle[:-1], circle[1:]], axis=1)[np.random.default_rng(0).permutation(40)]
    segments[::3] = segments[::3, ::-1]  # in any order and direction
    curves = joined(segments).curves()
    assert [len(curve) for curve in curves] == [41]
    assert np.hypot(*np.diff(curves[0], axis=0).T).sum() == pytest.approx(80 * np.sin(np.pi / 40))


def test_loose_pieces_stay_apart_and_crossings_end_a_curve() -> None:
    assert joined(np.empty((0, 2, 2))).curves() == []
    assert joined(np.full((3, 2, 2), np.nan)).curves() == []
    cross = np.array([[[0, 0], [1, 0]], [[1, 0], [2, 0]], [[1, 1], [1, 0]], [[1, 0], [1, -1]]], dtype=float)
    assert sorted(len(curve) for curve in joined(cross).curves()) == [2, 2, 2, 2]
    apart = np.array([[[0, 0], [1, 0]], [[1, 0], [2, 0]], [[5, 5], [6, 6]]], dtype=float)
    assert sorted(len(curve) for curve in joined(apart).curves()) == [2, 3]
