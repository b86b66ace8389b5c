"""Implicit layers z = f(z) in numpy, with their Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.language import System
from core.language.system import Kind

Map = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class MapExample:
    """A map in numpy: f and its Jacobian for one z (n,)."""

    components: tuple[str, ...]
    f: Map
    jacobian: Map
    view: dict[str, tuple[float, float]]
    starts: tuple[tuple[float, ...], ...]
    kind: Kind = "map"

    def system(self) -> System:
        """The system as the language would describe it."""
        return System(
            kind=self.kind,
            text="",
            title="Example",
            states=(),
            parameters=(),
            helpers=(),
            equations=(),
            starts=self.starts,
            view=self.view,
            span=(0.0, 20.0),
            autonomous=True,
            key="example",
            components=self.components,
            symbols=self.components,
        )


def cosine() -> MapExample:
    """z = cos z, whose fixed point is 0.7390851332151607; Picard's rate there is 0.6736120291832148."""
    return MapExample(("z",), np.cos, lambda z: -np.sin(z)[:, None], {"z": (-0.2, 1.4)}, ((1.0,), (0.1,)), kind="map")


def logistic(r: float = 3.3) -> MapExample:
    """z = r z (1 - z): for r = 3.3 Picard falls into a cycle of period 2."""
    return MapExample(
        ("z",), lambda z: r * z * (1 - z), lambda z: (r * (1 - 2 * z))[:, None], {"z": (0.0, 1.0)}, ((0.2,),)
    )


def neuron(w: float = 2.0, x: float = 0.0) -> MapExample:
    """z = tanh(w z + x): three fixed points for w = 2, x = 0."""
    return MapExample(
        ("z",),
        lambda z: np.tanh(w * z + x),
        lambda z: (w * (1 - np.tanh(w * z + x) ** 2))[:, None],
        {"z": (-1.5, 1.5)},
        ((0.1,), (-1.2,), (1.3,)),
    )


def layer(size: int = 10, gain: float = 0.9, seed: int = 0, starts: int = 2) -> MapExample:
    """z = tanh(W z + x) with a random W of spectral norm `gain` times its circular law."""
    random = np.random.default_rng(seed)
    w, x = gain * random.normal(size=(size, size)) / np.sqrt(size), random.normal(size=size)
    names = tuple(f"z[{index + 1}]" for index in range(size))
    return MapExample(
        names,
        lambda z: np.tanh(w @ z + x),
        lambda z: (1 - np.tanh(w @ z + x) ** 2)[:, None] * w,
        dict.fromkeys(names, (-1.4, 1.4)),
        tuple(tuple(random.uniform(-1, 1, size).tolist()) for _ in range(starts)),
    )


def turning(angle: float = 1.9, radius: float = 0.93) -> MapExample:
    """A plane map that turns about (0.3, -0.2) and shrinks: a spiral of iterates."""
    c, s = radius * np.cos(angle), radius * np.sin(angle)
    turn, centre = np.array([[c, -s], [s, c]]), np.array([0.3, -0.2])
    return MapExample(
        ("x", "y"),
        lambda z: centre + turn @ (z - centre),
        lambda _: turn,
        {"x": (-1.5, 1.5), "y": (-1.5, 1.5)},
        ((1.2, 0.9), (-1.0, 0.4)),
    )


def linear(matrix: np.ndarray) -> MapExample:
    """z = A z + (1, 1, ...): the Jacobian is A everywhere."""
    size = len(matrix)
    names = tuple(f"z[{index + 1}]" for index in range(size))
    return MapExample(
        names,
        lambda z: matrix @ z + 1.0,
        lambda _: matrix,
        dict.fromkeys(names, (-2.0, 2.0)),
        (tuple(np.zeros(size).tolist()), tuple(np.ones(size).tolist())),
    )
