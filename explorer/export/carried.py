"""The experiment that a picture carries: a saved PNG or SVG opens again as what it shows."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from core.codec import LARGEST, encode, fits
from core.experiment_file_error import ExperimentFileError
from core.module_file import unplaced

from .png_text import text_in

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.window_notes import WindowNotes

MARK = "implicit-explorer"
"""The key of the text in a PNG, the name of the metadata in an SVG."""
CARRIERS = (".png", ".svg")
_METADATA = re.compile(rf'<metadata id="{MARK}">([^<]*)</metadata>')


def carried_text(experiment: Experiment, notes: WindowNotes) -> str:
    """What a picture of an experiment carries; tensors are no text, and a picture of one with some carries none, nor
    does one with more text than is opened.

    Of a Python file that it names it carries the name alone, no folder of this computer.
    """
    if experiment.tensors:
        return ""
    text = encode(replace(experiment, modules=unplaced(experiment.modules)), notes)
    return text if fits(text) else ""


def experiment_text(path: Path) -> str:
    """The text of the experiment's file; raises ExperimentFileError where the picture carries none."""
    if not path.is_file():
        raise ExperimentFileError(f"{path} is not a file", cure="choose a picture")
    try:
        with path.open("rb") as file:
            text = text_in(file, MARK, LARGEST) if path.suffix.lower() == ".png" else _svg_text(file)
    except OSError as fault:
        raise ExperimentFileError(f"{path} cannot be read: {fault.strerror}") from fault
    if not text:
        raise ExperimentFileError(
            "the picture carries no experiment", cure="choose a PNG or SVG that Implicit Explorer saved"
        )
    return text


def _svg_text(file: BinaryIO) -> str:
    """Looks for the metadata near the beginning, where `save_svg` puts it; nothing else of the file is read."""
    found = _METADATA.search(file.read(2 * LARGEST).decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""
