"""For every test: no screen, no leaks, reproducible random examples."""

from __future__ import annotations

import os

import hypothesis

pytest_plugins = ["cleanliness"]

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

# CI's examples are the same in every run, so that a red build can be repeated; a person's are fresh
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")
