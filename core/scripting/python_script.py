"""A run of an experiment as a short script against the public names of `core`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..experiment import starting_points
from ..stored_tensor import StoredTensor
from .layer_script import layer_lines
from .literals import call, dictionary, encoded, is_written_out, nested_list, one_a_line, quoted
from .training_script import training_lines
from .trajectory_script import trajectory_lines

if TYPE_CHECKING:
    from ..experiment import Experiment
    from ..language import System


def python_script(experiment: Experiment, system: System) -> str:
    """A script that computes what the program computes forward in time, or with the chosen solver, and prints it.

    system: the parsed text of `experiment`. The script prints where every trajectory or sample ended, to 17
    significant digits, and why; of a text that learns from data it trains the network, and prints the losses.
    Raises ValueError where there is no start to begin from.
    """
    body = "\n".join(_body(experiment, system))
    return f"{_docstring(experiment, system)}\n\n{_imports(body, experiment, system)}\n\n{body}\n"


def trains_in_script(experiment: Experiment, system: System) -> bool:
    """Whether the script trains. A layer of a Python file is solved with the weights as they are."""
    return bool(system.learnt and experiment.training.data) and system.module is None


def _body(experiment: Experiment, system: System) -> list[str]:
    if trains_in_script(experiment, system):
        return training_lines(experiment, system)
    starts = starting_points(experiment, system)
    if not starts:
        raise ValueError("there is nothing to compute without a start: add one")
    lines = trajectory_lines if system.kind in ("ode", "minimise") else layer_lines
    return lines(experiment, system, starts)


def _docstring(experiment: Experiment, system: System) -> str:
    return quoted(experiment.title or system.title or "Untitled system")


def _imports(body: str, experiment: Experiment, system: System) -> str:
    """The imports, and the system: its text, and the tensors that it names."""
    anew = frozenset(system.learnt) if trains_in_script(experiment, system) else frozenset()
    used, stored = _used(system), experiment.tensors.items()
    named = {name: tensor for name, tensor in stored if tensor in used or system.is_learnt(name)}
    tensors = {name: tensor for name, tensor in named.items() if name not in anew}
    lines = ["import base64\n"] if any(not is_written_out(tensor) for tensor in tensors.values()) else []
    if tensors or "np." in body:
        lines += ["import numpy as np\n"]
    if _is_installed():
        lines += ["from implicit_explorer import core\n"]
    else:
        lines += ["import core  # Implicit Explorer: run this in its folder, or with the folder in PYTHONPATH\n"]
    if tensors:
        entries = [f"{name!r}: {_array(tensor)}" for name, tensor in tensors.items()]
        lines += [f"tensors = {{{one_a_line(entries)}}}"]
    if system.module is not None:
        lines += [f"text = {quoted(experiment.text)}"]
        return "\n".join([*lines, f"system = {_layer_from_file(experiment, system, bool(tensors))}"])
    if trains_in_script(experiment, system):
        return "\n".join([*lines, f"text = {quoted(experiment.text)}"])
    arguments = [quoted(experiment.text), *(["tensors"] if tensors else [])]
    return "\n".join([*lines, f"system = core.parse({', '.join(arguments)})"])


def _layer_from_file(experiment: Experiment, system: System, tensors: bool) -> str:
    """The layer that the Python file computes with this content, which the script thereby trusts."""
    file = None if system.module is None else experiment.modules.get(system.module.file)
    if file is None:
        raise ValueError("nobody said yet where the Python file of this layer is")
    arguments = ["text", repr(file.path), f"trust={file.sha256!r}"]
    if experiment.values:
        arguments.append(f"params={dictionary(experiment.values)}")
    if tensors:
        arguments.append("tensors=tensors")
    if experiment.seed:
        arguments.append(f"seed={experiment.seed}")
    return call("core.layer_from_file", arguments)


def _is_installed() -> bool:
    """Whether this program was started as an installed one, whose `core` lies inside a package of its name."""
    return "implicit_explorer" in sys.modules


def _used(system: System) -> list[StoredTensor]:
    return [item.tensor for item in system.data]


def _array(tensor: StoredTensor) -> str:
    if is_written_out(tensor):
        numbers = nested_list(tensor.array().reshape(tensor.shape))
        return call("np.array", [numbers, f"dtype={tensor.dtype!r}"])
    kind = {"float32": "<f4", "float64": "<f8"}[tensor.dtype]
    shape = ", ".join(map(str, tensor.shape))
    return f"np.frombuffer({encoded(tensor)}, dtype={kind!r}).reshape({shape})"
