"""For every test of the window: an item that cannot be drawn fails the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def every_item_can_be_drawn(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An exception in paint() is logged, because it must not reach Qt; here it counts."""
    yield
    failures = [record for record in caplog.get_records("call") if record.name == "explorer.canvas.item"]
    assert not failures, "\n".join(record.getMessage() for record in failures)
