"""Where numbers come from: what every exported file says of the run behind it."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .version import VERSION

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System


def provenance(experiment: Experiment, system: System) -> dict[str, Any]:
    """Equation, parameters, solver, tolerances, seed and versions, as plain values in the order they are read."""
    return {
        "program": f"Implicit Explorer {VERSION}",
        "title": experiment.title or system.title,
        "equation": experiment.text,
        "parameters": {name: experiment.values.get(name, default) for name, default in system.defaults().items()},
        **(_integration(experiment, system) if system.flows else _root_finding(experiment)),
        **(_descent(experiment) if system.kind == "minimise" else {}),
        **(_module(experiment, system) if system.module is not None else {}),
        "seed": experiment.seed,
        "device": experiment.device,
        "dtype": experiment.dtype,
        "versions": versions(),
    }


def header(experiment: Experiment, system: System, more: Mapping[str, Any] = MappingProxyType({})) -> Iterator[str]:
    """The lines behind "#" at the top of a CSV file; more: what it says besides, by name."""
    for key, value in (provenance(experiment, system) | dict(more)).items():
        lines = str(value).strip().splitlines() if isinstance(value, str) else [json.dumps(value)]
        yield from (f"# {key}: {line}\n" for line in lines or [""])


def _module(experiment: Experiment, system: System) -> dict[str, Any]:
    """The Python file that computes the layer, and the SHA-256 of its content."""
    assert system.module is not None
    file = experiment.modules.get(system.module.file)
    return {"python_file": system.module.file, "python_sha256": "" if file is None else file.sha256}


def _integration(experiment: Experiment, system: System) -> dict[str, Any]:
    method = experiment.integration
    return {
        "span": list(experiment.span or system.span),
        "method": method.method,
        "rtol": method.rtol,
        "atol": method.atol,
        "step": method.step,
        "controller": method.controller,
        "fixed": method.fixed,
        **({"global_error": True} if method.global_error else {}),
        **({"rivals": list(method.rivals)} if method.rivals else {}),
    }


def _descent(experiment: Experiment) -> dict[str, Any]:
    descent = experiment.descent
    return {
        "optimisers": list(descent.methods),
        "eta": descent.eta,
        "beta": descent.beta,
        "tolerance": descent.tolerance,
        "iterations": descent.iterations,
    }


def _root_finding(experiment: Experiment) -> dict[str, Any]:
    root = experiment.root
    return {
        "solver": root.solver,
        "rivals": list(root.rivals),
        "options": {solver: dict(options) for solver, options in root.options.items()},
        "tolerance": root.tolerance,
        "criterion": root.criterion,
        "whole_batch": root.whole_batch,
        "iterations": root.iterations,
        "best": root.best,
    }


def versions() -> dict[str, str]:
    """What the numbers hang on besides the experiment; nothing is imported to find out."""
    found = {"implicit-explorer": VERSION, "python": platform.python_version()}
    for name in ("numpy", "torch"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
