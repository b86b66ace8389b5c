"""That a wanted reading cannot be had of a request, while all others can."""

from __future__ import annotations


class ReadingError(ValueError):
    """Raised by a probe as it begins: the sentence says why, and travels in `Frame.absent` beside the readings."""


def no_picture(what: str, parameter: str) -> ReadingError:
    """For a picture of a plane with a parameter on an axis; what: the picture's title."""
    return ReadingError(
        f"no {what} in this plane: {parameter} is a parameter, and only maps and orbit diagrams run over parameters"
    )
