"""Which Python file a document may run, where no window asks: the one whose content a person names by its SHA-256."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from .experiment_file_error import ExperimentFileError
from .module_file import ModuleSource, read_module

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System


def trusted_modules(
    experiment: Experiment, system: System, trust: Collection[str], flag: str, folder: str | os.PathLike[str] = "."
) -> tuple[Experiment, dict[str, ModuleSource]]:
    """The experiment with the content that was read, and the sources by the names that the text gives them.

    trust: the SHA-256 of every content that may run. flag: how a person says so, with {} for the hash. folder: where
    the file is looked for that a text without a document names. The file is read once: what is compared is what runs.

    Raises ExperimentFileError where there is no such file, or where `trust` does not name its content.
    """
    if system.module is None:
        return experiment, {}
    name = system.module.file
    meant = experiment.modules.get(name)
    source = read_module(os.path.join(folder, name) if meant is None else meant.path)
    changed = meant is not None and meant.sha256 != source.sha256
    refuse_untrusted(source, trust, flag, changed)
    return replace(experiment, modules={**experiment.modules, name: source.file}), {name: source}


def refuse_untrusted(source: ModuleSource, trust: Collection[str], flag: str, changed: bool = False) -> None:
    """Raises ExperimentFileError where `trust` does not name the content. changed: it is not what a document means."""
    if source.sha256 not in {digest.strip().lower() for digest in trust}:
        other = ", and its content is another than when the experiment was saved" if changed else ""
        if any(digest.strip() for digest in trust):
            other += "; what you trust has another SHA-256"
        raise ExperimentFileError(
            f"{source.path} is a Python file, which runs with all your rights{other}",
            cure=f"read it, then say {flag.format(source.sha256)}",
        )
