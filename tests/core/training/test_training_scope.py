"""Settings of which nothing would come are not offered, and refused where a script gives them."""

import learning_networks as networks
import pytest

import core
from core.language import parse
from core.training_choice import Training
from core.training_scope import idle_settings

LAYER = parse("z <- tanh(a*z + 1)\nlearn a = 0.5")
EQUATION = parse("z' = a*z\nlearn a = 0.5")
FLOW = parse("z' = a*z\nz in R^2\nflow normal(2)\nlearn a = 0.5")


@pytest.mark.parametrize(
    ("system", "training", "idle"),
    [
        (EQUATION, Training(data="circles", taylor=0.1), {"trace", "warm_start"}),
        (EQUATION, Training(data="circles"), {"trace", "warm_start", "taylor_order"}),
        (LAYER, Training(data="circles"), {"kinetic", "taylor", "taylor_order", "trace", "steer"}),
        (FLOW, Training(data="moons", loss="likelihood"), {"output", "steer", "warm_start", "taylor_order"}),
        (
            FLOW,
            Training(data="moons", loss="score_matching"),
            {"output", "steer", "warm_start", "taylor_order", "taylor", "kinetic", "jacobian", "trace"},
        ),
    ],
)
def test_what_is_idle(system, training, idle):
    assert idle_settings(training, system) == idle | {"table", "table_source", "test_share"}


def test_of_a_table_all_rows_are_used():
    idle = idle_settings(Training(data="table"), EQUATION)
    assert {"points", "test_points"} <= idle
    assert not {"table", "test_share"} & idle


@pytest.mark.parametrize(
    "settings", [{"warm_start": True}, {"trace": "gaussian"}, {"taylor_order": 3}, {"table": {"x": (1.0, 2.0)}}]
)
def test_a_script_that_gives_one_is_told(settings):
    text = networks.field_text(2, 4, more=networks.READOUT)
    with pytest.raises(ValueError, match=f"{next(iter(settings))} has no effect on what this text"):
        core.train(text, data="circles", output="y", iterations=1, **settings)
