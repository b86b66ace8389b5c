"""The order star in its plot: fingers around 0, poles and zeros, and what is said where there is none."""

from __future__ import annotations

from fractions import Fraction

import mouse
import numpy as np
import pytest
from pictures import colour_near
from pytestqt.qtbot import QtBot

import core
from core.amplification import Amplification, Exact, amplification_of
from core.catalogue import integrators
from core.experiment import Experiment
from core.frame import Frame
from core.readings import StabilitySteps
from explorer.theme import DARK
from explorer.views.order_star import OrderStar

TEXT = "x' = y\ny' = -x\nstart (1, 0)\n"
MIDPOINT = Amplification((Fraction(1), Fraction(1, 2)), (Fraction(1), Fraction(-1, 2)))


def steps(method: Amplification, title: str = "implicit midpoint", order: int = 2) -> StabilitySteps:
    one = np.ones(1)
    products = np.array([[1j, -1j]])
    return StabilitySteps(0, title, order, method, one, one, one > 0, products, one, one, np.inf, np.inf)


@pytest.fixture
def view(qtbot: QtBot) -> OrderStar:
    view = OrderStar()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(520, 480)
    view.show()
    view.reset(Experiment(TEXT), core.parse(TEXT))
    view.draw(Frame(1, {StabilitySteps: steps(MIDPOINT)}, final=True))
    view.grab()
    return view


def test_three_fingers_of_the_implicit_midpoint_rule_are_coloured_and_counted(view: OrderStar) -> None:
    """R - e^z = z^3 / 12 + ...: it is larger to the right along the real axis, and at 120 degrees from it."""
    image = view.plot.grab().toImage()
    projection, box = view.box.projection(), view.box

    def is_coloured(z: complex) -> bool:
        place = box.mapToScene(*projection.pixels(np.array([z.real, z.imag])).tolist())
        colour = image.pixelColor(view.plot.mapFromScene(place))
        return colour.red() > colour.blue() + 12

    turns = [is_coloured(0.9 * np.exp(1j * angle)) for angle in np.radians(np.arange(8, 368, 12))]
    assert sum(one and not before for one, before in zip(turns, np.roll(turns, 1).tolist(), strict=True)) == 3
    assert is_coloured(1.0 + 0.1j)
    assert not is_coloured(-1.0 + 0.1j)
    assert view._count.text() == "implicit midpoint: 3 fingers meet at 0, order 2"
    assert colour_near(view, 2.0, 0.0, DARK.rose)
    assert colour_near(view, -2.0, 0.0, DARK.accent)
    assert [entry.text() for entry in view.legend.entries()] == ["|R| > |eᶻ|", "poles", "zeros"]


def test_of_methods_with_the_same_factor_the_line_names_the_one_that_is_chosen(view: OrderStar) -> None:
    factors = [amplification_of(integrators()[name]) for name in ("heun_2", "midpoint")]
    assert factors[0] == factors[1]
    assert factors[0] is not None
    for number, title in enumerate(("Heun", "midpoint"), 2):
        view.draw(Frame(number, {StabilitySteps: steps(factors[0], title)}))
        assert view._count.text() == f"{title}: 3 fingers meet at 0, order 2"
    rodas = integrators()["rodas5p"]
    factor = amplification_of(rodas)
    assert factor is not None
    view.draw(Frame(4, {StabilitySteps: steps(factor, rodas.title, rodas.order)}))
    assert view._count.text() == "Rodas5P 5(4): 7 fingers, order 6 for linear equations"
    assert view._count.toolTip().endswith("; for others it is 5")


def test_the_mouse_reads_the_ratio_and_the_table_holds_poles_and_zeros(view: OrderStar) -> None:
    texts: list[str] = []
    view.readout.connect(texts.append)
    mouse.hover(view, 1.0, 0.0)
    assert "|R/eᶻ| = 1.1" in texts[-1]  # 3 / e
    columns = view.table().columns
    assert columns["kind"].tolist() == ["pole", "zero"]
    assert columns["real"].tolist() == [2.0, -2.0]


def test_a_method_that_is_exact_has_no_star(view: OrderStar) -> None:
    view.draw(Frame(2, {StabilitySteps: steps(Exact())}))
    assert view._note.isVisible()
    assert "no star" in view._note.text
    assert view._count.text() == ""
    assert view.table().columns == {}
    view.draw(Frame(3, {}, absent={StabilitySteps: "This method has no region of its own."}))
    assert view._note.text == "This method has no region of its own."
