"""From the text of the intermediate language to machine code for this processor."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..deferred import deferred
from .builder import Function
from .value import POINTER, Type, Value

if TYPE_CHECKING:
    import llvmlite.binding as llvm  # type: ignore[import-untyped]
    import numpy as np
else:
    llvm = deferred("llvmlite.binding")

_C_TYPES: dict[str, Any] = {
    "double": ctypes.c_double,
    "float": ctypes.c_float,
    "i64": ctypes.c_int64,
    "i32": ctypes.c_int32,
}
_WORKING = Lock()
"""LLVM's compiler works for one thread at a time."""


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether llvmlite is installed and runs on this machine."""
    try:
        _machine()
    except (ImportError, OSError, RuntimeError):
        return False
    return True


@lru_cache(maxsize=1)
def register_bits() -> int:
    """Width of the processor's vector registers."""
    features = llvm.get_host_cpu_features()
    if features.get("avx512f"):
        return 512
    return 256 if features.get("avx2") else 128


def address_of(array: np.ndarray) -> int:
    """Where an array lies that may be written and has no gaps; 0 of an empty one. Faster than `ctypes.data`."""
    return ctypes.addressof(ctypes.c_char.from_buffer(array)) if array.size else 0  # type: ignore[arg-type]


class Compiled:
    """Machine code of one function; a call releases the interpreter lock. Arrays are passed by their address."""

    def __init__(self, engine: Any, function: Function, arguments: Sequence[Type]) -> None:
        self._engine = engine  # the code lives as long as this
        result = None if function.result is None else _C_TYPES[function.result.element]
        kinds: list[Any] = [ctypes.c_void_p if type_ == POINTER else _C_TYPES[type_.element] for type_ in arguments]
        self._call = ctypes.CFUNCTYPE(result, *kinds)(engine.get_function_address(function.name))

    def __call__(self, *arguments: float) -> Any:
        return self._call(*arguments)


def compiled(function: Function, result: Value | None = None) -> Compiled:
    """Finish `function`, which returns `result`, and compile it."""
    text = "\n".join([function.finish(result), *sorted(function.declarations)])
    with _WORKING:
        machine = _machine()
        module = llvm.parse_assembly(text)
        module.triple, module.data_layout = machine.triple, str(machine.target_data)
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
        passes = llvm.create_new_module_pass_manager()
        passes.add_sroa_pass()
        passes.add_new_gvn_pass()
        passes.run(module, llvm.create_pass_builder(machine, options))
        engine = llvm.create_mcjit_compiler(module, _new_machine())
        engine.finalize_object()
    return Compiled(engine, function, function.argument_types)


@lru_cache(maxsize=1)
def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return _new_machine()


def _new_machine() -> Any:
    """A target machine of its own for every engine, which takes it over."""
    target = llvm.Target.from_default_triple()
    features = llvm.get_host_cpu_features().flatten()
    if "+avx512f" in features:
        features += ",-prefer-256-bit"
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=2, jit=True)
