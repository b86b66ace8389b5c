"""dz*/dp by the implicit function theorem against known values and against solutions for other parameters."""

from __future__ import annotations

import numpy as np
import pytest

from core.analysis.root_sensitivity import root_sensitivity
from core.experiment import Experiment, RootFinding
from core.formula_map import FormulaMap
from core.language import parse
from core.readings import FixedPoints, RootEffects
from core.request import Request, Viewport
from core.runner import frames
from core.stored_tensor import StoredTensor

NEURON = "z <- tanh(w z + x)\nw = 0.5 in [0, 3]\nx = 0.3 in [-1, 1]\nstart (1.2)\nview z [-1.5, 1.5]\n"
REACTION = (
    "x0 <- sqrt(alpha - x0 x1)\nx1 <- sqrt((57 - x1)/(beta x0))\nalpha = 10 in [1, 20]\nbeta = 3 in [1, 9]\n"
    "start (2, 3)\nview x0 [0, 4], x1 [0, 5]\n"
)
CIRCLE = "0 = x^2 + y^2 - r\n0 = x*y - c\nsolve x = 2, y = 0.5\nr = 4 in [0.5, 9]\nc = 1 in [-3, 3]\n"
PLANE = Viewport("z", "f(z)", (-1.5, 1.5), (-1.5, 1.5))


def at(text: str, z: list[float], **values: float) -> np.ndarray:
    """dz*/dp (n, P) at one solution."""
    return root_sensitivity(FormulaMap(parse(text), values), np.array([z])).effects[0]


def answer(text: str, reading: type, **settings: object):
    *_, final = frames(Request(Experiment(text, **settings), frozenset({reading}), PLANE))
    assert final.error is None, final.traceback
    found = final.get(reading)
    assert found is not None
    return found


def test_one_neuron() -> None:
    known = root_sensitivity(FormulaMap(parse(NEURON)), np.array([[0.500831887669865027]]))
    np.testing.assert_allclose(known.effects[0, 0], [0.599931500623414, 1.19787001465624], rtol=1e-13)
    assert known.condition[0] == 1.0  # of a number
    assert known.distance[0] == pytest.approx(1 - 0.374583710146520, rel=1e-13)
    assert at(NEURON, [0.501595967536112], w=0.9, x=0.1)[0, 1] == pytest.approx(2.29262513837245, rel=1e-12)


def test_all_three_answers_of_one_neuron() -> None:
    points = answer(NEURON, FixedPoints, values={"w": 2.0}).points
    assert [one.effects[0, 1] for one in points] == pytest.approx(
        [0.270514496631, -1.11954621689, 0.0469325788009], rel=1e-10
    )


def test_the_reading_names_its_parameters_and_their_values() -> None:
    found = answer(REACTION, FixedPoints, values={"beta": 2.5})
    assert found.parameters == ("alpha", "beta")
    assert found.values == (10.0, 2.5)
    assert found.points[0].effects.shape == (2, 2)


def test_two_square_roots() -> None:
    slopes = at(REACTION, [2.0, 3.0])
    np.testing.assert_allclose(slopes[:, 0], np.array([37, -27]) / 205, rtol=1e-13)
    np.testing.assert_allclose(slopes[:, 1], np.array([36, -126]) / 205, rtol=1e-13)


def test_a_root_problem_has_the_sign_of_its_solutions() -> None:
    x, y = 1.931851652578136574, 0.517638090205041525
    known = root_sensitivity(FormulaMap(parse(CIRCLE)), np.array([[x, y]]))
    two = 2 * (x * x - y * y)  # x dx + y dy = dr / 2 and y dx + x dy = dc
    np.testing.assert_allclose(known.effects[0], [[x / two, -2 * y / two], [-y / two, 2 * x / two]], rtol=1e-12)
    assert known.condition[0] == pytest.approx(np.linalg.cond([[2 * x, 2 * y], [y, x]]), rel=1e-12)


def test_a_quadratic_by_hand() -> None:
    # z = c / 2 + sqrt(c^2 / 4 + 1) solves z^2 - c z - 1 = 0
    z = 0.25 + np.sqrt(0.0625 + 1)
    slope = at("0 = z^2 - c z - 1\nsolve z = 1\nc = 0.5\n", [z])[0, 0]
    assert slope == pytest.approx(0.5 + 0.125 / np.sqrt(0.0625 + 1), rel=1e-13)


def test_three_components_against_differences() -> None:
    text = (
        "a <- tanh(w b + x)\nb <- tanh(w c - 0.5 a)\nc <- 0.3 cos(a b) + x^2/4\nw = 0.7\nx = 0.4\nunused = 1\n"
        "start (0, 0, 0)\n"
    )

    def solution(**values: float) -> np.ndarray:
        step, z = FormulaMap(parse(text), values).array(), np.zeros((1, 3))
        for _ in range(200):
            z = step(z)
        return z[0]

    found, h = at(text, solution().tolist()), 1e-5
    for place, (name, value) in enumerate({"w": 0.7, "x": 0.4}.items()):
        slope = (solution(**{name: value + h}) - solution(**{name: value - h})) / (2 * h)
        np.testing.assert_allclose(found[:, place], slope, atol=1e-9)
    assert (found[:, 2] == 0.0).all()


def test_one_complex_unknown_is_two_real_ones() -> None:
    system = parse("z <- z^2 + c i\nz in C\nc = 0.2\nstart (0, 0)\n")
    z = 0.5 - np.sqrt(0.25 - 0.2j)
    slope = 1j / (1 - 2 * z)
    found = root_sensitivity(FormulaMap(system), np.array([[z.real, z.imag]])).effects[0, :, 0]
    np.testing.assert_allclose(found, [slope.real, slope.imag], rtol=1e-12)


def test_a_fold_has_no_derivative() -> None:
    known = root_sensitivity(FormulaMap(parse("0 = z^2 - c\nsolve z = 1\nc = 0\n")), np.array([[0.0]]))
    assert np.isnan(known.effects).all()
    assert known.condition[0] == np.inf
    assert known.distance[0] == 0.0


BATCH = {"d": StoredTensor.of(np.array([0.1, 0.5, -0.2]))}
ROWS = 'z <- tanh(w z + d)\nd = data "d" as batch\nw = 0.9 in [0, 2]\nstart (0.4)\n'


def test_every_sample_sees_its_own_row() -> None:
    found = answer(ROWS, RootEffects, tensors=BATCH, root=RootFinding(tolerance=1e-12, iterations=500))
    assert found.parameters == ("w",)
    assert found.solved.all()
    z = found.at[:, 0]
    np.testing.assert_allclose(np.tanh(0.9 * z + [0.1, 0.5, -0.2]), z, atol=1e-11)
    push = 1 - z**2
    np.testing.assert_allclose(found.effects[:, 0, 0], push * z / (1 - 0.9 * push), rtol=1e-9)
    np.testing.assert_allclose(found.distance, 1 - 0.9 * push, rtol=1e-9)


def test_where_the_solver_fails_newton_finds_the_place() -> None:
    choice = RootFinding(iterations=3, tolerance=1e-12)
    found = answer(NEURON, RootEffects, root=choice)
    assert found.solved.tolist() == [True]
    assert found.effects[0, 0] == pytest.approx([0.599931500623414, 1.19787001465624], rel=1e-9)


def test_layers_of_thousands_of_numbers_are_left_out() -> None:
    text = "z <- tanh(w z + 0.1)\nz in R^20\nw = 0.5\n"
    *_, final = frames(Request(Experiment(text), frozenset({RootEffects})))
    assert final.error is None
    assert final.get(RootEffects) is None
