"""The callable of a person's own Python file: the one place where such a file runs, once a person allowed it.

Whatever the file does wrong becomes a `ModuleFaultError` with its name and line. What cannot be caught, an endless loop
or the end of the process, is the engine's: its window replaces it.
"""

from __future__ import annotations

import copy
import inspect
import random
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .module_file import ModuleSource
from .nearest_name import suggestion

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_LONGEST = 300


class ModuleFaultError(ValueError):
    """What a Python file did wrong, as a sentence with its name and the line."""


@dataclass(frozen=True, eq=False)
class OwnModule:
    """What a Python file calls `name`: a function, or the instance of a class.

    settings: the numbers that a text may give by name, with their own values: parameters of one element of a
    torch.nn.Module, and arguments of a function whose default is a float. weights: the other floating-point parameters.
    """

    name: str
    source: ModuleSource
    function: Callable[..., Any]
    settings: Mapping[str, float]
    weights: Mapping[str, Tensor]
    tried: set[str] = field(default_factory=set, compare=False)
    """Keys of the texts with which it was found to be a layer."""
    _copies: dict[tuple[str, str], Callable[..., Any]] = field(default_factory=dict, compare=False)

    @property
    def is_module(self) -> bool:
        """Whether it is a torch.nn.Module."""
        return isinstance(self.function, torch.nn.Module)

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shapes of the settings of a torch.nn.Module."""
        assert isinstance(self.function, torch.nn.Module)
        return {name: tuple(self.function.get_parameter(name).shape) for name in self.settings}

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """The floating-point parameters of a torch.nn.Module that it does not hold (requires_grad), by name."""
        assert isinstance(self.function, torch.nn.Module)
        named = self.function.named_parameters()
        return {name: weight.detach() for name, weight in named if weight.requires_grad and weight.is_floating_point()}

    def on(self, device: str, dtype: str) -> Callable[..., Any]:
        """The function for numbers of that kind: a module's own copy, which is not trained."""
        function = self.function
        if not isinstance(function, torch.nn.Module):
            return function
        if (device, dtype) not in self._copies:
            with _told(self.source):
                self._copies[device, dtype] = _copied(function, device, getattr(torch, dtype))
        return self._copies[device, dtype]

    def __call__(self, kind: torch.dtype, function: Callable[..., Any], *arguments: Any, **settings: Any) -> Any:
        """function(*arguments, **settings), where function is this module's, or a copy. Raises ModuleFaultError.

        kind: of the numbers; what is made on the way without saying of which kind, such as torch.eye(n), is of it.
        """
        with _told(self.source), _numbers_of(kind):
            return function(*arguments, **settings)


@lru_cache(maxsize=4)
def own_module(source: ModuleSource, attribute: str, seed: int = 0) -> OwnModule:
    """Run the file and take what it calls `attribute`; a class is made without arguments, and is in eval mode.

    seed: of the random numbers of torch, numpy.random and random while it runs, so that weights that are drawn are the
    same every time. Equal
    arguments give the same object, for the file does not run twice. Raises ModuleFaultError.
    """
    with _told(source), _torch_as_it_was(seed):
        names = _run(source)
        if attribute not in names:
            known = [name for name, value in names.items() if callable(value) and not name.startswith("_")]
            raise ModuleFaultError(f"{source.name} has no {attribute!r}{suggestion(attribute, known)}")
        found = names[attribute]
        if isinstance(found, type):
            _check_constructor(source, attribute, found)
            found = found()
        if not callable(found):
            what = type(found).__name__
            raise ModuleFaultError(f"{attribute} in {source.name} is a {what}: a layer is a class or a function f(z)")
        if isinstance(found, torch.nn.Module):
            found.eval()
            single, several = _parameters(found)
            return OwnModule(attribute, source, found, single, several)
        return OwnModule(attribute, source, found, _float_defaults(found), {})


def _run(source: ModuleSource) -> dict[str, Any]:
    """The names that the file defines. It is compiled from the text that was shown: a line that declares another
    encoding changes nothing."""
    module = ModuleType(f"own_module_{source.sha256[:16]}")
    module.__file__ = source.path
    sys.modules[module.__name__] = module  # where dataclasses look for the module of their class
    exec(compile(source.text, source.path, "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def _check_constructor(source: ModuleSource, attribute: str, found: type) -> None:
    try:
        parameters = inspect.signature(found).parameters.values()
    except (ValueError, TypeError):
        return
    needed = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if needed:
        raise ModuleFaultError(
            f"{attribute} in {source.name} cannot be made without {', '.join(needed)}: give its arguments defaults"
        )


def _parameters(module: torch.nn.Module) -> tuple[dict[str, float], dict[str, Tensor]]:
    """The parameters of one element that a text can name, and the others."""
    real = {name: weight for name, weight in module.named_parameters() if weight.is_floating_point()}
    single = {name: float(weight.detach()) for name, weight in real.items() if weight.numel() == 1 and "." not in name}
    return single, {name: weight.detach() for name, weight in real.items() if name not in single}


def _float_defaults(function: Callable[..., Any]) -> dict[str, float]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):  # a builtin such as torch.tanh shows no signature
        return {}
    return {p.name: p.default for p in parameters if isinstance(p.default, float)}


def _copied(module: torch.nn.Module, device: str, dtype: torch.dtype) -> torch.nn.Module:
    """A copy for numbers of that kind, also of tensors that it keeps as plain attributes."""
    copied = copy.deepcopy(module).to(device, dtype).requires_grad_(False)
    for part in copied.modules():
        for name, value in list(vars(part).items()):
            if isinstance(value, torch.Tensor):
                kind = dtype if value.is_floating_point() else value.dtype
                setattr(part, name, value.detach().to(device, kind))
    return copied


@contextmanager
def _numbers_of(kind: torch.dtype) -> Iterator[None]:
    """Let new tensors be of this kind where nothing else is said."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(kind)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def _torch_as_it_was(seed: int) -> Iterator[None]:
    """Draw random numbers of torch, numpy and Python from `seed`, and take back what the file changed for all."""
    kind, differentiates = torch.get_default_dtype(), torch.is_grad_enabled()
    states = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            random.seed(seed)
            np.random.seed(seed % 2**32)
            yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_default_dtype(kind)
        torch.set_grad_enabled(differentiates)


@contextmanager
def _told(source: ModuleSource) -> Iterator[None]:
    try:
        yield
    except (ModuleFaultError, MemoryError):
        raise
    except (Exception, SystemExit) as fault:
        raise ModuleFaultError(_sentence(source, fault)) from fault


def _sentence(source: ModuleSource, fault: BaseException) -> str:
    """cell.py, line 12: what happened there."""
    if isinstance(fault, SyntaxError) and fault.filename == source.path:
        return f"{source.name}, line {fault.lineno}: {fault.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(fault.__traceback__) if frame.filename == source.path]
    place = f"{source.name}, line {lines[-1]}" if lines else source.name
    if isinstance(fault, SystemExit):
        return f"{place}: it asked the program to exit, which a layer cannot"
    words = " ".join(str(fault).split())
    words = words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
    if isinstance(fault, RuntimeError) and "dtype" in words:
        words += " - make constants of the kind of z: W.to(z)"
    return f"{place}: {type(fault).__name__}{': ' if words else ''}{words}"
