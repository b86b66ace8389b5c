"""An experiment run without a window: the same frames, drawn by the same views, written into a folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import training_file
from core.atomic_file import write_atomically
from core.data_file import ENSEMBLE, LEARNING, MAP, SUFFIXES, DataFile, every_step_of
from core.experiment import is_reference
from core.experiment_file_error import ExperimentFileError
from core.experiment_source import read_source, with_settings
from core.language import FormulaError, parse
from core.language.system import PARTS
from core.nearest_name import suggestion
from core.plane_view import first_viewport
from core.readings import Agreement, EnsembleRun, RootProofs, TrainingProgress
from core.request import Request
from core.run_summary import run_summary
from core.runner import check_experiment, frames
from core.training_state import TrainingTask
from core.trusted_modules import trusted_modules

from .commands import DONE, FAILED, refuse

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.frame import Frame
    from core.language import System
    from core.module_file import ModuleSource
    from core.window_notes import WindowNotes

PICTURES = ("png", "svg", "pdf")
FORMATS = (*PICTURES, "csv", "npz")


def run(options: argparse.Namespace) -> int:
    """Compute an experiment; write pictures, tables and summary.json. Returns 0, 1 (it failed) or 2 (bad usage)."""
    try:
        formats = wanted_formats(options.formats)
        experiment, notes = read_source(options.source)
        system = parse(experiment.text, experiment.tensors)
        experiment = _as_asked(experiment, system, options)
        folder = Path(options.source).parent if Path(options.source).is_file() else "."
        experiment, modules = trusted_modules(experiment, system, options.trust, "--trust {}", folder)
        check_experiment(experiment, modules)
        options.out.mkdir(parents=True, exist_ok=True)
    except FormulaError as fault:
        return refuse(f"{options.source}: {fault}")
    except (ExperimentFileError, ValueError, TypeError) as fault:
        return refuse(str(fault))
    except OSError as fault:
        return refuse(f"{options.out} cannot be written into: {fault.strerror}")
    try:
        summary = _compute(experiment, system, notes, formats, options, modules)
        write_atomically(options.out / "summary.json", (json.dumps(summary, indent=2) + "\n").encode("utf-8"))
    except OSError as fault:
        print(f"writing into {options.out} failed: {fault.strerror or fault}", file=sys.stderr)
        return FAILED
    for file in [*summary["files"], "summary.json"]:
        print(options.out / file)
    if not summary["success"]:
        print(f"the run failed: {summary['reason']}", file=sys.stderr)
    return DONE if summary["success"] else FAILED


def wanted_formats(text: str) -> tuple[str, ...]:
    """The formats of a list such as "png,csv"; raises ValueError for one that is not there."""
    formats = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in formats:
        if name not in FORMATS:
            raise ValueError(f"there is no format {name!r}{suggestion(name, FORMATS)}")
    if not formats:
        raise ValueError(f"--formats needs at least one of {', '.join(FORMATS)}")
    return formats


def _as_asked(experiment: Experiment, system: System, options: argparse.Namespace) -> Experiment:
    if options.scale not in range(1, 9):
        raise ValueError(f"--scale is a whole number from 1 to 8, not {options.scale}")
    if options.iterations is not None and not experiment.training.data:
        raise ValueError(f"nothing is learnt in {options.source}, so leave --iterations out")
    changes = {name: value for name in ("device", "dtype", "path") if (value := getattr(options, name)) is not None}
    return replace(with_settings(experiment, system, options.settings), **changes)


def _compute(
    experiment: Experiment,
    system: System,
    notes: WindowNotes,
    formats: Sequence[str],
    options: argparse.Namespace,
    modules: Mapping[str, ModuleSource],
) -> dict[str, Any]:
    """Run to the end, write what is wanted of the last frame, and return the summary."""
    studio = None
    steps = every_step_of(system)
    check = set() if is_reference(experiment) else {Agreement}
    proofs = set() if system.flows or system.module is not None else {RootProofs}
    request = Request(experiment, frozenset({steps.reading, *check, *proofs}), every_step=True, modules=modules)
    if experiment.training.data:
        request = _trained(request, options.iterations)
    pictures = tuple(suffix for suffix in PICTURES if suffix in formats)
    if pictures:
        from .export.studio import Studio  # noqa: PLC0415 - brings Qt, which tables do without

        studio = Studio(options.theme, experiment, system, notes)
        request = replace(request, wanted=request.wanted | studio.wanted, viewport=studio.viewport)
    frame = _last(request)
    suffixes = [suffix for suffix in SUFFIXES if suffix.removeprefix(".") in formats]
    found = {steps: None if frame.error else frame.get(steps.reading)}
    pictured, faults = _pictures_data(request, frame, notes, system) if suffixes else ({}, [])
    found |= pictured | {LEARNING: frame.get(TrainingProgress)}
    files = _checkpoint(frame, options.out)
    for file, data in found.items():
        for table in (options.out / f"{file.name}{suffix}" for suffix in suffixes):
            if data is None:
                table.unlink(missing_ok=True)  # an earlier run's data would pass for this one's
            else:
                file.write(table, data, experiment, system)
                files.append(table.name)
    if studio is not None:
        own = {
            view.name: _last(replace(request, wanted=view.wants(), viewport=view.viewport())) for view in studio.apart
        }
        files += studio.draw(frame, own, options.out, pictures, options.scale)
        studio.close()
    summary = run_summary(experiment, system, frame)
    if faults:
        summary |= {"success": False, "reason": "; ".join(filter(None, (summary["reason"], *faults)))}
    return summary | {"files": files}


def _pictures_data(
    request: Request, frame: Frame, notes: WindowNotes, system: System
) -> tuple[dict[DataFile, Any], list[str]]:
    """The ensemble and the map that the main plane shows, None for one that has nothing to write; and a sentence for
    each that could not be computed."""
    experiment = request.experiment
    found: dict[DataFile, Any] = dict.fromkeys((ENSEMBLE, MAP))
    faults = []
    own = replace(request, viewport=request.viewport or first_viewport(experiment, system, notes))
    for file in found:
        if not frame.error and _is_shown(file.reading, experiment, system, notes):
            last = frame if file.reading in frame.readings else _last(replace(own, wanted=frozenset({file.reading})))
            data: Any = last.get(file.reading)
            if last.error:
                faults.append(f"no {file.name}: {last.error}")
            found[file] = data if data is not None and file.has_rows(data) else None
    return found, faults


def _trained(request: Request, iterations: int | None) -> Request:
    """The request with the state in which the training of its experiment ends, or is after so many iterations."""
    task = TrainingTask(iterations=iterations, look=True)
    progress = _last(replace(request, wanted=frozenset(), training=task)).get(TrainingProgress)
    reached = None if progress is None else progress.state
    return replace(request, training=TrainingTask(state=reached, iterations=0, look=True))


def _checkpoint(frame: Frame, folder: Path) -> list[str]:
    """Writes where a training ended, and returns the file's name; an earlier one's would pass for this one's."""
    progress, name = frame.get(TrainingProgress), f"weights{training_file.SUFFIX}"
    if progress is None:
        (folder / name).unlink(missing_ok=True)
        return []
    training_file.save_checkpoint(folder / name, progress.state)
    return [name]


def _is_shown(reading: type, experiment: Experiment, system: System, notes: WindowNotes) -> bool:
    if reading is EnsembleRun:
        return system.flows and experiment.ensemble.on
    # of one complex unknown the basins are the picture
    by_itself = not system.flows and system.is_complex and system.size == len(PARTS)
    return "basins" in notes.shown_layers or (by_itself and "basins" not in notes.hidden_layers)


def _last(request: Request) -> Frame:
    """The last frame of a run."""
    return deque(frames(request), maxlen=1).pop()
