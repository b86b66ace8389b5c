"""A person's own table in the card of learning: loaded, refused, divided, removed, and taken back."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from command_line import answer, program
from learning_bench import LEARNER, learner
from PySide6.QtGui import Qt, QTextDocument
from PySide6.QtWidgets import QComboBox, QFileDialog

from core import codec
from core.experiment import Experiment, GradientChoice
from core.fit_choice import FitChoice
from core.language import parse
from core.number_table import read_table
from core.readings import FeaturePaths
from core.request import Request
from core.runner import frames
from core.training_choice import Training
from core.training_file import load_checkpoint
from core.window_notes import WindowNotes
from explorer.data_portrait import has_picture
from explorer.export.carried import carried_text
from explorer.fit_edits import set_fit
from explorer.measured_points import measured_points
from explorer.training_edits import set_data, task_of
from explorer.views.feature_evolution import FeatureEvolution

CIRCLES = "a,b,class\n" + "".join(f"{k / 9:.3f},{k % 4},{k % 2}\n" for k in range(20))
STATES = "time,hare,lynx\n" + "".join(f"{2 + k * k / 9:.4f},{k / 3:.4f},{k % 4}\n" for k in range(12))


@pytest.fixture
def bench(qtbot, tmp_path, monkeypatch):  # noqa: ARG001 - Qt's messages are watched
    with learner(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def tables(bench):
    return bench.window.learning.editing.tables


def written(folder: Path, text: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def pick(box: QComboBox, value: str) -> None:
    index = box.findData(value)
    assert box.model().item(index).isEnabled()
    box.setCurrentIndex(index)
    box.activated.emit(index)


def training_of(bench) -> Training:
    return bench.document.experiment.training


def test_choosing_it_asks_for_a_file_and_is_one_step_of_undo(bench, tmp_path, monkeypatch):
    path = written(tmp_path, CIRCLES)
    rows = bench.panel.table
    assert rows.isHidden()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    pick(bench.panel._data, "table")
    assert bench.panel._data.currentData() == "moons"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    pick(bench.panel._data, "table")
    training = training_of(bench)
    assert (training.data, training.table_source, training.loss) == ("table", "own.csv", "cross_entropy")
    assert training.table["b"][:3] == (0.0, 1.0, 2.0)
    assert bench.panel._data.currentData() == "table"
    assert not rows.isHidden()
    assert (rows._words._full, rows._source._full) == ("20 rows: a, b → class", "own.csv")
    assert bench.engine.asked.experiment.training == training
    shown = bench.panel._form._lines
    assert shown["points"].isHidden()
    assert not shown["batch"].isHidden()
    bench.do("undo")
    assert bench.document.experiment == LEARNER
    assert rows.isHidden()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CIRCLES + "1,zwei,0\n", "own.csv: line 22, column 2 (b): 'zwei' is not a number"),
        (CIRCLES + "1,,0\n", "own.csv: row 21 below the names has no b: fill it in, or leave the row out"),
        ("a,b\n1,2\n" * 1, "own.csv: the table has the columns a, b, and needs one called class"),
        ("a,b,c,class\n" + "1,2,3,0\n1,2,3,1\n" * 3, "the state has 2 components: give it as many or more"),
        ("a,class\n" + "1,setosa\n" * 5, "'setosa' is not a number: number the classes 0, 1, and so on"),
        ("a,class\n" + "1,2\n" * 5, "all rows are of the class 2: of one class there is nothing to learn"),
        ("a,class\n1,0\n1,1\n", "the table has 2 rows, and 4 are the fewest"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(bench, tables, tmp_path, text, words):
    tables.load(written(tmp_path, CIRCLES, "good.csv"))
    good, steps = bench.document.experiment, bench.document.undo_stack.count()
    tables.load(written(tmp_path, text))
    assert words in bench.panel.table._fault.text()
    assert not bench.panel.table._fault.isHidden()
    assert bench.document.experiment == good
    assert bench.document.undo_stack.count() == steps
    tables.load(written(tmp_path, CIRCLES))
    assert bench.panel.table._fault.isHidden()


def test_states_over_time_are_a_trajectory_and_dots_in_the_pictures(bench, tables, tmp_path):
    tables.load(written(tmp_path, STATES))
    experiment = bench.document.experiment
    assert experiment.training.loss == "huber"
    assert experiment.span == (2.0, pytest.approx(2 + 121 / 9, abs=1e-4))
    assert experiment.starts == ((0.0, 0.0),)
    assert bench.panel.table._words._full == "12 rows: hare, lynx over t"
    dots = measured_points(experiment, bench.document.system)
    assert dots["z[1]"] == experiment.training.table["hare"]
    assert dots["t"][0] == 2.0
    fitted = replace(experiment, fit=FitChoice(data={"t": (0.0,), "z[1]": (1.0,)}))
    assert measured_points(fitted, bench.document.system) == dots
    others = replace(fitted, training=replace(fitted.training, data="moons"))
    assert measured_points(others, bench.document.system) == fitted.fit.data
    bench.do("undo")
    assert bench.document.experiment == LEARNER


def test_the_share_of_test_points_is_an_edit(bench, tables, tmp_path):
    tables.load(written(tmp_path, CIRCLES))
    bench.panel.table._share.edited.emit("test_share", 0.4)
    assert training_of(bench).test_share == 0.4
    assert bench.document.undo_stack.undoText() == "Change the share of test points"
    bench.do("undo")
    assert training_of(bench).test_share == 0.25


def test_it_stays_for_another_turn_until_it_is_removed(bench, tables, tmp_path):
    tables.load(written(tmp_path, CIRCLES))
    kept = training_of(bench).table
    pick(bench.panel._data, "circles")
    assert bench.panel.table.isHidden()
    pick(bench.panel._data, "table")
    assert training_of(bench).table == kept
    bench.panel.table._remove.click()
    assert (training_of(bench).data, training_of(bench).table) == ("", {})
    assert bench.panel.table.isHidden()


def test_of_a_text_that_it_does_not_fit_it_is_not_chosen(bench, tables, tmp_path):
    tables.load(written(tmp_path, CIRCLES))
    pick(bench.panel._data, "circles")
    other = "x' = w x\na' = w a\nlearn w = 0*normal(1, seed 1)[1]\n"
    bench.window.filing.replace(replace(bench.document.experiment, text=other), WindowNotes(), None)
    bench.look()
    bench.window.learning.editing._choose_data("table")
    assert training_of(bench).data == "circles"
    assert bench.panel.table._fault.text() == "The table has no column x, a component of the state, beside a."


def test_a_document_with_a_table_is_written_and_read(bench, tables, tmp_path):
    tables.load(written(tmp_path, STATES))
    text = codec.encode(bench.document.experiment)
    again, _ = codec.decode(text)
    assert again == bench.document.experiment
    assert codec.encode(again) == text
    assert not has_picture(again.training)


def test_another_table_is_another_task():
    one = Experiment(LEARNER.text, training=Training(data="table", table={"x": (1.0,)}))
    others = {"table": {"x": (2.0,)}}, {"test_share": 0.4}
    tasks = {task_of(replace(one, training=replace(one.training, **other))) for other in ({}, *others)}
    assert len(tasks | {task_of(replace(one, seed=3))}) == 4
    drawn = replace(one, training=replace(one.training, data="moons"))
    assert task_of(drawn) == task_of(replace(LEARNER, seed=3, training=replace(LEARNER.training, loss="huber")))
    assert set_data("table", "density").change(LEARNER, parse(LEARNER.text)).training.loss == "likelihood"


def test_a_document_with_a_table_learns_without_a_window(tmp_path):
    rows = "".join(f"{0.3 * k + 0.02 * (k % 3)},{2.0 ** (-0.3 * k - 0.02 * (k % 3))}\n" for k in range(12))
    table = read_table(written(tmp_path, f"t,x\n{rows}"))
    training = Training(data="table", table=table, loss="squares", optimiser="lbfgs", rate=1.0, iterations=8)
    text = "x' = a x\nlearn a = 0*normal(1, seed 1)[1]\nt in [0, 4]\n"
    codec.save(
        tmp_path / "own.toml", Experiment(text, gradient=GradientChoice(trajectory="discrete"), training=training)
    )
    out = tmp_path / "out"
    done = program("run", str(tmp_path / "own.toml"), "--out", str(out), "--formats", "csv")
    assert (done.status, done.errors) == (0, "")
    learnt = load_checkpoint(out / "weights.safetensors")
    assert float(learnt.weights["a"].array()) == pytest.approx(-log(2.0), abs=1e-4)


def test_a_table_that_does_not_fit_is_bad_usage_without_a_window(capsys, tmp_path):
    bad = written(tmp_path, "x1,x2,class\n1,2,0\n2,,1\n3,4,0\n1,1,1\n2,2,0\n")
    told = answer(capsys, "run", "concentric_circles", "--set", f"data={bad}", "--out", str(tmp_path / "out"))
    assert (told.status, told.output) == (2, "")
    assert "row 2 below the names has no x2" in told.errors
    assert not (tmp_path / "out").exists()


def test_the_ways_of_pairs_are_over_shares_of_their_own_gaps(qtbot):
    """Of x' = x from t to t + g: e^(s g) x at the share s."""
    text = "x' = a x\nlearn a = ones(1)[1]\nt in [0, 1]\n"
    times = (0.0, 0.1, 0.4, 0.5, 1.1, 1.2, 1.6, 1.7, 2.0)
    table = {"t": times, "x": tuple(exp(t) for t in times)}
    experiment = Experiment(text, training=Training(data="table", table=table, loss="squares", test_share=0.5))
    (frame,) = [one for one in frames(Request(experiment, frozenset({FeaturePaths}))) if one.final]
    found = frame.get(FeaturePaths)
    assert found.shares
    assert (found.depth[0], found.depth[-1]) == (0.0, 1.0)
    gaps, begins = np.diff(times)[4:], np.array(table["x"][4:-1])
    np.testing.assert_allclose(found.states[:, :, 0], begins[:, None] * np.exp(found.depth * gaps[:, None]), rtol=1e-5)
    np.testing.assert_allclose(found.answers[:, 0], table["x"][5:], rtol=1e-5)
    view = FeatureEvolution()
    qtbot.addWidget(view)
    view.reset(experiment, parse(text))
    view.draw(frame)
    assert "share" in view.axes._symbols


