"""The implicit layer of a torch callable: a function or a network, with its batch data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .fixed_point_map import ArrayMap
from .nearest_name import suggestion
from .torch_callable import TorchCallable, component_names, differentiated
from .torch_products import directional

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .language import System
else:
    torch = deferred("torch")


def layer(f: Callable[..., Any], n: int, components: Sequence[str] | None = None, *, x: Any = None) -> CallableMap:
    """The implicit layer z = f(z) or z = f(z, x) of a torch callable or nn.Module on batches (S, n).

    See `CallableMap` for what f is given and must return.
    """
    return CallableMap(f, n, None if components is None else tuple(components), x)


def on_data(mapping: CallableMap, x: Tensor) -> CallableMap:
    """A layer that has batch data on other data. Raises ValueError where x has no row."""
    other = copy(mapping)
    other._x = _checked_data(x)
    return other


class CallableMap:
    """z = f(z) or z = f(z, x) for a torch callable on batches, also an nn.Module.

    function: takes z of shape (S, n) and returns f in the same shape, dtype and on the same device, row by row.
    With two required arguments it is called f(z, x), x (S, ...) being the rows of the batch data that the samples
    see; arguments that have a default keep it.
    size: n. components: n names; z[1], z[2], ... where not given. x: the batch data (B, ...), a tensor or an array.

    A function or module may have an attribute `preactivation`, which is called as it is itself, (z) or (z, x), and
    returns h of a layer f = relu(h) with h affine in z: splitting methods, such as forward-backward, ask for it.

    Raises TypeError where f cannot be called so, ValueError where size, names or batch data are wrong.
    """

    def __init__(
        self, function: Callable[..., Any], size: int, components: tuple[str, ...] | None = None, x: Any = None
    ) -> None:
        if not callable(function):
            raise TypeError(f"a layer needs a callable f(z) or f(z, x), not {type(function).__name__}")
        self._components = component_names(size, components)
        self._callable = TorchCallable(function, "layer", "number")
        self._x = _checked_data(x)
        _check_arguments(function, self._x is not None)

    @property
    def size(self) -> int:
        """The state size n."""
        return len(self._components)

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._components

    @property
    def batch(self) -> int | None:
        """Rows B of x; None where there is none."""
        return None if self._x is None else len(self._x)

    @property
    def system(self) -> System | None:
        """None: there is no formula."""
        return None

    @property
    def parameters(self) -> Mapping[str, float]:
        """Empty: what a network learns is its own."""
        return {}

    @property
    def data(self) -> Mapping[str, np.ndarray]:
        """The batch data x, (B, ...); empty where there is none."""
        return {} if self._x is None else {"x": self._x.detach().cpu().numpy()}

    @property
    def weights(self) -> Mapping[str, Tensor]:
        """The floating-point weights of a module, by name."""
        return self._callable.weights()

    @property
    def large(self) -> bool:
        """True: it lives in torch."""
        return True

    @property
    def preactivation(self) -> CallableMap | None:
        """The map that the function has as its attribute `preactivation`; None where it has none."""
        function = self._callable.function
        if not callable(getattr(function, "preactivation", None)):
            return None
        return CallableMap(_inside(function), self.size, self.components, self._x)

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Any, Mapping[str, Any] | None], Any]:
        """f on tensors of that device and dtype, every answer checked; `inputs` may replace "x" and weights.

        Raises ValueError where f is a module whose weights are of another dtype or on another device.
        """
        self._callable.check_weights(device, dtype)
        kept = _chosen(self._x, rows, device, getattr(torch, dtype))

        def function(z: Tensor, inputs: Mapping[str, Any] | None = None) -> Tensor:
            if not inputs:
                return self._call(z, kept)
            known = self.weights
            weights = {name: value for name, value in inputs.items() if name in known}
            others = {name: value for name, value in inputs.items() if name not in known}
            return self._call(z, _replaced(kept, others), self._callable.replaced(weights))

        return function

    def array(self, rows: np.ndarray | None = None) -> ArrayMap:
        """f on numpy arrays, computed in the dtype and on the device of a module's weights."""
        like = self._callable.like()
        x = _chosen(self._x, rows, like.device, like.dtype)

        def function(z: np.ndarray) -> np.ndarray:
            with torch.no_grad():
                return self._call(self._callable.tensor(z), x).double().cpu().numpy()

        return function

    def jacobian(self, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dz on numpy arrays by reverse-mode differentiation, one pass per component for all points."""
        like = self._callable.like()
        x = _chosen(self._x, rows, like.device, like.dtype)

        def function(z: np.ndarray) -> np.ndarray:
            matrices = differentiated(lambda point: self._call(point, x), self._callable.tensor(z))
            return matrices.double().cpu().numpy()

        return function

    def curvature(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The derivative of df/dz along v on numpy arrays."""
        like = self._callable.like()
        x = _chosen(self._x, rows, like.device, like.dtype)

        def function(z: np.ndarray, v: np.ndarray) -> np.ndarray:
            point, direction = self._callable.tensor(z), self._callable.tensor(v)
            return directional(lambda at: self._call(at, x), point, direction).double().cpu().numpy()

        return function

    def _call(self, z: Tensor, x: Tensor | None, function: TorchCallable | None = None) -> Tensor:
        function = function or self._callable
        if x is None:
            return function(z)
        return function(z, x.expand(len(z), *x.shape[1:]) if len(x) == 1 else x)


def _checked_data(x: Any) -> Tensor | None:
    data = None if x is None else torch.as_tensor(x)
    if data is not None and (not data.ndim or not len(data)):
        raise ValueError(f"the batch data x needs at least one row, and has the shape {tuple(data.shape)}")
    return data


def _chosen(x: Tensor | None, rows: np.ndarray | None, device: Any, dtype: Any) -> Tensor | None:
    """The rows of x that the samples see; numbers in the run's dtype, indices as they are."""
    if x is None:
        return None
    x = x.to(device, dtype) if x.is_floating_point() else x.to(device)
    if rows is None or (len(rows) == len(x) and np.array_equal(rows, np.arange(len(x)))):
        return x
    return x[torch.as_tensor(np.asarray(rows), device=x.device)]


def _inside(function: Any) -> Any:
    """The `preactivation` of a layer's function, with the weights of a module."""
    if not isinstance(function, torch.nn.Module):
        return function.preactivation

    class Inside(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = function

        def forward(self, *arguments: Tensor) -> Any:
            return self.layer.preactivation(*arguments)

    return Inside()


def _replaced(x: Tensor | None, inputs: Mapping[str, Any] | None) -> Tensor | None:
    known = [] if x is None else ["x"]
    for name in inputs or {}:
        if name not in known:
            raise TypeError(f"the layer has no input {name!r}{suggestion(name, known)}")
    return inputs["x"] if inputs else x


def _check_arguments(function: Callable[..., Any], has_data: bool) -> None:
    """Raises TypeError where f cannot be called with z, or with z and x where there is batch data."""
    try:
        parameters = inspect.signature(getattr(function, "forward", function)).parameters.values()
    except ValueError:  # a builtin such as torch.tanh shows no signature
        return
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    several = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    required = [p for p in positional if p.default is p.empty]
    given = 2 if has_data else 1
    if len(required) > 2 or (not positional and not several):
        raise TypeError(f"a layer is called f(z) or f(z, x), and this one needs {len(required)} arguments")
    if len(required) > given:
        raise TypeError("this layer is called f(z, x): give its batch data as x=tensor of shape (B, ...)")
    if len(positional) < given and not several:
        raise TypeError("this layer is called f(z), and takes no batch data: leave x out")
