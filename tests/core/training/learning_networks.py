"""Texts of small networks that learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.experiment import Experiment, GradientChoice, Integration, RootFinding
from core.stored_tensor import StoredTensor
from core.training_choice import Training


def matrix(rows: int, columns: int, fan: int, seed: int) -> str:
    """Uniform between -1/sqrt(fan) and 1/sqrt(fan), as torch begins."""
    return f"(uniform({rows}, {columns}, seed {seed})*2 - 1)/sqrt({fan})"


def vector(rows: int, fan: int, seed: int) -> str:
    """The same for biases."""
    return f"(uniform({rows}, seed {seed})*2 - 1)/sqrt({fan})"


def field_text(n: int, width: int, activation: str = "tanh", more: str = "") -> str:
    """A differential equation of two layers."""
    return f"""# Learns
z' = W2 {activation}(W1 z + b1) + b2
z in R^{n}
learn W1 = {matrix(width, n, n, 1)}
learn b1 = {vector(width, n, 2)}
learn W2 = {matrix(n, width, width, 3)}
learn b2 = {vector(n, width, 4)}
t in [0, 1]
{more}"""


SCORE = f"""# Learns a score
z' = -beta/2*(z + s)
z in R^2
flow normal(2)
s = W2 tanh(W1 z + u t + b1) - z
beta = 1 + 5 t
learn W1 = {matrix(8, 2, 3, 1)}
learn u = {vector(8, 3, 2)}
learn b1 = {vector(8, 3, 3)}
learn W2 = {matrix(2, 8, 8, 4)}
t in [0, 1]
"""
READOUT = f"""y = V z + c
learn V = {matrix(1, 2, 2, 5)}
learn c = {vector(1, 2, 6)}
"""


def layer_text(n: int, inputs: int, answers: int) -> str:
    """A deep equilibrium model with a line that reads it out."""
    return f"""# Learns
z <- tanh(W z + U x + b)
z in R^{n}
x = data "x" as batch
learn W = normal({n}, {n}, seed 1)*0.5/sqrt({n})
learn U = normal({n}, {inputs}, seed 2)/sqrt({inputs})
learn b = 0*normal({n}, seed 3)
y = V z + c
learn V = normal({answers}, {n}, seed 4)/sqrt({n})
learn c = 0*normal({answers}, seed 5)
"""


def classifier(**changes: object) -> Experiment:
    """Circles, by a differential equation with a readout, in float64."""
    settings: dict[str, object] = {"data": "circles", "points": 40, "test_points": 20, "batch": 16, "output": "y"}
    training = Training(**(settings | {"iterations": 20, "rate": 0.01} | changes))  # type: ignore[arg-type]
    text = field_text(2, 8, more=READOUT)
    integration = Integration(rtol=1e-6, atol=1e-6)
    return Experiment(text, training=training, integration=integration, gradient=GradientChoice(trajectory="discrete"))


def equilibrium(**changes: object) -> Experiment:
    """Circles, by a layer in equilibrium, in float64."""
    settings: dict[str, object] = {"data": "circles", "points": 40, "test_points": 20, "batch": 16, "output": "y"}
    training = Training(**(settings | {"iterations": 20, "rate": 0.01} | changes))  # type: ignore[arg-type]
    return Experiment(
        layer_text(6, 2, 1),
        tensors={"x": StoredTensor.of(np.zeros((3, 2)))},
        training=training,
        root=RootFinding(solver="anderson", tolerance=1e-10),
        gradient=GradientChoice(fixed_point="implicit"),
    )


def score(**changes: object) -> Experiment:
    """Eight Gaussians, by the score of what noise makes of them, in float64."""
    return replace(flow(**({"loss": "score_matching"} | changes)), text=SCORE)


def flow(**changes: object) -> Experiment:
    """Eight Gaussians, by a continuous flow, in float64."""
    settings: dict[str, object] = {"data": "eight_gaussians", "points": 40, "test_points": 20, "batch": 16}
    settings |= {"iterations": 20, "rate": 0.01, "loss": "likelihood"}
    training = Training(**(settings | changes))  # type: ignore[arg-type]
    return Experiment(
        field_text(2, 8, more="flow normal(2)\n"),
        training=training,
        integration=Integration(method="rk4", step=0.125),
        gradient=GradientChoice(trajectory="discrete"),
    )