HUGE = FitChoice(data={"t": (-1.2345678901234567e-300,) * 5000, **{f"z{k}": (-1.5e-300,) * 5000 for k in range(14)}})


def test_what_could_not_be_opened_again_stays_unsaved(bench, tmp_path, monkeypatch):
    path = tmp_path / "own.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    bench.document.edit(set_fit("data", HUGE.data))
    assert not bench.window.filing.save()
    assert (
        "own.toml was not saved: its text and tables are larger than the 1,000,000" in bench.window.panels.notices.text
    )
    assert not bench.document.undo_stack.isClean()
    assert not path.exists()
    bench.window.recovery._keep_copy()  # raises nothing
    assert carried_text(bench.document.experiment, WindowNotes()) == ""
    bench.do("undo")
    assert bench.window.filing.save()
    assert path.exists()


def test_names_are_never_markup(bench):
    rows, name = bench.panel.table, "<b>x</b> & <img src=/a.png>"
    rows.show_table(Training(data="table", table={name: (1.0,)}, table_source=f"{name}.csv"), None)
    for widget, words in ((rows._words, f"1 row: {name}"), (rows._source, f"{name}.csv")):
        shown = QTextDocument()
        assert Qt.mightBeRichText(widget.toolTip())
        shown.setHtml(widget.toolTip())
        assert shown.toPlainText() == words
    rows.show_table(Training(data="table", table={f"c{k}": (1.0,) for k in range(1000)}), None)
    assert rows._words.toolTip() == "1 row: c0, c1, c2, c3, c4, c5, ..."
    rows.show_table(Training(data="table", table={"a & b": (1.0,)}), None)
    assert rows._words.toolTip() == "1 row: a & b"
