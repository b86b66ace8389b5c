"""A trajectory solved back by the continuous adjoint, which leaves the way that it came."""

from __future__ import annotations

import frames
import numpy as np

from core.readings import AdjointGap, MethodGradient


def adjoint_gap(example: frames.Example, rate: float = 6.0, size: int = 240) -> AdjointGap:
    """A forward curve, and a backward one that leaves it as exp(rate (T - t))."""
    curves = frames.trajectories(example, example.starts[:1], backward=0.0)
    part = curves.curve(0)
    keep = part.start + np.linspace(0, part.stop - part.start - 1, size).astype(int)
    t, z = curves.t[keep], curves.z[keep]
    gap = 1e-9 * np.exp(rate * (t[-1] - t))
    away = np.stack([np.cos(3 * t + index) for index in range(z.shape[1])], axis=1)
    away /= np.linalg.norm(away, axis=1)[:, None]
    adjoint = np.stack([np.cos(t + index) for index in range(z.shape[1])], axis=1)
    exact = np.array([1.25, -0.5])
    discrete = MethodGradient(
        "discrete", "Through the solver", exact * (1 + 1e-7), 1e-7, 1.0, float("nan"), 90, 0.1, True
    )
    wrong = exact + np.array([0.5, 1.0])
    continuous = MethodGradient(
        "continuous",
        "Continuous adjoint",
        wrong,
        float(np.linalg.norm(wrong - exact) / np.linalg.norm(exact)),
        float(wrong @ exact / np.linalg.norm(wrong) / np.linalg.norm(exact)),
        float("nan"),
        120,
        0.1,
        False,
    )
    return AdjointGap(
        example.components,
        0,
        t,
        z,
        z + gap[:, None] * away,
        adjoint,
        gap,
        ("a", "b"),
        exact,
        discrete,
        continuous,
        2.5,
        "half the squared end state",
        False,
        "the state solved backward is not the one that was solved forward: it leaves it by e⁵⁰ and more",
    )
