"""What was measured at another iteration than the one that is shown says at which."""

from __future__ import annotations

import pytest
from learning_bench import learner

from explorer.views.learning_curves import LearningCurves


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(("at", "said"), [(3, " at iteration 0"), (10, ""), (16, " at iteration 10")])
def test_card_and_chips_say_when_the_test_points_were_looked_at(bench, at, said):
    bench.do("train")
    bench.train_to(at)
    stand = bench.panel._stand.text()
    assert f"iteration {at}" in stand
    assert f" right{said}" in stand
    assert ("right at" in stand) == bool(said)
    view = next(one for one in bench.window.stage.views if isinstance(one, LearningCurves))
    for chip, words in (("loss", said), ("accuracy", said.replace(" iteration", ""))):
        assert view.chips.text(chip).endswith(words)
        assert (" at " in view.chips.text(chip)) == bool(said)


def test_play_says_that_it_trains(bench):
    buttons = bench.window.window.top_bar._play, bench.window.panels.timeline._play
    assert {one.toolTip() for one in buttons} == {"Train, or pause (Space)"}
    bench.window.choosing.choose("van_der_pol")
    assert not any("Train" in one.toolTip() for one in buttons)
    assert "particles" in buttons[0].toolTip()
