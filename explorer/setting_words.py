"""What a change of a setting is called in the Edit menu."""

from __future__ import annotations

_TITLES = {"picard": "Change the number of iterates", "grid_lines": "Change the lines of the grid"}
"""Of settings whose names nobody reads in the window."""


def change_title(name: str) -> str:
    """In words where the setting has no name that is seen."""
    return _TITLES.get(name, f"Change {name}")
