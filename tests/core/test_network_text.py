"""The text of a network with another state, or with wider layers: what hangs on the size, and nothing else, changes."""

from __future__ import annotations

import numpy as np
import pytest

from core.language import parse
from core.network_text import NetworkTextError, network_text
from core.stored_tensor import StoredTensor

CIRCLES = """# Concentric circles
z' = W3 relu(W2 relu(W1 z + b1) + b2) + b3
z in R^2  # of the plane
learn W1 = uniform(32, 2, seed 1)*2/sqrt(2) - 1/sqrt(2)
learn b1 = uniform(32, seed 2)*2/sqrt(2) - 1/sqrt(2)
learn W2 = (uniform(32, 32, seed 3)*2 - 1)/sqrt(32)
learn b2 = (uniform(32, seed 4)*2 - 1)/sqrt(32)
learn W3 = (uniform(2, 32, seed 5)*2 - 1)/sqrt(32)
learn b3 = (uniform(2, seed 6)*2 - 1)/sqrt(32)
y = V z + c            # the answer
learn V = (uniform(1, 2, seed 7)*2 - 1)/sqrt(2)
learn c = 0.1 ones(1)
t in [0, 1]
start (0.5, 0.25), (1, 0)
"""
EQUILIBRIUM = """z <- tanh(W z + U x + b)
z in R^4
x = data "x" as batch
learn W = 0.3 normal(4, 4, seed 1)
learn U = normal(4, 2, seed 2)/sqrt(2)
learn b = 0*ones(4)
y = V z + c
learn V = (uniform(2, 4, seed 3)*2 - 1)/sqrt(4)
learn c = 0*ones(2)
"""
POINTS = {"x": StoredTensor.of(np.zeros((5, 2)))}


def shapes(text: str, tensors=None) -> dict[str, tuple[int, ...]]:
    return {item.name: item.shape for item in parse(text, tensors or {}).data if item.learnt}


def form_of(text: str, tensors=None):
    return network_text(parse(text, tensors or {}), tensors or {})


def test_added_dimensions_reach_every_line_that_hangs_on_them() -> None:
    form = form_of(CIRCLES)
    assert (form.size, form.width) == (2, 32)
    text = form.with_size(3)
    assert "z in R^3  # of the plane" in text
    assert "learn W1 = uniform(32, 3, seed 1)*2/sqrt(3) - 1/sqrt(3)" in text
    assert "learn b1 = uniform(32, seed 2)*2/sqrt(3) - 1/sqrt(3)" in text
    assert "learn W2 = (uniform(32, 32, seed 3)*2 - 1)/sqrt(32)" in text
    assert "start (0.5, 0.25, 0), (1, 0, 0)" in text
    assert shapes(text) == {
        "W1": (32, 3),
        "b1": (32,),
        "W2": (32, 32),
        "b2": (32,),
        "W3": (3, 32),
        "b3": (3,),
        "V": (1, 3),
        "c": (1,),
    }
    assert form_of(text).with_size(2) == CIRCLES


@pytest.mark.parametrize("width", [1, 2, 7, 64])
def test_the_width_leaves_the_state_alone(width: int) -> None:
    text = form_of(CIRCLES).with_width(width)
    found = shapes(text)
    assert found["W1"] == (width, 2)
    assert found["W2"] == (width, width)
    assert found["W3"] == (2, width)
    assert found["V"] == (1, 2)
    assert f"learn b3 = (uniform(2, seed 6)*2 - 1)/sqrt({width})" in text
    assert form_of(text).with_width(32) == CIRCLES


def test_a_state_as_wide_as_its_layers_is_told_from_them() -> None:
    text = form_of(CIRCLES).with_width(2)
    assert shapes(form_of(text).with_size(5))["W2"] == (2, 2)
    assert shapes(form_of(text).with_width(9))["W3"] == (2, 9)


def test_of_an_equilibrium_the_width_is_the_states() -> None:
    form = form_of(EQUILIBRIUM, POINTS)
    assert form.width == 4
    text = form.with_width(6)
    assert "z in R^6" in text
    assert shapes(text, POINTS) == {"W": (6, 6), "U": (6, 2), "b": (6,), "V": (2, 6), "c": (2,)}
    assert "learn U = normal(6, 2, seed 2)/sqrt(2)" in text
    assert "learn V = (uniform(2, 6, seed 3)*2 - 1)/sqrt(6)" in text


def test_time_and_sliders_change_nothing_about_sizes() -> None:
    text = """z' = V tanh(g*(W z) + u t + b)
g = 1
z in R^2
learn W = normal(8, 2, seed 1)/sqrt(2)
learn u = normal(8, seed 2)
learn b = 0*ones(8)
learn V = normal(2, 8, seed 3)/8
"""
    form = form_of(text)
    assert shapes(form.with_size(4)) == {"W": (8, 4), "u": (8,), "b": (8,), "V": (4, 8)}
    assert shapes(form.with_width(3)) == {"W": (3, 2), "u": (3,), "b": (3,), "V": (2, 3)}


