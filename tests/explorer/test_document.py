"""The document: one signal per change, merging of undo steps, texts that do not parse, overrides."""

from __future__ import annotations

import pytest

from core.experiment import Experiment, SliderRange
from explorer import edit_command, edits
from explorer.document import Document

TEXT = """# Oscillator
x' = y
y' = -k*x - c*y
k = 1 in [0, 5]
c = 0.1 in [0, 2]
start (1, 0)
t in [0, 10]
"""


@pytest.fixture
def document(qapp):  # noqa: ARG001 - signals need an application
    return Document(Experiment(TEXT))


@pytest.fixture
def clock(monkeypatch):
    """Seconds that stand still until a test moves them."""

    class Clock:
        now = 100.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(edit_command, "time", clock)
    return clock


def test_a_change_is_told_once(document):
    told = []
    document.experiment_changed.connect(lambda: told.append(document.experiment.values["k"]))
    document.edit(edits.set_value("k", 2.0))
    assert told == [2.0]


def test_an_edit_that_changes_nothing_leaves_no_undo_step(document):
    document.edit(edits.set_value("k", 2.0))
    document.edit(edits.set_value("k", 2.0))
    assert document.undo_stack.count() == 1


def test_a_drag_is_one_undo_step_however_long_it_takes(document, clock):
    for value in (1.5, 2.0, 2.5):
        document.edit(edits.set_value("k", value), drag=7)
        clock.now += 10
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert dict(document.experiment.values) == {}
    document.undo_stack.redo()
    assert document.experiment.values["k"] == 2.5


def test_two_drags_are_two_steps_even_at_once(document):
    document.edit(edits.set_value("k", 2.0), drag=1)
    document.edit(edits.set_value("k", 3.0), drag=2)
    assert document.undo_stack.count() == 2


def test_keys_merge_within_a_second_and_not_after(document, clock):
    for value in (1.1, 1.2, 1.3):
        document.edit(edits.set_value("k", value))
        clock.now += 0.5
    assert document.undo_stack.count() == 1
    clock.now += 1.0
    document.edit(edits.set_value("k", 1.4))
    assert document.undo_stack.count() == 2


def test_edits_of_different_parameters_do_not_merge(document):
    document.edit(edits.set_value("k", 2.0))
    document.edit(edits.set_value("c", 1.0))
    assert document.undo_stack.count() == 2


@pytest.mark.parametrize(
    ("name", "title"),
    [("picard", "Change the number of iterates"), ("grid_lines", "Change the lines of the grid"), ("h", "Change h")],
)
def test_a_setting_is_called_as_people_do(name, title):
    assert edits.set_integration(name, 9).title == title


def test_added_starts_are_a_step_each(document):
    document.edit(edits.add_start((2.0, 0.0)))
    document.edit(edits.add_start((3.0, 0.0)))
    assert document.experiment.starts == ((1.0, 0.0), (2.0, 0.0), (3.0, 0.0))
    document.undo_stack.undo()
    assert document.experiment.starts == ((1.0, 0.0), (2.0, 0.0))


def test_starts_move_and_go(document):
    document.edit(edits.add_start((2.0, 0.0)))
    document.edit(edits.move_start(0, (5.0, 5.0)), drag=1)
    document.edit(edits.remove_start(1))
    assert document.experiment.starts == ((5.0, 5.0),)
    document.edit(edits.reset_starts())
    assert document.experiment.starts is None


def test_a_text_that_does_not_parse_changes_nothing_but_the_draft(document):
    before, told = document.experiment, []
    document.experiment_changed.connect(lambda: told.append(1))
    document.set_text(TEXT.replace("c*y", "c*y +"))
    assert document.experiment is before
    assert told == []
    assert document.error is not None
    assert document.error.line == 3
    document.undo_stack.undo()
    assert document.draft == TEXT
    assert document.error is None


def test_an_unknown_name_is_offered(document):
    document.set_text(TEXT.replace("k*x", "q*x"))
    assert document.error is not None
    assert document.error.unknown == "q"


