"""Where numbers come from: what every exported file says of the run behind it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from .version import VERSION

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System


def provenance(experiment: Experiment, system: System) -> dict[str, Any]:
    """Equation, parameters, solver, tolerances, seed and versions, as plain values in the order they are read."""
    method = experiment.integration
    return {
        "program": f"Implicit Explorer {VERSION}",
        "title": experiment.title or system.title,
        "equation": experiment.text,
        "parameters": {name: experiment.values.get(name, default) for name, default in system.defaults().items()},
        "span": list(experiment.span or system.span),
        "method": method.method,
        "rtol": method.rtol,
        "atol": method.atol,
        "step": method.step,
        "fixed": method.fixed,
        "seed": experiment.seed,
        "device": experiment.device,
        "dtype": experiment.dtype,
        "versions": versions(),
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
