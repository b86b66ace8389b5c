"""Which gradients are written in the warning colour."""

from __future__ import annotations

import numpy as np
import pytest

from core.readings import MethodGradient
from explorer.theme import DARK
from explorer.views.gradient_figures import figure_rows


def method(relative_error: float, gradient: tuple[float, ...] = (1.0,)) -> MethodGradient:
    return MethodGradient("m", "M", np.array(gradient), relative_error, 1.0, float("nan"), 1, 0.0, exact=True)


@pytest.mark.parametrize(
    ("compared", "warns"),
    [
        (method(1e-9), False),
        (method(0.5), True),
        (method(float("inf")), True),
        (method(float("nan")), False),  # 0 as the reference is
        (method(float("nan"), (float("nan"),)), True),
    ],
)
def test_what_is_far_off_or_no_number_warns(compared: MethodGradient, warns: bool) -> None:
    reference, row = figure_rows((method(0.0), compared), DARK, (0, 1))
    assert not reference.warning
    assert row.warning == warns