def test_a_slider_still_moves_the_last_valid_system_while_the_text_is_wrong(document):
    wrong = TEXT.replace("c*y", "c*y +")
    document.set_text(wrong)
    document.edit(edits.set_value("k", 3.0))
    assert document.experiment.values["k"] == 3.0
    assert document.draft == wrong
    assert document.error is not None


def test_editing_a_default_clears_its_override_only(document):
    document.edit(edits.set_value("k", 2.0))
    document.edit(edits.set_value("c", 1.0))
    document.set_text(TEXT.replace("k = 1", "k = 4"))
    assert dict(document.experiment.values) == {"c": 1.0}


def test_editing_a_range_in_the_text_clears_the_changed_range(document):
    document.edit(edits.set_range("k", SliderRange(0.0, 50.0)))
    document.edit(edits.set_range("c", SliderRange(0.0, 9.0)))
    document.set_text(TEXT.replace("[0, 5]", "[0, 6]"))
    assert dict(document.experiment.ranges) == {"c": SliderRange(0.0, 9.0)}


def test_a_parameter_that_is_gone_leaves_no_override(document):
    document.edit(edits.set_value("c", 1.0))
    document.set_text("x' = y\ny' = -k*x\nk = 1 in [0, 5]\n")
    assert dict(document.experiment.values) == {}


def test_editing_starts_and_span_in_the_text_clears_what_was_dragged(document):
    document.edit(edits.add_start((2.0, 2.0)))
    document.edit(edits.set_span((0.0, 99.0)))
    document.set_text(TEXT.replace("start (1, 0)", "start (3, 0)"))
    assert document.experiment.starts is None
    assert document.experiment.span == (0.0, 99.0)
    document.set_text(document.draft.replace("[0, 10]", "[0, 12]"))
    assert document.experiment.span is None


def test_a_range_moves_a_value_that_lies_outside(document):
    document.edit(edits.set_range("k", SliderRange(2.0, 3.0)))
    assert document.experiment.values["k"] == 2.0


def test_write_values_makes_them_the_texts_defaults(document):
    document.edit(edits.set_value("k", 2.5))
    document.edit(edits.write_into_text())
    assert dict(document.experiment.values) == {}
    assert document.system.defaults()["k"] == 2.5
    assert document.draft == document.experiment.text
    document.undo_stack.undo()
    assert document.experiment.values["k"] == 2.5


def test_the_system_is_told_before_the_experiment(document):
    told = []
    document.system_changed.connect(lambda: told.append("system"))
    document.experiment_changed.connect(lambda: told.append("experiment"))
    document.edit(edits.set_value("k", 2.0))
    document.set_text(TEXT.replace("k*x", "k*x^3"))
    assert told == ["experiment", "system", "experiment"]


def test_a_drag_settles_once(document):
    told = []
    document.settled.connect(lambda: told.append(1))
    document.finish_drag()
    document.edit(edits.set_value("k", 2.0), drag=1)
    assert document.dragging
    document.finish_drag()
    document.finish_drag()
    assert told == [1]
    assert not document.dragging


def test_replacing_forgets_the_history_and_is_clean(document, tmp_path):
    document.edit(edits.set_value("k", 2.0))
    document.replace(Experiment("x' = -x\n"), tmp_path / "decay.toml")
    assert not document.undo_stack.canUndo()
    assert document.undo_stack.isClean()
    assert document.system.components == ("x",)
    assert document.path == tmp_path / "decay.toml"


def test_replacing_by_a_text_that_does_not_parse_changes_nothing(document):
    before = document.experiment
    with pytest.raises(ValueError, match="line 1"):
        document.replace(Experiment("x' = "), None)
    assert document.experiment is before


def test_replacing_by_starts_of_another_size_changes_nothing(document):
    before = document.experiment
    with pytest.raises(ValueError, match="a start needs 2 numbers"):
        document.replace(Experiment("x' = y\ny' = -x\n", starts=((1.0, 2.0, 3.0),)), None)
    assert document.experiment is before
