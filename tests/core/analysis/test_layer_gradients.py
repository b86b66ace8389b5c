"""Gradients of one layer for a reading: the known numbers, the curves, and what is said when nothing is solved."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pytest
import torch

import core
from core.analysis.layer_gradients import layer_gradients
from core.formula_map import FormulaMap
from core.readings.layer_gradients import LayerGradients, MethodGradient

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits

NEURON = "z <- tanh(w*z + x)\nw = 0.5 in [0, 2]\nx = 0.3 in [-2, 2]"
ROOT, SLOPE = 0.500831887669865027, 0.374583710146520


def methods(reading: LayerGradients) -> dict[str, MethodGradient]:
    return {line.method: line for line in reading.methods}


def of_neuron(z: float = ROOT, **options: object) -> LayerGradients:
    return layer_gradients(FormulaMap(core.parse(NEURON)), np.array([z]), **options)


def test_one_neuron_in_closed_form() -> None:
    reading = of_neuron(unrolled=12)
    assert reading.names == ("w", "x")
    assert reading.loss == pytest.approx(ROOT)
    assert reading.radius == pytest.approx(SLOPE, rel=1e-12)
    assert reading.solved
    assert reading.note == ""
    assert reading.methods[0].method == "implicit"
    found = methods(reading)
    assert found["implicit"].gradient == pytest.approx((0.599931500623414, 1.19787001465624), rel=1e-12)
    assert found["implicit"].relative_error < 1e-13
    assert found["jacobian_free"].relative_error == pytest.approx(SLOPE, rel=1e-10)
    assert found["jacobian_free"].cosine == pytest.approx(1.0)
    assert reading.unrolled_error == pytest.approx(SLOPE ** np.arange(1, 13), rel=1e-6)
    assert found["unrolled"].relative_error == reading.unrolled_error[-1]
    assert reading.layer_norm == pytest.approx(SLOPE ** np.arange(11, -1, -1), rel=1e-9)
    assert [line.exact for line in reading.methods] == [True, False, False]
    assert [line.products for line in reading.methods] == [2, 12, 1]


def test_unrolled_from_a_start() -> None:
    """z_1 = tanh(x), z_2 = tanh(w z_1 + x): by hand."""
    reading = of_neuron(unrolled=2, start=np.array([0.0]))
    first = np.tanh(0.3)
    second = np.tanh(0.5 * first + 0.3)
    outer = 1 - second**2
    by_x = outer * (1 + 0.5 * (1 - first**2))
    assert methods(reading)["unrolled"].gradient == pytest.approx((outer * first, by_x), rel=1e-13)
    assert reading.layer_norm == pytest.approx((outer * 0.5, 1.0), rel=1e-13)


def test_half_the_square_weighs_by_the_state() -> None:
    total, square = of_neuron(), of_neuron(loss="half_square")
    assert square.loss == pytest.approx(0.5 * ROOT**2)
    assert methods(square)["implicit"].gradient == pytest.approx(ROOT * methods(total)["implicit"].gradient, rel=1e-12)
    assert square.loss_text != total.loss_text


def test_at_an_inexact_point_the_implicit_gradient_shows_its_error() -> None:
    reading = of_neuron(ROOT + 1e-6)
    assert reading.solved
    assert 1e-8 < methods(reading)["implicit"].relative_error < 1e-5
    finer = of_neuron(ROOT + 1e-7)
    ratio = methods(reading)["implicit"].relative_error / methods(finer)["implicit"].relative_error
    assert ratio == pytest.approx(10, rel=1e-3)


@pytest.mark.parametrize("point", [2.5, -3.0])
def test_a_point_that_is_no_fixed_point_is_said_to_be_none(point: float) -> None:
    reading = of_neuron(point)
    assert not reading.solved
    assert "did not reach a fixed point" in reading.note
    assert of_neuron(converged=False).note == reading.note


@pytest.mark.parametrize("point", [np.nan, np.inf])
def test_where_there_are_no_numbers_there_is_a_reading_all_the_same(point: float) -> None:
    reading = of_neuron(point)
    assert not reading.solved
    assert "did not reach" in reading.note
    assert reading.unrolled_error.shape == (10,)


def test_without_a_derivative_it_says_so() -> None:
    system = core.parse("z <- z + 0*a\na = 1 in [0, 2]")
    reading = layer_gradients(FormulaMap(system), np.array([0.5]), converged=True)
    assert "no derivative" in reading.note
    assert np.isnan(methods(reading)["implicit"].gradient).all()
    assert reading.radius == pytest.approx(1.0)


def test_rows_of_batch_data_have_names_and_gradients() -> None:
    x = np.array([[0.3, -0.2], [0.1, 0.4]])
    weight = torch.tensor([[0.2, -0.5], [0.4, 0.1]], dtype=torch.float64)
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 2, x=x)
    z = core.solve(layer, [0.0, 0.0], "newton", tol=1e-14).z
    reading = layer_gradients(layer, z[1], 1, sample=1)
    assert reading.names == ("x[1]", "x[2]")
    assert reading.sample == 1
    card = core.gradient(layer, lambda z: z.sum(), "x", start=[0.0, 0.0], solve={"method": "newton", "tol": 1e-14})
    assert methods(reading)["implicit"].gradient == pytest.approx(card.grads["x"][1].numpy(), rel=1e-12)


def test_a_layer_without_inputs_still_has_its_spectrum_and_layers() -> None:
    layer = core.layer(lambda z: torch.cos(z), 1)
    reading = layer_gradients(layer, np.array([0.7390851332151607]))
    assert reading.names == ()
    assert reading.radius == pytest.approx(0.6736120291832148, rel=1e-12)
    assert reading.layer_norm == pytest.approx(0.6736120291832148 ** np.arange(9, -1, -1), rel=1e-9)


def test_it_follows_a_slider() -> None:
    """Thirty times a second beside everything else; the median, for other work may share the machine."""
    mapping = FormulaMap(core.parse(NEURON))
    seconds = []
    for step in range(41):
        begun = perf_counter()
        layer_gradients(mapping, np.array([ROOT + 1e-9 * step]))
        seconds.append(perf_counter() - begun)
    assert np.median(seconds) < 0.02  # 2.5 ms on an idle core


def test_a_layer_whose_numbers_are_all_written_out_has_nothing_to_differentiate_by() -> None:
    reading = layer_gradients(FormulaMap(core.parse("z <- tanh(0.5*z + 0.3)")), np.array([ROOT]))
    assert reading.note.startswith("nothing to differentiate by")
