"""What to try where a solver fails: the remedies help, and one click takes each."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import map_bench
from map_bench import LINE, furnished, picard
from PySide6.QtCore import Qt

from core import presets
from core.experiment import Experiment, RootFinding
from core.language import System, parse
from core.outcome import Outcome
from core.readings import Iterations, Spectrum
from core.request import Request
from core.runner import frames
from explorer import edits
from explorer.document import Document
from explorer.remedies import Remedy, remedies
from explorer.remedy_list import RemedyList

LOGISTIC = "z <- r*z*(1 - z)\nr = 3.2\nstart (0.3)"


def solved(experiment: Experiment) -> tuple[Iterations, Spectrum]:
    frame = deque(frames(Request(experiment, frozenset({Iterations, Spectrum}))), maxlen=1).pop()
    assert frame.error is None
    return frame.get(Iterations), frame.get(Spectrum)


def offered(experiment: Experiment) -> dict[str, Remedy]:
    iterations, spectrum = solved(experiment)
    return {remedy.words: remedy for remedy in remedies(experiment, iterations, 0, spectrum)}


def taken(experiment: Experiment, remedy: Remedy) -> Experiment:
    return remedy.edit.change(experiment, parse(experiment.text, experiment.tensors))


def test_a_solver_that_converged_needs_nothing() -> None:
    experiment = Experiment("z <- cos(z)\nstart (1)")
    assert offered(experiment) == {}
    iterations, spectrum = solved(experiment)
    assert remedies(experiment, None, 0, spectrum) == ()
    assert remedies(experiment, iterations, 7, spectrum) == ()


def test_a_cycle_is_damped_as_its_eigenvalue_asks() -> None:
    experiment = Experiment(LOGISTIC)
    # J = 2 - r = -1.2 at the fixed point, and 1 / (1 - J) makes it 0
    damped = taken(experiment, offered(experiment)["Damp with β = 0.4545"])
    assert damped.root.solver == "damped"
    assert all(outcome.success for outcome in solved(damped)[0].runs[0].outcomes)


def test_the_tutorials_layer_without_an_end_is_cured() -> None:
    experiment, _ = presets.load_preset("tutorial_stream_1")
    experiment = replace(experiment, root=replace(experiment.root, solver="picard", rivals=("newton",)))
    found = offered(experiment)
    assert next(iter(found)).startswith("Damp with β = 0.91")
    assert "Use Newton" in found
    for remedy in found.values():
        cured = taken(experiment, remedy)
        assert solved(cured)[0].runs[0].outcomes[0].success, remedy.words
    assert set(taken(experiment, found["Use Newton"]).root.rivals) == {"picard"}


def test_iterations_are_only_allowed_where_the_residual_still_falls() -> None:
    slow = Experiment("z <- 0.99*z + 1\nstart (0)", root=RootFinding(iterations=60))
    more = taken(slow, offered(slow)["Allow 600 iterations"])
    assert more.root.iterations == 600
    drifting = Experiment("z <- z + 1\nstart (0)", root=RootFinding(iterations=60))
    assert not any(words.startswith("Allow") for words in offered(drifting))


def test_the_floor_of_the_precision_is_named() -> None:
    floor = Experiment(
        "z <- cos(z) + 1000\nstart (1000)", root=RootFinding("damped", tolerance=1e-15, criterion="absolute")
    )
    found = offered(floor)
    assert len(found) == 1
    words, remedy = found.popitem()
    assert words.startswith("Set the tolerance to")
    assert solved(taken(floor, remedy))[0].runs[0].outcomes[0].success
    assert "Compute in float64" in offered(replace(floor, dtype="float32"))


def test_a_click_is_one_step_that_can_be_undone(qtbot) -> None:
    document, shown = Document(Experiment(LINE)), RemedyList()
    qtbot.addWidget(shown)
    shown.edit_asked.connect(document.edit)
    remedy = Remedy("Use more", "it helps", edits.set_root("iterations", 5000))
    shown.show_remedies((remedy,))
    (button,) = shown.buttons()
    assert (button.text(), button.toolTip(), shown.isHidden()) == ("Use more", "it helps", False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert document.experiment.root.iterations == 5000
    document.undo_stack.undo()
    assert document.experiment.root.iterations == 200
    shown.show_remedies(())
    assert shown.isHidden()
    assert shown.buttons() == ()


def test_the_inspector_offers_them_and_a_click_takes_one(qtbot, tmp_path, monkeypatch) -> None:
    def lost(experiment: Experiment, system: System, rows: int = 1) -> Iterations:
        reading = picard(experiment, system, rows)
        cycle = (Outcome("cycle", 40.0, iterative=True, period=2),) * len(reading)
        first, *others = reading.runs
        return replace(reading, runs=(replace(first, outcomes=cycle), *others))

    monkeypatch.setattr(map_bench, "picard", lost)
    with furnished(tmp_path, monkeypatch) as conductor:
        conductor.document.edit(edits.load(Experiment(LINE), "another"))
        while conductor.solving.take() is not None:
            pass
        remedy, *_ = conductor.panels.inspector.samples.remedies.buttons()
        assert remedy.text() == "Use damped Picard"
        qtbot.mouseClick(remedy, Qt.MouseButton.LeftButton)
        assert conductor.document.experiment.root.solver == "damped"
        conductor.document.undo_stack.undo()
        assert conductor.document.experiment.root.solver == "picard"
