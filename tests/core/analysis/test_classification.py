"""Types of equilibria by their eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.classification import classify


@pytest.mark.parametrize(
    ("eigenvalues", "label", "stable"),
    [
        ([-1, -2], "stable node", True),
        ([3, 2], "unstable node", False),
        ([1, -2], "saddle", False),
        ([-1 + 2j, -1 - 2j], "stable spiral", True),
        ([0.5 + 2j, 0.5 - 2j], "unstable spiral", False),
        ([2j, -2j], "centre", None),
        ([1e-12 + 2j, 1e-12 - 2j], "centre", None),
        ([0, -1], "degenerate", None),
        ([0, 1], "degenerate", False),
        ([0, 0], "degenerate", None),
        ([-3], "stable", True),
        ([3], "unstable", False),
        ([0.1 + 10j, 0.1 - 10j, -13.8], "saddle-focus", False),
        ([0.1 + 10j, 0.1 - 10j, 3], "unstable spiral", False),
        ([2j, -2j, -1], "non-hyperbolic", None),
        ([2j, -2j, 1], "unstable spiral", False),
        ([float("nan"), 1], "undefined (the Jacobian is not finite)", None),
    ],
)
def test_label(eigenvalues: list[complex], label: str, stable: bool | None) -> None:
    assert classify(np.array(eigenvalues, dtype=complex)) == (label, stable)
