"""The implicit layer that a person's own Python file computes: z <- Cell(z, x), with the values of the text."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .called_module import called_module
from .deferred import deferred
from .fixed_point_map import ArrayMap, FixedPointMap
from .language import System, parse, torch_expressions
from .language.shapes import Shapes
from .language.tree import Expression
from .language.walk import shapes_of_names
from .module_file import ModuleSource, read_module
from .nearest_name import suggestion
from .own_module import ModuleFaultError, OwnModule, own_module
from .stored_tensor import StoredTensor
from .text_layer import TextLayer
from .torch_callable import differentiated
from .torch_products import derivative_by, directional
from .trusted_modules import refuse_untrusted

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .experiment import Experiment
else:
    torch = deferred("torch")

_POINTS = 3
"""Where a module is tried before it is solved."""
_SAME = 1e-9
"""How far two answers may be apart that should be one, beside their size."""


def layer_from_file(
    text: str,
    path: str | os.PathLike[str],
    *,
    trust: str,
    params: Mapping[str, float] | None = None,
    tensors: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> ModuleLayer:
    """The layer of a text whose line Cell = module "cell.py" means the Python file at `path`.

    The file runs, with all your rights, only if `trust` is the SHA-256 of its content. params: values of the text's
    parameters; tensors: what its data lines name; seed: of the weights that the file draws by torch,
    numpy.random or random; numpy's default_rng() without a seed is another every time.

    Raises ExperimentFileError for a file that is not trusted, FormulaError for the text, ValueError for another fault.
    """
    source = read_module(path)
    refuse_untrusted(source, [trust], 'trust="{}"')
    return ModuleLayer(parse(text, tensors), source, params, seed, tensors)


class ModuleLayer(TextLayer):
    """z = f(z, ...) of `system`, whose right-hand side is one call of what the file `source` defines.

    f is given what stands in the brackets, each with a row per sample: (S, m) of a vector, (S, 1) of a number. It
    returns as many numbers as z has, row by row, in z's dtype and on its device. Parameters of the text that stand in
    no bracket set the module's own of that name: a torch parameter of one element, or an argument with a float default.

    values: of the text's parameters. seed: of torch's random numbers while the file runs. tensors: of the document; one
    called Cell.W, where the text says learn Cell = module "cell.py", takes the place of W of Cell. Raises ValueError
    where the text and the file do not fit, or the file is at fault; with its name and line.
    """

    system: System | None = None
    """There is no formula."""
    large: bool = True
    """It lives in torch."""
    preactivation: FixedPointMap | None = None
    """What is inside a relu of the file is not known."""

    def __init__(
        self,
        system: System,
        source: ModuleSource,
        values: Mapping[str, float] | None = None,
        seed: int = 0,
        tensors: Mapping[str, Any] | None = None,
    ) -> None:
        if system.module is None:
            raise ValueError("this text names no Python file")
        super().__init__(system, values)
        self._call = system.module
        self._own = own_module(source, self._call.attribute, seed)
        self._settings = _settings(system, self._own)
        self._replaced = self._stored(tensors or {})
        names = Shapes(shapes_of_names(system))
        self._shapes = tuple(names.of(argument) for argument in self._call.arguments)
        if system.key not in self._own.tried:  # values of parameters change nothing about that
            _try(self, self._own)
            self._own.tried.add(system.key)

    @property
    def starts(self) -> tuple[tuple[float, ...], ...]:
        """The starts of the text, possibly none."""
        return self._text.starts

    @property
    def weights(self) -> Mapping[str, Any]:
        """What else it can be differentiated by: weights of the module, and stored tensors that the text names."""
        stored = {item.name: item.tensor.array() for item in self._text.data if not item.batch}
        free = {name: weight for name, weight in self._own.weights.items() if name not in self._values}
        return {**free, **self._replaced, **stored}

    @property
    def learnt(self) -> Mapping[str, Any]:
        """The parameters that training moves, by the names of their tensors, with what they begin from. Raises
        ValueError where the text says learn, and the file has none."""
        if not self._call.learnt:
            return {}
        parameters = self._own.parameters if self._own.is_module else {}
        free = {name: weight for name, weight in parameters.items() if name not in self._values}
        if not free:
            raise ValueError(f"{self._own.name} in {self._own.source.name} has no parameters that could be learnt")
        return {f"{self._call.name}.{name}": weight for name, weight in (free | self._replaced).items()}

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Any, Mapping[str, Any] | None], Any]:
        """f on tensors of that device and dtype, every answer checked; `inputs` may replace parameters, data and
        weights by name."""
        own, system = self._own, self._text
        function, is_module = own.on(device, dtype), own.is_module
        values = self._tensors(device, dtype, rows)
        named = {*values, *(item.name for item in system.data)}
        arguments, shapes = torch_expressions(system, _arguments(system)), self._shapes
        kept = {name: weight.to(device, getattr(torch, dtype)) for name, weight in self._replaced.items()}
        own_name = self._own_name

        def layer(z: Tensor, inputs: Mapping[str, Any] | None = None) -> Tensor:
            inputs = inputs or {}
            given = {**values, **{name: value for name, value in inputs.items() if name in named}}
            settings = {name: torch.as_tensor(given[name], dtype=z.dtype, device=z.device) for name in self._settings}
            found = arguments(0.0, z.clone(), given)  # f may overwrite its argument; the state must not change
            rowed = tuple(_by_row(value, shape, len(z)) for value, shape in zip(found, shapes, strict=True))
            if is_module:
                replaced = {own_name(name): value for name, value in inputs.items() if name not in named}
                shaped = {name: value.reshape(own.shapes[name]) for name, value in settings.items()}
                answer = own(z.dtype, called_module, function, {**kept, **replaced, **shaped}, rowed)
            else:
                answer = own(z.dtype, function, *rowed, **settings)
            return _checked(answer, z, system.states[0].shape, own)

        return layer

    def array(self, rows: np.ndarray | None = None) -> ArrayMap:
        """f on numpy arrays; points may have several axes of their own."""
        function = self.torch("cpu", "float64", rows)

        def values(z: np.ndarray) -> np.ndarray:
            with torch.no_grad():
                answer: np.ndarray = function(_points(z), None).numpy()
            return answer.reshape(np.shape(z))

        return values

    def jacobian(self, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dz on numpy arrays by reverse-mode differentiation."""
        function = self.torch("cpu", "float64", rows)

        def matrices(z: np.ndarray) -> np.ndarray:
            found: np.ndarray = differentiated(lambda point: function(point, None), _points(z)).numpy()
            return found.reshape(*np.shape(z), self.size)

        return matrices

    def curvature(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The derivative of df/dz along v on numpy arrays."""
        function = self.torch("cpu", "float64", rows)
        return lambda z, v: directional(lambda point: function(point, None), _points(z), _points(v)).numpy()

    def parameter_slope(self, name: str, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dp of the parameter called `name` on numpy arrays, (S, n) -> (S, n)."""
        function, value = self.torch("cpu", "float64", rows), torch.tensor(self._values[name], dtype=torch.float64)

        def slopes(z: np.ndarray) -> np.ndarray:
            point = _points(z)
            found: np.ndarray = derivative_by(lambda p: function(point, {name: p}), value).numpy()
            return found

        return slopes

    def _own_name(self, name: str) -> str:
        """W for Cell.W where W is learnt."""
        own = name.removeprefix(f"{self._call.name}.")
        return own if self._call.learnt and self._own.is_module and own in self._own.parameters else name

    def _stored(self, tensors: Mapping[str, Any]) -> dict[str, Tensor]:
        """What the document keeps of the learnt parameters, by their names in the file, where it is of their shape."""
        if not self._call.learnt or not self._own.is_module:
            return {}
        found = {}
        for name, weight in self._own.parameters.items():
            kept = tensors.get(f"{self._call.name}.{name}")
            if kept is not None and name not in self._values and tuple(kept.shape) == tuple(weight.shape):
                found[name] = torch.tensor(kept.array() if isinstance(kept, StoredTensor) else np.asarray(kept))
        return found


def allowed_layer(experiment: Experiment, system: System, modules: Mapping[str, ModuleSource]) -> ModuleLayer:
    """The layer of an experiment whose text names a Python file; modules: those that may run, by their names in the
    text. Raises ValueError where it is none of them."""
    assert system.module is not None
    source = modules.get(system.module.file)
    if source is None:
        raise ValueError(f"{system.module.file} has not run: nobody allowed this Python file on this computer")
    return ModuleLayer(system, source, experiment.values, experiment.seed, experiment.tensors)


def _settings(system: System, own: OwnModule) -> tuple[str, ...]:
    """The parameters of the text that set one of the module's. Raises ValueError for one that nothing uses."""
    used = {str(leaf.value) for argument in _arguments(system) for leaf in argument.names()}
    for helper in reversed(system.helpers):
        if helper.name in used:
            used |= {str(leaf.value) for leaf in helper.expression.names()}
    free = tuple(parameter.name for parameter in system.parameters if parameter.name not in used)
    for name in free:
        if name not in own.settings:
            there = suggestion(name, own.settings) if own.settings else "; it has no number that a text could set"
            raise ValueError(
                f"{name} stands in no bracket, and {own.name} in {own.source.name} has no number of this name{there}"
            )
    return free


def _arguments(system: System) -> tuple[Expression, ...]:
    assert system.module is not None
    return system.module.arguments


def _by_row(value: Tensor, shape: tuple[int, ...], count: int) -> Tensor:
    """An argument of `shape` with a row per sample; of a number (S, 1). What hangs on no sample is alike in all."""
    row = shape or (1,)
    if value.dim() == len(shape):
        return value.reshape(row).expand(count, *row)
    return value.reshape(len(value), *row).expand(count, *row)


def _checked(answer: Any, z: Tensor, state: tuple[int, ...], own: OwnModule) -> Tensor:
    """The answer as z is laid out. Raises ModuleFaultError for one of another kind, shape, dtype or device."""
    name = f"{own.name} in {own.source.name}"
    if not isinstance(answer, torch.Tensor):
        raise ModuleFaultError(f"{name} gave a {type(answer).__name__}: return a tensor")
    if answer.shape != (len(z), *(state or (1,))):
        given = ", ".join(["batch" if k == 0 and size == len(z) else str(size) for k, size in enumerate(answer.shape)])
        raise ModuleFaultError(
            f"{name} gave ({given}) for z of {z.shape[1]} component{'s' * (z.shape[1] > 1)}: "
            f"return (batch, {', '.join(map(str, state or (1,)))})"
        )
    if answer.dtype != z.dtype or answer.device != z.device:
        raise ModuleFaultError(
            f"{name} gave {answer.dtype} on {answer.device} for {z.dtype} on {z.device}: keep the kind of z"
        )
    return answer.reshape(z.shape) if torch.is_grad_enabled() else answer.detach().reshape(z.shape)


def _try(layer: ModuleLayer, own: OwnModule) -> None:
    """Raises ModuleFaultError where f fails, where two calls of it differ, or where its rows are mixed."""
    rows = None if layer.batch is None else np.arange(_POINTS) % layer.batch
    z = np.random.default_rng(0).normal(size=(_POINTS, layer.size))
    name, function = f"{own.name} in {own.source.name}", layer.array(rows)
    first, again = function(z), function(z)
    room = _SAME * (1.0 + np.abs(first))
    if _differ(first, again, room):
        raise ModuleFaultError(
            f"two calls of {name} with the same z differ: a fixed point needs a map, without random numbers or memory"
        )
    alone = np.vstack([layer.array(None if rows is None else rows[[k]])(z[[k]]) for k in range(_POINTS)])
    if _differ(first, alone, room):
        raise ModuleFaultError(
            f"{name} gives another answer for a row where other rows are beside it: compute row by row"
        )


def _differ(a: np.ndarray, b: np.ndarray, room: np.ndarray) -> bool:
    """Whether two answers are apart; NaN is like NaN, and infinity like infinity."""
    return bool(((np.isfinite(a) != np.isfinite(b)) | (np.abs(a - b) > room)).any())


def _points(array: np.ndarray) -> Tensor:
    return torch.tensor(np.asarray(array, dtype=np.float64).reshape(-1, np.shape(array)[-1]))
