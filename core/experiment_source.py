"""From what a person names in a script or on a command line to an experiment: a file, a preset, a formula."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import archive, codec
from .experiment import Experiment, starting_points
from .experiment_file_error import ExperimentFileError
from .fitting_method import experiment_of
from .language import System, parse
from .nearest_name import suggestion
from .presets import load_preset, names
from .training_scope import refuse_idle
from .training_settings import setting_from_text, training_names, with_training
from .trusted_modules import trusted_modules
from .window_notes import WindowNotes

if TYPE_CHECKING:
    from .module_layer import ModuleLayer

_OF_A_FORMULA = re.compile(r"[\n=←]|<-|minimi[sz]e |\w'(?!\w)")
"""What no file is called, and a formula has; the last is a prime, which ends a name."""


def read_source(source: str) -> tuple[Experiment, WindowNotes]:
    """Read an experiment file, a file with a formula text (any other suffix), a preset by name, or a formula text.

    Raises ExperimentFileError.
    """
    path = Path(source)
    if _OF_A_FORMULA.search(source) and not path.is_file():
        return experiment_of(source), WindowNotes()
    if source in names() and not path.is_file():
        return load_preset(source)
    if not source or not path.exists():
        raise ExperimentFileError(f"there is no file and no preset {source!r}{suggestion(source, names())}")
    if path.suffix in (codec.SUFFIX, archive.SUFFIX):
        return codec.load(path)
    return experiment_of(codec.read_text(path)), WindowNotes()


def load(path: str | os.PathLike[str], *, trust: str | Collection[str] = ()) -> System | ModuleLayer:
    """The system of an experiment file, with the file's values, starts and span in place of the text's.

    Where the text names a Python file, the layer that this computes, for `core.solve` and `core.gradient`. It runs only
    if its SHA-256 is in `trust`, one or several.

    Raises ExperimentFileError for the file, FormulaError for its text, ValueError for a Python file that is no layer.
    """
    experiment, _ = codec.load(path)
    system = _with_own_values(experiment, parse(experiment.text, experiment.tensors))
    digests = (trust,) if isinstance(trust, str) else trust
    experiment, sources = trusted_modules(experiment, system, digests, 'core.load(..., trust="{}")')
    for source in sources.values():
        from .module_layer import ModuleLayer  # noqa: PLC0415 - the window reads files without the engine

        return ModuleLayer(system, source, seed=experiment.seed, tensors=experiment.tensors)
    return system


def _with_own_values(experiment: Experiment, system: System) -> System:
    return replace(
        system,
        parameters=tuple(
            replace(parameter, default=experiment.values.get(parameter.name, parameter.default))
            for parameter in system.parameters
        ),
        starts=starting_points(experiment, system),
        span=experiment.span or system.span,
        title=experiment.title or system.title,
    )


def with_settings(experiment: Experiment, system: System, settings: Sequence[str]) -> Experiment:
    """Apply "name=value" settings to the parameters, and of an experiment that learns to what `Training` names.

    Raises ValueError that names the nearest of them, or says what the value has to be.
    """
    values, learning = dict(experiment.values), {}
    known = system.defaults()
    others = training_names() if experiment.training.data else ()
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not equals:
            raise ValueError(f"a setting is written name=value, such as mu=2, not {setting!r}")
        if name in known:
            values[name] = _number(name, value)
        elif name in others:
            learning[name] = setting_from_text(name, value)
        else:
            what = "parameter or setting of learning" if others else "parameter"
            raise ValueError(f"there is no {what} {name!r}{suggestion(name, [*known, *others])}")
    experiment = with_training(replace(experiment, values=values), learning)
    refuse_idle(learning, experiment.training, system)
    return experiment


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{name} needs a number, not {text!r}") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} needs a finite number, not {text!r}")
    return number


def check_source(source: str) -> tuple[Experiment, System]:
    """Read `source` down to the checked system; raises ExperimentFileError or FormulaError."""
    experiment, _ = read_source(source)
    return experiment, parse(experiment.text, experiment.tensors)
