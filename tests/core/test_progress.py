"""What a long run says of itself: things that can be counted, in their own numbers, and never backward."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plane_frames import DUFFING, LOGISTIC, SQUARE, request

from core import frame_maker
from core.experiment import Ensemble, RootFinding
from core.frame import Progress
from core.probe import Slice, SweepProbe, pass_words
from core.probes.ensemble import EnsembleProbe
from core.probes.orbit_diagram import OrbitDiagramProbe
from core.probes.plane_map import PlaneMapProbe
from core.readings import EnsembleRun, Iterations, OrbitDiagram, PlaneMap
from core.request import Viewport
from core.runner import frames, make_context

VIEW = Viewport("x", "y", *SQUARE, (150, 110))
TWO = "x <- cos(y)\ny <- sin(x)/2"


def slices(probe: SweepProbe, reading: type, text: str, view: Viewport = VIEW, **settings: object) -> list[Slice]:
    probe.begin(make_context(request(text, reading, view, **settings)))
    return list(probe.slices())


def test_a_sentence_of_progress() -> None:
    assert str(Progress("trajectories forward in time", 3, 100, 0.42)) == (
        "trajectories forward in time: 3 of 100 done, 42% of the way"
    )
    assert str(Progress("ensemble, trajectories", 2_500, 10_000, 0.25)) == (
        "ensemble, trajectories: 2 500 of 10 000 done"
    )
    assert str(Progress("map", 5, 10, 0.02, "pixels")) == "map: 5 of 10 pixels done, 2% of the way"
    assert str(Progress("map of the plane, looking for its ends", 0, 0, 0.0)) == (
        "map of the plane, looking for its ends"
    )
    assert str(Progress("orbit diagram, every column", 0, 0, 0.5)) == "orbit diagram, every column: 50% of the way"
    assert [pass_words(step, "pixel") for step in (1, 2, 16, 32)] == [
        "every pixel",
        "every 2nd pixel",
        "every 16th pixel",
        "every 32nd pixel",
    ]


@pytest.mark.parametrize(
    ("text", "settings"),
    [(DUFFING, {}), (TWO, {}), (TWO, {"root": RootFinding("anderson", iterations=40)})],
    ids=["flow", "map", "solver"],
)
def test_a_map_counts_its_pixels(text: str, settings: dict) -> None:
    told = slices(PlaneMapProbe(), PlaneMap, text, **settings)
    assert told[0].stage == "looking for its ends"
    counted = [part for part in told if part.total]
    assert all(0 <= part.done <= part.total for part in counted)
    assert [part.done for part in counted] == sorted(part.done for part in counted)
    ends = [part for part in counted if part.finer]
    assert len(ends) > 1
    for part in ends:
        assert part.done == part.total
        assert part.stage.startswith("every ")
    if not settings:
        assert ends[-1].total == 150 * 110
        assert ends[-1].stage == "every pixel"


def test_a_flow_and_a_solver_tell_what_they_do_while_no_pixel_is_done() -> None:
    flow = [part.stage for part in slices(PlaneMapProbe(), PlaneMap, DUFFING)]
    assert any("followed for a time of" in stage for stage in flow)
    solver = slices(PlaneMapProbe(), PlaneMap, TWO, root=RootFinding("anderson", iterations=40))
    assert any(", iteration " in part.stage and part.stage.endswith("of at most 40") for part in solver)


def test_an_ensemble_counts_trajectories_and_a_diagram_tells_its_pass() -> None:
    many = slices(EnsembleProbe(), EnsembleRun, DUFFING, ensemble=Ensemble(on=True, count=2_500))
    assert {part.total for part in many} == {2_500}
    assert many[-1].done == 2_500
    view = Viewport("r", "x", (2.5, 4.0), (0.0, 1.0), (200, 100))
    columns = slices(OrbitDiagramProbe(), OrbitDiagram, LOGISTIC, view)
    assert columns[-1].stage == "every column"


def test_frames_carry_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for patience in ("_FRAME_SECONDS", "_PATIENCE_SECONDS"):
        monkeypatch.setattr(frame_maker, patience, 0.0)
    asked = request(DUFFING, PlaneMap, replace(VIEW, pixels=(300, 300)))
    told = [str(frame.progress) for frame in frames(asked) if frame.progress is not None]
    assert any(sentence.startswith("map of the plane, every ") and " pixels done" in sentence for sentence in told)
    asked = request(f"{TWO}\nstart (1, 1)", Iterations, VIEW)
    told = [str(frame.progress) for frame in frames(asked) if frame.progress is not None]
    assert told[0].startswith("iteration ")
    assert "of Picard: 0 of 1 samples done" in told[0]
