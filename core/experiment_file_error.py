"""The one exception of reading and writing experiment files."""

from __future__ import annotations


class ExperimentFileError(ValueError):
    """A file that is not an experiment, or not one that can be read or written here.

    message: what is wrong. key: the path of the entry at fault ("experiment.values.mu"), empty where the whole
    file is. cure: what to do about it.
    """

    def __init__(self, message: str, key: str = "", cure: str = "") -> None:
        self.message = message
        self.key = key
        self.cure = cure
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.key}: " if self.key else ""
        return f"{place}{self.message}" + (f" - {self.cure}" if self.cure else "")
