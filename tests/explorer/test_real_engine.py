"""The program's own engine in its own process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import Trajectories, VelocityGrid
from core.request import Request, Viewport
from explorer.engine_client import EngineClient
from explorer.engine_link import ProcessLink

pytestmark = pytest.mark.process

SPIRAL = Experiment(
    "x' = -a*x - y\ny' = x - a*y\na = 0.1\n",
    starts=((1.0, 0.0),),
    span=(0.0, 10.0),
    integration=Integration(rtol=1e-9, atol=1e-12, backward=False),
)
VIEWPORT = Viewport("x", "y", (-2.0, 2.0), (-2.0, 2.0))


class Window:
    """A client with the program's engine, and what it last showed."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self.links: list[ProcessLink] = []
        self.client = EngineClient(link=self._make_link)

    def solve(self, experiment: Experiment, generation: int) -> Frame:
        """The final frame of that request."""
        wanted = frozenset({Trajectories, VelocityGrid})
        self.client.submit(Request(experiment, wanted, VIEWPORT, generation=generation))
        end = time.monotonic() + 30.0
        while time.monotonic() < end:
            self._application.processEvents()
            frame = self.client.take()
            if frame is not None and frame.generation == generation and frame.final:
                return frame
            time.sleep(0.001)
        raise TimeoutError

    def _make_link(self, notify: Callable[[], None]) -> ProcessLink:
        self.links.append(ProcessLink(notify))
        return self.links[-1]


@pytest.fixture
def window(qapp) -> Iterator[Window]:
    window = Window(qapp)
    yield window
    window.client.close()


def test_solves_by_floats_and_by_torch_wherever_it_was_started(window, tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise ImportError('a file of the working directory')")
    monkeypatch.chdir(tmp_path)
    expected = np.exp(-1.0) * np.array([np.cos(10.0), np.sin(10.0)])
    for generation, path in enumerate(("python", "torch"), start=1):
        frame = window.solve(replace(SPIRAL, path=path), generation)
        assert frame.error is None, frame.traceback
        assert frame.path == path
        curves = frame.get(Trajectories)
        assert curves.t[-1] == pytest.approx(10.0)
        np.testing.assert_allclose(curves.z[-1], expected, atol=1e-7)
        grid = frame.get(VelocityGrid)
        x, y = np.meshgrid(grid.x, grid.y)
        np.testing.assert_allclose(grid.u, -0.1 * x - y, atol=1e-12)
    assert len(window.links) == 1


def test_text_that_does_not_parse_is_a_sentence_and_no_death(window):
    frame = window.solve(replace(SPIRAL, text="x' = y +"), 1)
    assert frame.error
    assert "Traceback" not in frame.error
    assert window.solve(SPIRAL, 2).error is None
    assert len(window.links) == 1