SECOND_ORDER = """z' = v
v' = W2 tanh(W1 z + U1 v + b1) + b2
z in R^2
v in R^2
learn W1 = (uniform(8, 2, seed 1)*2 - 1)/sqrt(2)
learn U1 = (uniform(8, 2, seed 2)*2 - 1)/sqrt(2)
learn b1 = (uniform(8, seed 3)*2 - 1)/sqrt(2)
learn W2 = (uniform(2, 8, seed 4)*2 - 1)/sqrt(8)
learn b2 = (uniform(2, seed 5)*2 - 1)/sqrt(8)
start (1, 2, 3, 4)
"""


@pytest.mark.parametrize("spaces", ["z in R^2\nv in R^2", "z, v in R^2"])
def test_places_and_velocities_grow_together(spaces: str) -> None:
    before = SECOND_ORDER.replace("z in R^2\nv in R^2", spaces)
    form = form_of(before)
    assert (form.size, form.width) == (2, 8)
    text = form.with_size(3)
    assert spaces.replace("2", "3") in text
    assert "start (1, 2, 0, 3, 4, 0)" in text
    assert shapes(text) == {"W1": (8, 3), "U1": (8, 3), "b1": (8,), "W2": (3, 8), "b2": (3,)}
    assert "learn U1 = (uniform(8, 3, seed 2)*2 - 1)/sqrt(3)" in text
    assert form_of(text).with_size(2) == before
    assert shapes(form.with_width(5))["U1"] == (5, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x' = -a*x\nlearn a = 1", "one vector"),
        ("z' = W z\nz in R^2\nW = eye(2)", "nothing is learnt"),
        ("z' = W z + [1, 2]\nz in R^2\nlearn W = normal(2, 2, seed 1)", "size of z is written elsewhere"),
        ("z' = W z\nz in R^2\nlearn W = [[1, 2], [3, 4]]", "size of z is written elsewhere"),
        ("z' = A v\nv' = -v\nz in R^2\nv in R^3\nlearn A = normal(2, 3, seed 1)", "z, v have sizes of their own"),
        ("z' = A z\nlearn A = normal(2, 2, seed 1)\nz in R^2 # a\nx' = -x\nx in R^2", "have sizes of their own"),
    ],
)
def test_a_text_of_another_form_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(NetworkTextError, match=words):
        form_of(text).with_size(3)


def test_channels_and_tokens_hold_the_sizes_that_they_are_made_of() -> None:
    text = """z' = B tanh(A h) + conv([1, 2], z)
h = conv(K, z, 4) + reshape(reshape(z, 2, 2)^T, 4)
z in R^4
learn A = normal(6, 4, seed 1)/sqrt(4)
learn B = normal(4, 6, seed 2)/sqrt(6)
learn K = normal(1, 3, seed 3)
"""
    form = form_of(text)
    assert form.width == 6
    assert shapes(form.with_width(9)) == {"A": (9, 4), "B": (4, 9), "K": (1, 3)}
    with pytest.raises(NetworkTextError, match="size of z is written elsewhere"):
        form.with_size(5)
    ring = form_of("z' = B tanh(A conv([1, 2], z))\nz in R^4\nlearn A = ones(6, 4)\nlearn B = ones(4, 6)")
    assert shapes(ring.with_size(5)) == {"A": (6, 5), "B": (5, 6)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("z' = W z\nz in R^2\nlearn W = normal(2, 2, seed 1)", "no hidden layer"),
        (
            "z' = C relu(B relu(A z))\nz in R^2\nlearn A = normal(4, 2, seed 1)\nlearn B = normal(5, 4, seed 1)\n"
            "learn C = normal(2, 5, seed 1)",
            "have 4, 5 components",
        ),
        (
            "z' = B relu(A z + [1, 2, 3])\nz in R^2\nlearn A = normal(3, 2, seed 1)\nlearn B = normal(2, 3, seed 1)",
            "no number in a line of learnt weights",
        ),
    ],
)
def test_layers_without_one_width_say_why(text: str, words: str) -> None:
    with pytest.raises(NetworkTextError, match=words):
        form_of(text).with_width(7)


def test_what_the_text_forbids_is_its_own_sentence() -> None:
    text = "z' = W z\nz in R^3\ny = z[3]\nlearn W = normal(3, 3, seed 1)\n"
    with pytest.raises(NetworkTextError, match="does not allow it: line 3"):
        form_of(text).with_size(2)
