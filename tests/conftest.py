"""For every test: no screen, no leaks, reproducible random examples."""

from __future__ import annotations

import os

import hypothesis
import pytest

from core.kernels.compiler import is_available

pytest_plugins = ["cleanliness"]

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

# CI's examples are the same in every run, so that a red build can be repeated; a person's are fresh
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What a machine of two cores should not do at every push."""
    parser.addoption("--whole-trainings", action="store_true", help="train presets to their end, however long")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for a kernel by name is skipped where none can be compiled."""
    if is_available():
        return
    missing = pytest.mark.skip(reason="llvmlite is not installed: no kernel can be compiled")
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        asked = any(isinstance(value, str) and value == "kernel" for value in given.values())
        if asked or item.get_closest_marker("kernel") or "kernels" in item.path.parts:
            item.add_marker(missing)
