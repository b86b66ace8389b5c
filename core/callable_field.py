"""The vector field of a torch callable: a function or a network."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .network_jacobian import network_jacobian
from .torch_callable import TorchCallable, component_names, differentiated, differentiated_by_time
from .tracing.dense_network import DenseNetwork, dense_network
from .tracing.traced_field import TracedField, traced_field
from .vector_field import ArrayField

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from .language import System
else:
    torch = deferred("torch")


class CallableField:
    """z' = f(z) or z' = f(t, z) for a torch callable on batches, also an nn.Module.

    function: takes z of shape (B, n) and returns the slopes in the same shape, dtype and on the same device, row
    by row. With two required arguments it is called f(t, z), t of shape (B, 1), so that products with z broadcast;
    arguments that have a default keep it.
    size: n. components: n names; z[1], z[2], ... where not given.

    A `torch.nn.Sequential` of linear layers, and a function of elementary operations on the numbers of each row, can be
    followed by a compiled loop: f is then called a few times to tell what it computes, and not at every step. What
    counts its calls or keeps other notes is not compiled, as far as that can be seen.

    Raises TypeError where f cannot be called with one or two arguments, ValueError where size or names are wrong.
    """

    def __init__(self, function: Callable[..., Any], size: int, components: tuple[str, ...] | None = None) -> None:
        if not callable(function):
            raise TypeError(f"a field needs a callable f(z) or f(t, z), not {type(function).__name__}")
        self._components = component_names(size, components)
        self._callable = TorchCallable(function, "field", "slope")
        self._timed = _takes_time(function)
        self._told: dict[str, DenseNetwork | TracedField | None] | None = None
        """What `structure` has found by its dtype, and the dense network by no name, of a field `for_one_run`."""

    @property
    def size(self) -> int:
        """The state size n."""
        return len(self._components)

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._components

    @property
    def autonomous(self) -> bool:
        """Whether f takes no t."""
        return not self._timed

    @property
    def system(self) -> System | None:
        """None: there is no formula."""
        return None

    def structure(self, dtype: str) -> DenseNetwork | TracedField | None:
        """The layers of a `torch.nn.Sequential`, or the operations that the callable makes on the numbers of a row.

        They are found anew each time, as what the callable refers to may have changed, but `for_one_run` once.
        """
        if self._told is None:
            return _structure(self, dtype)
        if dtype not in self._told:
            self._told[dtype] = _structure(self, dtype)
        return self._told[dtype]

    @property
    def parameters(self) -> tuple[float, ...]:
        """Empty: what a network learns is its own."""
        return ()

    def torch(self, device: str, dtype: str) -> Callable[[Any, Any], Any]:
        """f on tensors of that device and dtype, every answer checked.

        Raises ValueError where f is a module whose weights are of another dtype or on another device.
        """
        self._callable.check_weights(device, dtype)
        return self.call

    @property
    def weights(self) -> Mapping[str, Tensor]:
        """The floating-point weights of a module, by name."""
        return self._callable.weights()

    def with_weights(self, weights: Mapping[str, Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
        """f on tensors with other weights of the module, by name."""
        function = self._callable.replaced(weights)
        return lambda t, z: function(z, t[:, None], z_first=False) if self._timed else function(z)

    def array(self) -> ArrayField:
        """f on numpy arrays, computed in the dtype and on the device of a module's weights."""

        def field(t: Any, z: np.ndarray) -> np.ndarray:
            rows, times = _tensors(self._callable, t, z)
            with torch.no_grad():
                return self.call(times, rows).double().cpu().numpy().reshape(z.shape)

        return field

    def jacobian(self) -> ArrayField:
        """df/dz on numpy arrays: of a dense network written out, else by reverse-mode differentiation, one pass per
        component for all points."""

        def field(t: Any, z: np.ndarray) -> np.ndarray:
            network = network_of(self)
            if network is not None and network.dtype:
                return network_jacobian(network, z.reshape(-1, self.size)).reshape(*z.shape, self.size)
            rows, times = _tensors(self._callable, t, z)
            matrices = differentiated(lambda points: self.call(times, points), rows)
            return matrices.double().cpu().numpy().reshape(*z.shape, self.size)

        return field

    def time_slope(self) -> ArrayField:
        """df/dt on numpy arrays by reverse-mode differentiation, one pass per component for all points."""

        def field(t: Any, z: np.ndarray) -> np.ndarray:
            rows, times = _tensors(self._callable, t, z)
            slopes = differentiated_by_time(lambda moments: self.call(moments, rows), times)
            return slopes.double().cpu().numpy().reshape(z.shape)

        return field

    def sparse_jacobian(self) -> None:
        """None: nothing says what its slopes depend on."""

    def call(self, t: Tensor, z: Tensor) -> Tensor:
        """f at t (B,) and z (B, n), the answer checked."""
        return self._callable(z, t[:, None], z_first=False) if self._timed else self._callable(z)


def function_of(field: CallableField) -> Callable[..., Any]:
    """What the field calls."""
    return field._callable.function


def network_of(field: CallableField) -> DenseNetwork | None:
    """The layers of a `torch.nn.Sequential` of linear ones and functions of one number; None of everything else."""
    if field._timed:
        return None
    if field._told is None:
        return dense_network(field._callable.function, field.size)
    if "" not in field._told:
        field._told[""] = dense_network(field._callable.function, field.size)
    found = field._told[""]
    return found if isinstance(found, DenseNetwork) else None


def _structure(field: CallableField, dtype: str) -> DenseNetwork | TracedField | None:
    function = field._callable.function
    try:
        field._callable.check_weights("cpu", dtype)
    except ValueError:
        return None
    return network_of(field) or traced_field(function, field.call, field.size, field._timed, dtype)


def for_one_run(field: CallableField) -> CallableField:
    """The same field, asked only once what it computes."""
    if field._told is not None:
        return field
    settled = copy(field)
    settled._told = {}
    return settled


def _tensors(function: TorchCallable, t: Any, z: np.ndarray) -> tuple[Tensor, Tensor]:
    """Points as rows, and the time of each row, like the weights of the function."""
    times = np.broadcast_to(np.asarray(t, dtype=np.float64), z.shape[:-1]).reshape(-1)
    return function.tensor(z.reshape(-1, z.shape[-1])), function.tensor(times)


def _takes_time(function: Callable[..., Any]) -> bool:
    """Whether f has two required arguments (t, z); one means (z)."""
    try:
        parameters = inspect.signature(getattr(function, "forward", function)).parameters.values()
    except ValueError:  # a builtin such as torch.tanh shows no signature
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    if len(required) > 2 or not positional:
        raise TypeError(f"a field is called f(z) or f(t, z), and this one needs {len(required)} arguments")
    return len(required) == 2
