"""One thread for everybody, ours and the peers."""

from __future__ import annotations

import os

_SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def hold_to_one_thread() -> None:
    """Call it before numpy, torch or jax is imported: each reads its number of threads once."""
    os.environ.update(_SETTINGS)
